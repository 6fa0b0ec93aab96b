-- SPDX-License-Identifier: Apache-2.0
-- What each source showed since $1, hour by hour, what others showed that it
-- did not, and from when to when something may be missed.
SELECT to_char(period AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
	AS period, source, polls AS polls_n, items AS items_n,
    stored AS stored_n, unseen AS unseen_n, gaps AS gaps_n,
    gaps_open AS open_n, failures AS failures_n,
    first_serial AS first_serial_n, last_serial AS last_serial_n,
    to_char(lost_from AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
	AS lost_from,
    to_char(lost_to AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
	AS lost_to
FROM analyst.coverage
WHERE period >= date_trunc('hour', $1::timestamptz)
ORDER BY analyst.coverage.period, source
