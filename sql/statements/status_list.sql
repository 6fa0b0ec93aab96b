-- SPDX-License-Identifier: Apache-2.0
-- How each part is: sources, daemons, work, sinks.
SELECT part, state, detail FROM (
	SELECT 1 AS n, 'daemon on ' || host AS part,
	    CASE WHEN seen_at > now() - interval '60 seconds' THEN 'ok'
		ELSE 'silent' END AS state,
	    format('version %s, pid %s, last seen %s s ago', version, pid,
		extract(epoch FROM now() - seen_at)::bigint) AS detail
	FROM pypiwatch.instance
	WHERE seen_at > now() - interval '1 day'
    UNION ALL
	SELECT 2, 'source ' || h.source, CASE WHEN stopped THEN 'stopped'
		WHEN ok THEN 'ok' ELSE 'failing' END,
	    concat_ws(', ', 'last answer ' || extract(epoch FROM now()
		- last_ok_at)::bigint || ' s ago', items || ' items',
		'serial ' || c.serial || coalesce(' of ' || server_serial,
		''), why)
	FROM pypiwatch.source_health h
	LEFT JOIN pypiwatch.cursor c ON c.source = h.source
    UNION ALL
	SELECT 3, 'files of the last day', 'ok',
	    format('%s seen, %s scanned, %s partial, %s unscannable, %s gone, %s dead, %s under way',
		count(*), count(*) FILTER (WHERE outcome = 'scanned'),
		count(*) FILTER (WHERE outcome = 'partial'),
		count(*) FILTER (WHERE outcome = 'unscannable'),
		count(*) FILTER (WHERE outcome = 'gone'),
		count(*) FILTER (WHERE outcome = 'dead'),
		count(*) FILTER (WHERE outcome IS NULL))
	FROM pypiwatch.upload WHERE seen_at > now() - interval '1 day'
    UNION ALL
	SELECT 4, 'detections of the last day', 'ok',
	    format('%s, of which %s open', count(*),
		count(*) FILTER (WHERE triage_status = 'open'))
	FROM pypiwatch.detection
	WHERE first_detected_at > now() - interval '1 day'
    UNION ALL
	SELECT 5, 'sink ' || s.name, CASE WHEN NOT s.enabled THEN 'off'
		WHEN s.disabled_why IS NOT NULL THEN 'gone'
		WHEN count(d.id) FILTER (WHERE d.state = 'retrying') > 0
		THEN 'failing' ELSE 'ok' END,
	    concat_ws(', ', s.type, format('%s delivered, %s waiting, %s dead',
		count(d.id) FILTER (WHERE d.state = 'delivered'),
		count(d.id) FILTER (WHERE d.state IN ('pending', 'retrying')),
		count(d.id) FILTER (WHERE d.state = 'dead')), s.disabled_why)
	FROM pypiwatch.sink s LEFT JOIN pypiwatch.delivery d
	    ON d.sink = s.name AND d.created_at > now() - interval '1 day'
	GROUP BY s.name, s.type, s.enabled, s.disabled_why
) x ORDER BY n, part
