-- SPDX-License-Identifier: Apache-2.0
-- Milliseconds until the next thing is due, NULL when nothing waits.
SELECT (extract(epoch FROM least(
	(SELECT min(greatest(run_at, coalesce(lease_until, run_at)))
	    FROM pypiwatch.task),
	(SELECT min(greatest(run_at, coalesce(lease_until, run_at)))
	    FROM pypiwatch.resolve),
	(SELECT min(greatest(run_at, coalesce(lease_until, run_at)))
	    FROM pypiwatch.delivery WHERE state IN ('pending', 'retrying'))
	) - now()) * 1000)::bigint AS ms
