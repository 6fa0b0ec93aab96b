-- SPDX-License-Identifier: Apache-2.0
-- Asks for the newest releases of projects $1, a text array; $2 holds back what
-- would be told.
SELECT id, total, pypiwatch.files_per_hour() AS files_per_hour,
    (SELECT count(*) FROM pypiwatch.instance
	WHERE seen_at > now() - interval '1 minute') AS daemons
FROM pypiwatch.seed_ask($1::text[], $2::boolean)
