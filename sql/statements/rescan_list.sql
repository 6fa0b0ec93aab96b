-- SPDX-License-Identifier: Apache-2.0
-- Rescans, newest first; only $1 unless that is NULL.  What is left is
-- estimated from the pace so far, once ten files are done.
SELECT r.id AS id_n, x.wants, r.total AS total_n, x.done AS done_n,
    CASE WHEN r.stopped THEN 'stopped' WHEN r.finished_at IS NOT NULL
	THEN 'done' WHEN r.began_at IS NULL THEN 'waiting' ELSE 'running' END
	AS state,
    CASE WHEN r.finished_at IS NULL AND x.done >= 10 THEN
	(greatest(r.total - x.done, 0) * extract(epoch FROM now() - r.began_at)
	    / x.done)::bigint END AS left_s_n,
    to_char(r.asked_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
	AS asked_at,
    to_char(r.finished_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
	AS finished_at, r.asked_by,
    (SELECT count(*) FROM pypiwatch.held_verdict h WHERE h.rescan_id = r.id
	AND h.ended_at IS NULL) AS held_n
FROM pypiwatch.rescan r
CROSS JOIN LATERAL (SELECT r.queued - (SELECT count(*) FROM pypiwatch.task t
	WHERE t.rescan_id = r.id) AS done,
    coalesce(nullif(concat_ws(', ', 'project ' || r.normalized,
	'seen since ' || to_char(r.seen_from AT TIME ZONE 'UTC',
	    'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
	'not judged by ruleset ' || r.ruleset), ''), 'everything')
	|| CASE r.kind WHEN 'judge' THEN ' (judged again)'
	    WHEN 'samples' THEN ' (kept samples)' ELSE '' END AS wants) x
WHERE r.kind <> 'seed' AND (r.id = $1::bigint OR $1 IS NULL)
ORDER BY r.id DESC LIMIT 50
