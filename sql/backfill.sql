/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The past: see schema/0009_backfill.sql.  Applied again after every
 * migration, as functions.sql.
 */

/* Files looked at in the best hour of the last week. */
CREATE OR REPLACE FUNCTION pypiwatch.files_per_hour() RETURNS bigint
LANGUAGE sql STABLE
AS $$
	SELECT coalesce(max(n), 0) FROM (SELECT count(*) AS n
	    FROM pypiwatch.scan s
	    WHERE s.scanned_at > now() - interval '7 days'
	    GROUP BY date_trunc('hour', s.scanned_at)) h
$$;

/* Where what is known begins: at the begin of what was followed live, or
 * before it, where finished backfills reach up to it. */
CREATE OR REPLACE FUNCTION pypiwatch.backfill_known_from() RETURNS bigint
LANGUAGE sql STABLE
AS $$
	WITH RECURSIVE known (serial) AS (
		SELECT c.begin_serial FROM pypiwatch.cursor c
		WHERE c.source = 'changelog'
	    UNION
		SELECT b.since FROM known k JOIN pypiwatch.backfill b
		ON b.until >= k.serial AND b.since < k.serial
		WHERE b.finished_at IS NOT NULL AND NOT b.stopped
	)
	SELECT min(serial) FROM known
$$;

/* Files an event of the changelog, of the newest hundred thousand; NULL
 * without any. */
CREATE OR REPLACE FUNCTION pypiwatch.files_per_event()
RETURNS double precision
LANGUAGE sql STABLE
AS $$
	SELECT count(*) FILTER (WHERE kind = 'add file')::double precision
	    / nullif(count(*), 0)
	FROM (SELECT e.kind FROM pypiwatch.event e WHERE e.serial IS NOT NULL
	    ORDER BY e.seen_at DESC LIMIT 100000) e
$$;

/* Asks for it; with what is known for an estimate, NULL where nothing is.  The
 * upper end is where what is known begins. */
CREATE OR REPLACE FUNCTION pypiwatch.backfill_ask(p_since bigint,
    OUT id bigint, OUT since bigint, OUT until bigint,
    OUT events_per_serial double precision,
    OUT files_per_event double precision,
    OUT files_per_hour bigint, OUT why text)
LANGUAGE plpgsql
AS $$
DECLARE
	c pypiwatch.cursor;
	open pypiwatch.backfill;
BEGIN
	PERFORM pg_advisory_xact_lock(7057, 2);
	SELECT * INTO c FROM pypiwatch.cursor WHERE source = 'changelog';
	SELECT * INTO open FROM pypiwatch.backfill b
	    WHERE b.finished_at IS NULL ORDER BY b.id LIMIT 1;
	since := p_since;
	until := pypiwatch.backfill_known_from();
	IF c.source IS NULL THEN
		why := 'the changelog was never followed, so there is no'
		    ' before: start pypiwatchd first';
	ELSIF open.id IS NOT NULL AND open.since = p_since THEN
		id := open.id;
	ELSIF open.id IS NOT NULL THEN
		why := format('backfill %s, since %s, is under way: wait, or'
		    ' stop it', open.id, open.since);
	ELSIF p_since > c.serial THEN
		why := format('the changelog is only at serial %s', c.serial);
	ELSIF p_since >= c.begin_serial THEN
		why := format('everything from serial %s on was followed'
		    ' live', c.begin_serial);
	ELSIF p_since >= until THEN
		why := format('everything from serial %s on was fetched'
		    ' before', until);
	ELSE
		INSERT INTO pypiwatch.backfill (since, until, cursor)
		    VALUES (p_since, backfill_ask.until, p_since)
		    RETURNING backfill.id INTO id;
	END IF;
	events_per_serial := least((SELECT sum(v.items)
	    FROM pypiwatch.coverage v WHERE v.source = 'changelog')
	    ::double precision / nullif(c.serial - c.begin_serial, 0), 1);
	files_per_event := pypiwatch.files_per_event();
	files_per_hour := pypiwatch.files_per_hour();
END $$;

CREATE OR REPLACE FUNCTION pypiwatch.backfill_next(p_most integer,
    OUT id bigint, OUT cursor bigint, OUT until bigint)
RETURNS SETOF record
LANGUAGE sql STABLE
AS $$
	SELECT b.id, b.cursor, b.until FROM pypiwatch.backfill b
	WHERE b.finished_at IS NULL AND b.run_at <= now()
	AND (SELECT count(*) FROM pypiwatch.resolve r
	    WHERE r.priority >= 9 AND r.rescan_id IS NULL) < p_most
	AND (SELECT count(*) FROM pypiwatch.task t
	    WHERE t.priority >= 9 AND t.rescan_id IS NULL) < p_most
	ORDER BY b.id LIMIT 1
$$;

/* What an event of the past changes: nothing that a later one decided. */
CREATE OR REPLACE FUNCTION pypiwatch.event_replay(e pypiwatch.event,
    p_lookalike text) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
	fresh boolean := true;
BEGIN
	INSERT INTO pypiwatch.project AS x (normalized, display, created_at,
	    lookalike_of, last_serial)
	    VALUES (e.normalized, e.project,
		CASE WHEN e.kind = 'create' THEN e.at END, p_lookalike,
		e.serial)
	    ON CONFLICT (normalized) DO UPDATE SET
	    created_at = coalesce(x.created_at, excluded.created_at),
	    lookalike_of = coalesce(x.lookalike_of, excluded.lookalike_of);
	IF e.kind IN ('new release', 'add file') AND e.version IS NOT NULL THEN
		INSERT INTO pypiwatch.release AS r
		    (normalized, version, all_files)
		    VALUES (e.normalized, e.version, e.kind = 'new release')
		    ON CONFLICT (normalized, version) DO UPDATE
		    SET all_files = r.all_files OR excluded.all_files;
		IF e.filename IS NOT NULL THEN
			INSERT INTO pypiwatch.upload (normalized, version,
			    filename) VALUES (e.normalized, e.version,
			    e.filename) ON CONFLICT DO NOTHING;
			fresh := FOUND;
		END IF;
		/* Any copy of the index's page is later than this: serial 0. */
		IF fresh THEN
			PERFORM pypiwatch.resolve_want(e.normalized,
			    e.version, e.project, 0, 9);
		END IF;
	ELSIF e.kind = 'add role' THEN
		INSERT INTO pypiwatch.project_role (normalized, actor, role,
		    granted_at) SELECT e.normalized, e.actor,
		    coalesce(e.role, ''), e.at
		    WHERE e.actor IS NOT NULL ON CONFLICT DO NOTHING;
	ELSIF e.kind NOT LIKE '%role%' AND e.kind <> 'revoke invite'
	    AND NOT EXISTS (SELECT FROM pypiwatch.event l
	    WHERE l.normalized = e.normalized AND l.serial > e.serial
	    AND (e.version IS NULL OR l.version IS NULL
		OR l.version = e.version)
	    AND l.kind NOT LIKE '%role%') THEN
		PERFORM pypiwatch.event_apply(e, p_lookalike, NULL);
	END IF;
END $$;

/* A piece and the place behind it; gives how many were new. */
CREATE OR REPLACE FUNCTION pypiwatch.backfill_store(p_epoch bigint,
    p_id bigint, p_cursor bigint, p_done boolean, p_events jsonb)
RETURNS integer
LANGUAGE plpgsql
AS $$
DECLARE
	x record;
	e pypiwatch.event;
	stored integer := 0;
	items integer := 0;
	first bigint;
	last bigint;
BEGIN
	PERFORM pypiwatch.poll_fence(p_epoch);
	PERFORM FROM pypiwatch.backfill WHERE id = p_id
	    AND finished_at IS NULL FOR UPDATE;
	IF NOT FOUND THEN
		RETURN 0;	/* stopped meanwhile */
	END IF;
	FOR x IN SELECT j.*, pypiwatch.normalize(j.project) AS normalized,
	    CASE WHEN j.at_us > 0 THEN to_timestamp(j.at_us / 1e6) END AS at
	    FROM jsonb_to_recordset(p_events) AS j(n integer, kind text,
		project text, version text, filename text, actor text,
		role text, action text, serial bigint, at_us bigint,
		lookalike text, key text)
	    WHERE j.serial > 0 ORDER BY j.n
	LOOP
		items := items + 1;
		first := least(first, x.serial);
		last := greatest(last, x.serial);
		CONTINUE WHEN EXISTS (SELECT FROM pypiwatch.sighting s
		    WHERE s.source = 'changelog' AND s.key = x.key)
		    OR pypiwatch.sighting_dropped('changelog', x.serial);
		INSERT INTO pypiwatch.event (serial, kind, project,
		    normalized, version, filename, actor, role, action, at)
		    VALUES (x.serial, x.kind, x.project, x.normalized,
			x.version, x.filename, x.actor, x.role, x.action,
			x.at)
		    RETURNING * INTO e;
		INSERT INTO pypiwatch.sighting (source, key, event_id)
		    VALUES ('changelog', x.key, e.id);
		PERFORM pypiwatch.event_replay(e, x.lookalike);
		stored := stored + 1;
	END LOOP;
	UPDATE pypiwatch.backfill SET cursor = greatest(cursor, p_cursor),
	    events = events + stored, began_at = coalesce(began_at, now()),
	    finished_at = CASE WHEN p_done THEN now() END, why = NULL,
	    failures = 0 WHERE id = p_id;
	PERFORM pypiwatch.coverage_add('backfill', now(), items, stored, 0,
	    first, last);
	IF stored > 0 THEN
		PERFORM pg_notify('pypiwatch_work', '');
	END IF;
	RETURN stored;
END $$;

/* What is stored stays, and is worked off. */
CREATE OR REPLACE FUNCTION pypiwatch.backfill_stop(p_id bigint)
RETURNS boolean
LANGUAGE plpgsql
AS $$
BEGIN
	UPDATE pypiwatch.backfill SET finished_at = now(), stopped = true
	    WHERE id = p_id AND finished_at IS NULL;
	RETURN FOUND;
END $$;
