-- SPDX-License-Identifier: Apache-2.0
-- Archives that are kept, newest first: of detection $1, or of all (NULL).
SELECT id AS id_n, detection_id AS detection_n, project, version, filename,
    sha256, size AS size_n, key_id AS key,
    to_char(kept_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
	AS kept_at
FROM analyst.evidence
WHERE complete AND ($1::bigint IS NULL OR detection_id = $1::bigint)
ORDER BY id DESC
