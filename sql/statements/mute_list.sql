-- SPDX-License-Identifier: Apache-2.0
-- Mutes in force; with $1 true, past ones too.
SELECT id AS id_n, coalesce(sink, '*') AS sink, coalesce(match, '*') AS match,
    to_char(until AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS until,
    owner, reason, deliveries AS muted_n, CASE WHEN in_force
	THEN 'in force' WHEN removed_at IS NOT NULL THEN 'removed by ' ||
	removed_by ELSE 'over' END AS state
FROM analyst.mutes WHERE in_force OR $1::boolean ORDER BY id
