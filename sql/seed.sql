/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The newest releases of popular projects as the history to compare with: see
 * schema/0023_seed.sql.  Applied again after every migration, as functions.sql.
 */

/* Asks for the newest releases of these projects, in this order.  With p_hold,
 * what would tell something waits; see retro.sql. */
CREATE OR REPLACE FUNCTION pypiwatch.seed_ask(p_names text[], p_hold boolean)
RETURNS pypiwatch.rescan
LANGUAGE plpgsql
AS $$
DECLARE
	unknown constant text[] := ARRAY(SELECT n.name
	    FROM unnest(p_names) WITH ORDINALITY AS n (name, at)
	    WHERE NOT EXISTS (SELECT FROM pypiwatch.upload u
		WHERE u.normalized = pypiwatch.normalize(n.name))
	    ORDER BY n.at);
	r pypiwatch.rescan;
BEGIN
	r := pypiwatch.rescan_open('seed', NULL, NULL, NULL, p_hold,
	    cardinality(unknown), cardinality(unknown));
	INSERT INTO pypiwatch.seed_name (rescan_id, rank, name)
	    SELECT r.id, n.at, n.name
	    FROM unnest(unknown) WITH ORDINALITY AS n (name, at);
	RETURN r;
END $$;

/* How much of a seed is under way: projects asked for, and their files. */
CREATE OR REPLACE FUNCTION pypiwatch.seed_waiting(p_rescan bigint)
RETURNS bigint
LANGUAGE sql STABLE
AS $$
	SELECT (SELECT count(*) FROM pypiwatch.resolve
		WHERE rescan_id = p_rescan)
	    + (SELECT count(DISTINCT normalized) FROM pypiwatch.task
		WHERE rescan_id = p_rescan)
$$;

/* The next projects of a seed, p_most under way at most.  Behind all others:
 * their turn is at infinity.  Gives 0: what it makes are no tasks yet. */
CREATE OR REPLACE FUNCTION pypiwatch.seed_feed(r pypiwatch.rescan,
    p_most integer) RETURNS integer
LANGUAGE plpgsql
AS $$
DECLARE
	waiting bigint := pypiwatch.seed_waiting(r.id);
	upto bigint := least(r.after_id + greatest(p_most - waiting, 0),
	    r.upto_id);
BEGIN
	IF r.after_id >= r.upto_id AND waiting = 0 THEN
		PERFORM pypiwatch.seed_end(r.id, false);
	END IF;
	IF upto <= r.after_id THEN
		RETURN 0;
	END IF;
	/* One that came to be known since is history already. */
	WITH c AS (
		DELETE FROM pypiwatch.seed_name s WHERE s.rescan_id = r.id
		    AND s.rank <= upto
		    RETURNING s.rank, s.name,
			pypiwatch.normalize(s.name) AS normalized
	), fresh AS (
		SELECT * FROM c WHERE NOT EXISTS (SELECT FROM pypiwatch.upload u
		    WHERE u.normalized = c.normalized)
	), p AS (
		INSERT INTO pypiwatch.project (normalized, display)
		    SELECT normalized, name FROM fresh ON CONFLICT DO NOTHING
	)
	INSERT INTO pypiwatch.resolve (normalized, version, display, priority,
	    turn_at, rescan_id)
	    SELECT normalized, '', name, 9, pypiwatch.turn_of(9), r.id
	    FROM fresh ORDER BY rank ON CONFLICT DO NOTHING;
	UPDATE pypiwatch.rescan SET after_id = upto, queued = upto,
	    began_at = coalesce(began_at, now()) WHERE id = r.id;
	PERFORM pg_notify('pypiwatch_work', '');
	RETURN 0;
END $$;

/* Of a release one file of each kind, of wheels the one for any platform or
 * the smallest: enough to compare with, and easy on the index. */
CREATE OR REPLACE FUNCTION pypiwatch.seed_files(p_normalized text,
    p_version text, p_files jsonb) RETURNS jsonb
LANGUAGE sql STABLE
AS $$
	SELECT coalesce(jsonb_agg(x.f), '[]') FROM (
		SELECT f, row_number() OVER (PARTITION BY f->>'packagetype'
		    ORDER BY f->>'filename' LIKE '%-none-any.whl' DESC,
			(f->>'size')::bigint, f->>'filename') AS n
		FROM jsonb_array_elements(p_files) f) x
	WHERE x.n = 1 AND NOT EXISTS (SELECT FROM pypiwatch.upload u
	    WHERE u.normalized = p_normalized AND u.version = p_version
	    AND u.packagetype = x.f->>'packagetype'
	    AND u.filename <> x.f->>'filename')
$$;

/* Is what a seed found history?  What is younger than a day is as live as any
 * other: an attack on a popular project may just have begun. */
CREATE OR REPLACE FUNCTION pypiwatch.seed_is_past(p_rescan bigint,
    u pypiwatch.upload) RETURNS boolean
LANGUAGE sql STABLE
AS $$
	SELECT p_rescan IS NOT NULL
	    AND coalesce(u.uploaded_at < now() - interval '1 day', false)
$$;

/* Ends one; files that are known by now are looked at all the same. */
CREATE OR REPLACE FUNCTION pypiwatch.seed_end(p_rescan bigint,
    p_stopped boolean) RETURNS void
LANGUAGE sql
AS $$
	DELETE FROM pypiwatch.resolve WHERE rescan_id = p_rescan
	    AND (lease_until IS NULL OR lease_until < now());
	DELETE FROM pypiwatch.seed_name WHERE rescan_id = p_rescan;
	UPDATE pypiwatch.rescan SET finished_at = now(), stopped = p_stopped
	    WHERE id = p_rescan AND finished_at IS NULL
$$;
