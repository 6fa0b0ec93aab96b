-- SPDX-License-Identifier: Apache-2.0
-- How each part is: what is not well, daemons, sources, work, sinks.
SELECT part, state, detail FROM (
	SELECT 0 AS n, part || coalesce(' on ' || host, '') AS part,
	    'degraded' AS state, format('since %s s: %s',
		extract(epoch FROM now() - since)::bigint, why) AS detail
	FROM analyst.health WHERE degraded
    UNION ALL
	SELECT 1, 'daemon on ' || host,
	    CASE WHEN seen_at > now() - interval '60 seconds' THEN 'ok'
		ELSE 'silent' END,
	    concat_ws(', ', 'version ' || version, 'pid ' || pid,
		'last seen ' || extract(epoch FROM now() - seen_at)::bigint
		|| ' s ago', CASE WHEN polls THEN 'polls' END, (
		SELECT string_agg(r || coalesce(' ' || nullif(c, 1), ''), ' ')
		FROM (SELECT p->>'role' AS r, count(*) AS c
		    FROM jsonb_array_elements(processes) p
		    WHERE (p->>'well')::boolean GROUP BY 1 ORDER BY 1) x))
	FROM analyst.hosts
	WHERE seen_at > now() - interval '1 day'
    UNION ALL
	SELECT 2, 'source ' || source, CASE WHEN stopped THEN 'stopped'
		WHEN ok THEN 'ok' ELSE 'failing' END,
	    concat_ws(', ', 'last answer ' || extract(epoch FROM now()
		- last_ok_at)::bigint || ' s ago',
		coalesce(c.items, 0) || ' items of the last day',
		nullif(c.open, 0) || ' gaps that nobody filled',
		'serial ' || serial || coalesce(' of '
		|| greatest(server_serial, serial), ''), why)
	FROM analyst.sources s LEFT JOIN (SELECT source AS name,
	    sum(items) AS items, sum(gaps_open) AS open FROM analyst.coverage
	    WHERE period > now() - interval '1 day' GROUP BY source) c
	    ON c.name = s.source
    UNION ALL
	SELECT 3, 'files of the last day', 'ok',
	    format('%s seen, %s scanned, %s partial, %s unscannable, %s gone, %s dead, %s under way',
		count(*), count(*) FILTER (WHERE outcome = 'scanned'),
		count(*) FILTER (WHERE outcome = 'partial'),
		count(*) FILTER (WHERE outcome = 'unscannable'),
		count(*) FILTER (WHERE outcome = 'gone'),
		count(*) FILTER (WHERE outcome = 'dead'),
		count(*) FILTER (WHERE outcome IS NULL))
	FROM analyst.files WHERE seen_at > now() - interval '1 day'
    UNION ALL
	SELECT 4, 'detections of the last day', 'ok',
	    format('%s, of which %s open', count(*),
		count(*) FILTER (WHERE triage_status = 'open'))
	FROM analyst.detections
	WHERE first_detected_at > now() - interval '1 day'
    UNION ALL
	SELECT 5, 'sink ' || s.name, CASE WHEN NOT s.enabled THEN 'off'
		WHEN s.disabled_why IS NOT NULL THEN 'gone'
		WHEN count(*) FILTER (WHERE d.status = 'retrying') > 0
		THEN 'failing' ELSE 'ok' END,
	    concat_ws(', ', s.type, format('%s delivered, %s waiting, %s dead, %s muted',
		count(*) FILTER (WHERE d.status = 'delivered'),
		count(*) FILTER (WHERE d.status IN ('pending', 'retrying')),
		count(*) FILTER (WHERE d.status = 'dead'
		    AND d.mute_id IS NULL),
		count(d.mute_id)), s.disabled_why)
	FROM analyst.sinks s LEFT JOIN analyst.deliveries d
	    ON d.sink = s.name AND d.created_at > now() - interval '1 day'
	GROUP BY s.name, s.type, s.enabled, s.disabled_why
) x ORDER BY n, part
