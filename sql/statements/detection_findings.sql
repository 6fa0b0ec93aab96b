-- SPDX-License-Identifier: Apache-2.0
-- The findings of detection $1's files, strongest first; what several files
-- have in the same place once, with their number.
SELECT min(f.filename) AS filename, f.context, f.rule,
    (array_agg(f.path ORDER BY f.filename DESC, f.id))[1] AS path, f.line,
    f.text, f.snippet, nullif(count(DISTINCT f.file_id), 1) AS files,
    max('by ' || f.suppressed_owner || ' until ' || to_char(
	f.suppressed_until AT TIME ZONE 'UTC', 'YYYY-MM-DD')) AS suppressed
FROM analyst.findings f
JOIN analyst.detections d USING (normalized, version)
WHERE d.id = $1::bigint
/* a source archive has one folder more than a wheel */
GROUP BY f.rule, f.context, f.line, f.text, f.snippet,
    regexp_replace(f.path, '^[^/]+-[0-9][^/]*/', '')
ORDER BY max(f.weight) DESC NULLS LAST, min(f.id) LIMIT 40
