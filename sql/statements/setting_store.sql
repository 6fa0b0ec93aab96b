-- SPDX-License-Identifier: Apache-2.0
-- One thing the daemon runs with; NULL takes it away.
WITH gone AS (
	DELETE FROM pypiwatch.setting WHERE name = $1 AND $2::text IS NULL
)
INSERT INTO pypiwatch.setting (name, value)
SELECT $1, $2 WHERE $2 IS NOT NULL
ON CONFLICT (name) DO UPDATE SET value = excluded.value
