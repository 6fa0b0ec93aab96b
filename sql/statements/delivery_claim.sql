-- SPDX-License-Identifier: Apache-2.0
-- Leases up to $3 deliveries of one sink, never two of one detection (or
-- of the daemon itself) at once and always the oldest first: that is what keeps
-- them in order.  Of a sink that is down one that failed before.
WITH s AS MATERIALIZED (
	SELECT pypiwatch.sink_down($2) AS down, pypiwatch.sink_room(x) AS room
	FROM pypiwatch.sink x WHERE x.name = $2
), c AS (
	SELECT d.id FROM pypiwatch.delivery d
	WHERE d.sink = $2 AND d.state IN ('pending', 'retrying')
	AND d.run_at <= now() AND d.held IS NULL
	AND EXISTS (SELECT FROM pypiwatch.sink s
	    WHERE s.name = d.sink AND s.enabled)
	AND (d.lease_until IS NULL OR d.lease_until < now())
	AND NOT EXISTS (SELECT FROM pypiwatch.delivery e
	    WHERE e.sink = d.sink
	    AND e.detection_id IS NOT DISTINCT FROM d.detection_id
	    AND e.id < d.id AND e.state IN ('pending', 'retrying'))
	AND (d.state = 'retrying' OR NOT (SELECT down FROM s))
	ORDER BY d.id LIMIT least($3::integer, (SELECT CASE WHEN down
	    THEN 1 ELSE room END FROM s)) FOR NO KEY UPDATE SKIP LOCKED
)
UPDATE pypiwatch.delivery d SET lease_owner = $1::integer,
    lease_until = now() + $4::integer * interval '1 second',
    attempt = d.attempt + 1, first_tried_at = coalesce(first_tried_at, now())
FROM c, pypiwatch.alert a WHERE d.id = c.id AND a.id = d.alert_id
RETURNING d.id, d.sink, d.delivery_id, d.attempt, a.payload, d.left_to,
    (SELECT t.delivery_id FROM pypiwatch.thread t WHERE t.sink = d.sink
	AND t.detection_id = d.detection_id) AS thread_id,
    (SELECT t.ref FROM pypiwatch.thread t WHERE t.sink = d.sink
	AND t.detection_id = d.detection_id) AS thread_ref,
    CASE WHEN d.attempt > 1
	THEN (extract(epoch FROM d.first_tried_at) * 1e6)::bigint
	ELSE 0 END AS first_tried_us
