-- SPDX-License-Identifier: Apache-2.0
-- The names that are protected in the database.
SELECT normalized AS name, owned::text AS owned_n,
    to_char(added_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
	AS added_at
FROM analyst.targets WHERE kind = 'protected' ORDER BY normalized
