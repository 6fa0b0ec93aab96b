-- SPDX-License-Identifier: Apache-2.0
-- A call for backfill $1 failed; again after a growing pause, at least $3 s.
UPDATE pypiwatch.backfill SET why = $2, failures = failures + 1,
    run_at = now() + greatest(least(300, 2 ^ least(failures + 1, 9)),
	least($3::bigint, 86400)) * interval '1 second'
WHERE id = $1::bigint
