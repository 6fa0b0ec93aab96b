-- SPDX-License-Identifier: Apache-2.0
-- What a false positive of detection $1 could be suppressed by: the rules that
-- counted or would in their place, with the path when it is one, without the
-- release's own top folder.
SELECT f.normalized AS project, f.rule, CASE WHEN count(DISTINCT f.path) = 1
    AND count(*) = count(f.path) THEN min(regexp_replace(f.path, '^' ||
	regexp_replace(f.project, '[-_.]+', '[-_.]+', 'g') || '-[^/]*/', '',
	'i')) END AS path
FROM analyst.findings f JOIN analyst.detections d USING (normalized, version)
WHERE d.id = $1::bigint AND f.weight > 0
GROUP BY f.normalized, f.rule
ORDER BY max(f.weight) DESC, f.rule LIMIT 20
