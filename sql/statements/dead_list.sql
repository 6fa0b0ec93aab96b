-- SPDX-License-Identifier: Apache-2.0
-- What was given up since $1: files, and deliveries.
SELECT to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS at,
    work, what, why
FROM (
	SELECT scanned_at AS at, 'inspect' AS work,
	    normalized || ' ' || version || ' ' || filename AS what, why
	FROM analyst.files WHERE outcome = 'dead'
	AND scanned_at >= $1::timestamptz
    UNION ALL
	SELECT created_at, 'deliver to ' || sink,
	    'alert ' || alert_id || ', delivery ' || delivery_id,
	    coalesce(dead_reason, answer)
	FROM analyst.deliveries WHERE status = 'dead' AND mute_id IS NULL
	AND created_at >= $1::timestamptz
) d ORDER BY d.at DESC LIMIT 200
