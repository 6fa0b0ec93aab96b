-- SPDX-License-Identifier: Apache-2.0
-- What judge wants to know about the project of a leased task; $2 is what the
-- file requires, a JSON array of lines; $3 are the targets that its name
-- resembles, as an array of text.
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
	    AND f.suppressed_by IS NULL	/* or it never would count again */
	    UNION ALL
	    SELECT unnest(x.kept_rules) FROM pypiwatch.upload x
	    WHERE x.normalized = t.normalized AND x.version = b.version) r),
	'[]') AS seen_rules,
    EXISTS (SELECT FROM pypiwatch.upload x
	WHERE x.normalized = t.normalized AND x.version <> t.version
	AND x.outcome IN ('scanned', 'partial')) AS has_baseline,
    EXISTS (SELECT FROM jsonb_array_elements_text($2::jsonb) AS r(text)
	JOIN pypiwatch.project n ON n.normalized = pypiwatch.normalize(
	    substring(r.text FROM '^ *([A-Za-z0-9._-]+)'))
	WHERE n.created_at > now() - interval '7 days'
	AND n.normalized <> t.normalized) AS new_requirement,
    r.author_email, r.home_page,
    /* Of each kind one: a source archive and a wheel say all. */
    coalesce((SELECT jsonb_agg(s) FROM (
	SELECT DISTINCT ON (x.packagetype) x.filename, x.packagetype,
	    f.features->>'modules' AS modules
	FROM pypiwatch.upload x
	JOIN pypiwatch.features f ON f.sha256 = x.sha256
	WHERE x.normalized = t.normalized AND x.version = t.version
	AND x.filename <> t.filename AND x.packagetype IN ('sdist', 'wheel')
	AND x.outcome IN ('scanned', 'partial')
	AND f.features->>'modules' IS NOT NULL
	ORDER BY x.packagetype, x.scanned_at DESC, f.made_at DESC) s), '[]')
	AS siblings,
    pypiwatch.names_excused(t.normalized, $3::text[]) AS excused_names,
    pypiwatch.suppressions_of(t.normalized, t.sha256) AS suppressions
FROM pypiwatch.task t
LEFT JOIN pypiwatch.project p ON p.normalized = t.normalized
LEFT JOIN pypiwatch.release r ON r.normalized = t.normalized
    AND r.version = t.version
LEFT JOIN pypiwatch.upload u ON u.id = t.upload_id
WHERE t.id = $1::bigint
