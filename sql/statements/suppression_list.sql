-- SPDX-License-Identifier: Apache-2.0
-- Suppressions in force; with $1 true, past ones too.
SELECT id AS id_n, normalized AS project, path, rule, left(sha256, 12)
	AS sha256, to_char(until AT TIME ZONE 'UTC',
	'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS until,
    owner, reason, detections AS detections_n, CASE WHEN in_force
	THEN 'in force' WHEN removed_at IS NOT NULL THEN 'removed by ' ||
	removed_by ELSE 'over' END AS state
FROM analyst.suppressions WHERE in_force OR $1::boolean ORDER BY id
