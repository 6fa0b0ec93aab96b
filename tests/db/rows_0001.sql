-- SPDX-License-Identifier: Apache-2.0
-- Rows of the first schema, over three months and on both sides of their
-- borders; and a view of somebody else's.
INSERT INTO pypiwatch.event (serial, kind, project, normalized, seen_at)
    SELECT n, 'create', 'p' || n, 'p' || n, at FROM unnest(
	ARRAY['2025-12-31 23:59:59.999999Z', '2026-01-01 00:00:00Z',
	'2026-01-31 23:59:59Z', '2026-05-05 05:05:05Z']::timestamptz[])
	WITH ORDINALITY x (at, n);
INSERT INTO pypiwatch.sighting (source, key, event_id, seen_at)
    SELECT 'changelog', serial, id, seen_at FROM pypiwatch.event;
INSERT INTO pypiwatch.upload (normalized, version, filename, state, outcome,
    scanned_at, sha256) SELECT 'p' || n, '1', 'p' || n || '-1.tar.gz', 'done',
    'scanned', '2026-01-15Z', repeat('a', 64) FROM generate_series(1, 3) n;
INSERT INTO pypiwatch.scan (scanned_at, upload_id, normalized, version,
    outcome, score, attempts) SELECT scanned_at, id, normalized, version,
    outcome, 0, 1 FROM pypiwatch.upload;
INSERT INTO pypiwatch.finding (scanned_at, scan_id, upload_id, normalized,
    version, rule, category) SELECT scanned_at, id, upload_id, normalized,
    version, 'a-rule', 'loader' FROM pypiwatch.scan;
INSERT INTO pypiwatch.detection (normalized, project, version, score, severity,
    first_detected_at) SELECT 'p' || n, 'P' || n, '1', 90, 'critical',
    '2025-12-15Z'::timestamptz + n * interval '1 month'
    FROM generate_series(1, 3) n;
INSERT INTO pypiwatch.triage (detection_id, verdict, was, author)
    VALUES (2, 'confirmed', 'open', 'someone');
INSERT INTO pypiwatch.alert (detection_id, sequence, type, severity, payload)
    VALUES (1, 1, 'detection.opened', 'critical', '{}'),
    (2, 1, 'detection.opened', 'critical', '{}');
INSERT INTO pypiwatch.delivery (alert_id, sink, detection_id)
    VALUES (1, 'a', 1), (2, 'a', 2);
CREATE FUNCTION pypiwatch.alert_data(d pypiwatch.detection) RETURNS jsonb
LANGUAGE sql AS $$ SELECT '{}'::jsonb $$;
CREATE SCHEMA theirs;
CREATE VIEW theirs.newest AS SELECT d.id, d.project FROM pypiwatch.detection d
    ORDER BY d.first_detected_at DESC;
