-- SPDX-License-Identifier: Apache-2.0
-- Verdicts that are held of look back $1 (NULL: of all), the most severe first.
SELECT h.rescan_id AS retro_n, coalesce(p.display, u.normalized) AS project,
    u.version, u.filename, h.was_score AS was_n, h.score AS now_n,
    CASE WHEN h.alert AND NOT h.was_alert THEN 'would alert'
	WHEN h.was_alert AND NOT h.alert THEN 'would alert no more'
	ELSE 'score changes' END AS what,
    coalesce(h.scan#>>'{reasons,0,text}', '') AS strongest
FROM pypiwatch.held_verdict h
JOIN pypiwatch.upload u ON u.id = h.upload_id
LEFT JOIN pypiwatch.project p USING (normalized)
WHERE h.ended_at IS NULL AND (h.rescan_id = $1::bigint OR $1 IS NULL)
ORDER BY h.alert AND NOT h.was_alert DESC, h.score DESC, h.id LIMIT 1000
