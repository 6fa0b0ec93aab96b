-- SPDX-License-Identifier: Apache-2.0
-- The advisories, newest first, and whether we had alerted.
SELECT a.id, to_char(a.published_at AT TIME ZONE 'UTC', 'YYYY-MM-DD')
	AS published, a.normalized AS project,
    coalesce(array_to_string(a.versions[1:5], ' ') ||
	CASE WHEN cardinality(a.versions) > 5 THEN ' ...' ELSE '' END, 'all')
	AS versions,
    (SELECT min(d.id) FROM analyst.detections d
	WHERE d.advisory = a.id AND d.normalized = a.normalized) AS detection,
    a.withdrawn_at IS NOT NULL AS withdrawn, a.summary
FROM analyst.advisories a
ORDER BY a.published_at DESC, a.id, a.normalized
