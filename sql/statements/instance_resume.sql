-- SPDX-License-Identifier: Apache-2.0
-- The same process after a reconnect: its row and lock again.  Its own leases
-- stay its own unless another instance has taken them back meanwhile.
WITH i AS (
	INSERT INTO pypiwatch.instance (id, host, pid, version)
	OVERRIDING SYSTEM VALUE
	VALUES ($1::integer, $2, $3::integer, $4)
	ON CONFLICT (id) DO UPDATE SET seen_at = now() RETURNING id, host
)
SELECT id, pg_advisory_lock(7058, id), pypiwatch.health_good(host, 'host')
FROM i
