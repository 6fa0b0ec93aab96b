-- SPDX-License-Identifier: Apache-2.0
-- A new queue process; its advisory lock is taken with the row.
WITH i AS (
	INSERT INTO pypiwatch.instance (host, pid, version)
	VALUES ($1, $2::integer, $3) RETURNING id, host
)
SELECT id, pg_advisory_lock(7058, id), pypiwatch.health_good(host, 'host')
FROM i
