-- SPDX-License-Identifier: Apache-2.0
-- Again after $4 ms.  $5 and $6 say what it was: a crash or time-out of the
-- worker's child, or trouble of the network, which uses up no attempt.
UPDATE pypiwatch.task SET why = $3, lease_owner = NULL, lease_until = NULL,
    run_at = now() + $4::bigint * interval '1 millisecond',
    crashes = crashes + $5::integer, failures = failures + $6::integer,
    attempt = attempt - $6::integer
WHERE id = $1::bigint AND lease_owner = $2::integer
