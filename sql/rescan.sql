/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Looking again: see schema/0005_rescan.sql.  Applied again after every
 * migration, as functions.sql.
 */

/* The condition on pypiwatch.upload u that a rescan stands for. */
CREATE OR REPLACE FUNCTION pypiwatch.rescan_where(r pypiwatch.rescan)
RETURNS text
LANGUAGE sql STABLE
AS $$
	SELECT concat_ws(' AND ', 'u.state = ''done'' AND u.outcome <> ''gone''
	    AND u.sha256 IS NOT NULL AND u.url IS NOT NULL',
	    'u.normalized = ' || quote_literal(r.normalized),
	    'u.seen_at >= ' || quote_literal(r.seen_from),
	    'u.ruleset IS DISTINCT FROM ' || quote_literal(r.ruleset))
$$;

/* Notes a rescan of a kind, see schema/0022_retro.sql, and tells the daemons.
 * One of nothing has ended already. */
CREATE OR REPLACE FUNCTION pypiwatch.rescan_open(p_kind text,
    p_normalized text, p_seen_from timestamptz, p_ruleset text,
    p_hold boolean, p_total bigint, p_upto_id bigint)
RETURNS pypiwatch.rescan
LANGUAGE plpgsql
AS $$
DECLARE
	ended constant timestamptz := CASE WHEN p_total = 0 THEN now() END;
	r pypiwatch.rescan;
BEGIN
	INSERT INTO pypiwatch.rescan (kind, normalized, seen_from, ruleset,
	    hold, total, upto_id, began_at, finished_at)
	    VALUES (p_kind, p_normalized, p_seen_from, p_ruleset, p_hold,
		p_total, p_upto_id, ended, ended)
	    RETURNING * INTO r;
	PERFORM pg_notify('pypiwatch_rescan', '');
	RETURN r;
END $$;

/* Asks for files to be looked at again; gives the rescan with its size.  With
 * p_hold, what would be told waits: see retro.sql. */
DROP FUNCTION IF EXISTS pypiwatch.rescan_ask(text, timestamptz, text);
CREATE OR REPLACE FUNCTION pypiwatch.rescan_ask(p_normalized text,
    p_seen_from timestamptz, p_ruleset text, p_hold boolean DEFAULT false)
RETURNS pypiwatch.rescan
LANGUAGE plpgsql
AS $$
DECLARE
	r pypiwatch.rescan;
BEGIN
	r.normalized := p_normalized;
	r.seen_from := p_seen_from;
	r.ruleset := p_ruleset;
	EXECUTE 'SELECT count(*), coalesce(max(u.id), 0)
	    FROM pypiwatch.upload u WHERE ' || pypiwatch.rescan_where(r)
	    INTO r.total, r.upto_id;
	RETURN pypiwatch.rescan_open('files', p_normalized, p_seen_from,
	    p_ruleset, p_hold, r.total, r.upto_id);
END $$;

/*
 * Up to p_most tasks of the oldest open rescan.  Behind all others for ever:
 * their turn is at infinity.  Looks at a bounded window of files a call.
 * NULL when no rescan is open, else how many tasks were made.
 */
CREATE OR REPLACE FUNCTION pypiwatch.rescan_feed(p_most integer)
RETURNS integer
LANGUAGE plpgsql
AS $$
DECLARE
	span constant bigint := 100000;
	r pypiwatch.rescan;
	upto bigint;
	seen bigint;
	made integer;
BEGIN
	SELECT * INTO r FROM pypiwatch.rescan WHERE finished_at IS NULL
	    ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED;
	IF NOT FOUND THEN
		RETURN CASE WHEN EXISTS (SELECT FROM pypiwatch.rescan
		    WHERE finished_at IS NULL) THEN 0 END;
	END IF;
	IF r.kind = 'seed' THEN
		RETURN pypiwatch.seed_feed(r, p_most);
	END IF;
	IF r.after_id >= r.upto_id THEN
		UPDATE pypiwatch.rescan SET finished_at = now()
		    WHERE id = r.id AND NOT EXISTS (SELECT FROM pypiwatch.task
			WHERE rescan_id = r.id);
		RETURN 0;
	END IF;
	/* A project's files are few, wherever they stand. */
	upto := CASE WHEN r.normalized IS NULL
	    THEN least(r.after_id + span, r.upto_id) ELSE r.upto_id END;
	EXECUTE format('WITH c AS MATERIALIZED (
		SELECT u.* FROM pypiwatch.upload u
		WHERE u.id > %s AND u.id <= %s AND %s
		ORDER BY u.id LIMIT %s
	    ), t AS (
		INSERT INTO pypiwatch.task (upload_id, normalized, version,
		    filename, sha256, display, url, size, packagetype,
		    priority, turn_at, rescan_id)
		SELECT c.id, c.normalized, c.version, c.filename, c.sha256,
		    coalesce(p.display, c.normalized), c.url,
		    coalesce(c.size, -1), coalesce(c.packagetype, ''''), 9,
		    ''infinity'', %s
		FROM c LEFT JOIN pypiwatch.project p USING (normalized)
		ON CONFLICT (normalized, filename, sha256) DO NOTHING
		RETURNING 1
	    ) SELECT (SELECT count(*) FROM t), count(*), max(c.id) FROM c',
	    r.after_id, upto, pypiwatch.rescan_where(r), p_most, r.id)
	    INTO made, seen, r.after_id;
	UPDATE pypiwatch.rescan SET queued = queued + seen,
	    after_id = CASE WHEN seen < p_most THEN upto ELSE r.after_id END,
	    began_at = coalesce(began_at, now())
	    WHERE id = r.id;
	RETURN made;
END $$;

/* Takes back what no worker has begun with. */
CREATE OR REPLACE FUNCTION pypiwatch.rescan_stop(p_id bigint) RETURNS boolean
LANGUAGE plpgsql
AS $$
BEGIN
	/* What a seed found stays, and is worked off. */
	IF EXISTS (SELECT FROM pypiwatch.rescan WHERE id = p_id
	    AND kind = 'seed' AND finished_at IS NULL) THEN
		PERFORM pypiwatch.seed_end(p_id, true);
		RETURN true;
	END IF;
	UPDATE pypiwatch.rescan SET finished_at = now(), stopped = true
	    WHERE id = p_id AND finished_at IS NULL;
	IF NOT FOUND THEN
		RETURN false;
	END IF;
	DELETE FROM pypiwatch.task WHERE rescan_id = p_id
	    AND (lease_until IS NULL OR lease_until < now());
	RETURN true;
END $$;
