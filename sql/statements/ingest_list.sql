-- SPDX-License-Identifier: Apache-2.0
-- Those of files $1 that are finished, and what became of them.
SELECT id AS file_id, outcome, why, coalesce(score, 0) AS score,
    pypiwatch.severity_of(coalesce(score, 0)) AS severity, alert
FROM pypiwatch.upload WHERE id = ANY ($1::bigint[]) AND outcome IS NOT NULL
