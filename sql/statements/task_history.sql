-- SPDX-License-Identifier: Apache-2.0
-- What judge wants to know about the project of a leased task.
SELECT
    (SELECT count(*) FROM pypiwatch.release r
	WHERE r.normalized = t.normalized AND r.version <> t.version)
	AS releases,
    coalesce(extract(epoch FROM now() - p.created_at)::bigint, -1) AS age_s,
    coalesce(p.owner_changed_at > now() - interval '14 days', false)
	AS owner_changed,
    coalesce(p.revived, false) AS revived,
    coalesce(u.changed_bytes, false) AS changed_bytes,
    coalesce((SELECT jsonb_agg(DISTINCT r.rule) FROM (
	    SELECT x.version FROM pypiwatch.upload x
	    WHERE x.normalized = t.normalized AND x.version <> t.version
	    AND x.outcome IN ('scanned', 'partial')
	    ORDER BY x.uploaded_at DESC NULLS LAST LIMIT 1) b
	CROSS JOIN LATERAL (
	    SELECT f.rule FROM pypiwatch.finding f
	    WHERE f.normalized = t.normalized AND f.version = b.version
	    UNION ALL
	    SELECT unnest(x.kept_rules) FROM pypiwatch.upload x
	    WHERE x.normalized = t.normalized AND x.version = b.version) r),
	'[]') AS seen_rules,
    EXISTS (SELECT FROM pypiwatch.upload x
	WHERE x.normalized = t.normalized AND x.version <> t.version
	AND x.outcome IN ('scanned', 'partial')) AS has_baseline
FROM pypiwatch.task t
LEFT JOIN pypiwatch.project p ON p.normalized = t.normalized
LEFT JOIN pypiwatch.upload u ON u.id = t.upload_id
WHERE t.id = $1::bigint
