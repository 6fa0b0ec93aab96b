-- SPDX-License-Identifier: Apache-2.0
-- Gives leases back that a satellite's death cut short.
UPDATE pypiwatch.delivery SET lease_owner = NULL, lease_until = NULL
WHERE id = ANY ($1::bigint[]) AND lease_owner = $2::integer
AND state IN ('pending', 'retrying')
