-- SPDX-License-Identifier: Apache-2.0
-- Is it well, what is it doing, what is behind: one line in all, then each
-- part.  States but ok and off are worth a look.
WITH parts AS (
	SELECT 1 AS n, part || coalesce(' on ' || host, '') AS part,
	    'degraded' AS state, format('for %s: %s', analyst.span(now()
		- since), why) AS detail
	FROM analyst.health WHERE degraded
    UNION ALL
	SELECT 2, 'daemon on ' || host,
	    CASE WHEN seen_at > now() - interval '60 seconds' THEN 'ok'
		ELSE 'silent' END,
	    concat_ws(', ', 'version ' || version,
		'up ' || analyst.span(seen_at - started_at),
		CASE WHEN seen_at < now() - interval '60 seconds'
		THEN 'last seen ' || analyst.span(now() - seen_at) || ' ago'
		END, CASE WHEN polls THEN 'polls' END, (
		SELECT string_agg(r || coalesce(' ' || nullif(c, 1), ''), ' ')
		FROM (SELECT p->>'role' AS r, count(*) AS c
		    FROM jsonb_array_elements(processes) p
		    WHERE (p->>'well')::boolean GROUP BY 1 ORDER BY 1) x))
	FROM analyst.hosts
	WHERE seen_at > now() - interval '1 day'
    UNION ALL
	SELECT 3, 'source ' || source, CASE WHEN stopped THEN 'stopped'
		WHEN NOT ok THEN 'failing'
		WHEN c.open > 0 THEN 'gaps' ELSE 'ok' END,
	    concat_ws(', ', 'last answer ' || analyst.span(now()
		- last_ok_at) || ' ago',
		coalesce(c.items, 0) || ' items of the last day',
		nullif(c.open, 0) || ' gaps that nobody filled: pypiwatch coverage --gaps',
		CASE WHEN server_serial > serial THEN (server_serial - serial)
		    || ' serials behind' ELSE 'serial ' || serial END, why)
	FROM analyst.sources s LEFT JOIN (SELECT source AS name,
	    sum(items) AS items, sum(gaps_open) AS open FROM analyst.coverage
	    WHERE period > now() - interval '1 day' GROUP BY source) c
	    ON c.name = s.source
    UNION ALL
	SELECT 4, CASE k.kind WHEN 'resolve' THEN 'releases to look up'
		ELSE 'files to inspect' END,
	    CASE WHEN min(w.created_at) FILTER (WHERE w.lease_until IS NULL
		AND w.priority < 9 AND w.attempt = 0)
		< now() - interval '10 minutes' THEN 'behind' ELSE 'ok' END,
	    concat_ws(', ', CASE WHEN count(w.kind) = 0 THEN 'nothing waits'
		ELSE format('%s wait', count(w.kind) - count(w.lease_until))
		END,
		'under way: ' || array_to_string((array_agg(coalesce(
		    w.filename, w.project || ' ' || w.version)
		    ORDER BY w.created_at)
		    FILTER (WHERE w.lease_until IS NOT NULL))[1:3], ', '),
		nullif(count(*) FILTER (WHERE w.attempt > 1), 0)
		    || ' tried before',
		'the oldest for ' || analyst.span(now() - min(w.created_at)))
	FROM (VALUES ('resolve'), ('inspect')) k(kind)
	LEFT JOIN analyst.work w ON w.kind = k.kind GROUP BY k.kind
    UNION ALL
	SELECT 4, kind || ' ' || id, 'ok', concat_ws(', ',
		CASE state WHEN 'waiting' THEN 'begins when nothing newer waits'
		WHEN 'running' THEN format('%s of %s %s', done, total, unit)
		ELSE state END, nullif(held, 0) ||
		' verdicts held: pypiwatch retro list ' || id)
	FROM analyst.jobs WHERE state IN ('waiting', 'running') OR held > 0
    UNION ALL
	SELECT 5, 'files of the last day', 'ok', concat_ws(', ',
		count(*) || ' seen',
		count(*) FILTER (WHERE outcome = 'scanned') || ' scanned',
		nullif(count(*) FILTER (WHERE outcome = 'partial'), 0)
		    || ' partial',
		nullif(count(*) FILTER (WHERE outcome = 'unscannable'), 0)
		    || ' unscannable',
		nullif(count(*) FILTER (WHERE outcome = 'gone'), 0) || ' gone',
		nullif(count(*) FILTER (WHERE outcome = 'dead'), 0)
		    || ' given up: pypiwatch queue --dead',
		nullif(count(*) FILTER (WHERE outcome IS NULL), 0)
		    || ' under way')
	FROM analyst.files WHERE seen_at > now() - interval '1 day'
    UNION ALL
	SELECT 6, 'detections of the last day', 'ok', concat_ws(', ',
		count(*) || ' alerts', count(*) FILTER
		    (WHERE triage_status = 'open') || ' to triage',
		'half of them within ' || analyst.span(percentile_disc(0.5)
		    WITHIN GROUP (ORDER BY upload_to_alert))
		    || ' of the upload',
		'the last one ' || analyst.span(now()
		    - max(first_detected_at)) || ' ago')
	FROM analyst.detections
	WHERE first_detected_at > now() - interval '1 day'
    UNION ALL
	SELECT 7, 'sink ' || s.name, CASE
		WHEN s.disabled_why IS NOT NULL THEN 'gone'
		WHEN NOT s.enabled THEN 'off'
		WHEN count(*) FILTER (WHERE d.status = 'retrying') > 0
		THEN 'failing'
		WHEN count(*) FILTER (WHERE d.status = 'dead'
		    AND d.mute_id IS NULL) > 0 THEN 'lost' ELSE 'ok' END,
	    concat_ws(', ', s.type, count(*) FILTER
		    (WHERE d.status = 'delivered') || ' delivered',
		nullif(count(*) FILTER (WHERE d.status IN ('pending',
		    'retrying') AND d.held IS NULL), 0) || ' waiting',
		nullif(count(*) FILTER (WHERE d.status = 'pending'
		    AND d.held IS NOT NULL), 0) || ' held for a summary',
		nullif(count(*) FILTER (WHERE d.status = 'dead'
		    AND d.mute_id IS NULL), 0) || ' given up',
		nullif(count(d.mute_id), 0) || ' muted',
		coalesce(s.disabled_why, (array_agg(d.answer ORDER BY
		    d.next_attempt_at DESC) FILTER
		    (WHERE d.status = 'retrying'))[1]))
	FROM analyst.sinks s LEFT JOIN analyst.deliveries d
	    ON d.sink = s.name AND d.created_at > now() - interval '1 day'
	GROUP BY s.name, s.type, s.enabled, s.disabled_why
    UNION ALL
	SELECT 8, 'database', 'ok', concat_ws(', ',
	    pg_size_pretty(pg_database_size(current_database())),
	    'events of ' || analyst.span(now() - (SELECT min(seen_at)
		FROM analyst.events)))
)
SELECT part, state, detail FROM (
	SELECT 0 AS n, 'pypiwatch' AS part, CASE
		WHEN count(*) FILTER (WHERE p.n = 2 AND state = 'ok') = 0
		    THEN 'down'
		WHEN count(*) FILTER (WHERE state NOT IN ('ok', 'off')) > 0
		    THEN 'look' ELSE 'well' END AS state,
	    CASE WHEN count(*) FILTER (WHERE p.n = 2) = 0
		    THEN 'no daemon runs: start pypiwatchd'
		WHEN count(*) FILTER (WHERE state NOT IN ('ok', 'off')) > 0
		    THEN 'look at: ' || string_agg(part || ' (' || state ||
			')', ', ' ORDER BY p.n, part)
			FILTER (WHERE state NOT IN ('ok', 'off'))
		ELSE 'everything works' END AS detail
	FROM parts p
    UNION ALL
	SELECT n, part, state, detail FROM parts
) x ORDER BY n, part
