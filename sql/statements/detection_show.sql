-- SPDX-License-Identifier: Apache-2.0
-- Everything about detection $1: as a note for a person, and as JSON.
SELECT analyst.explain(d.id) AS note,
    (to_jsonb(d) || jsonb_build_object(
	'files', (SELECT jsonb_agg(to_jsonb(f) ORDER BY f.score DESC NULLS
	    LAST, f.filename) FROM analyst.files f
	    WHERE f.normalized = d.normalized AND f.version = d.version),
	'findings', (SELECT jsonb_agg(to_jsonb(g) ORDER BY g.weight DESC NULLS
	    LAST, g.id) FROM analyst.findings g
	    WHERE g.normalized = d.normalized AND g.version = d.version),
	'deliveries', (SELECT jsonb_agg(to_jsonb(v) ORDER BY v.alert_id,
	    v.sink) FROM analyst.deliveries v WHERE v.detection_id = d.id)))
	AS object
FROM analyst.detections d WHERE d.id = $1::bigint
