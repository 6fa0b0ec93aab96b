-- SPDX-License-Identifier: Apache-2.0
-- Backfills, newest first; only $1 unless that is NULL.  What is left is
-- estimated from the pace so far, once a hundredth is done.
SELECT b.id AS id_n, b.since AS since_n, b.until AS until_n,
    b.cursor AS cursor_n, b.events AS events_n, x.waiting AS waiting_n,
    CASE WHEN b.stopped THEN 'stopped' WHEN b.finished_at IS NOT NULL
	AND x.waiting = 0 THEN 'done' WHEN b.finished_at IS NOT NULL
	THEN 'scanning' WHEN b.began_at IS NULL THEN 'waiting'
	ELSE 'running' END AS state,
    CASE WHEN b.finished_at IS NULL AND (b.cursor - b.since) * 100
	>= b.until - b.since AND b.cursor > b.since THEN
	(extract(epoch FROM now() - b.began_at) * (b.until - b.cursor)
	    / (b.cursor - b.since))::bigint END AS left_s_n,
    to_char(b.asked_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
	AS asked_at,
    to_char(b.finished_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
	AS finished_at, b.asked_by, b.why
FROM pypiwatch.backfill b
CROSS JOIN (SELECT (SELECT count(*) FROM pypiwatch.resolve
	WHERE priority >= 9 AND rescan_id IS NULL) + (SELECT count(*) FROM pypiwatch.task
	WHERE priority >= 9 AND rescan_id IS NULL) AS waiting) x
WHERE b.id = $1::bigint OR $1 IS NULL
ORDER BY b.id DESC LIMIT 50
