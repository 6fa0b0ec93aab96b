-- SPDX-License-Identifier: Apache-2.0
-- What each source showed since $1, hour by hour.
SELECT to_char(period AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
	AS period, source, polls AS polls_n, items AS items_n,
    stored AS stored_n, gaps AS gaps_n, failures AS failures_n,
    first_serial AS first_serial_n, last_serial AS last_serial_n
FROM analyst.coverage
WHERE period >= date_trunc('hour', $1::timestamptz)
ORDER BY analyst.coverage.period, source
