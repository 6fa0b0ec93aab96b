-- SPDX-License-Identifier: Apache-2.0
-- Leases up to $2 releases to look up; a lease that ran out is free again.
WITH c AS (
	SELECT id FROM pypiwatch.resolve
	WHERE run_at <= now() AND (lease_until IS NULL OR lease_until < now())
	ORDER BY turn_at LIMIT $2::integer FOR NO KEY UPDATE SKIP LOCKED
)
UPDATE pypiwatch.resolve r SET lease_owner = $1::integer,
    lease_until = now() + $3::integer * interval '1 second',
    lease_serial = r.serial, attempt = r.attempt + 1
FROM c WHERE r.id = c.id
RETURNING r.id, pypiwatch.index_of(r.normalized) AS index, r.display, nullif(r.version, '') AS version, r.serial, r.attempt,
    (SELECT min(u.filename) FROM pypiwatch.upload u
	WHERE u.normalized = r.normalized AND u.version = r.version
	AND u.state = 'unresolved' HAVING count(*) = 1) AS filename
