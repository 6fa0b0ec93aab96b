-- SPDX-License-Identifier: Apache-2.0
-- After a reconnect: gives back what we lease and do not know of, because the
-- answer to a claim was lost.  The lists are what we do know of.
WITH t AS (
	UPDATE pypiwatch.task SET lease_owner = NULL, lease_until = NULL,
	    attempt = greatest(attempt - 1, 0)
	WHERE lease_owner = $1::integer AND id <> ALL ($2::bigint[])
), r AS (
	UPDATE pypiwatch.resolve SET lease_owner = NULL, lease_until = NULL,
	    attempt = greatest(attempt - 1, 0)
	WHERE lease_owner = $1::integer AND id <> ALL ($3::bigint[])
)
UPDATE pypiwatch.delivery SET lease_owner = NULL, lease_until = NULL
WHERE lease_owner = $1::integer AND id <> ALL ($4::bigint[])
AND state IN ('pending', 'retrying')
