/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What must happen in one transaction, as functions: applied again after
 * every migration, so they always fit the newest schema.  Each is called by
 * one statement of sql/statements.
 *
 * They refuse with SQLSTATE PW001 when the caller no longer leads the polling.
 */

/* ---- what became of a release on PyPI -------------------------------- */

/* When a release was quarantined, after its next fate.  What is removed from
 * quarantine stays quarantined; a quarantine that was cleared never was. */
CREATE OR REPLACE FUNCTION pypiwatch.quarantine_of(p_status text,
    p_at timestamptz, was text, was_at timestamptz) RETURNS timestamptz
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
	SELECT CASE WHEN p_status = 'quarantined' THEN coalesce(was_at, p_at)
	    WHEN p_status = 'live' AND was = 'quarantined' THEN NULL
	    ELSE was_at END
$$;

/* A new fate of a release on PyPI; told when there was a detection. */
CREATE OR REPLACE FUNCTION pypiwatch.release_status(p_normalized text,
    p_version text, p_status text, p_at timestamptz) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
	d record;
BEGIN
	UPDATE pypiwatch.release SET status = p_status, status_at = p_at,
	    quarantined_at = pypiwatch.quarantine_of(p_status, p_at, status,
		quarantined_at),
	    removed_at = CASE WHEN p_status = 'removed' THEN p_at
		ELSE removed_at END,
	    acted_whole = CASE WHEN p_status IN ('quarantined', 'removed')
		AND least(quarantined_at, removed_at) IS NULL
		THEN p_version IS NULL ELSE acted_whole END
	    WHERE normalized = p_normalized
	    AND (p_version IS NULL OR version = p_version)
	    AND status <> p_status
	    /* a project that comes back does not bring its releases back */
	    AND NOT (p_version IS NULL AND p_status = 'live'
		AND status IN ('removed', 'yanked'));
	FOR d IN UPDATE pypiwatch.detection
	    SET pypi_status = p_status, pypi_status_at = p_at,
		quarantined_at = pypiwatch.quarantine_of(p_status, p_at,
		    pypi_status, quarantined_at),
		removed_at = CASE WHEN p_status = 'removed' THEN p_at
		    ELSE removed_at END,
		updated_at = now()
	    WHERE normalized = p_normalized
	    AND (p_version IS NULL OR version = p_version)
	    AND pypi_status <> p_status
	    AND NOT (p_version IS NULL AND p_status = 'live'
		AND pypi_status IN ('removed', 'yanked'))
	    RETURNING id, first_detected_at
	LOOP
		IF p_status IN ('removed', 'quarantined') THEN
			PERFORM pypiwatch.alert_emit(d.id,
			    'release.' || p_status, jsonb_build_object(
			    'lead_seconds', round(extract(epoch FROM
			    p_at - d.first_detected_at))), p_status);
		END IF;
	END LOOP;
END $$;

/* ---- events ------------------------------------------------------------ */

/* Urgent work has a head start and nothing starves; what a backfill leads to
 * comes when nothing else waits. */
CREATE OR REPLACE FUNCTION pypiwatch.turn_of(p_priority integer)
RETURNS timestamptz LANGUAGE sql STABLE
AS $$
	SELECT CASE WHEN p_priority >= 9 THEN 'infinity'
	    ELSE now() + p_priority * interval '10 minutes' END
$$;

/* Asks for a look at what a release holds, or for one more. */
CREATE OR REPLACE FUNCTION pypiwatch.resolve_want(p_normalized text,
    p_version text, p_display text, p_serial bigint, p_priority integer)
RETURNS void
LANGUAGE sql
AS $$
	INSERT INTO pypiwatch.resolve (normalized, version, display, serial,
	    priority, turn_at)
	    VALUES (p_normalized, p_version, p_display,
		coalesce(p_serial, 0), p_priority,
		pypiwatch.turn_of(p_priority))
	ON CONFLICT (normalized, version) DO UPDATE SET
	    serial = greatest(resolve.serial, excluded.serial),
	    priority = least(resolve.priority, excluded.priority),
	    turn_at = least(resolve.turn_at, excluded.turn_at),
	    attempt = 0, run_at = now()
$$;

/* 0: a project that a team uses, or one under watch, because its name is like a target's and nobody
 * said that it is harmless (attacks often start so, and later releases turn);
 * 1: a release of a popular project; 2: a file that came late; 3: the rest. */
CREATE OR REPLACE FUNCTION pypiwatch.priority_of(p pypiwatch.project,
    p_rank integer, p_version text) RETURNS integer
LANGUAGE sql STABLE
AS $$
	SELECT CASE
	WHEN EXISTS (SELECT FROM pypiwatch.dep d
	    WHERE d.normalized = p.normalized) THEN 0
	WHEN p.lookalike_of IS NOT NULL AND NOT EXISTS (
	    SELECT FROM pypiwatch.detection d
	    WHERE d.normalized = p.normalized
	    AND d.triage_status IN ('benign', 'false_positive')) THEN 0
	WHEN coalesce(p_rank, 0) > 0 THEN 1
	WHEN EXISTS (SELECT FROM pypiwatch.release r
	    WHERE r.normalized = p.normalized AND r.version = p_version
	    AND r.first_seen_at < now() - interval '1 hour') THEN 2
	ELSE 3 END
$$;

/* Which of these targets the project does not imitate: one of its owners has
 * a role in both, or it is the older of the two.  A JSON array. */
CREATE OR REPLACE FUNCTION pypiwatch.names_excused(p_normalized text,
    p_targets text[]) RETURNS jsonb
LANGUAGE sql STABLE
AS $$
	SELECT coalesce(jsonb_agg(DISTINCT x.target), '[]')
	FROM unnest(p_targets) AS x(target)
	LEFT JOIN pypiwatch.project own ON own.normalized = p_normalized
	LEFT JOIN pypiwatch.project other ON other.normalized = x.target
	/* A private name that somebody registers resembles itself. */
	WHERE x.target <> p_normalized AND (own.created_at < other.created_at
	OR EXISTS (SELECT FROM pypiwatch.project_role a
	    JOIN pypiwatch.project_role b USING (actor)
	    WHERE a.normalized = p_normalized AND b.normalized = x.target
	    AND a.revoked_at IS NULL AND b.revoked_at IS NULL))
$$;

/* Roles as the journal tells them.  A new owner of an old project is worth
 * knowing; the one who comes with the project's creation is not new. */
CREATE OR REPLACE FUNCTION pypiwatch.role_store(p_normalized text,
    p_kind text, p_role text, p_actor text, p_at timestamptz) RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
	IF p_actor IS NULL OR p_kind NOT IN
	    ('add role', 'change role', 'remove role', 'accept role') THEN
		RETURN;
	END IF;
	INSERT INTO pypiwatch.project_role AS r
	    (normalized, actor, role, granted_at, revoked_at)
	    VALUES (p_normalized, p_actor, coalesce(p_role, ''),
		CASE WHEN p_kind <> 'remove role' THEN p_at END,
		CASE WHEN p_kind = 'remove role' THEN p_at END)
	ON CONFLICT (normalized, actor) DO UPDATE SET
	    role = coalesce(nullif(excluded.role, ''), r.role),
	    granted_at = coalesce(excluded.granted_at, r.granted_at),
	    revoked_at = excluded.revoked_at;
	UPDATE pypiwatch.project SET owner_changed_at = p_at
	    WHERE normalized = p_normalized
	    AND coalesce(p_role, 'Owner') = 'Owner'
	    AND coalesce(created_at, '-infinity') < p_at - interval '1 hour';
END $$;

CREATE OR REPLACE FUNCTION pypiwatch.file_named(p_normalized text,
    p_version text, p_filename text, p_display text, p_serial bigint,
    p_at timestamptz, p_priority integer) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
	u pypiwatch.upload;
BEGIN
	INSERT INTO pypiwatch.upload AS x (normalized, version, filename)
	    VALUES (p_normalized, p_version, p_filename)
	    ON CONFLICT (normalized, filename) DO UPDATE
	    SET state = 'unresolved', outcome = NULL, why = NULL
	    WHERE x.outcome = 'gone';
	SELECT * INTO u FROM pypiwatch.upload x
	    WHERE x.normalized = p_normalized AND x.filename = p_filename;
	/* Resolved from another source's word already, and the same upload:
	 * the journal's time and the file's differ by seconds.  A name that
	 * is uploaded twice may have other bytes the second time. */
	IF u.state <> 'unresolved' AND u.uploaded_at BETWEEN
	    p_at - interval '5 minutes' AND p_at + interval '5 minutes'
	THEN
		/* Apart, because it opens every month. */
		PERFORM FROM pypiwatch.event e
		    WHERE e.normalized = p_normalized
		    AND e.version = p_version AND e.filename = p_filename
		    AND e.kind = 'add file' AND e.serial <> p_serial LIMIT 1;
		IF NOT FOUND THEN
			RETURN;
		END IF;
	END IF;
	PERFORM pypiwatch.resolve_want(p_normalized, p_version, p_display,
	    p_serial, p_priority);
END $$;

/* The file was taken back before we learned what it was. */
CREATE OR REPLACE FUNCTION pypiwatch.file_removed(p_normalized text,
    p_filename text) RETURNS void
LANGUAGE sql
AS $$
	UPDATE pypiwatch.upload SET state = 'done', outcome = 'gone',
	    why = 'removed before it could be fetched', scanned_at = now()
	    WHERE normalized = p_normalized AND filename = p_filename
	    AND state = 'unresolved'
$$;

/* What one event, seen for the first time, changes. */
CREATE OR REPLACE FUNCTION pypiwatch.event_apply(e pypiwatch.event,
    p_lookalike text, p_rank integer) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
	at timestamptz := coalesce(e.at, now());
	p pypiwatch.project;
	priority integer;
BEGIN
	INSERT INTO pypiwatch.project AS x (normalized, display, created_at,
	    lookalike_of, last_serial)
	    VALUES (e.normalized, e.project,
		CASE WHEN e.kind = 'create' THEN at END, p_lookalike, e.serial)
	    ON CONFLICT (normalized) DO UPDATE SET
	    /* feeds spell names as their links do */
	    display = CASE WHEN e.serial IS NOT NULL
		OR x.display = x.normalized THEN excluded.display
		ELSE x.display END,
	    created_at = coalesce(excluded.created_at, x.created_at),
	    revived = x.revived OR (e.kind = 'create'
		AND x.status = 'removed'),
	    status = CASE WHEN e.kind IN ('create', 'new release')
		AND x.status = 'removed' THEN 'live' ELSE x.status END,
	    lookalike_of = coalesce(x.lookalike_of, excluded.lookalike_of),
	    last_serial = greatest(x.last_serial, excluded.last_serial)
	    RETURNING * INTO p;
	IF e.kind IN ('new release', 'add file') AND e.version IS NOT NULL THEN
		priority := pypiwatch.priority_of(p, p_rank, e.version);
		INSERT INTO pypiwatch.release AS r
		    (normalized, version, all_files)
		    VALUES (e.normalized, e.version, e.kind = 'new release')
		    ON CONFLICT (normalized, version) DO UPDATE SET
		    all_files = r.all_files OR excluded.all_files,
		    status = CASE WHEN r.status = 'removed' THEN 'live'
			ELSE r.status END;
	END IF;
	CASE e.kind
	WHEN 'new release' THEN
		PERFORM pypiwatch.resolve_want(e.normalized, e.version,
		    e.project, e.serial, priority)
		    WHERE e.version IS NOT NULL;
	WHEN 'add file' THEN
		PERFORM pypiwatch.file_named(e.normalized, e.version,
		    e.filename, e.project, e.serial, at, priority)
		    WHERE e.version IS NOT NULL AND e.filename IS NOT NULL;
	WHEN 'remove file' THEN
		PERFORM pypiwatch.file_removed(e.normalized, e.filename);
	WHEN 'remove release' THEN
		PERFORM pypiwatch.release_status(e.normalized, e.version,
		    'removed', at) WHERE e.version IS NOT NULL;
	WHEN 'remove project' THEN
		UPDATE pypiwatch.project SET status = 'removed',
		    removed_at = at WHERE normalized = e.normalized;
		PERFORM pypiwatch.release_status(e.normalized, NULL,
		    'removed', at);
	WHEN 'yank release' THEN
		PERFORM pypiwatch.release_status(e.normalized, e.version,
		    'yanked', at) WHERE e.version IS NOT NULL;
	WHEN 'unyank release', 'release quarantine cleared' THEN
		PERFORM pypiwatch.release_status(e.normalized, e.version,
		    'live', at) WHERE e.version IS NOT NULL;
	WHEN 'release quarantined' THEN
		PERFORM pypiwatch.release_status(e.normalized, e.version,
		    'quarantined', at) WHERE e.version IS NOT NULL;
	WHEN 'project quarantined' THEN
		UPDATE pypiwatch.project SET status = 'quarantined',
		    quarantined_at = at WHERE normalized = e.normalized;
		PERFORM pypiwatch.release_status(e.normalized, NULL,
		    'quarantined', at);
	WHEN 'project quarantine cleared' THEN
		UPDATE pypiwatch.project SET status = 'live',
		    quarantined_at = NULL WHERE normalized = e.normalized;
		PERFORM pypiwatch.release_status(e.normalized, NULL,
		    'live', at);
	ELSE
		PERFORM pypiwatch.role_store(e.normalized, e.kind, e.role,
		    e.actor, at);
	END CASE;
END $$;

/* The event that another source told of the same thing, if there is one.
 * Feeds and lists know no serials: what two sources tell of one release or
 * file within a day, or with times less than an hour apart, is one event.  What
 * was fed from a folder is none of an index's, which may have other bytes.  A
 * removal seen in a list has no time but that it was over by then. */
CREATE OR REPLACE FUNCTION pypiwatch.event_twin(p_source text,
    e pypiwatch.event) RETURNS bigint
LANGUAGE plpgsql STABLE	/* keeps its plan, which is over every month */
AS $$
BEGIN
	IF e.kind NOT IN ('create', 'new release', 'add file', 'remove file',
	    'remove release', 'remove project', 'yank release',
	    'unyank release', 'project quarantined',
	    'project quarantine cleared') THEN
		RETURN NULL;
	END IF;
	/* Materialised, or the newest is sought among the events of all. */
	RETURN (WITH same AS MATERIALIZED (
	    SELECT t.id FROM pypiwatch.event t
	    WHERE t.normalized = e.normalized AND t.kind = e.kind
	    AND t.version IS NOT DISTINCT FROM e.version
	    AND t.filename IS NOT DISTINCT FROM e.filename
	    AND t.seen_at > now() - interval '30 days'
	    AND (e.serial IS NULL OR t.serial IS NULL)
	    AND (t.seen_at > now() - interval '1 day'
		OR t.at BETWEEN e.at - interval '1 hour'
		    AND e.at + interval '1 hour'
		OR (t.at IS NULL AND t.seen_at > e.at - interval '1 hour')))
	    SELECT max(same.id) FROM same
	    WHERE NOT EXISTS (SELECT FROM pypiwatch.sighting s
		WHERE s.event_id = same.id
		AND s.source IN (p_source, 'ingest')));
END $$;

/* One happening as a source tells it; true when no source had before.  p_key
 * makes a repetition by the same source the same. */
CREATE OR REPLACE FUNCTION pypiwatch.event_take(p_source text, p_key text,
    p_event pypiwatch.event, p_lookalike text, p_rank integer) RETURNS boolean
LANGUAGE plpgsql
AS $$
DECLARE
	e pypiwatch.event := p_event;
	twin bigint;
	told timestamptz := (SELECT coalesce(s.shown_at, s.seen_at)
	    FROM pypiwatch.sighting s
	    WHERE s.source = p_source AND s.key = p_key);
BEGIN
	IF told < now() - interval '30 days' AND e.serial IS NULL THEN
		UPDATE pypiwatch.sighting SET shown_at = now()
		    WHERE source = p_source AND key = p_key;
	END IF;
	/* In this order: retention folds a sighting into a range at any
	 * moment, and one of the two shows it. */
	IF told IS NOT NULL
	    OR pypiwatch.sighting_dropped(p_source, e.serial) THEN
		RETURN false;
	END IF;
	twin := pypiwatch.event_twin(p_source, e);
	IF twin IS NOT NULL THEN
		UPDATE pypiwatch.event SET
		    serial = coalesce(serial, e.serial),
		    action = coalesce(action, e.action),
		    at = CASE WHEN e.serial IS NULL
			THEN coalesce(event.at, e.at)
			ELSE coalesce(e.at, event.at) END
		    WHERE id = twin
		    AND seen_at > now() - interval '30 days';
	ELSE
		INSERT INTO pypiwatch.event (serial, kind, project,
		    normalized, version, filename, actor, role, action, at)
		    VALUES (e.serial, e.kind, e.project, e.normalized,
			e.version, e.filename, e.actor, e.role, e.action,
			e.at)
		    RETURNING * INTO e;
		PERFORM pypiwatch.event_apply(e, p_lookalike, p_rank);
	END IF;
	INSERT INTO pypiwatch.sighting (source, key, event_id)
	    VALUES (p_source, p_key, coalesce(twin, e.id));
	RETURN twin IS NULL;
END $$;

/* Refuses who does not lead the polling.  Who does stores one piece after the
 * other, whatever it sends on how many connections, and an election waits for
 * the piece under way. */
CREATE OR REPLACE FUNCTION pypiwatch.poll_fence(p_epoch bigint) RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
	PERFORM FROM pypiwatch.poll_lease WHERE epoch = p_epoch
	    FOR NO KEY UPDATE;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'another host polls now (epoch %)', p_epoch
		    USING ERRCODE = 'PW001';
	END IF;
END $$;

/* Tries to become the one who polls; holding the session's lock is leading,
 * the new epoch outdates whoever led before.  Where the last one came to is
 * read by a statement of its own after that: one that began before the lock
 * was free would not see what the last one stored at its end. */
CREATE OR REPLACE FUNCTION pypiwatch.poll_elect(p_instance integer)
RETURNS TABLE (epoch bigint, serial bigint, begin_serial bigint,
    sources jsonb, items jsonb)
LANGUAGE plpgsql
AS $$
DECLARE
	mine bigint;
BEGIN
	IF NOT pg_try_advisory_lock(7057, 1) THEN
		RETURN;
	END IF;
	UPDATE pypiwatch.poll_lease l SET epoch = l.epoch + 1,
	    holder = p_instance, taken_at = now() RETURNING l.epoch INTO mine;
	RETURN QUERY SELECT mine, (SELECT c.serial FROM pypiwatch.cursor c
		WHERE c.source = 'changelog'), (SELECT c.begin_serial
		FROM pypiwatch.cursor c WHERE c.source = 'changelog'),
	    (SELECT jsonb_agg(jsonb_build_object('source', source, 'serial',
		c.serial, 'complete', coalesce(c.complete, false), 'ok_us',
		(extract(epoch FROM h.last_ok_at) * 1e6)::bigint))
		FROM pypiwatch.cursor c FULL JOIN pypiwatch.source_health h
		USING (source)),
	    (SELECT jsonb_agg(jsonb_build_array(i.source, i.key)
		ORDER BY i.seen_at) FROM (
		(SELECT source, key, seen_at FROM pypiwatch.sighting
		    WHERE source = 'rss' ORDER BY seen_at DESC LIMIT 140)
		UNION ALL (SELECT source, key, seen_at FROM pypiwatch.sighting
		    WHERE source = 'rss-packages'
		    ORDER BY seen_at DESC LIMIT 60)) i);
END $$;

/* What a source that saw everything up to a time and a serial makes good. */
CREATE OR REPLACE FUNCTION pypiwatch.gaps_repair(p_source text,
    p_at timestamptz, p_from bigint, p_serial bigint) RETURNS void
LANGUAGE sql
AS $$
	UPDATE pypiwatch.gap g SET repaired_at = now(), repaired_by = p_source
	WHERE g.repaired_at IS NULL AND g.normalized IS NULL
	AND ((g.source IN ('rss', 'rss-packages') AND g.newest_at <= p_at)
	    OR (g.source = 'changelog' AND p_source <> 'changelog'
		AND g.to_serial <= p_serial AND g.from_serial >= p_from))
$$;

/* What this source told in this hour, added up. */
CREATE OR REPLACE FUNCTION pypiwatch.coverage_add(p_source text,
    p_at timestamptz, p_items bigint, p_stored bigint, p_gaps bigint,
    p_first bigint, p_last bigint) RETURNS void
LANGUAGE sql
AS $$
	INSERT INTO pypiwatch.coverage AS c (source, period, polls, items,
	    stored, gaps, first_serial, last_serial, last_at)
	    VALUES (p_source, date_trunc('hour', p_at), 1, p_items,
		p_stored, p_gaps, p_first, p_last, p_at)
	    ON CONFLICT (source, period) DO UPDATE SET
	    /* pieces of one poll carry one time */
	    polls = c.polls + (c.last_at IS DISTINCT FROM
		excluded.last_at)::integer,
	    items = c.items + excluded.items,
	    stored = c.stored + excluded.stored,
	    gaps = c.gaps + excluded.gaps,
	    first_serial = least(c.first_serial, excluded.first_serial),
	    last_serial = greatest(c.last_serial, excluded.last_serial),
	    last_at = excluded.last_at
$$;

/* When a release that only a feed told of is looked at next: others of its
 * files are late by minutes as a rule, and by 14 days at most. */
CREATE OR REPLACE FUNCTION pypiwatch.look_after(p_looks integer)
RETURNS interval LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
	SELECT (ARRAY['2 minutes', '15 minutes', '2 hours', '1 day', '4 days',
	    '13 days'])[p_looks + 1]::interval
$$;

/* A piece of a page and the cursor after it; gives how many were new.  What
 * stood in a feed before we began (p_past) is only noted. */
CREATE OR REPLACE FUNCTION pypiwatch.events_store(p_source text,
    p_epoch bigint, p_cursor bigint, p_gap boolean, p_polled_at timestamptz,
    p_events jsonb, p_why text DEFAULT NULL, p_before timestamptz DEFAULT NULL,
    p_past boolean DEFAULT false, p_since bigint DEFAULT NULL) RETURNS integer
LANGUAGE plpgsql
AS $$
DECLARE
	x record;
	feed boolean := p_source IN ('rss', 'rss-packages');
	was bigint;
	stored integer := 0;
	items integer := 0;
	first bigint;
	last bigint;
	newest timestamptz;
BEGIN
	PERFORM pypiwatch.poll_fence(p_epoch);
	was := (SELECT serial FROM pypiwatch.cursor WHERE source = p_source);
	FOR x IN SELECT j.*, pypiwatch.normalize(j.project) AS normalized,
	    nullif(j.serial, 0) AS number,
	    CASE WHEN j.at_us > 0 THEN to_timestamp(j.at_us / 1e6) END AS at
	    FROM jsonb_to_recordset(p_events) AS j(n integer, kind text,
		project text, version text, filename text, actor text,
		role text, action text, serial bigint, at_us bigint,
		lookalike text, rank integer, key text) ORDER BY j.n
	LOOP
		items := items + 1;
		first := least(first, x.number);
		last := greatest(last, x.number);
		newest := greatest(newest, x.at);
		IF p_past THEN
			INSERT INTO pypiwatch.sighting (source, key, event_id)
			    VALUES (p_source, x.key, 0)
			    ON CONFLICT DO NOTHING;
			CONTINUE;
		END IF;
		CONTINUE WHEN NOT pypiwatch.event_take(p_source, x.key,
		    ROW(NULL, NULL, x.number, x.kind, x.project, x.normalized,
		    x.version, x.filename, x.actor, x.role, x.action, x.at)
		    ::pypiwatch.event, x.lookalike, x.rank);
		stored := stored + 1;
		IF feed AND x.kind = 'new release' THEN
			UPDATE pypiwatch.release SET look_at = now()
			    + pypiwatch.look_after(0), looks = 0
			    WHERE release.normalized = x.normalized
			    AND release.version = x.version;
		END IF;
	END LOOP;
	IF p_cursor IS NOT NULL THEN
		INSERT INTO pypiwatch.cursor AS c (source, serial,
		    begin_serial, epoch) VALUES (p_source, p_cursor,
		    least(p_cursor, first - 1), p_epoch)
		    ON CONFLICT (source) DO UPDATE SET
		    serial = greatest(c.serial, excluded.serial),
		    epoch = excluded.epoch, updated_at = now()
		    WHERE c.epoch <= excluded.epoch;
	END IF;
	IF p_gap THEN
		INSERT INTO pypiwatch.gap (source, from_at, to_at,
		    from_serial, to_serial, newest_at, why)
		    VALUES (p_source, p_before, p_polled_at,
			CASE WHEN NOT feed THEN coalesce(p_since, was) END,
			CASE WHEN NOT feed THEN coalesce(p_cursor, last) END,
			newest, coalesce(p_why, 'unknown'));
	END IF;
	IF NOT feed THEN
		PERFORM pypiwatch.gaps_repair(p_source, newest, was, p_cursor);
	END IF;
	PERFORM pypiwatch.coverage_add(p_source, p_polled_at, items, stored,
	    p_gap::integer, first, last);
	IF stored > 0 THEN
		PERFORM pg_notify('pypiwatch_work', '');
	END IF;
	RETURN stored;
END $$;

/* Another look at releases that no source but a feed tells of; how many. */
CREATE OR REPLACE FUNCTION pypiwatch.releases_look(p_most integer)
RETURNS integer
LANGUAGE plpgsql
AS $$
DECLARE
	r record;
	n integer := 0;
BEGIN
	FOR r IN SELECT v.normalized, v.version, v.looks, v.first_seen_at,
	    p.display, EXISTS (SELECT FROM pypiwatch.event e
		JOIN pypiwatch.sighting s ON s.event_id = e.id
		WHERE e.normalized = v.normalized AND e.version = v.version
		AND s.source NOT IN ('rss', 'rss-packages')) AS told
	    FROM pypiwatch.release v JOIN pypiwatch.project p
		USING (normalized)
	    WHERE v.look_at <= now() ORDER BY v.look_at LIMIT p_most
	    FOR UPDATE OF v SKIP LOCKED
	LOOP
		IF NOT r.told THEN
			PERFORM pypiwatch.resolve_want(r.normalized,
			    r.version, r.display, 0, 3);
			n := n + 1;
		END IF;
		UPDATE pypiwatch.release SET looks = release.looks + 1,
		    look_at = CASE WHEN NOT r.told THEN r.first_seen_at
			+ pypiwatch.look_after(r.looks + 1) END
		    WHERE normalized = r.normalized AND version = r.version;
	END LOOP;
	RETURN n;
END $$;

/* ---- resolving --------------------------------------------------------- */

CREATE OR REPLACE FUNCTION pypiwatch.task_make(u pypiwatch.upload,
    p_display text, p_priority integer) RETURNS void
LANGUAGE sql
AS $$
	INSERT INTO pypiwatch.task (upload_id, normalized, version, filename,
	    sha256, display, url, size, packagetype, priority, turn_at)
	    VALUES (u.id, u.normalized, u.version, u.filename, u.sha256,
		p_display, u.url, u.size, u.packagetype, p_priority,
		pypiwatch.turn_of(p_priority))
	ON CONFLICT (normalized, filename, sha256) DO UPDATE SET
	    /* no longer one of a rescan, which would wait its turn */
	    priority = excluded.priority, turn_at = excluded.turn_at,
	    rescan_id = NULL WHERE task.rescan_id IS NOT NULL
$$;

/* One listed file.  Taken when an event named it, or the release is new;
 * known bytes change nothing, other bytes under a known name are news. */
CREATE OR REPLACE FUNCTION pypiwatch.file_store(r pypiwatch.resolve,
    p_all boolean, f jsonb) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
	u pypiwatch.upload;
	changed boolean;
	past boolean := false;
BEGIN
	SELECT * INTO u FROM pypiwatch.upload x
	    WHERE x.normalized = r.normalized
	    AND x.filename = f->>'filename' FOR UPDATE;
	IF NOT FOUND THEN
		IF NOT p_all THEN
			RETURN;
		END IF;
		/* Whoever polls may just be storing the file's event. */
		INSERT INTO pypiwatch.upload AS x
		    (normalized, version, filename)
		    VALUES (r.normalized, r.version, f->>'filename')
		    ON CONFLICT (normalized, filename) DO UPDATE
		    SET filename = x.filename RETURNING * INTO u;
		past := true;
	END IF;
	IF u.sha256 = f->>'sha256' AND u.state <> 'unresolved'
	    AND u.outcome IS DISTINCT FROM 'gone' THEN
		UPDATE pypiwatch.upload SET yanked = (f->>'yanked')::boolean
		    WHERE id = u.id AND yanked <> (f->>'yanked')::boolean;
		/* What did not match may have had a wrong size or address. */
		UPDATE pypiwatch.task SET url = f->>'url',
		    size = (f->>'size')::bigint
		    WHERE upload_id = u.id AND sha256 = u.sha256
		    AND mismatches > 0;
		RETURN;
	END IF;
	/* A digest that no bytes ever had was the index's mistake. */
	WITH wrong AS (
		DELETE FROM pypiwatch.task t WHERE t.upload_id = u.id
		    AND t.sha256 <> f->>'sha256' AND t.mismatches > 0
		    RETURNING t.sha256
	)
	SELECT u.sha256 <> f->>'sha256' AND NOT EXISTS (SELECT FROM wrong
	    WHERE wrong.sha256 = u.sha256) INTO changed;
	changed := coalesce(changed, false);
	UPDATE pypiwatch.upload SET state = 'queued', outcome = NULL,
	    why = NULL, sha256 = f->>'sha256', url = f->>'url',
	    size = (f->>'size')::bigint, packagetype = f->>'packagetype',
	    uploaded_at = to_timestamp(
		nullif((f->>'uploaded_at_us')::bigint, 0) / 1e6),
	    requires_python = f->>'requires_python',
	    provenance = f->>'provenance',
	    yanked = (f->>'yanked')::boolean,
	    changed_bytes = changed_bytes OR changed, resolved_at = now()
	    WHERE id = u.id RETURNING * INTO u;
	past := past AND pypiwatch.seed_is_past(r.rescan_id, u);
	PERFORM pypiwatch.task_make(u, r.display,
	    CASE WHEN r.rescan_id IS NULL OR past THEN r.priority ELSE 1 END);
	IF past THEN
		UPDATE pypiwatch.task SET rescan_id = r.rescan_id
		    WHERE upload_id = u.id AND sha256 = u.sha256;
	END IF;
END $$;

/* A release as the index describes it, or a part of it. */
CREATE OR REPLACE FUNCTION pypiwatch.release_store(p_id bigint,
    p_owner integer, p_release jsonb) RETURNS boolean
LANGUAGE plpgsql
AS $$
DECLARE
	r pypiwatch.resolve;
	files jsonb := p_release->'files';
	newest boolean;
	every boolean;
	f jsonb;
BEGIN
	SELECT * INTO r FROM pypiwatch.resolve
	    WHERE id = p_id AND lease_owner = p_owner FOR UPDATE;
	IF NOT FOUND THEN
		RETURN false;
	END IF;
	newest := r.version = '';
	IF newest THEN
		r.version := p_release->>'version';
		IF coalesce(r.version, '') = '' THEN
			RETURN false;	/* the index names none */
		END IF;
		files := pypiwatch.seed_files(r.normalized, r.version, files);
	END IF;
	INSERT INTO pypiwatch.release AS x (normalized, version, summary,
	    author, author_email, maintainer, maintainer_email, home_page)
	    VALUES (r.normalized, r.version, p_release->>'summary',
		p_release->>'author', p_release->>'author_email',
		p_release->>'maintainer', p_release->>'maintainer_email',
		p_release->>'home_page')
	    ON CONFLICT (normalized, version) DO UPDATE SET
	    summary = coalesce(excluded.summary, x.summary),
	    author = coalesce(excluded.author, x.author),
	    author_email = coalesce(excluded.author_email, x.author_email),
	    maintainer = coalesce(excluded.maintainer, x.maintainer),
	    maintainer_email = coalesce(excluded.maintainer_email,
		x.maintainer_email),
	    home_page = coalesce(excluded.home_page, x.home_page)
	    RETURNING all_files INTO every;
	INSERT INTO pypiwatch.project_role (normalized, actor, role)
	    SELECT r.normalized, o->>'user', o->>'role'
	    FROM jsonb_array_elements(p_release->'owners') o
	    ON CONFLICT DO NOTHING;
	FOR f IN SELECT jsonb_array_elements(files)
	LOOP
		PERFORM pypiwatch.file_store(r, every OR newest, f);
	END LOOP;
	PERFORM pg_notify('pypiwatch_work', '');
	RETURN true;
END $$;

CREATE OR REPLACE FUNCTION pypiwatch.resolve_give_up(r pypiwatch.resolve,
    p_outcome text, p_why text) RETURNS void
LANGUAGE sql
AS $$
	UPDATE pypiwatch.upload SET state = 'done', outcome = p_outcome,
	    why = p_why, scanned_at = now()
	    WHERE normalized = r.normalized AND version = r.version
	    AND state = 'unresolved';
	DELETE FROM pypiwatch.resolve WHERE id = r.id
$$;

/*
 * The end of one attempt: done, again later, or given up; says which.
 * Copies behind the event are asked for again after 2, 5, 15, 60 and 300 s;
 * a 404 counts as gone only after that, because a new file is late at some
 * edge far more often than it is removed.  Our own or the index's trouble
 * uses up no attempt.
 */
CREATE OR REPLACE FUNCTION pypiwatch.resolve_end(p_id bigint,
    p_owner integer, p_status text, p_why text, p_retry_s bigint,
    p_project_status text) RETURNS text
LANGUAGE plpgsql
AS $$
DECLARE
	schedule constant integer[] := ARRAY[2, 5, 15, 60, 300];
	r pypiwatch.resolve;
	files bigint;
	waiting bigint;
	removed boolean;
	pause double precision;
BEGIN
	SELECT * INTO r FROM pypiwatch.resolve
	    WHERE id = p_id AND lease_owner = p_owner FOR UPDATE;
	IF NOT FOUND THEN
		RETURN 'lost';
	END IF;
	IF p_project_status = 'quarantined' THEN
		UPDATE pypiwatch.project SET status = 'quarantined',
		    quarantined_at = coalesce(quarantined_at, now())
		    WHERE normalized = r.normalized;
		PERFORM pypiwatch.release_status(r.normalized, NULL,
		    'quarantined', now());
	END IF;
	SELECT count(*), count(*) FILTER (WHERE state = 'unresolved')
	    INTO files, waiting FROM pypiwatch.upload
	    WHERE normalized = r.normalized AND version = r.version;
	IF p_status = 'found' AND r.version = '' THEN
		DELETE FROM pypiwatch.resolve WHERE id = p_id;
		RETURN 'done';
	END IF;
	IF p_status = 'found' AND files > 0 AND waiting = 0 THEN
		IF r.serial <= coalesce(r.lease_serial, 0) THEN
			DELETE FROM pypiwatch.resolve WHERE id = p_id;
			RETURN 'done';
		END IF;
		UPDATE pypiwatch.resolve SET attempt = 0, run_at = now(),
		    lease_until = NULL, lease_owner = NULL WHERE id = p_id;
		RETURN 'again';
	END IF;
	removed := EXISTS (SELECT FROM pypiwatch.project p
	    LEFT JOIN pypiwatch.release v ON v.normalized = p.normalized
		AND v.version = r.version
	    WHERE p.normalized = r.normalized
	    AND 'removed' IN (p.status, v.status));
	IF p_status = 'gone' OR (p_status IN ('missing', 'found')
	    AND r.attempt > CASE WHEN removed THEN 4 ELSE 5 END) THEN
		PERFORM pypiwatch.resolve_give_up(r, 'gone',
		    coalesce(p_why, 'the index does not list it'));
		RETURN 'gone';
	END IF;
	IF (p_status = 'stale' AND r.attempt > 5) OR
	    (p_status = 'failed' AND r.created_at < now() - interval '3 days')
	    THEN
		PERFORM pypiwatch.resolve_give_up(r, 'dead',
		    coalesce(p_why, 'the index gave no usable answer'));
		RETURN 'dead';
	END IF;
	IF p_status = 'failed' THEN
		pause := least(300, 2 ^ least(r.failures + 1, 9));
	ELSE
		pause := schedule[greatest(1, least(r.attempt, 5))];
	END IF;
	pause := greatest(pause * (1 + 0.2 * random()), least(p_retry_s, 3600));
	UPDATE pypiwatch.resolve SET why = p_why,
	    attempt = attempt - (p_status = 'failed')::integer,
	    failures = failures + (p_status = 'failed')::integer,
	    run_at = CASE WHEN serial > coalesce(lease_serial, 0)
		AND p_status <> 'failed' THEN now()
		ELSE now() + pause * interval '1 second' END,
	    lease_until = NULL, lease_owner = NULL WHERE id = p_id;
	RETURN 'later';
END $$;

/* ---- verdicts ---------------------------------------------------------- */

/* The release's detection, locked; a row of NULLs without one.  Through the
 * narrow table: it knows the month, and most releases have none. */
CREATE OR REPLACE FUNCTION pypiwatch.detection_of(p_normalized text,
    p_version text) RETURNS pypiwatch.detection
LANGUAGE plpgsql
AS $$
DECLARE
	k pypiwatch.detection_key;
	d pypiwatch.detection;
BEGIN
	SELECT * INTO k FROM pypiwatch.detection_key
	    WHERE normalized = p_normalized AND version = p_version;
	IF FOUND THEN
		SELECT * INTO d FROM pypiwatch.detection
		    WHERE id = k.id
		    AND first_detected_at = k.first_detected_at FOR UPDATE;
	END IF;
	RETURN d;
END $$;

/* Another host may be judging another file of the same release. */
CREATE OR REPLACE FUNCTION pypiwatch.release_lock(p_normalized text,
    p_version text) RETURNS void
LANGUAGE sql
AS $$
	SELECT pg_advisory_xact_lock(hashtextextended('release ' ||
	    p_normalized || ' ' || p_version, 7056))
$$;

/* The release's detection after one of its files was judged; p_suppressed: the
 * suppression that kept something of the file from counting. */
DROP FUNCTION IF EXISTS pypiwatch.release_judge(pypiwatch.upload, text, jsonb,
    text);
CREATE OR REPLACE FUNCTION pypiwatch.release_judge(u pypiwatch.upload,
    p_display text, p_reasons jsonb, p_lookalike text,
    p_suppressed bigint DEFAULT NULL) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
	best integer;
	alerting boolean;
	d pypiwatch.detection;
BEGIN
	PERFORM pypiwatch.release_lock(u.normalized, u.version);
	SELECT max(score), bool_or(alert) INTO best, alerting
	    FROM pypiwatch.upload
	    WHERE normalized = u.normalized AND version = u.version;
	d := pypiwatch.detection_of(u.normalized, u.version);
	IF d.id IS NULL AND NOT alerting THEN
		RETURN;
	END IF;
	IF d.id IS NULL THEN
		INSERT INTO pypiwatch.detection (normalized, project, version,
		    score, severity, reasons, lookalike_of, upload_to_alert,
		    pypi_status, pypi_status_at, quarantined_at,
		    removed_at, advisory)
		    SELECT u.normalized, p_display, u.version, best,
			pypiwatch.severity_of(best), p_reasons, p_lookalike,
			now() - u.uploaded_at, coalesce(r.status, 'live'),
			r.status_at, r.quarantined_at, r.removed_at,
			coalesce(r.advisory, (pypiwatch.advised(u.normalized,
			    u.version)).id)
		    FROM (SELECT 1) one LEFT JOIN pypiwatch.release r
			ON r.normalized = u.normalized
			AND r.version = u.version
		    RETURNING * INTO d;
		PERFORM pypiwatch.campaign_join(d);
		PERFORM pypiwatch.alert_emit(d.id, 'detection.opened');
		RETURN;
	END IF;
	UPDATE pypiwatch.detection SET score = best,
	    severity = pypiwatch.severity_of(best),
	    reasons = CASE WHEN u.score >= d.score THEN p_reasons
		ELSE reasons END,
	    lookalike_of = coalesce(lookalike_of, p_lookalike),
	    suppressed_by = CASE WHEN NOT alerting
		AND triage_status = 'open'
		THEN coalesce(suppressed_by, p_suppressed) END,
	    updated_at = now() WHERE id = d.id
	    AND first_detected_at = d.first_detected_at;
	IF NOT alerting AND d.suppressed_by IS NULL
	    AND d.triage_status = 'open' AND p_suppressed IS NOT NULL THEN
		PERFORM pypiwatch.alert_suppressed(d.id, s.owner)
		    FROM pypiwatch.suppression s WHERE s.id = p_suppressed;
		RETURN;
	END IF;
	/* A few points more by the tenth wheel are no news. */
	IF best >= d.told_score + 5 OR pypiwatch.severity_of(best)
	    <> pypiwatch.severity_of(d.told_score) THEN
		PERFORM pypiwatch.alert_emit(d.id, 'detection.updated',
		    jsonb_build_object('change', 'score',
			'was_score', d.told_score));
	ELSIF u.alert AND d.first_detected_at < now() - interval '1 hour' THEN
		PERFORM pypiwatch.files_added(d);
	END IF;
END $$;

/* What a popular project's wheel installs: {"rank": 1, "names": [...]}. */
CREATE OR REPLACE FUNCTION pypiwatch.imports_store(p_project text,
    p_imports jsonb) RETURNS void
LANGUAGE sql
AS $$
	INSERT INTO pypiwatch.import_name (normalized, project, rank)
	    SELECT n, p_project, (p_imports->>'rank')::integer
	    FROM jsonb_array_elements_text(p_imports->'names') AS n
	ON CONFLICT (normalized, project) DO UPDATE SET rank = excluded.rank
	    WHERE import_name.rank <> excluded.rank
$$;

/* A verdict on a file's bytes into the file, its findings and the release. */
CREATE OR REPLACE FUNCTION pypiwatch.verdict_apply(p_upload bigint,
    p_sha256 text, p_display text, p_scan_id bigint, p_scan jsonb)
RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
	u pypiwatch.upload;
BEGIN
	/* Another verdict on the file waits, or both would leave findings. */
	SELECT * INTO u FROM pypiwatch.upload WHERE id = p_upload FOR UPDATE;
	/* Only of a file that was looked at before: a look into every month.
	 * Of bytes that are another's by now nothing stands with the file. */
	DELETE FROM pypiwatch.finding WHERE upload_id = p_upload
	    AND u.sha256 = p_sha256 AND u.scanned_at IS NOT NULL;
	INSERT INTO pypiwatch.finding (scan_id, upload_id, normalized,
	    version, rule, category, tactic, context, path, line, layers,
	    weight, novel, text, snippet, suppressed_by)
	    SELECT p_scan_id, p_upload, u.normalized, u.version, f.rule,
		f.category, f.tactic, f.context, f.path,
		CASE WHEN f.line < 2147483647 THEN f.line::integer END,
		f.layers, f.weight,
		f.novel, f.text, f.snippet, (f.suppressed->>'id')::bigint
	    FROM jsonb_to_recordset(p_scan#>'{object,findings}')
		AS f(rule text, category text, tactic text, context text,
		path text, line bigint, layers jsonb,
		weight double precision, novel boolean, text text,
		snippet text, suppressed jsonb)
	    WHERE u.sha256 = p_sha256;
	INSERT INTO pypiwatch.features (sha256, ruleset, features)
	    SELECT p_sha256, p_scan->>'ruleset', p_scan->'features'
	    WHERE p_scan->'features' IS NOT NULL
	    AND p_scan->>'ruleset' IS NOT NULL
	    ON CONFLICT (sha256, ruleset) DO UPDATE
	    /* an older program may have kept less of them */
	    SET features = excluded.features
	    WHERE features.features <> excluded.features;
	IF jsonb_typeof(p_scan->'imports') = 'object' THEN
		PERFORM pypiwatch.imports_store(u.normalized,
		    p_scan->'imports');
	END IF;
	UPDATE pypiwatch.upload SET state = 'done', kept_rules = NULL,
	    outcome = p_scan->>'outcome', why = p_scan->>'why',
	    ruleset = p_scan->>'ruleset', scanned_at = now(),
	    score = (p_scan->>'score')::smallint,
	    alert = (p_scan->>'alert')::boolean, object = p_scan->'object'
	    WHERE id = p_upload AND sha256 = p_sha256 RETURNING * INTO u;
	IF FOUND THEN
		PERFORM pypiwatch.release_judge(u, p_display,
		    coalesce(p_scan->'reasons', '[]'),
		    p_scan->>'lookalike_of',
		    (p_scan->>'suppressed_by')::bigint);
	END IF;
END $$;

/*
 * The end of a task: history, findings, features, the release's detection,
 * its alert and the outbox rows.  False when the lease was lost meanwhile.
 */
CREATE OR REPLACE FUNCTION pypiwatch.scan_store(p_task bigint,
    p_owner integer, p_scan jsonb) RETURNS boolean
LANGUAGE plpgsql
AS $$
DECLARE
	t pypiwatch.task;
	scan bigint;
	first boolean;
	held boolean;
	vain boolean;
BEGIN
	DELETE FROM pypiwatch.task WHERE id = p_task AND lease_owner = p_owner
	    RETURNING * INTO t;
	IF NOT FOUND THEN
		RETURN false;
	END IF;
	/* A seed's files are not known before. */
	first := t.rescan_id IS NULL OR EXISTS (SELECT FROM pypiwatch.upload
	    WHERE id = t.upload_id AND sha256 = t.sha256 AND state <> 'done');
	vain := NOT first AND p_scan->>'outcome' = 'dead';
	held := t.rescan_id IS NOT NULL AND NOT vain AND pypiwatch.verdict_hold(
	    t.rescan_id, t.upload_id, t.sha256, p_scan);
	/* What is held is not history: held_end() makes it that. */
	IF held AND NOT first THEN
		RETURN true;
	END IF;
	INSERT INTO pypiwatch.scan (upload_id, normalized, version, sha256,
	    outcome, why, score, ruleset, reasons, attempts, ms)
	    VALUES (t.upload_id, t.normalized, t.version, t.sha256,
		p_scan->>'outcome', p_scan->>'why',
		(p_scan->>'score')::smallint, p_scan->>'ruleset',
		coalesce(p_scan->'reasons', '[]'), t.attempt,
		(p_scan->>'ms')::integer)
	    RETURNING id INTO scan;
	/* Looking again in vain takes away nothing that was found.  A first
	 * look is history all the same, and held is that it would alert. */
	IF NOT vain THEN
		PERFORM pypiwatch.verdict_apply(t.upload_id, t.sha256,
		    t.display, scan, CASE WHEN held
		    THEN p_scan || '{"alert": false}' ELSE p_scan END);
	END IF;
	RETURN true;
END $$;

/* A task that ends without a look at the bytes. */
CREATE OR REPLACE FUNCTION pypiwatch.task_give_up(p_task bigint,
    p_owner integer, p_outcome text, p_why text) RETURNS boolean
LANGUAGE plpgsql
AS $$
DECLARE
	t pypiwatch.task;
BEGIN
	DELETE FROM pypiwatch.task WHERE id = p_task AND lease_owner = p_owner
	    RETURNING * INTO t;
	IF NOT FOUND THEN
		RETURN false;
	END IF;
	INSERT INTO pypiwatch.scan (upload_id, normalized, version, sha256,
	    outcome, why, score, attempts)
	    VALUES (t.upload_id, t.normalized, t.version, t.sha256,
		p_outcome, p_why, 0, t.attempt);
	UPDATE pypiwatch.upload SET state = 'done', outcome = p_outcome,
	    why = p_why, scanned_at = now()
	    WHERE id = t.upload_id AND sha256 = t.sha256
	    /* else it was looked at before */
	    AND (t.rescan_id IS NULL OR state <> 'done');
	RETURN true;
END $$;

/*
 * The bytes are not what the index says.  It may have told an old or a wrong
 * digest, or the file may have been replaced: the index is asked again, the
 * next time the other way, and then the file is fetched again, after 5 s, 30 s,
 * 2 min, 10 min and 1 h.  Another digest is another task; see file_store.
 */
CREATE OR REPLACE FUNCTION pypiwatch.task_unmatched(p_task bigint,
    p_owner integer, p_why text) RETURNS text
LANGUAGE plpgsql
AS $$
DECLARE
	schedule constant integer[] := ARRAY[5, 30, 120, 600, 3600];
	t pypiwatch.task;
	pause interval;
BEGIN
	UPDATE pypiwatch.task SET mismatches = mismatches + 1,
	    attempt = attempt - 1, lease_owner = NULL, lease_until = NULL,
	    why = p_why WHERE id = p_task AND lease_owner = p_owner
	    RETURNING * INTO t;
	IF NOT FOUND THEN
		RETURN 'lost';
	END IF;
	IF NOT EXISTS (SELECT FROM pypiwatch.upload u
	    WHERE u.id = t.upload_id AND u.sha256 = t.sha256) THEN
		DELETE FROM pypiwatch.task WHERE id = p_task;
		RETURN 'replaced';
	END IF;
	IF t.mismatches > array_length(schedule, 1) THEN
		UPDATE pypiwatch.task SET lease_owner = p_owner
		    WHERE id = p_task;
		PERFORM pypiwatch.task_give_up(p_task, p_owner, 'dead',
		    p_why || ', also after asking the index ' ||
		    array_length(schedule, 1) || ' times more');
		RETURN 'dead';
	END IF;
	pause := schedule[t.mismatches] * (1 + 0.2 * random()) *
	    interval '1 second';
	UPDATE pypiwatch.task SET run_at = now() + pause WHERE id = p_task;
	/* One that waits already is asked soon enough. */
	INSERT INTO pypiwatch.resolve (normalized, version, display, priority,
	    attempt, why, turn_at, run_at)
	    VALUES (t.normalized, t.version, t.display, t.priority,
		CASE WHEN t.mismatches % 2 = 0 THEN 2 ELSE 0 END, p_why,
		pypiwatch.turn_of(t.priority), now() + pause / 2)
	    ON CONFLICT (normalized, version) DO NOTHING;
	RETURN 'later';
END $$;


/* ---- work of processes that ended -------------------------------------- */

/* Gives back every lease of instances that are gone.  A process holds
 * advisory lock (7058, id) while it lives; one on another host that is only
 * cut off for a moment gets a minute. */
CREATE OR REPLACE FUNCTION pypiwatch.leases_reap(p_self integer,
    p_host text) RETURNS integer
LANGUAGE plpgsql
AS $$
DECLARE
	gone integer[];
	n integer;
BEGIN
	SELECT array_agg(i.id) INTO gone FROM pypiwatch.instance i
	    WHERE i.id <> p_self
	    AND (i.host = p_host OR i.seen_at < now() - interval '1 minute')
	    AND NOT EXISTS (SELECT FROM pg_locks l
		WHERE l.locktype = 'advisory' AND l.classid = 7058
		AND l.objid = i.id::oid AND l.objsubid = 2
		AND l.database = (SELECT oid FROM pg_database
		    WHERE datname = current_database()));
	IF gone IS NULL THEN
		RETURN 0;
	END IF;
	UPDATE pypiwatch.task SET lease_owner = NULL, lease_until = NULL,
	    attempt = greatest(attempt - 1, 0)
	    WHERE lease_owner = ANY (gone);
	GET DIAGNOSTICS n = ROW_COUNT;
	UPDATE pypiwatch.resolve SET lease_owner = NULL, lease_until = NULL,
	    attempt = greatest(attempt - 1, 0)
	    WHERE lease_owner = ANY (gone);
	UPDATE pypiwatch.delivery SET lease_owner = NULL, lease_until = NULL
	    WHERE lease_owner = ANY (gone)
	    AND state IN ('pending', 'retrying');
	/* A process that ended is started again by its host; of a host that
	 * is silent nobody else would tell. */
	PERFORM pypiwatch.health_bad(i.host, 'host', 'high', 'queue',
	    'silent since ' || pypiwatch.rfc3339(max(i.seen_at)),
	    max(i.seen_at))
	    FROM pypiwatch.instance i WHERE i.id = ANY (gone)
	    AND i.host <> p_host AND NOT EXISTS (SELECT
		FROM pypiwatch.instance o WHERE o.host = i.host
		AND o.id <> ALL (gone))
	    GROUP BY i.host;
	DELETE FROM pypiwatch.instance WHERE id = ANY (gone);
	RETURN n;
END $$;
