-- SPDX-License-Identifier: Apache-2.0
-- Kept archives of project $1 (NULL: all), kept since $2 (NULL: ever), after
-- number $3, 20 at most: how they are sealed, and how they were judged.
SELECT e.id, e.normalized, e.version, e.filename, e.sha256, e.size, e.key_id,
    translate(encode(e.salt, 'base64'), E'\n', '') AS salt,
    translate(encode(e.wrapped, 'base64'), E'\n', '') AS wrapped,
    u.id AS file, u.packagetype, u.alert, u.object,
    coalesce(p.display, e.normalized) AS project,
    coalesce((SELECT s.reasons FROM pypiwatch.scan s WHERE s.upload_id = u.id
	ORDER BY s.id DESC LIMIT 1), '[]') AS reasons,
    pypiwatch.suppressions_of(e.normalized, e.sha256) AS suppressions
FROM pypiwatch.evidence e
JOIN pypiwatch.upload u ON u.normalized = e.normalized
    AND u.filename = e.filename AND u.sha256 = e.sha256 AND u.state = 'done'
LEFT JOIN pypiwatch.project p ON p.normalized = e.normalized
WHERE e.id > $3::bigint AND e.stored = e.parts
AND ($1::text IS NULL OR e.normalized = $1)
AND ($2::timestamptz IS NULL OR e.kept_at >= $2::timestamptz)
ORDER BY e.id LIMIT 20
