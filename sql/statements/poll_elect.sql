-- SPDX-License-Identifier: Apache-2.0
-- Tries to become the one who polls; holding the session's lock is leading,
-- the new epoch outdates whoever led before.  Gives how far each source came,
-- and the newest items of the feeds.
WITH l AS (
	SELECT pg_try_advisory_lock(7057, 1) AS leads
)
UPDATE pypiwatch.poll_lease SET epoch = epoch + 1, holder = $1::integer,
    taken_at = now()
FROM l WHERE l.leads
RETURNING epoch, (SELECT serial FROM pypiwatch.cursor
	WHERE source = 'changelog') AS serial, (SELECT begin_serial
	FROM pypiwatch.cursor WHERE source = 'changelog') AS begin_serial,
    (SELECT jsonb_agg(jsonb_build_object('source', source, 'serial',
	c.serial, 'complete', coalesce(c.complete, false), 'ok_us',
	(extract(epoch FROM h.last_ok_at) * 1e6)::bigint))
	FROM pypiwatch.cursor c FULL JOIN pypiwatch.source_health h
	USING (source)) AS sources,
    (SELECT jsonb_agg(jsonb_build_array(i.source, i.key) ORDER BY i.seen_at)
	FROM ((SELECT source, key, seen_at FROM pypiwatch.sighting
	    WHERE source = 'rss' ORDER BY seen_at DESC LIMIT 140)
	UNION ALL (SELECT source, key, seen_at FROM pypiwatch.sighting
	    WHERE source = 'rss-packages' ORDER BY seen_at DESC LIMIT 60)) i)
	AS items
