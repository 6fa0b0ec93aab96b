/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What pypiwatch-web may know of the daemon: views, so that its role
 * (pypiwatch_web) needs no right in schema pypiwatch.  Of analyst it reads the
 * detections and nothing else.  Applied after every migration.
 */
DROP SCHEMA IF EXISTS pypiwatch_web CASCADE;
CREATE SCHEMA pypiwatch_web;

/* The schema's version, for who serves it. */
CREATE VIEW pypiwatch_web.ready AS
SELECT coalesce(max(version), 0) AS version FROM pypiwatch.migration;

/* NULL while the daemon makes progress: it lives, some source was read in the last
 * five minutes, and what waits is looked at; else what is wrong. */
CREATE VIEW pypiwatch_web.health AS
SELECT CASE
    WHEN NOT EXISTS (SELECT FROM pypiwatch.instance
	WHERE seen_at > now() - interval '1 minute')
	THEN 'no daemon was seen for a minute'
    WHEN NOT EXISTS (SELECT FROM pypiwatch.source_health)
	THEN 'no source has been read yet'
    WHEN NOT EXISTS (SELECT FROM pypiwatch.source_health
	WHERE ok AND NOT stopped
	AND last_ok_at > now() - interval '5 minutes')
	THEN 'no source answered in the last five minutes'
    WHEN EXISTS (SELECT FROM pypiwatch.task
	WHERE run_at < now() - interval '10 minutes'
	AND created_at < now() - interval '10 minutes')
	AND NOT EXISTS (SELECT FROM pypiwatch.scan
	WHERE scanned_at > now() - interval '10 minutes')
	THEN 'files wait, and none was looked at for ten minutes'
    END AS why;

/* One row a sample: metric, its label pair (or NULL), value. */
CREATE VIEW pypiwatch_web.metrics AS
SELECT 'pypiwatch_feed_last_serial' AS metric, 'source' AS label, source AS label_value, serial::float8 AS value
  FROM pypiwatch.cursor
UNION ALL SELECT 'pypiwatch_feed_up', 'source', source, (ok AND NOT stopped)::int
  FROM pypiwatch.source_health
UNION ALL SELECT 'pypiwatch_feed_last_success_timestamp_seconds', 'source', source,
    coalesce(extract(epoch FROM last_ok_at), 0) FROM pypiwatch.source_health
UNION ALL SELECT 'pypiwatch_feed_items_total', 'source', source, sum(items)::float8
  FROM pypiwatch.coverage GROUP BY source
UNION ALL SELECT 'pypiwatch_feed_gaps_total', 'source', source, sum(gaps)::float8
  FROM pypiwatch.coverage GROUP BY source
UNION ALL SELECT 'pypiwatch_feed_polls_total', 'source', source, sum(polls)::float8
  FROM pypiwatch.coverage GROUP BY source
UNION ALL SELECT 'pypiwatch_feed_failures_total', 'source', source, sum(failures)::float8
  FROM pypiwatch.coverage GROUP BY source
UNION ALL SELECT 'pypiwatch_degraded', 'part', concat_ws(' on ', part, nullif(host, '')),
    degraded::int FROM pypiwatch.health
UNION ALL SELECT 'pypiwatch_queue_tasks', 'state', s.state, count(t.id)
  FROM (VALUES ('ready'), ('leased')) s (state)
  LEFT JOIN pypiwatch.task t ON (t.lease_until IS NOT NULL) = (s.state = 'leased')
  GROUP BY s.state
UNION ALL SELECT 'pypiwatch_queue_unresolved', NULL, NULL, count(*) FROM pypiwatch.resolve
UNION ALL SELECT 'pypiwatch_queue_oldest_seconds', NULL, NULL,
    coalesce(extract(epoch FROM now() - min(created_at)), 0) FROM pypiwatch.task
UNION ALL SELECT 'pypiwatch_dead_letters', NULL, NULL, count(*)
  FROM pypiwatch.upload WHERE outcome = 'dead'
UNION ALL SELECT 'pypiwatch_detections_24h', 'severity', s.name, count(d.id)
  FROM (VALUES ('high'), ('critical')) s (name)
  LEFT JOIN pypiwatch.detection d ON d.severity = s.name
      AND d.first_detected_at > now() - interval '24 hours' GROUP BY s.name
UNION ALL SELECT 'pypiwatch_deliveries_open', 'sink', s.name, count(d.id)
  FROM pypiwatch.sink s LEFT JOIN pypiwatch.delivery d ON d.sink = s.name
      AND d.state IN ('pending', 'retrying') GROUP BY s.name
UNION ALL SELECT 'pypiwatch_deliveries_dead_24h', 'sink', s.name, count(d.id)
  FROM pypiwatch.sink s LEFT JOIN pypiwatch.delivery d ON d.sink = s.name
      AND d.state = 'dead' AND d.mute_id IS NULL AND d.summary_id IS NULL
      AND d.created_at > now() - interval '24 hours' GROUP BY s.name
UNION ALL SELECT 'pypiwatch_sink_up', 'sink', name, (disabled_why IS NULL)::int
  FROM pypiwatch.sink WHERE enabled OR disabled_why IS NOT NULL
UNION ALL SELECT 'pypiwatch_upload_to_alert_seconds', 'quantile', q.name,
    extract(epoch FROM (SELECT percentile_disc(q.name::float8)
	WITHIN GROUP (ORDER BY d.upload_to_alert) FROM pypiwatch.detection d
	WHERE d.first_detected_at > now() - interval '24 hours'
	AND d.upload_to_alert IS NOT NULL))
  FROM (VALUES ('0.5'), ('0.9')) q (name)
  WHERE EXISTS (SELECT FROM pypiwatch.detection d
      WHERE d.first_detected_at > now() - interval '24 hours'
      AND d.upload_to_alert IS NOT NULL)
ORDER BY 1, 3;
