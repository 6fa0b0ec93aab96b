-- SPDX-License-Identifier: Apache-2.0
-- What waits, by kind of work: how much, since when, and why it came back.
WITH w AS (
	SELECT 1 AS n, 'resolve' AS work, created_at, run_at, lease_until, why
	FROM pypiwatch.resolve
    UNION ALL
	SELECT 2, 'inspect', created_at, run_at, lease_until, why
	FROM pypiwatch.task
    UNION ALL
	SELECT 3, 'deliver to ' || sink, created_at, run_at, lease_until,
	    answer
	FROM pypiwatch.delivery WHERE state IN ('pending', 'retrying')
)
SELECT work,
    count(*) FILTER (WHERE lease_until > now()) AS running_n,
    count(*) FILTER (WHERE coalesce(lease_until <= now(), true)
	AND run_at <= now()) AS ready_n,
    count(*) FILTER (WHERE coalesce(lease_until <= now(), true)
	AND run_at > now()) AS delayed_n,
    extract(epoch FROM now() - min(created_at))::bigint AS oldest_s_n,
    mode() WITHIN GROUP (ORDER BY why) AS common_trouble
FROM w GROUP BY n, work ORDER BY n, work
