/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What an index lists, compared with what is known: applied again after every
 * migration, like functions.sql, whose functions it uses.
 *
 * A list shows what is there.  Events are what must have happened since the
 * last look: files that were not there before, files that are gone.  They get
 * no serial, and the changelog's own rows join them when they come.
 */

/* The key of a project: normalised, behind the index's name unless it is the
 * main one. */
CREATE OR REPLACE FUNCTION pypiwatch.project_key(index text, name text)
RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$ SELECT concat(index || '/', pypiwatch.normalize(name)) $$;

/* The index of a key; NULL for the main one. */
CREATE OR REPLACE FUNCTION pypiwatch.index_of(key text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
AS $$
	SELECT CASE WHEN strpos(key, '/') > 0
	    THEN split_part(key, '/', 1) END
$$;

/* A project and the time of its list, for the functions below. */
DO $$
BEGIN
	CREATE TYPE pypiwatch.listed AS (
		source		text,
		key		text,
		project		text,	/* as displayed */
		serial		bigint,	/* -1: none */
		polled_at	timestamptz,
		lookalike	text,
		rank		integer
	);
EXCEPTION WHEN duplicate_object THEN
	NULL;
END $$;

CREATE OR REPLACE FUNCTION pypiwatch.listing_event(l pypiwatch.listed,
    p_kind text, p_version text, p_filename text, p_at timestamptz,
    p_key text) RETURNS integer
LANGUAGE sql
AS $$
	SELECT pypiwatch.event_take(l.source, p_kind || ' ' || l.key || ' '
	    || p_key, ROW(NULL, NULL, NULL, p_kind, l.project, l.key,
	    p_version, p_filename, NULL, NULL, NULL, p_at)
	    ::pypiwatch.event, l.lookalike, l.rank)::integer
$$;

/* Files uploaded since then are news; NULL: what is not known is.  An index
 * with serials and upload times needs no list of what stood there before; 30
 * days are for projects whose serial lags behind. */
CREATE OR REPLACE FUNCTION pypiwatch.listing_since(l pypiwatch.listed)
RETURNS timestamptz
LANGUAGE sql STABLE
AS $$
	SELECT greatest(min(c.begin_at) - interval '1 hour',
	    max(c.updated_at) - interval '30 days')
	FROM pypiwatch.cursor c
	WHERE l.serial >= 0 AND (c.source = l.source
	    OR (l.source = 'simple' AND c.source = 'changelog'))
$$;

CREATE OR REPLACE FUNCTION pypiwatch.listing_files(p_files jsonb)
RETURNS TABLE (filename text, version text, sha256 text, at timestamptz,
    yanked boolean)
LANGUAGE sql IMMUTABLE
AS $$
	SELECT j.filename, j.version, j.sha256,
	    CASE WHEN j.at_us > 0 THEN to_timestamp(j.at_us / 1e6) END,
	    j.yanked
	FROM jsonb_to_recordset(p_files) AS j(filename text, version text,
	    sha256 text, at_us bigint, yanked boolean)
$$;

/* Which of them are news. */
CREATE OR REPLACE FUNCTION pypiwatch.listing_news(l pypiwatch.listed,
    p_files jsonb, p_since timestamptz)
RETURNS TABLE (filename text, version text, sha256 text, at timestamptz,
    fresh boolean)
LANGUAGE sql STABLE
AS $$
	SELECT f.filename, f.version, f.sha256, f.at,
	    (f.at IS NULL OR p_since IS NULL OR f.at >= p_since)
	    AND NOT EXISTS (SELECT FROM pypiwatch.old_file o
		WHERE o.normalized = l.key AND o.filename = f.filename
		AND o.sha256 = f.sha256)
	    /* its event may be dropped by now */
	    AND NOT EXISTS (SELECT FROM pypiwatch.upload u
		WHERE u.normalized = l.key AND u.filename = f.filename
		AND u.sha256 = f.sha256 AND u.outcome <> 'gone'
		AND u.seen_at < now() - interval '30 days')
	FROM pypiwatch.listing_files(p_files) f
$$;

/* New files, and with them new releases and projects. */
CREATE OR REPLACE FUNCTION pypiwatch.listing_added(l pypiwatch.listed,
    p_files jsonb, p_since timestamptz, p_partial boolean) RETURNS integer
LANGUAGE plpgsql
AS $$
DECLARE
	f record;
	p pypiwatch.project;
	stored integer := 0;
BEGIN
	SELECT bool_and(n.fresh) AS whole, min(n.at) AS at INTO f
	    FROM pypiwatch.listing_news(l, p_files, p_since) n;
	SELECT * INTO p FROM pypiwatch.project WHERE normalized = l.key;
	IF f.whole AND NOT p_partial AND (p.created_at IS NULL
	    OR p.status = 'removed') THEN
		stored := stored + pypiwatch.listing_event(l, 'create', NULL,
		    NULL, f.at, coalesce(p.removed_at::text, ''));
	END IF;
	FOR f IN SELECT n.version, min(n.at) AS at
	    FROM pypiwatch.listing_news(l, p_files, p_since) n
	    GROUP BY n.version HAVING bool_and(n.fresh)
	    ORDER BY min(n.at), n.version
	LOOP
		stored := stored + pypiwatch.listing_event(l, 'new release',
		    f.version, NULL, f.at, f.version);
	END LOOP;
	FOR f IN SELECT * FROM pypiwatch.listing_news(l, p_files, p_since) n
	    WHERE n.fresh ORDER BY n.at, n.filename
	LOOP
		stored := stored + pypiwatch.listing_event(l, 'add file',
		    f.version, f.filename, f.at, f.filename || ' '
		    || f.sha256);
	END LOOP;
	RETURN stored;
END $$;

/* Files that this source listed before and now does not, and releases of
 * which it lists none any more. */
CREATE OR REPLACE FUNCTION pypiwatch.listing_removed(l pypiwatch.listed,
    p_files jsonb) RETURNS integer
LANGUAGE plpgsql
AS $$
DECLARE
	f record;
	stored integer := 0;
BEGIN
	FOR f IN WITH now_ AS MATERIALIZED (SELECT filename, version
		FROM pypiwatch.listing_files(p_files)),
	    gone AS (SELECT u.filename, u.version FROM pypiwatch.upload u
		WHERE u.normalized = l.key AND u.sha256 IS NOT NULL
		AND (strpos(l.key, '/') > 0
		    OR EXISTS (SELECT FROM pypiwatch.sighting s
		    WHERE s.source = l.source AND s.key = 'add file ' || l.key
		    || ' ' || u.filename || ' ' || u.sha256))
		UNION SELECT o.filename, o.version FROM pypiwatch.old_file o
		WHERE o.normalized = l.key
		EXCEPT SELECT n.filename, n.version FROM now_ n)
	    SELECT g.version, g.filename, NOT EXISTS (SELECT FROM now_ n
		WHERE n.version = g.version) AS whole FROM gone g
	    ORDER BY g.version, g.filename
	LOOP
		IF f.whole THEN
			CONTINUE WHEN EXISTS (SELECT FROM pypiwatch.release r
			    WHERE r.normalized = l.key
			    AND r.version = f.version
			    AND r.status = 'removed');
			stored := stored + pypiwatch.listing_event(l,
			    'remove release', f.version, NULL, NULL,
			    f.version || ' ' || l.polled_at);
		ELSE
			CONTINUE WHEN (SELECT e.kind FROM pypiwatch.event e
			    WHERE e.normalized = l.key
			    AND e.filename = f.filename
			    AND e.kind IN ('add file', 'remove file')
			    ORDER BY e.id DESC LIMIT 1) = 'remove file';
			stored := stored + pypiwatch.listing_event(l,
			    'remove file', f.version, f.filename, NULL,
			    f.filename || ' ' || l.polled_at);
		END IF;
		DELETE FROM pypiwatch.old_file o WHERE o.normalized = l.key
		    AND o.filename = f.filename;
	END LOOP;
	RETURN stored;
END $$;

/* A release is yanked when all its files are (PEP 592). */
CREATE OR REPLACE FUNCTION pypiwatch.listing_yanked(l pypiwatch.listed,
    p_files jsonb) RETURNS integer
LANGUAGE sql
AS $$
	SELECT coalesce(sum(pypiwatch.listing_event(l, CASE WHEN x.yanked
	    THEN 'yank release' ELSE 'unyank release' END, x.version, NULL,
	    NULL, x.version || ' ' || l.polled_at)), 0)::integer
	FROM (SELECT f.version, bool_and(f.yanked) AS yanked
	    FROM pypiwatch.listing_files(p_files) f GROUP BY f.version) x
	JOIN pypiwatch.release r ON r.normalized = l.key
	    AND r.version = x.version
	WHERE (x.yanked AND r.status = 'live')
	OR (NOT x.yanked AND r.status = 'yanked')
$$;

/* At the first pass over an index without serials: what is there is old. */
CREATE OR REPLACE FUNCTION pypiwatch.listing_begin(l pypiwatch.listed,
    p_files jsonb) RETURNS void
LANGUAGE sql
AS $$
	INSERT INTO pypiwatch.old_file (normalized, filename, version, sha256)
	    SELECT l.key, f.filename, f.version, f.sha256
	    FROM pypiwatch.listing_files(p_files) f
	    ON CONFLICT DO NOTHING
$$;

/* All that a project's page tells. */
CREATE OR REPLACE FUNCTION pypiwatch.listing_compare(l pypiwatch.listed,
    p_files jsonb, p_partial boolean, p_existing boolean) RETURNS integer
LANGUAGE plpgsql
AS $$
DECLARE
	old pypiwatch.listing;
	stored integer := 0;
BEGIN
	SELECT * INTO old FROM pypiwatch.listing WHERE normalized = l.key;
	IF old.serial > l.serial THEN
		RETURN 0;	/* an older copy than we have seen */
	END IF;
	IF l.serial < 0 AND NOT p_existing AND old.normalized IS NULL
	    AND NOT EXISTS (SELECT FROM pypiwatch.cursor c
		WHERE c.source = l.source AND c.complete) THEN
		PERFORM pypiwatch.listing_begin(l, p_files);
		RETURN 0;
	END IF;
	IF EXISTS (SELECT FROM pypiwatch.project p WHERE p.normalized = l.key
	    AND p.status = 'quarantined') THEN
		stored := stored + pypiwatch.listing_event(l,
		    'project quarantine cleared', NULL, NULL, NULL,
		    l.polled_at::text);
	END IF;
	IF p_existing THEN
		DELETE FROM pypiwatch.old_file WHERE normalized = l.key;
	END IF;
	stored := stored + pypiwatch.listing_added(l, p_files,
	    CASE WHEN NOT p_existing THEN pypiwatch.listing_since(l) END,
	    p_partial);
	IF old.normalized IS NOT NULL AND NOT p_partial THEN
		stored := stored + pypiwatch.listing_removed(l, p_files);
	END IF;
	RETURN stored + pypiwatch.listing_yanked(l, p_files);
END $$;

/* One project as an index lists it; gives how many events that made. */
CREATE OR REPLACE FUNCTION pypiwatch.listing_store(p_epoch bigint,
    p_source text, p_index text, p_listing jsonb, p_files jsonb)
RETURNS integer
LANGUAGE plpgsql
AS $$
DECLARE
	l pypiwatch.listed;
	p_status text := p_listing->>'status';
	was text;
	stored integer := 0;
BEGIN
	PERFORM pypiwatch.poll_fence(p_epoch);
	l := ROW(p_source, pypiwatch.project_key(p_index,
	    p_listing->>'project'), p_listing->>'project',
	    (p_listing->>'serial')::bigint,
	    to_timestamp((p_listing->>'polled_us')::bigint / 1e6),
	    p_listing->>'lookalike', (p_listing->>'rank')::integer);
	SELECT status INTO was FROM pypiwatch.project
	    WHERE normalized = l.key;
	IF p_status = 'unread' THEN
		INSERT INTO pypiwatch.gap (source, normalized, from_at, to_at,
		    why) VALUES (p_source, l.key, (SELECT listed_at
			FROM pypiwatch.listing WHERE normalized = l.key),
			l.polled_at, l.project || ': '
			|| coalesce(p_listing->>'why', 'unreadable'));
		PERFORM pypiwatch.coverage_add(p_source, l.polled_at, 0, 0, 1,
		    NULL, NULL);
		RETURN 0;
	ELSIF p_status = 'removed' THEN
		IF was <> 'removed' THEN
			stored := pypiwatch.listing_event(l, 'remove project',
			    NULL, NULL, NULL, l.polled_at::text);
		END IF;
		DELETE FROM pypiwatch.old_file WHERE normalized = l.key;
	ELSIF p_status = 'quarantined' THEN
		IF was IS DISTINCT FROM 'quarantined' THEN
			stored := pypiwatch.listing_event(l,
			    'project quarantined', NULL, NULL, NULL,
			    l.polled_at::text);
		END IF;
	ELSE
		stored := pypiwatch.listing_compare(l, p_files,
		    (p_listing->>'partial')::boolean,
		    (p_listing->>'existing')::boolean);
	END IF;
	INSERT INTO pypiwatch.listing AS x (normalized, source, serial, pass,
	    listed_at, newest_at) VALUES (l.key, p_source, l.serial,
		to_timestamp((p_listing->>'pass_us')::bigint / 1e6),
		l.polled_at, (SELECT max(f.at)
		    FROM pypiwatch.listing_files(p_files) f))
	    ON CONFLICT (normalized) DO UPDATE SET
	    serial = greatest(x.serial, excluded.serial),
	    pass = excluded.pass, listed_at = excluded.listed_at,
	    newest_at = greatest(x.newest_at, excluded.newest_at);
	UPDATE pypiwatch.gap SET repaired_at = now(), repaired_by = p_source
	    WHERE source = p_source AND normalized = l.key
	    AND repaired_at IS NULL;
	UPDATE pypiwatch.cursor c SET
	    serial = greatest(c.serial, (p_listing->>'cursor')::bigint),
	    epoch = p_epoch WHERE c.source = p_source AND c.complete;
	PERFORM pypiwatch.coverage_add(p_source,
	    to_timestamp((p_listing->>'pass_us')::bigint / 1e6),
	    jsonb_array_length(p_files), stored, 0, nullif(l.serial, -1),
	    nullif(l.serial, -1));
	IF stored > 0 THEN
		PERFORM pg_notify('pypiwatch_work', '');
	END IF;
	RETURN stored;
END $$;

/* A pass is over: how far it reaches, what it makes good, and, where every
 * page was read, which projects are gone. */
CREATE OR REPLACE FUNCTION pypiwatch.listing_end(p_epoch bigint,
    p_source text, p_index text, p_pass timestamptz, p_since bigint,
    p_cursor bigint, p_whole boolean) RETURNS integer
LANGUAGE plpgsql
AS $$
DECLARE
	x record;
	stored integer := 0;
BEGIN
	PERFORM pypiwatch.poll_fence(p_epoch);
	IF p_whole THEN
		FOR x IN SELECT i.normalized, p.display
		    FROM pypiwatch.listing i JOIN pypiwatch.project p
			USING (normalized)
		    WHERE i.source = p_source AND i.pass < p_pass
		    AND p.status <> 'removed'
		LOOP
			stored := stored + pypiwatch.listing_event(
			    ROW(p_source, x.normalized, x.display, -1, now(),
			    NULL, NULL)::pypiwatch.listed, 'remove project',
			    NULL, NULL, NULL, p_pass::text);
		END LOOP;
	END IF;
	INSERT INTO pypiwatch.cursor AS c (source, serial, begin_serial,
	    epoch, begin_at) VALUES (p_source, p_cursor, p_cursor, p_epoch,
		p_pass)
	    ON CONFLICT (source) DO UPDATE SET
	    serial = greatest(c.serial, excluded.serial), complete = true,
	    epoch = excluded.epoch, updated_at = now()
	    WHERE c.epoch <= excluded.epoch;
	IF p_index IS NULL THEN
		PERFORM pypiwatch.gaps_repair(p_source, (SELECT max(newest_at)
		    FROM pypiwatch.listing WHERE source = p_source
		    AND pass = p_pass), p_since, p_cursor);
	END IF;
	PERFORM pypiwatch.coverage_add(p_source, p_pass, 0, stored, 0, NULL,
	    NULL);
	RETURN stored;
END $$;

/* ---- coverage ------------------------------------------------------------ */

/* The kinds of events that a source shows at all. */
CREATE OR REPLACE FUNCTION pypiwatch.source_shows(source text) RETURNS text[]
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
AS $$
	SELECT CASE
	WHEN source = 'rss' THEN ARRAY['new release']
	WHEN source = 'rss-packages' THEN ARRAY['create']
	WHEN source LIKE 'simple%' THEN ARRAY['create', 'new release',
	    'add file', 'remove file', 'remove release', 'remove project',
	    'yank release', 'unyank release', 'project quarantined',
	    'project quarantine cleared']
	ELSE ARRAY['create', 'new release', 'add file', 'remove file',
	    'remove release', 'remove project', 'yank release',
	    'unyank release', 'project quarantined',
	    'project quarantine cleared', 'release quarantined',
	    'release quarantine cleared', 'add role', 'remove role',
	    'change role', 'invite role', 'revoke invite', 'accept role',
	    'project changed'] END
$$;

/* Events first seen in an hour that a source might have shown and did not. */
CREATE OR REPLACE FUNCTION pypiwatch.coverage_unseen(p_source text,
    p_period timestamptz) RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
	SELECT count(*) FROM pypiwatch.event e
	WHERE e.seen_at >= p_period
	AND e.seen_at < p_period + interval '1 hour'
	AND e.kind = ANY (pypiwatch.source_shows(p_source))
	AND coalesce(':' || pypiwatch.index_of(e.normalized), '')
	    = substr(p_source, length(split_part(p_source, ':', 1)) + 1)
	AND NOT EXISTS (SELECT FROM pypiwatch.sighting s
	    WHERE s.event_id = e.id AND s.source = p_source)
$$;
