-- SPDX-License-Identifier: Apache-2.0
-- The newest detections for the feeds; NULL parameters do not filter.  $2 is
-- a normalised name, on whichever index.
SELECT id, project, version, score, severity, lookalike_of,
    to_char(first_detected_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS first_detected_at,
    to_char(updated_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS updated_at,
    triage_status, pypi_status, index,
    (SELECT string_agg(r ->> 'text', E'.\n') FROM
        (SELECT r FROM jsonb_array_elements(reasons) r LIMIT 5) r) AS why
FROM analyst.detections
WHERE ($1::text IS NULL OR score >= (SELECT least FROM (VALUES ('none', 0), ('low', 20),
        ('medium', 40), ('high', 60), ('critical', 85)) s (name, least) WHERE name = $1))
  AND ($2::text IS NULL OR normalized = $2 OR split_part(normalized, '/', 2) = $2)
  AND ($3::text IS NULL OR triage_status = $3)
ORDER BY first_detected_at DESC, id DESC
LIMIT $4::int
