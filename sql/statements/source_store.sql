-- SPDX-License-Identifier: Apache-2.0
-- Health of one source, and its turns for the worse in coverage.
WITH before AS (
	SELECT ok FROM pypiwatch.source_health WHERE source = $1
), now_ AS (
	INSERT INTO pypiwatch.source_health AS h (source, ok, stopped,
	    last_ok_at, items, lag_s, server_serial, why)
	VALUES ($1, $2::boolean, $3::boolean, to_timestamp(
	    nullif($4::bigint, 0) / 1e6), $5::bigint, $6::bigint,
	    nullif($7::bigint, 0), $8)
	ON CONFLICT (source) DO UPDATE SET ok = excluded.ok,
	    stopped = excluded.stopped,
	    last_ok_at = coalesce(excluded.last_ok_at, h.last_ok_at),
	    items = excluded.items, lag_s = excluded.lag_s,
	    server_serial = coalesce(excluded.server_serial, h.server_serial),
	    why = excluded.why, updated_at = now()
)
INSERT INTO pypiwatch.coverage AS c (source, period, failures)
SELECT $1, date_trunc('hour', now()), 1
WHERE NOT $2::boolean AND coalesce((SELECT ok FROM before), true)
ON CONFLICT (source, period) DO UPDATE SET failures = c.failures + 1
