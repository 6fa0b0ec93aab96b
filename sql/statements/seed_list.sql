-- SPDX-License-Identifier: Apache-2.0
-- Seeds, newest first; only $1 unless that is NULL.  What is left is estimated
-- from the pace so far, once ten projects are done.
SELECT j.id AS id_n, j.total AS total_n, j.done AS done_n, j.state,
    CASE WHEN j.state = 'running' AND j.done >= 10 THEN
	((j.total - j.done) * extract(epoch FROM now() - r.began_at)
	    / j.done)::bigint END AS left_s_n,
    pypiwatch.rfc3339(j.asked_at) AS asked_at,
    pypiwatch.rfc3339(j.finished_at) AS finished_at, j.asked_by,
    j.held AS held_n
FROM analyst.jobs j JOIN pypiwatch.rescan r USING (id)
WHERE j.kind = 'seed' AND (j.id = $1::bigint OR $1 IS NULL)
ORDER BY j.id DESC LIMIT 50
