-- SPDX-License-Identifier: Apache-2.0
-- Times since $1 in which a source may have missed something, and who saw
-- what it missed.
SELECT id AS id_n, source, project,
    to_char(from_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
	AS from_at,
    to_char(to_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS to_at,
    why, coalesce(repaired_by, '') AS repaired_by,
    to_char(repaired_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
	AS repaired_at
FROM analyst.gaps
WHERE analyst.gaps.to_at >= $1::timestamptz
ORDER BY analyst.gaps.to_at, id
