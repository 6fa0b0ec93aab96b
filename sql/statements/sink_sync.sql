-- SPDX-License-Identifier: Apache-2.0
-- The sinks of the configuration, all in one; gives those whose time zone the
-- database does not know.  One that its far end had disabled gets another
-- chance.
WITH wanted AS (
	SELECT * FROM jsonb_to_recordset($1::jsonb)
	    AS s(name text, type text, min_severity text, enabled boolean,
	    match jsonb, campaigns boolean, campaign_wait_s bigint,
	    rate integer, quiet_from time, quiet_to time, quiet_except text,
	    zone text, digest text, digest_at time)
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
, stored AS (
	INSERT INTO pypiwatch.sink (name, type, min_severity, enabled, match,
	    campaigns, campaign_wait, rate, quiet_from, quiet_to,
	    quiet_except, zone, digest, digest_at)
	SELECT name, type, min_severity, enabled, match, campaigns,
	    campaign_wait_s * interval '1 second', nullif(rate, 0),
	    quiet_from, quiet_to, quiet_except, zone, digest, digest_at
	FROM wanted
	ON CONFLICT (name) DO UPDATE SET type = excluded.type,
	    min_severity = excluded.min_severity, enabled = excluded.enabled,
	    match = excluded.match, campaigns = excluded.campaigns,
	    campaign_wait = excluded.campaign_wait, rate = excluded.rate,
	    quiet_from = excluded.quiet_from, quiet_to = excluded.quiet_to,
	    quiet_except = excluded.quiet_except, zone = excluded.zone,
	    digest = excluded.digest, digest_at = excluded.digest_at,
	    disabled_why = NULL, updated_at = now()
)
SELECT name, zone FROM wanted WHERE pypiwatch.zone_known(zone) <> zone
