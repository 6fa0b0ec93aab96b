-- SPDX-License-Identifier: Apache-2.0
-- Detections since $1, at least of severity $2, of project $3 and with triage
-- status $4 (each NULL: any), newest first.
SELECT id AS id_n, project, version, score AS score_n, severity,
    lookalike_of, pypi_status, triage_status,
    to_char(first_detected_at AT TIME ZONE 'UTC',
	'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS first_detected_at,
    to_char(updated_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
	AS updated_at,
    extract(epoch FROM upload_to_alert)::bigint AS upload_to_alert_s_n,
    index, reasons->0->>'text' AS strongest, reasons AS reasons_json,
    suppressed_by AS suppressed_by_n
FROM analyst.detections
WHERE first_detected_at >= $1::timestamptz
AND array_position(ARRAY['none', 'low', 'medium', 'high', 'critical'],
	severity) >= array_position(
	ARRAY['none', 'low', 'medium', 'high', 'critical'],
	coalesce($2, 'none'))
AND ($3::text IS NULL OR normalized = $3
	OR split_part(normalized, '/', 2) = $3)
AND ($4::text IS NULL OR triage_status = $4)
ORDER BY first_detected_at DESC, id DESC
