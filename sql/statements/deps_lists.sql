-- SPDX-License-Identifier: Apache-2.0
-- The lists of what teams use.
SELECT list, coalesce(team, '') AS team, count(normalized) AS names_n,
    to_char(read_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
	AS read_at, array_to_string(files, ' ') AS files
FROM analyst.deps GROUP BY list, team, read_at, files ORDER BY list
