-- SPDX-License-Identifier: Apache-2.0
-- Gives leases back that another process's death cut short; not counted.
UPDATE pypiwatch.task SET lease_owner = NULL, lease_until = NULL,
    attempt = greatest(attempt - 1, 0)
WHERE id = ANY ($1::bigint[]) AND lease_owner = $2::integer
