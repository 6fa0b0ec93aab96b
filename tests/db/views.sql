-- SPDX-License-Identifier: Apache-2.0
-- pgTAP: what analysts see, what each role may do, what the functions keep.
CREATE EXTENSION IF NOT EXISTS pgtap;
SET search_path = public;
SELECT * FROM no_plan();

-- columns of the contract, at their place
CREATE FUNCTION pg_temp.columns(view text) RETURNS text LANGUAGE sql AS $$
SELECT string_agg(attname, ' ' ORDER BY attnum) FROM pg_attribute
WHERE attrelid = ('analyst.' || view)::regclass AND attnum > 0 $$;
SELECT alike(pg_temp.columns('files'), 'project normalized version filename sha256 packagetype uploaded_at seen_at scanned_at outcome score%', 'files');
SELECT alike(pg_temp.columns('detections'), 'id project version score severity reasons lookalike_of first_detected_at updated_at triage_status pypi_status upload_to_alert%', 'detections');
SELECT alike(pg_temp.columns('deliveries'), 'alert_id sink delivery_id attempt status delivered_at%', 'deliveries');
SELECT views_are('analyst', ARRAY['events', 'releases', 'files', 'findings', 'gaps',
    'detections', 'alerts', 'deliveries', 'coverage', 'daily', 'precision', 'hosts', 'sources', 'sinks', 'work',
    'health', 'targets', 'projects', 'owners', 'misses', 'latency', 'advisories', 'campaigns', 'triage_log', 'suppressions', 'audit', 'mutes', 'deps', 'deps_check',
    'evidence',
    'vectors', 'jobs']);
SELECT functions_are('analyst', ARRAY['triage', 'similar_names', 'explain', 'suppress', 'unsuppress',
    'evidence_heads', 'evidence_part', 'report_note', 'report_source', 'export_page',
    'touched', 'span']);
SELECT col_type_is('analyst', 'detections', 'upload_to_alert', 'interval', 'upload_to_alert');
SELECT col_type_is('analyst', 'detections', 'score', 'smallint', 'score');
SELECT col_type_is('analyst', 'detections', 'id', 'bigint', 'id');
SELECT col_type_is('analyst', 'detections', 'reasons', 'jsonb', 'reasons');

-- everything has a comment
SELECT is_empty($$SELECT c.relname || '.' || a.attname FROM pg_class c
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
    WHERE c.relnamespace = 'analyst'::regnamespace
    AND col_description(c.oid, a.attnum) IS NULL$$, 'columns without a comment');
SELECT is_empty($$SELECT relname FROM pg_class
    WHERE relnamespace = 'analyst'::regnamespace
    AND obj_description(oid) IS NULL$$, 'views without a comment');
SELECT is_empty($$SELECT proname FROM pg_proc
    WHERE pronamespace = 'analyst'::regnamespace
    AND obj_description(oid) IS NULL$$, 'functions without a comment');

-- roles
CREATE FUNCTION pg_temp.refused(who text, query text) RETURNS text
LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE format('SET LOCAL ROLE %I', who);
	EXECUTE query;
	RESET ROLE;
	RETURN 'worked';
EXCEPTION WHEN insufficient_privilege THEN
	RESET ROLE;
	RETURN 'refused';
END $$;
SELECT is(pg_temp.refused(r, q), w, r || ': ' || q) FROM (VALUES
    ('pypiwatch_analyst', 'SELECT * FROM analyst.detections', 'worked'),
    ('pypiwatch_analyst', 'SELECT analyst.explain(1)', 'worked'),
    ('pypiwatch_analyst', 'SELECT * FROM analyst.similar_names(''x'')', 'worked'),
    ('pypiwatch_analyst', 'SELECT * FROM pypiwatch.task', 'refused'),
    ('pypiwatch_analyst', 'UPDATE analyst.sinks SET enabled = false', 'refused'),
    ('pypiwatch_analyst', 'DELETE FROM analyst.alerts', 'refused'),
    ('pypiwatch_web', 'SELECT * FROM analyst.detections', 'worked'),
    ('pypiwatch_web', 'SELECT * FROM pypiwatch_web.metrics', 'worked'),
    ('pypiwatch_web', 'SELECT * FROM analyst.releases', 'refused'),
    ('pypiwatch_web', 'SELECT * FROM analyst.suppressions', 'refused'),
    ('pypiwatch_web', 'SELECT analyst.explain(1)', 'refused'),
    ('pypiwatch_web', 'SELECT analyst.triage(1, ''open'')', 'refused'),
    ('pypiwatch_web', 'SELECT * FROM pypiwatch.sink', 'refused'),
    ('pypiwatch', 'DELETE FROM pypiwatch.source_health', 'worked'),
    ('pypiwatch', 'DELETE FROM pypiwatch.migration', 'refused'),
    ('pypiwatch', 'CREATE TABLE pypiwatch.x (a int)', 'refused'),
    ('pypiwatch', 'SELECT pypiwatch.leases_reap(1, ''x'')', 'worked'),
    ('pg_monitor', 'SELECT * FROM analyst.detections', 'refused'),
    ('pg_monitor', 'SELECT analyst.triage(1, ''open'')', 'refused')
) t(r, q, w);

-- the story of pycryptoenv
SELECT results_eq('SELECT project, version, score::int, severity, lookalike_of, triage_status, pypi_status FROM analyst.detections',
    $$VALUES ('pycryptoenv', '1.0.7', 97, 'critical', 'pycrypto', 'open', 'live')$$, 'one detection');
SELECT ok((SELECT upload_to_alert BETWEEN '29 s' AND '31 s' FROM analyst.detections), 'upload to alert');
SELECT results_eq('SELECT sink, status, attempt FROM analyst.deliveries ORDER BY sink',
    $$VALUES ('all', 'pending', 0), ('worst', 'pending', 0)$$, 'to the sinks that want it');
SELECT results_eq('SELECT filename, outcome FROM analyst.files ORDER BY filename COLLATE "C"',
    $$VALUES ('good_thing-2.0.tar.gz', 'scanned'), ('pycryptoenv-1.0.7.tar.gz', 'scanned'), ('vanished-1.tar.gz', 'gone')$$, 'outcomes');
SELECT results_eq('SELECT kind FROM analyst.events ORDER BY serial LIMIT 4',
    $$VALUES ('create'), ('add role'), ('new release'), ('add file')$$, 'events');
SELECT is((SELECT count(*)::int FROM analyst.findings), 97, 'findings');
SELECT is((SELECT count(*) || ' ' || max(line) FROM analyst.findings WHERE line IS NULL OR line > 95), '2 96', 'a finding without a line has none');
SELECT is((SELECT count(*)::int FROM pypiwatch.task), 0, 'nothing left in the hot table');
SELECT is((SELECT owner_changed_at FROM pypiwatch.project WHERE normalized = 'pycryptoenv'), NULL, 'the first owner is no change of owners');
SELECT ok((SELECT octet_length(payload::text) < 20000 FROM analyst.alerts), 'the payload fits');
SELECT ok((SELECT jsonb_array_length(payload#>'{data,files,0,findings}') BETWEEN 1 AND 10 FROM analyst.alerts), 'at most ten findings');
SELECT is((SELECT payload#>'{data,files,0}' ? 'stats' FROM analyst.alerts), false, 'without stats');
SELECT is((SELECT payload#>>'{data,schema}' FROM analyst.alerts), 'pypiwatch.alert/1', 'its schema');
SELECT alike(analyst.explain(1), 'pycryptoenv 1.0.7: critical, 97 of 100 points (detection 1).
Its name looks like pycrypto, number 1390 by downloads.
On PyPI it is still there; nobody has triaged it.

Why:
   97  a hidden executable
       setup.py:1, runs when it is installed [xor-executable]

Files:
  pycryptoenv-1.0.7.tar.gz: scanned, score 97

The project:
  created % before our alert
  its first release, as far as we know
  owned by mallory
  author A. Author <a@example.invalid>, who also published good-thing

What happened:
  %  uploaded
  %  alerted, 30 s after the upload: all pending, worst pending', 'explained');
SELECT is(analyst.explain(4711), NULL, 'nothing to explain');
SELECT is((SELECT project FROM analyst.similar_names('pycryptoen') ORDER BY similarity DESC LIMIT 1), 'pycryptoenv', 'similar names');
SELECT is((SELECT sources FROM analyst.events WHERE serial = 3), ARRAY['changelog'], 'seen by one');

-- what is used: each finding is bad, or it is not
SELECT pypiwatch.deps_store('l', NULL, '{f}', '[{"name": "pycryptoenv"}]'),
    pypiwatch.deps_store('p', NULL, '{f}', '[{"name": "pycryptoenv", "version": "1.0.7.0"}]');
UPDATE pypiwatch.release SET status = 'yanked' WHERE normalized = 'pycryptoenv';
SELECT results_eq('SELECT list, what, bad FROM analyst.deps_check ORDER BY 1, 2',
    $$VALUES ('l', 'detected', true), ('l', 'yanked', false), ('p', 'detected', true), ('p', 'yanked', true)$$, 'against a list');
UPDATE pypiwatch.release SET status = 'live' WHERE normalized = 'pycryptoenv';
DELETE FROM pypiwatch.dep_list;

-- events: fenced, once, and by two sources
SELECT throws_ok($$SELECT pypiwatch.events_store('changelog', 0, 99, false, now(), '[]')$$, 'PW001');
SELECT is((SELECT serial::int FROM pypiwatch.cursor), 9, 'the cursor did not move');
SELECT is(pypiwatch.events_store('rss', 1, NULL, true, now(), '[{"n":0,"key":"x","kind":"new release","project":"pycryptoenv","version":"1.0.7"}]'), 0, 'known from the changelog');
SELECT is(pypiwatch.events_store('rss', 1, NULL, false, now(), '[{"n":0,"key":"x","kind":"new release","project":"pycryptoenv","version":"1.0.7"}]'), 0, 'known from the feed');
SELECT is((SELECT sources FROM analyst.events WHERE serial = 3), ARRAY['changelog', 'rss'], 'seen by two');
SELECT is((SELECT gaps::int FROM analyst.coverage WHERE source = 'rss'), 1, 'the gap shows');
SELECT is((SELECT sum(stored)::int FROM analyst.coverage), 9, 'stored once');
SELECT is((SELECT count(*)::int FROM pypiwatch.resolve WHERE normalized = 'pycryptoenv'), 0, 'and looked up once');

-- triage and takedown
SELECT is(analyst.triage(1, 'confirmed', 'a note'), 'confirmed', 'triage');
SELECT throws_like($$SELECT analyst.triage(1, 'nonsense')$$, '%no verdict%');
SELECT throws_like($$SELECT analyst.triage(4711, 'open')$$, '%no detection%');
SELECT results_eq('SELECT verdict, was, note FROM pypiwatch.triage', $$VALUES ('confirmed', 'open', 'a note')$$, 'kept');
SELECT is(pypiwatch.events_store('changelog', 1, 10, false, now(), jsonb_build_array(jsonb_build_object('n', 0, 'serial', 10, 'key', '10', 'kind', 'remove project', 'project', 'PyCryptoEnv', 'at_us', extract(epoch FROM now() + interval '95 minutes')::bigint * 1000000))), 1);
SELECT is((SELECT pypi_status FROM analyst.detections), 'removed', 'removed');
SELECT ok((SELECT (payload#>>'{data,lead_seconds}')::int BETWEEN 5700 AND 5720 FROM analyst.alerts WHERE type = 'release.removed'), 'how long after our alert');
SELECT results_eq('SELECT sequence, type FROM analyst.alerts ORDER BY sequence', $$VALUES (1, 'detection.opened'), (2, 'detection.updated'), (3, 'release.removed')$$, 'told');
SELECT is((SELECT confirmed::int FROM analyst.precision WHERE rule IS NULL), 1, 'precision');
SELECT is((SELECT precision FROM analyst.precision WHERE rule IS NULL), 1.000, 'all right so far');
SELECT is((SELECT files::int FROM analyst.daily ORDER BY day DESC LIMIT 1), 3, 'daily');
SELECT is(analyst.triage(1, 'benign'), 'benign', 'taken back');
SELECT is((SELECT type FROM analyst.alerts ORDER BY sequence DESC LIMIT 1), 'detection.withdrawn', 'told too');

SELECT alike(analyst.explain(1), '%On PyPI it is removed; it was triaged as benign.%says confirmed: a note%removed from PyPI, 95 min after our alert%', 'and what happened since');
SELECT is(pypiwatch.span_text(x), w, w) FROM (VALUES ('0.04 s'::interval, '0.0 s'), ('-42 s', '42 s'), ('12 min 1 s', '12 min'), ('3 h', '3 h'), ('3 h 5 min', '3 h 5 min'), ('9 days 23 h', '9 days'), ('400 days', '400 days')) t(x, w);

-- a project that comes back
SELECT is(pypiwatch.events_store('changelog', 1, 11, false, now(), '[{"n":0,"serial":11,"key":"11","kind":"create","project":"pycryptoenv","at_us":2}]'), 1);
SELECT is((SELECT revived FROM pypiwatch.project WHERE normalized = 'pycryptoenv'), true, 'revived');
SELECT is((SELECT pypi_status FROM analyst.detections), 'removed', 'its old release stays removed');

-- observe mode
UPDATE pypiwatch.setting SET value = 'observe' WHERE name = 'mode';
SELECT lives_ok($$SELECT pypiwatch.alert_emit(1, 'detection.updated')$$);
SELECT is((SELECT count(*)::int FROM analyst.deliveries x JOIN analyst.alerts a ON a.id = x.alert_id WHERE x.alert_id = (SELECT max(id) FROM analyst.alerts) AND x.held IS DISTINCT FROM 'observe'), 0, 'nobody is told');

-- dead instances
INSERT INTO pypiwatch.instance (host, pid, version, seen_at) VALUES ('here', 1, 'x', now()), ('there', 1, 'x', now()), ('far', 1, 'x', now() - interval '1 hour');
UPDATE pypiwatch.delivery SET lease_owner = (SELECT id FROM pypiwatch.instance WHERE host = 'here'), lease_until = now() + interval '1 hour';
SELECT lives_ok($$SELECT pypiwatch.leases_reap(0, 'here')$$);
SELECT results_eq('SELECT host FROM pypiwatch.instance', $$VALUES ('there')$$, 'one on another host may be cut off for a moment');
SELECT is((SELECT count(*)::int FROM pypiwatch.delivery WHERE lease_owner IS NOT NULL), 0, 'its leases are free');

-- the daemon itself: each spell is told once, and its end once
SELECT is((SELECT part || ' ' || severity FROM pypiwatch.health WHERE host = 'far'), 'host high', 'a silent host');
SELECT is((SELECT count(*)::int FROM pypiwatch.health WHERE host = 'here'), 0, 'a process that ended is no silent host');
SELECT pypiwatch.health_good('far', 'host');
UPDATE pypiwatch.setting SET value = 'alert' WHERE name = 'mode';
SELECT pypiwatch.health_report('h', '[{"part": "poll", "why": "ended"}, {"part": "alert", "why": "ended"}]') FROM generate_series(1, 3);
SELECT results_eq($$SELECT payload#>>'{data,text}' FROM analyst.alerts WHERE type = 'daemon.degraded' AND payload#>>'{data,host}' = 'h' ORDER BY id$$,
    $$VALUES ('poll on host h: ended'), ('alert on host h: ended')$$, 'told once');
SELECT pypiwatch.health_report('h', '[{"part": "alert", "why": "ended"}]') FROM generate_series(1, 3);
SELECT results_eq($$SELECT payload#>>'{data,part}' FROM analyst.alerts WHERE type = 'daemon.recovered' AND payload#>>'{data,host}' = 'h'$$, $$VALUES ('poll')$$, 'over once');
SELECT pypiwatch.health_report('other', '[]');
SELECT is((SELECT count(*)::int FROM pypiwatch.health WHERE degraded AND host = 'h'), 1, 'another host''s word changes nothing here');
SELECT is((SELECT string_agg(d.sink, ' ' ORDER BY d.sink) FROM analyst.deliveries d JOIN analyst.alerts a ON a.id = d.alert_id WHERE a.type = 'daemon.recovered' AND a.payload#>>'{data,part}' = 'poll'), 'all', 'to the sinks that want it');
SELECT pypiwatch.health_past('h', 'database', 75, 'away');
SELECT results_eq($$SELECT type FROM analyst.alerts WHERE payload#>>'{data,part}' = 'database' ORDER BY id$$, $$VALUES ('daemon.degraded'), ('daemon.recovered')$$, 'an outage that is over');
INSERT INTO pypiwatch.instance (host, pid, version, started_at) VALUES ('old', 1, 'x', now() - interval '1 hour');
DELETE FROM pypiwatch.source_health;
INSERT INTO pypiwatch.source_health (source, ok, stopped, last_ok_at, why) VALUES
    ('changelog', false, true, now(), 'the cursor is ahead'), ('rss', false, false, now() - interval '11 minutes', 'HTTP 503'), ('rss-packages', false, false, now(), 'HTTP 503');
SELECT pypiwatch.health_look(id) FROM pypiwatch.instance WHERE host = 'old';
SELECT results_eq('SELECT part, severity FROM pypiwatch.health WHERE degraded AND host = '''' ORDER BY part',
    $$VALUES ('source changelog', 'critical'), ('source rss', 'high')$$, 'stopped, and failing for long');
UPDATE pypiwatch.source_health SET ok = true, stopped = false;
SELECT pypiwatch.health_look(id) FROM pypiwatch.instance WHERE host = 'old';
SELECT is((SELECT count(*)::int FROM pypiwatch.health WHERE degraded AND host = ''), 0, 'well again');
UPDATE pypiwatch.source_health SET updated_at = now() - interval '1 hour';
SELECT pypiwatch.health_look(id) FROM pypiwatch.instance WHERE host = 'there';
SELECT is((SELECT count(*)::int FROM pypiwatch.health WHERE degraded AND host = ''), 0, 'just started: it will poll soon');
SELECT pypiwatch.health_look(id) FROM pypiwatch.instance WHERE host = 'old';
SELECT results_eq('SELECT part, severity FROM pypiwatch.health WHERE degraded AND host = ''''', $$VALUES ('polling', 'critical')$$, 'nobody polls');

-- the schedule of a release that is not there
CREATE FUNCTION pg_temp.attempts(how text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	n integer := 0;
	answer text;
	path text := '';
BEGIN
	PERFORM pypiwatch.events_store('changelog', 1, 20, false, now(),
	    jsonb_build_array(jsonb_build_object('n', 0, 'key', how, 'kind',
	    'add file', 'project', how, 'version', '1', 'filename', how)));
	LOOP
		UPDATE pypiwatch.resolve SET lease_owner = 1,
		    lease_serial = serial, attempt = attempt + 1
		    WHERE display = how;
		EXIT WHEN NOT FOUND OR n > 20;
		answer := pypiwatch.resolve_end((SELECT id
		    FROM pypiwatch.resolve WHERE display = how), 1, how,
		    NULL, -1, NULL);
		n := n + 1;
		path := path || left(answer, 1);
		IF answer = 'later' THEN
			path := path || coalesce((SELECT CASE
			    WHEN s < 4 THEN '2' WHEN s < 10 THEN '5'
			    WHEN s < 30 THEN '15' WHEN s < 100 THEN '60'
			    ELSE '300' END || ' ' FROM (SELECT
			    extract(epoch FROM run_at - now()) AS s
			    FROM pypiwatch.resolve WHERE display = how) x), '');
		END IF;
	END LOOP;
	RETURN path || ' ' || (SELECT coalesce(outcome, state)
	    FROM pypiwatch.upload WHERE filename = how);
END $$;
SELECT is(pg_temp.attempts('missing'), 'l2 l5 l15 l60 l300 g gone', 'missing');
SELECT is(pg_temp.attempts('stale'), 'l2 l5 l15 l60 l300 d dead', 'stale');
SELECT is(pg_temp.attempts('gone'), 'g gone', 'gone');
SELECT alike(pg_temp.attempts('failed'), 'l2 l%l300 %unresolved', 'failed asks on');

SELECT * FROM finish();
