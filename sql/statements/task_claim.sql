-- SPDX-License-Identifier: Apache-2.0
-- Leases up to $2 files to fetch and inspect, in turn; a lease that ran out
-- is free again.
WITH c AS (
	SELECT id FROM pypiwatch.task
	WHERE run_at <= now() AND (lease_until IS NULL OR lease_until < now())
	ORDER BY turn_at LIMIT $2::integer FOR NO KEY UPDATE SKIP LOCKED
)
UPDATE pypiwatch.task t SET lease_owner = $1::integer,
    lease_until = now() + $3::integer * interval '1 second',
    attempt = t.attempt + 1
FROM c WHERE t.id = c.id
RETURNING t.id, t.display, t.normalized, t.version, t.filename, t.sha256,
    t.url, t.size, t.packagetype, t.attempt, t.crashes, t.failures
