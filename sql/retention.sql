/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Retention: months are made ahead and dropped by setting, unattended.
 * Applied again after every migration, as functions.sql.
 *
 * Queue calls retention_run() and runs as a role that owns no table, so the
 * functions that make and drop tables run as the database's owner.  Each call
 * does a bounded piece of work and says whether there is more: queue's other
 * statements wait behind it.
 *
 * Order matters: what must outlive a month (serials, rules that fired) is
 * folded into the narrow tables first, together with the rows it is taken
 * from; a month is dropped when nothing of it is left to fold.
 *
 * Whoever waits for the lock on all months makes everybody behind wait too, as
 * long as an analyst's query reads them: 100 ms, then it is tried later.
 */

/* Not even a daemon that was taken over may shorten history below this. */
CREATE OR REPLACE FUNCTION pypiwatch.retention_least() RETURNS interval
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT interval '31 days' $$;

CREATE OR REPLACE FUNCTION pypiwatch.month_after(month timestamptz,
    n integer DEFAULT 1) RETURNS timestamptz
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$ SELECT (month AT TIME ZONE 'UTC' + n * interval '1 month')
    AT TIME ZONE 'UTC' $$;

/* What is partitioned, by which column, and whose setting counts. */
CREATE OR REPLACE FUNCTION pypiwatch.months_kept(OUT parent text,
    OUT key text, OUT kind text) RETURNS SETOF record
LANGUAGE sql IMMUTABLE
AS $$
	VALUES ('event', 'seen_at', 'events'),
	    ('scan', 'scanned_at', 'scans'),
	    ('finding', 'scanned_at', 'scans'),
	    ('detection', 'first_detected_at', 'detections')
$$;

/* The months there are, oldest first; [since, until). */
CREATE OR REPLACE FUNCTION pypiwatch.months_of(p_parent text,
    OUT month text, OUT since timestamptz, OUT until timestamptz)
RETURNS SETOF record
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT c.relname::text, m.since, pypiwatch.month_after(m.since)
	FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
	CROSS JOIN LATERAL (SELECT make_timestamptz(
		substring(c.relname, '_(\d{4})_\d\d$')::integer,
		substring(c.relname, '_(\d\d)$')::integer, 1, 0, 0, 0, 'UTC')
		AS since) m
	WHERE i.inhparent = format('pypiwatch.%I', p_parent)::regclass
	AND c.relname ~ ('^' || p_parent || '_\d{4}_(0[1-9]|1[0-2])$')
	ORDER BY 2
$$;

/* One month of one table; what the default partition caught of it moves in.
 * False when it is there already. */
CREATE OR REPLACE FUNCTION pypiwatch.month_make(p_parent text, p_key text,
    p_month timestamptz) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
SET lock_timeout = '100ms'
AS $$
DECLARE
	name text := p_parent || to_char(p_month AT TIME ZONE 'UTC',
	    '_YYYY_MM');
BEGIN
	IF to_regclass(format('pypiwatch.%I', name)) IS NOT NULL THEN
		RETURN false;
	END IF;
	/* Attached afterwards: CREATE ... PARTITION OF would lock out even
	 * readers of all months. */
	EXECUTE format('CREATE TABLE pypiwatch.%I (LIKE pypiwatch.%I
	    INCLUDING DEFAULTS INCLUDING CONSTRAINTS)', name, p_parent);
	PERFORM set_config('pypiwatch.moving', 'yes', true);
	EXECUTE format('WITH gone AS (DELETE FROM pypiwatch.%1$I
	    WHERE %2$I >= %3$L AND %2$I < %4$L RETURNING *)
	    INSERT INTO pypiwatch.%5$I SELECT * FROM gone',
	    p_parent || '_rest', p_key, p_month,
	    pypiwatch.month_after(p_month), name);
	EXECUTE format('ALTER TABLE pypiwatch.%I ATTACH PARTITION pypiwatch.%I
	    FOR VALUES FROM (%L) TO (%L)', p_parent, name, p_month,
	    pypiwatch.month_after(p_month));
	PERFORM set_config('pypiwatch.moving', '', true);
	RETURN true;
END $$;

/* This month, two ahead, and whichever the default partitions hold rows of. */
CREATE OR REPLACE FUNCTION pypiwatch.months_make() RETURNS text[]
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	t record;
	month timestamptz;
	made text[] := '{}';
BEGIN
	FOR t IN SELECT * FROM pypiwatch.months_kept()
	LOOP
		FOR month IN EXECUTE format('SELECT pypiwatch.month_after(
		    date_trunc(''month'', now(), ''UTC''), n)
		    FROM generate_series(0, 2) n
		    UNION SELECT DISTINCT date_trunc(''month'', %I, ''UTC'')
		    FROM pypiwatch.%I', t.key, t.parent || '_rest')
		LOOP
			IF pypiwatch.month_make(t.parent, t.key, month) THEN
				made := made || (t.parent || to_char(month
				    AT TIME ZONE 'UTC', '_YYYY_MM'));
			END IF;
		END LOOP;
	END LOOP;
	RETURN made;
END $$;

/* ---- what outlives a month --------------------------------------------- */

/* One run of serials, joined to its neighbours on both sides. */
CREATE OR REPLACE FUNCTION pypiwatch.sighting_range_add(p_source text,
    p_first bigint, p_last bigint) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	r pypiwatch.sighting_range;
	until bigint := p_last;
BEGIN
	DELETE FROM pypiwatch.sighting_range
	    WHERE source = p_source AND first = p_last + 1
	    RETURNING last INTO until;
	until := coalesce(until, p_last);
	SELECT * INTO r FROM pypiwatch.sighting_range
	    WHERE source = p_source AND first < p_first
	    ORDER BY first DESC LIMIT 1;
	IF r.last = p_first - 1 THEN
		UPDATE pypiwatch.sighting_range SET last = until
		    WHERE source = p_source AND first = r.first;
	ELSE
		INSERT INTO pypiwatch.sighting_range
		    VALUES (p_source, p_first, until);
	END IF;
END $$;

/* Was this serial seen, though its event is dropped by now? */
CREATE OR REPLACE FUNCTION pypiwatch.sighting_dropped(p_source text,
    p_serial bigint) RETURNS boolean
LANGUAGE sql STABLE
AS $$
	SELECT coalesce((SELECT r.last >= p_serial
	    FROM pypiwatch.sighting_range r
	    WHERE r.source = p_source AND r.first <= p_serial
	    ORDER BY r.first DESC LIMIT 1), false)
$$;

/* Folds up to p_most sightings older than p_before; gives how many. */
CREATE OR REPLACE FUNCTION pypiwatch.sightings_fold(p_before timestamptz,
    p_most integer) RETURNS integer
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	x record;
	n integer := 0;
BEGIN
	FOR x IN WITH gone AS (
		DELETE FROM pypiwatch.sighting WHERE ctid = ANY (ARRAY(
		    SELECT ctid FROM pypiwatch.sighting
		    WHERE seen_at < p_before
		    AND coalesce(shown_at, seen_at) < p_before
		    LIMIT p_most))
		RETURNING source, key
	    ), numbered AS (
		SELECT source, CASE WHEN key ~ '^[0-9]{1,18}$'
		    THEN key::bigint END AS serial FROM gone
	    ), runs AS (
		SELECT source, serial, serial - row_number() OVER
		    (PARTITION BY source ORDER BY serial) AS run
		FROM numbered
	    )
	    SELECT source, min(serial) AS first, max(serial) AS last,
		count(*)::integer AS n
	    FROM runs GROUP BY source, run ORDER BY 2
	LOOP
		n := n + x.n;
		IF x.first IS NOT NULL THEN
			PERFORM pypiwatch.sighting_range_add(x.source,
			    x.first, x.last);
		END IF;
	END LOOP;
	RETURN n;
END $$;

/* Scan objects of files last looked at in this month.  A file of a detection
 * keeps its own as long as the detection is kept. */
CREATE OR REPLACE FUNCTION pypiwatch.scans_fold(p_month text,
    p_until timestamptz, p_most integer) RETURNS integer
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	files bigint[];
BEGIN
	EXECUTE format('WITH gone AS (DELETE FROM pypiwatch.%1$I
	    WHERE ctid = ANY (ARRAY(SELECT ctid FROM pypiwatch.%1$I LIMIT $1))
	    RETURNING upload_id) SELECT array_agg(upload_id) FROM gone',
	    p_month) INTO files USING p_most;
	UPDATE pypiwatch.upload u SET object = NULL
	    WHERE u.id = ANY (files) AND u.object IS NOT NULL
	    AND u.scanned_at < p_until
	    AND NOT EXISTS (SELECT FROM pypiwatch.detection_key k
		WHERE k.normalized = u.normalized AND k.version = u.version);
	RETURN coalesce(array_length(files, 1), 0);
END $$;

/* The rules that fired, into the file's own row. */
CREATE OR REPLACE FUNCTION pypiwatch.findings_fold(p_month text,
    p_most integer) RETURNS integer
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	n integer;
BEGIN
	EXECUTE format('WITH gone AS (
		DELETE FROM pypiwatch.%1$I WHERE ctid = ANY (ARRAY(
		    SELECT ctid FROM pypiwatch.%1$I LIMIT $1))
		RETURNING upload_id, rule, suppressed_by
	    ), kept AS (
		UPDATE pypiwatch.upload u SET kept_rules = ARRAY(
		    SELECT DISTINCT r FROM unnest(u.kept_rules || g.rules) r
		    ORDER BY r)
		FROM (SELECT upload_id, array_agg(DISTINCT rule)
		    FILTER (WHERE suppressed_by IS NULL) AS rules
		    FROM gone GROUP BY upload_id) g
		WHERE u.id = g.upload_id
	    ) SELECT count(*) FROM gone', p_month) INTO n USING p_most;
	RETURN n;
END $$;

/* Detections of a month with their alerts, deliveries and triage, and the
 * scan objects that were kept for them. */
CREATE OR REPLACE FUNCTION pypiwatch.detections_fold(p_since timestamptz,
    p_until timestamptz, p_scans_from timestamptz, p_most integer)
RETURNS integer
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	n integer;
	m integer;
BEGIN
	WITH gone AS (
		DELETE FROM pypiwatch.detection_key WHERE id = ANY (ARRAY(
		    SELECT id FROM pypiwatch.detection_key
		    WHERE first_detected_at >= p_since
		    AND first_detected_at < p_until LIMIT p_most))
		RETURNING normalized, version
	), lighter AS (
		UPDATE pypiwatch.upload u SET object = NULL FROM gone g
		WHERE u.normalized = g.normalized AND u.version = g.version
		AND u.scanned_at < p_scans_from
	)
	SELECT count(*) INTO n FROM gone;
	/* What was told about the daemon itself. */
	DELETE FROM pypiwatch.alert WHERE id = ANY (ARRAY(
	    SELECT id FROM pypiwatch.alert WHERE created_at < p_until
	    AND detection_id IS NULL LIMIT p_most));
	GET DIAGNOSTICS m = ROW_COUNT;
	RETURN n + m;
END $$;

/* ---- dropping ---------------------------------------------------------- */

/* A piece of the oldest month of one table.  True when there is more to do;
 * p_did gets the month's name once it is gone. */
CREATE OR REPLACE FUNCTION pypiwatch.month_end(p_parent text, p_month text,
    p_since timestamptz, p_until timestamptz, p_scans_from timestamptz,
    OUT more boolean, OUT did text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
SET lock_timeout = '100ms'
AS $$
DECLARE
	most constant integer := 5000;	/* rows: well under a second */
	n integer;
BEGIN
	CASE p_parent
	WHEN 'event' THEN
		n := pypiwatch.sightings_fold(p_until, most);
	WHEN 'scan' THEN
		n := pypiwatch.scans_fold(p_month, p_until, most);
	WHEN 'finding' THEN
		n := pypiwatch.findings_fold(p_month, most);
	WHEN 'detection' THEN
		n := pypiwatch.detections_fold(p_since, p_until,
		    p_scans_from, most);
	END CASE;
	more := true;
	IF n = 0 THEN
		EXECUTE format('ALTER TABLE pypiwatch.%I
		    DETACH PARTITION pypiwatch.%I', p_parent, p_month);
		EXECUTE format('DROP TABLE pypiwatch.%I', p_month);
		did := p_month;
	END IF;
END $$;

/* Features of bytes that nobody looked at for so long. */
CREATE OR REPLACE FUNCTION pypiwatch.features_end(p_before timestamptz,
    p_most integer) RETURNS integer
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	n integer;
BEGIN
	DELETE FROM pypiwatch.features WHERE ctid = ANY (ARRAY(
	    SELECT ctid FROM pypiwatch.features
	    WHERE made_at < p_before LIMIT p_most));
	GET DIAGNOSTICS n = ROW_COUNT;
	RETURN n;
END $$;

/* Campaigns whose detections are all dropped.  None of them may be joined any
 * more; see campaign_join. */
CREATE OR REPLACE FUNCTION pypiwatch.campaigns_end(p_most integer)
RETURNS integer
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	n integer;
BEGIN
	DELETE FROM pypiwatch.campaign WHERE id = ANY (ARRAY(
	    SELECT c.id FROM pypiwatch.campaign c
	    WHERE c.last_at < now() - pypiwatch.retention_least()
	    AND NOT EXISTS (SELECT FROM pypiwatch.campaign_member m
		WHERE m.campaign_id = c.id) LIMIT p_most));
	GET DIAGNOSTICS n = ROW_COUNT;
	RETURN n;
END $$;

/* The first month that has outlived its setting, and one piece of it. */
CREATE OR REPLACE FUNCTION pypiwatch.months_end(OUT more boolean,
    OUT did text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	x record;
	scans_from timestamptz := (SELECT r.kept_from
	    FROM pypiwatch.retention r WHERE r.kind = 'scans');
BEGIN
	FOR x IN SELECT k.parent, m.* FROM pypiwatch.months_kept() k
	    JOIN pypiwatch.retention r ON r.kind = k.kind
	    CROSS JOIN LATERAL pypiwatch.months_of(k.parent) m
	    WHERE m.until <= r.kept_from ORDER BY m.since LIMIT 1
	LOOP
		SELECT e.more, e.did INTO more, did FROM pypiwatch.month_end(
		    x.parent, x.month, x.since, x.until, scans_from) e;
		RETURN;
	END LOOP;
	more := pypiwatch.features_end(scans_from, 5000)
	    + pypiwatch.campaigns_end(5000) > 0;
END $$;

/*
 * One piece of work.  Each setting is a number of seconds, 0 for ever.  Gives
 * {"more": bool, "did": [...], "why": text or null}: with more, call again
 * soon; why says what stood in the way, to be tried again later.
 */
CREATE OR REPLACE FUNCTION pypiwatch.retention_run(p_events bigint,
    p_scans bigint, p_detections bigint) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	made text[] := '{}';
	e record;
	why text;
BEGIN
	/* Of several hosts one at a time; dropping waits for nobody. */
	IF NOT pg_try_advisory_xact_lock(7057, 3) THEN
		RETURN '{"more": false, "did": [], "why": null}';
	END IF;
	IF least(nullif(p_events, 0), nullif(p_scans, 0),
	    nullif(p_detections, 0)) * interval '1 second'
	    < pypiwatch.retention_least() THEN
		RAISE EXCEPTION 'history is kept for at least %',
		    pypiwatch.retention_least();
	END IF;
	UPDATE pypiwatch.retention r SET ran_at = now(),
	    kept_from = CASE WHEN v.s > 0 THEN now() - v.s
		* interval '1 second' ELSE '-infinity' END
	    FROM (VALUES ('events', p_events), ('scans', p_scans),
		('detections', p_detections)) v (kind, s)
	    WHERE r.kind = v.kind;
	PERFORM pypiwatch.tally_fold();
	PERFORM pypiwatch.latency_fold();
	BEGIN
		made := pypiwatch.months_make();
	EXCEPTION WHEN lock_not_available OR deadlock_detected THEN
		why := 'making months: ' || SQLERRM;
	END;
	/* The lock on all months ends with the transaction: nothing more. */
	IF made <> '{}' THEN
		RETURN jsonb_build_object('more', true, 'did', to_jsonb(
		    ARRAY(SELECT 'made ' || m FROM unnest(made) m)), 'why',
		    NULL);
	END IF;
	BEGIN
		SELECT * INTO e FROM pypiwatch.months_end();
	EXCEPTION WHEN lock_not_available OR deadlock_detected THEN
		RETURN jsonb_build_object('more', false, 'did', '[]'::jsonb, 'why',
		    concat_ws('; ', why, 'dropping a month: ' || SQLERRM));
	END;
	RETURN jsonb_build_object('more', e.more, 'did', to_jsonb(
	    CASE WHEN e.did IS NOT NULL THEN ARRAY['dropped ' || e.did]
		ELSE '{}' END), 'why', why);
END $$;

/* These make and drop tables with the owner's rights: only for the daemon,
 * and only through retention_run. */
REVOKE EXECUTE ON FUNCTION pypiwatch.month_make(text, text, timestamptz),
    pypiwatch.months_make(), pypiwatch.months_end(),
    pypiwatch.month_end(text, text, timestamptz, timestamptz, timestamptz),
    pypiwatch.retention_run(bigint, bigint, bigint),
    pypiwatch.detection_key_keep() FROM PUBLIC;
