/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How the daemon itself is, and alerts about it.  Applied again after every
 * migration.
 *
 * Each spell of trouble is told twice: daemon.degraded when it begins and
 * daemon.recovered when it is over.  The row of pypiwatch.health decides, so
 * that queue may report the same as often as it likes, from any host.
 */

CREATE OR REPLACE FUNCTION pypiwatch.daemon_emit(h pypiwatch.health,
    p_type text, p_text text) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
	alert bigint;
BEGIN
	INSERT INTO pypiwatch.alert (sequence, type, severity, payload)
	    VALUES (h.sequence, p_type, h.severity, jsonb_build_object(
		'type', p_type, 'timestamp', pypiwatch.rfc3339(now()),
		'data', jsonb_build_object('schema', 'pypiwatch.alert/1',
		    'detection_id', NULL, 'sequence', h.sequence,
		    'project', NULL, 'version', NULL, 'score', NULL,
		    'severity', h.severity, 'lookalike_of', NULL,
		    'files', jsonb_build_array(),
		    'links', jsonb_build_object(),
		    'host', nullif(h.host, ''), 'part', h.part,
		    'since', pypiwatch.rfc3339(h.since), 'text', p_text)))
	    RETURNING id INTO alert;
	PERFORM pypiwatch.outbox_fill(alert, NULL, h.severity);
END $$;

CREATE OR REPLACE FUNCTION pypiwatch.health_name(p_host text, p_part text)
RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
AS $$ SELECT CASE WHEN p_host = '' THEN p_part
	ELSE p_part || ' on host ' || p_host END $$;

CREATE OR REPLACE FUNCTION pypiwatch.health_bad(p_host text, p_part text,
    p_severity text, p_told_by text, p_why text,
    p_since timestamptz DEFAULT now()) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
	h pypiwatch.health;
BEGIN
	INSERT INTO pypiwatch.health AS x (host, part, degraded, since,
	    severity, why, told_by)
	    VALUES (p_host, p_part, true, p_since, p_severity, p_why,
		p_told_by)
	    ON CONFLICT (host, part) DO UPDATE SET degraded = true,
	    since = excluded.since, severity = excluded.severity,
	    why = excluded.why, told_by = excluded.told_by,
	    sequence = x.sequence + 1
	    WHERE NOT x.degraded RETURNING * INTO h;
	IF FOUND THEN
		PERFORM pypiwatch.daemon_emit(h, 'daemon.degraded',
		    pypiwatch.health_name(p_host, p_part) || ': ' || p_why);
	END IF;
END $$;

CREATE OR REPLACE FUNCTION pypiwatch.health_good(p_host text, p_part text)
RETURNS void LANGUAGE plpgsql
AS $$
DECLARE
	h pypiwatch.health;
BEGIN
	UPDATE pypiwatch.health SET degraded = false
	    WHERE host = p_host AND part = p_part AND degraded
	    RETURNING * INTO h;
	IF FOUND THEN
		PERFORM pypiwatch.daemon_emit(h, 'daemon.recovered',
		    pypiwatch.health_name(p_host, p_part) ||
		    ': well again after ' ||
		    date_trunc('second', now() - h.since) || '; it was: ' ||
		    h.why);
		UPDATE pypiwatch.health SET since = now()
		    WHERE host = p_host AND part = p_part;
	END IF;
END $$;

/* All that a host's supervisor holds for degraded: [{part, why}]. */
CREATE OR REPLACE FUNCTION pypiwatch.health_report(p_host text,
    p_parts jsonb) RETURNS void
LANGUAGE sql
AS $$
	SELECT pypiwatch.health_bad(p_host, x.part, 'high', 'supervisor',
	    x.why) FROM jsonb_to_recordset(p_parts) AS x(part text, why text);
	SELECT pypiwatch.health_good(h.host, h.part) FROM pypiwatch.health h
	WHERE h.host = p_host AND h.degraded AND h.told_by = 'supervisor'
	AND NOT EXISTS (SELECT FROM jsonb_to_recordset(p_parts)
	    AS x(part text) WHERE x.part = h.part)
$$;

/* An outage that nobody could be told of before it was over. */
CREATE OR REPLACE FUNCTION pypiwatch.health_past(p_host text, p_part text,
    p_s bigint, p_why text) RETURNS void
LANGUAGE sql
AS $$
	SELECT pypiwatch.health_bad(p_host, p_part, 'high', 'queue', p_why,
	    now() - p_s * interval '1 second');
	SELECT pypiwatch.health_good(p_host, p_part)
$$;

/* ---- what is behind, or lost: NULL while it is well --------------------- */

/* Times in which something may have been missed, and no other source filled
 * them in ten minutes.  One that stays is no news after a day. */
CREATE OR REPLACE FUNCTION pypiwatch.gaps_why(OUT why text,
    OUT since timestamptz)
LANGUAGE sql STABLE
AS $$
	SELECT format('the index may have shown what nobody read: gaps that '
	    'no source filled: %s, the first of %s; see pypiwatch coverage '
	    '--gaps', count(*), (array_agg(source ORDER BY to_at, id))[1]),
	    min(to_at)
	FROM pypiwatch.gap WHERE repaired_at IS NULL
	AND to_at BETWEEN now() - interval '1 day'
	    AND now() - interval '10 minutes'
	HAVING count(*) > 0
$$;

/* More files given up in an hour than one strange project has, or any alert
 * that somebody should have had.  What a sink that is gone left behind is
 * told with the sink. */
CREATE OR REPLACE FUNCTION pypiwatch.dead_why(OUT why text,
    OUT since timestamptz)
LANGUAGE sql STABLE
AS $$
	SELECT format('given up in the last hour: files: %s, alerts: %s; see '
	    'pypiwatch queue --dead', u.n, d.n), least(u.since, d.since)
	FROM (SELECT count(*) AS n, min(scanned_at) AS since
	    FROM pypiwatch.upload WHERE outcome = 'dead'
	    AND scanned_at > now() - interval '1 hour') u,
	    (SELECT count(*) AS n, min(x.run_at) AS since
	    FROM pypiwatch.delivery x JOIN pypiwatch.sink s
		ON s.name = x.sink AND s.disabled_why IS NULL
	    WHERE x.state = 'dead' AND x.mute_id IS NULL
	    AND x.summary_id IS NULL AND x.run_at > now() - interval '1 hour'
	    /* for the index: nothing is tried for longer */
	    AND x.created_at > now() - interval '31 days') d
	WHERE u.n > 5 OR d.n > 0
$$;

/* What came an hour ago was never looked at.  In the order in which work is
 * taken, so what is known to wait (rescans) is not read. */
CREATE OR REPLACE FUNCTION pypiwatch.queue_why(OUT why text,
    OUT since timestamptz)
LANGUAGE sql STABLE
AS $$
	SELECT format('files wait to be inspected for more than an hour, the '
	    'oldest since %s; see pypiwatch status',
	    pypiwatch.rfc3339(t.created_at)), t.created_at
	FROM (SELECT created_at FROM pypiwatch.task
	    WHERE priority < 9 AND attempt = 0 AND lease_until IS NULL
	    ORDER BY turn_at LIMIT 1) t
	WHERE t.created_at < now() - interval '1 hour'
$$;

CREATE OR REPLACE FUNCTION pypiwatch.health_part(p_part text, p_why text,
    p_since timestamptz) RETURNS void
LANGUAGE sql
AS $$
	SELECT CASE WHEN p_why IS NULL THEN pypiwatch.health_good('', p_part)
	    ELSE pypiwatch.health_bad('', p_part, 'high', 'queue', p_why,
		p_since) END
$$;

/* Sinks whose far end said that it is gone; over when they are in use again,
 * or not configured any more. */
CREATE OR REPLACE FUNCTION pypiwatch.sinks_look() RETURNS void
LANGUAGE sql
AS $$
	SELECT pypiwatch.health_bad('', 'sink ' || s.name, 'high', 'queue',
	    'switched off, because its far end says: ' || s.disabled_why ||
	    '; mend it and reload', s.updated_at)
	FROM pypiwatch.sink s WHERE s.disabled_why IS NOT NULL;
	SELECT pypiwatch.health_good('', h.part) FROM pypiwatch.health h
	WHERE h.host = '' AND h.degraded AND h.part LIKE 'sink %'
	AND NOT EXISTS (SELECT FROM pypiwatch.sink s
	    WHERE 'sink ' || s.name = h.part AND s.disabled_why IS NOT NULL)
$$;

/*
 * What every queue sees in the tables: sources that fail or stopped, that
 * nobody asks any source, what is behind or lost.  A source that nobody reports on while others are
 * reported on was switched off.
 */
CREATE OR REPLACE FUNCTION pypiwatch.health_look(p_self integer) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
	patience constant interval := '10 minutes';
	newest timestamptz := (SELECT max(updated_at)
	    FROM pypiwatch.source_health);
	s record;
BEGIN
	IF newest > now() - patience THEN
		PERFORM pypiwatch.health_good('', 'polling');
	ELSIF EXISTS (SELECT FROM pypiwatch.instance
	    WHERE id = p_self AND started_at < now() - patience) THEN
		PERFORM pypiwatch.health_bad('', 'polling', 'critical',
		    'queue', 'nobody has asked the index since ' ||
		    pypiwatch.rfc3339(newest), newest);
	END IF;
	FOR s IN SELECT h.*, h.updated_at > now() - patience AS told
	    FROM pypiwatch.source_health h
	LOOP
		IF s.told AND s.stopped THEN
			PERFORM pypiwatch.health_bad('', 'source ' || s.source,
			    'critical', 'queue', 'stopped: ' ||
			    coalesce(s.why, 'an operator is needed'));
		ELSIF s.told AND NOT s.ok
		    AND coalesce(s.last_ok_at, '-infinity')
			< now() - patience THEN
			PERFORM pypiwatch.health_bad('', 'source ' || s.source,
			    'high', 'queue', 'fails for more than '
			    || extract(epoch FROM patience)::integer / 60 ||
			    ' minutes: ' || coalesce(s.why, 'no answer'),
			    coalesce(s.last_ok_at, now()));
		ELSIF (s.ok AND NOT s.stopped)
		    OR (NOT s.told AND newest > now() - patience) THEN
			PERFORM pypiwatch.health_good('', 'source ' ||
			    s.source);
		END IF;
	END LOOP;
	/* A host that is gone for good is no news after a week. */
	DELETE FROM pypiwatch.health WHERE degraded AND part = 'host'
	    AND since < now() - interval '7 days';
	PERFORM pypiwatch.health_part('coverage', g.why, g.since)
	    FROM pypiwatch.gaps_why() g;
	PERFORM pypiwatch.health_part('dead letters', g.why, g.since)
	    FROM pypiwatch.dead_why() g;
	PERFORM pypiwatch.health_part('queue age', g.why, g.since)
	    FROM pypiwatch.queue_why() g;
	PERFORM pypiwatch.sinks_look();
	PERFORM pypiwatch.suppression_look();
	PERFORM pypiwatch.advisories_settle();
END $$;
