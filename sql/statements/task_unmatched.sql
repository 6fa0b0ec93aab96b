-- SPDX-License-Identifier: Apache-2.0
-- The bytes are not what the index says: it is asked again, and then the file
-- is fetched again; "later", "dead", or "lost" with the lease.
SELECT pypiwatch.task_unmatched($1::bigint, $2::integer, $3) AS result,
    $4::text AS filename, $3::text AS why
