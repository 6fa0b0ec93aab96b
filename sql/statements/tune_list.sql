-- SPDX-License-Identifier: Apache-2.0
-- Releases that each sink would have been told of since $1, at each score from
-- which one could alert; $2 is the score from which releases alert now.
WITH r AS (
	SELECT u.normalized, u.version, max(u.score)::integer AS score
	FROM pypiwatch.upload u
	WHERE u.scanned_at >= $1::timestamptz AND u.score >= 20
	GROUP BY u.normalized, u.version
), f AS (
	SELECT r.*, coalesce(p.display, r.normalized) AS project,
	    /* Of the detection that it would be. */
	    pypiwatch.detection_facts(jsonb_populate_record(
		NULL::pypiwatch.detection, jsonb_build_object(
		'normalized', r.normalized, 'project',
		coalesce(p.display, r.normalized), 'version', r.version,
		'lookalike_of', p.lookalike_of, 'severity',
		pypiwatch.severity_of(r.score), 'reasons',
		coalesce(w.reasons, '[]'))))
		|| '{"type": ["detection.opened"]}' AS facts
	FROM r LEFT JOIN pypiwatch.project p USING (normalized)
	LEFT JOIN LATERAL (SELECT jsonb_agg(DISTINCT jsonb_build_object(
		'rule', x.rule, 'category', x.category)) AS reasons
	    FROM pypiwatch.finding x WHERE x.normalized = r.normalized
	    AND x.version = r.version) w ON true
), m AS (
	SELECT s.name, s.min_severity, f.project, f.version, f.score
	FROM pypiwatch.sink s
	LEFT JOIN f ON s.match IS NULL OR pypiwatch.match_eval(s.match, f.facts)
)
SELECT m.name AS sink, t.score AS from_n,
    CASE WHEN t.score = greatest($2::integer, (SELECT min(v) FROM unnest(
	ARRAY[0, 20, 40, 60, 85]) v WHERE pypiwatch.severity_of(v)
	= m.min_severity)) THEN 'now' ELSE '' END AS setting,
    round(count(m.project) FILTER (WHERE m.score >= t.score)
	/ greatest(extract(epoch FROM now() - $1::timestamptz) / 86400, 0.01),
	2) AS a_day_n,
    count(m.project) FILTER (WHERE m.score >= t.score) AS releases_n,
    coalesce(array_to_string((array_agg(m.project || ' ' || m.version
	ORDER BY m.score, m.project) FILTER (WHERE m.score >= t.score
	AND m.project IS NOT NULL))[1:5], ', '), '') AS lowest
FROM m CROSS JOIN (SELECT unnest(ARRAY[20, 30, 40, 50, 60, 70, 80, 85, 90, 95])
    UNION SELECT $2::integer) t(score)
GROUP BY m.name, m.min_severity, t.score ORDER BY m.name, t.score
