-- SPDX-License-Identifier: Apache-2.0
-- The findings of detection $1's files, strongest first.
SELECT f.filename, f.context, f.rule, f.path, f.line, f.text, f.snippet,
    'by ' || f.suppressed_owner || ' until ' || to_char(f.suppressed_until
	AT TIME ZONE 'UTC', 'YYYY-MM-DD') AS suppressed
FROM analyst.findings f
JOIN analyst.detections d USING (normalized, version)
WHERE d.id = $1::bigint
ORDER BY f.weight DESC NULLS LAST, f.id LIMIT 40
