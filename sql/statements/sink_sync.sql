-- SPDX-License-Identifier: Apache-2.0
-- The sinks of the configuration, all in one: {name, type, min_severity,
-- enabled}.  One that its far end had disabled gets another chance.
WITH wanted AS (
	SELECT * FROM jsonb_to_recordset($1::jsonb)
	    AS s(name text, type text, min_severity text, enabled boolean)
), gone AS (
	DELETE FROM pypiwatch.sink s
	WHERE NOT EXISTS (SELECT FROM wanted w WHERE w.name = s.name)
	RETURNING s.name
), orphans AS (
	UPDATE pypiwatch.delivery d SET state = 'dead',
	    dead_reason = 'the sink is no longer configured'
	FROM gone WHERE d.sink = gone.name
	AND d.state IN ('pending', 'retrying')
)
INSERT INTO pypiwatch.sink (name, type, min_severity, enabled)
SELECT name, type, min_severity, enabled FROM wanted
ON CONFLICT (name) DO UPDATE SET type = excluded.type,
    min_severity = excluded.min_severity, enabled = excluded.enabled,
    disabled_why = NULL, updated_at = now()
