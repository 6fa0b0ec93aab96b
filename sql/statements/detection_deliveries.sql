-- SPDX-License-Identifier: Apache-2.0
-- What became of the alerts of detection $1, sink by sink.
SELECT v.sink, a.type, CASE WHEN v.mute_id IS NULL THEN v.status ELSE 'muted' END
	AS status, v.attempt,
    to_char(v.delivered_at AT TIME ZONE 'UTC',
	'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS delivered_at,
    coalesce(v.dead_reason, v.answer) AS answer
FROM analyst.deliveries v JOIN analyst.alerts a ON a.id = v.alert_id
WHERE v.detection_id = $1::bigint ORDER BY v.alert_id, v.sink
