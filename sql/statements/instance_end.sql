-- SPDX-License-Identifier: Apache-2.0
-- A clean stop: what we still lease is free at once, and not counted.
WITH t AS (
	UPDATE pypiwatch.task SET lease_owner = NULL, lease_until = NULL,
	    attempt = greatest(attempt - 1, 0) WHERE lease_owner = $1::integer
), r AS (
	UPDATE pypiwatch.resolve SET lease_owner = NULL, lease_until = NULL,
	    attempt = greatest(attempt - 1, 0) WHERE lease_owner = $1::integer
), d AS (
	UPDATE pypiwatch.delivery SET lease_owner = NULL, lease_until = NULL
	WHERE lease_owner = $1::integer AND state IN ('pending', 'retrying')
)
DELETE FROM pypiwatch.instance WHERE id = $1::integer
