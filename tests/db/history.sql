-- SPDX-License-Identifier: Apache-2.0
-- Two years of made-up history, as large as :files asks for, a tenth as many
-- detections; every name, address and digest is invented.  Run by psql as the
-- schema's owner, into an empty schema.  Triggers that count are off: what they
-- count is built at the end.
\set ON_ERROR_STOP 1
SET client_min_messages = warning;
SET session_replication_role = replica;
SET synchronous_commit = off;
SET maintenance_work_mem = '512MB';
SET work_mem = '128MB';

-- Indexes are made at the end, which takes a third of the time.  Those of keys
-- stay.
CREATE TEMP TABLE later AS SELECT i.indexrelid::regclass::text AS name,
    replace(pg_get_indexdef(i.indexrelid), ' ON ONLY ', ' ON ') AS def
FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
WHERE c.relnamespace = 'pypiwatch'::regnamespace AND NOT c.relispartition
AND NOT i.indisunique AND :files > 100000;
SELECT format('DROP INDEX %s', name) FROM later \gexec

-- Of ten files four releases, of sixteen releases four projects.
SELECT :files * 2 / 5 AS releases, greatest(:files / 10, 10) AS projects \gset

CREATE FUNCTION pg_temp.at(n bigint, total bigint) RETURNS timestamptz
LANGUAGE sql STABLE AS $$ SELECT now() - interval '1 minute' -
    (total - n) * (interval '730 days' / total) $$;
-- A detection is every fourth release; its number.
CREATE FUNCTION pg_temp.target(p bigint) RETURNS text LANGUAGE sql IMMUTABLE
AS $$ SELECT (ARRAY['requests', 'numpy', 'pandas', 'django', 'flask',
    'pycrypto', 'urllib3', 'boto3', 'scipy', 'our-tool'])[1 + p / 40 % 10] $$;
-- One in forty imitates somebody.
CREATE FUNCTION pg_temp.name(p bigint) RETURNS text LANGUAGE sql IMMUTABLE
AS $$ SELECT CASE WHEN p % 40 = 0 THEN pg_temp.target(p) || '-' ELSE 'thing-'
    END || to_char(p, 'FM00000000') $$;

-- Months for everything, as retention makes them ahead.
SELECT count(pypiwatch.month_make(t.parent, t.key, m))
FROM pypiwatch.months_kept() t, generate_series(
    date_trunc('month', now() - interval '732 days', 'UTC'),
    date_trunc('month', now(), 'UTC'), interval '1 month') m;

INSERT INTO pypiwatch.sink (name, type, min_severity, enabled) VALUES
    ('soc', 'slack', 'high', true), ('siem', 'webhook', 'low', true);
INSERT INTO pypiwatch.target (normalized, kind, rank, owned)
    SELECT name, 'popular', n * 10, false FROM unnest(ARRAY['requests',
	'numpy', 'pandas', 'django', 'flask', 'pycrypto', 'urllib3', 'boto3',
	'scipy']) WITH ORDINALITY t(name, n);
INSERT INTO pypiwatch.target (normalized, kind, owned) VALUES
    ('our-tool', 'protected', true), ('requests', 'protected', false);

INSERT INTO pypiwatch.dep_list (name, team, files, read_by) VALUES
    ('shop', 'Payments', '{requirements.txt}', 'jo');
INSERT INTO pypiwatch.dep (list, normalized, version)
    SELECT 'shop', name, '' FROM unnest(ARRAY['requests', 'numpy', 'flask',
	'our-tool']) name
    UNION ALL SELECT 'shop', pg_temp.name(p), '1.0'
    FROM generate_series(4, 400, 4) p;

-- ---- projects, releases, files -------------------------------------------

INSERT INTO pypiwatch.project (normalized, display, first_seen_at, created_at,
    lookalike_of, revived, owner_changed_at)
SELECT pg_temp.name(p), pg_temp.name(p), pg_temp.at(p, 4 * :projects),
    pg_temp.at(p, :projects), CASE WHEN p % 40 = 0 THEN pg_temp.target(p) END,
    p % 100 = 0,
    CASE WHEN p % 400 = 4 THEN pg_temp.at(3 * :projects + p, :releases)
	- interval '3 days' END
FROM generate_series(0, :projects - 1) p;
INSERT INTO pypiwatch.project_role (normalized, actor, role, granted_at)
SELECT pg_temp.name(p), 'user' || p / 3, 'Owner', pg_temp.at(p, 4 * :projects)
FROM generate_series(0, :projects - 1) p;
INSERT INTO pypiwatch.project_role (normalized, actor, role, granted_at)
SELECT normalized, 'newcomer', 'Owner', owner_changed_at
FROM pypiwatch.project WHERE owner_changed_at IS NOT NULL;

CREATE UNLOGGED TABLE pypiwatch.made AS
SELECT r, r % :projects AS p, pg_temp.name(r % :projects) AS normalized,
    (r / :projects)::text || '.0' AS version, pg_temp.at(r, :releases) AS at,
    r % 4 = 0 AS hit
FROM generate_series(0, :releases - 1) r;

INSERT INTO pypiwatch.release (normalized, version, first_seen_at, author,
    author_email, summary, status, status_at, quarantined_at, removed_at)
SELECT normalized, version, at, 'Author ' || p / 3,
    'author' || p / 3 || '@example.invalid', 'does things', status, acted,
    CASE WHEN status = 'quarantined' THEN acted END,
    CASE WHEN status = 'removed' THEN acted END
FROM (SELECT *, at + (r % 2880) * interval '1 minute' AS acted, CASE
    WHEN NOT hit AND r % 301 = 1 OR hit AND r % 20 = 4 THEN 'quarantined'
    WHEN NOT hit AND r % 203 = 2 OR hit AND r % 20 = 8 THEN 'removed'
    ELSE 'live' END AS status FROM pypiwatch.made) x;
UPDATE pypiwatch.release SET status = 'live', status_at = NULL,
    quarantined_at = NULL, removed_at = NULL WHERE status_at > now();

INSERT INTO pypiwatch.upload (normalized, version, filename, state, outcome,
    why, sha256, url, size, packagetype, uploaded_at, seen_at, resolved_at,
    scanned_at, score, alert, ruleset, object)
SELECT m.normalized, m.version, m.normalized || '-' || m.version ||
    CASE k WHEN 0 THEN '.tar.gz' ELSE '-cp3' || k || '-none-any.whl' END,
    'done', o.outcome, CASE o.outcome WHEN 'dead' THEN
	(ARRAY['the worker was killed by signal 9, twice',
	    'HTTP status 503, for 3 days', 'the bytes are not what the index says'])
	[1 + m.r / 100 % 3]
	WHEN 'partial' THEN 'more than 20000 members'
	WHEN 'unscannable' THEN 'not a gzip file' END,
    md5('a' || m.r * 3 + k) || md5('b' || m.r * 3 + k),
    'https://files.example.invalid/' || m.r || '/' || k, 10000 + m.r % 90000,
    CASE k WHEN 0 THEN 'sdist' ELSE 'bdist_wheel' END,
    m.at, m.at + interval '10 s', m.at + interval '12 s',
    m.at + interval '1 s' * (20 + m.r % 40),
    CASE WHEN m.hit THEN 60 + m.r % 41 ELSE m.r % 30 END, m.hit, '2026.1+abc',
    CASE WHEN m.hit AND k = 0 THEN jsonb_build_object('schema',
	'pypiwatch.scan/1', 'names', '[]'::jsonb, 'findings', '[]'::jsonb,
	'indicators', jsonb_build_array(jsonb_build_object('type', 'url',
	    'value', 'https://c' || m.r / 80 || '.example.invalid/x.bin',
	    'path', 'setup.py', 'line', 3))) END
FROM pypiwatch.made m
CROSS JOIN LATERAL generate_series(0, CASE WHEN m.r % 2 = 0 THEN 1 ELSE 2
    END) k
CROSS JOIN LATERAL (SELECT CASE WHEN (m.r * 3 + k) % 500 = 1 THEN 'dead'
    WHEN (m.r * 3 + k) % 200 = 3 THEN 'partial'
    WHEN (m.r * 3 + k) % 300 = 5 THEN 'unscannable'
    ELSE 'scanned' END AS outcome) o;
INSERT INTO pypiwatch.scan (scanned_at, upload_id, normalized, version,
    sha256, outcome, why, score, ruleset, attempts, ms)
SELECT scanned_at, id, normalized, version, sha256, outcome, why, score,
    ruleset, 1, 40 FROM pypiwatch.upload;

-- ---- what was found --------------------------------------------------------

INSERT INTO pypiwatch.finding (scanned_at, scan_id, upload_id, normalized,
    version, rule, category, tactic, context, path, line, layers, weight,
    novel, text, snippet)
SELECT u.scanned_at, s.id, u.id, u.normalized, u.version, f.rule, f.category,
    f.tactic, f.context, f.path, f.line, f.layers, f.weight, true, f.text,
    f.snippet
FROM pypiwatch.upload u
JOIN pypiwatch.scan s ON s.upload_id = u.id
CROSS JOIN LATERAL (VALUES
    ((ARRAY['exec-decoded', 'env-post', 'xor-executable'])[1 + u.id % 3],
     (ARRAY['dynamic-exec', 'exfiltration', 'hidden-executable'])[1 + u.id % 3],
     'TA0005', 'install', 'setup.py', 3, '["base64"]'::jsonb, 0.7,
     'runs code that it decodes first', 'exec(base64.b64decode(...))', u.alert),
    ('url-plain', 'endpoint', 'TA0011', 'import', 'x/__init__.py', 9, NULL,
     0.3, 'asks an address', 'urlopen("https://...")', u.alert),
    ('native-executable', 'native', NULL, 'data', 'x/y.so', NULL, NULL, 0.05,
     'native code', NULL, u.id % 40 = 0))
    f(rule, category, tactic, context, path, line, layers, weight, text,
	snippet, holds)
WHERE f.holds AND u.outcome = 'scanned';

INSERT INTO pypiwatch.detection (normalized, project, version, score, severity,
    reasons, lookalike_of, first_detected_at, updated_at, triage_status,
    pypi_status, pypi_status_at, upload_to_alert, quarantined_at, removed_at,
    sequence)
SELECT m.normalized, m.normalized, m.version, 60 + m.r % 41,
    pypiwatch.severity_of((60 + m.r % 41)::integer),
    jsonb_build_array(jsonb_build_object('rule', (ARRAY['exec-decoded',
	'env-post', 'xor-executable'])[1 + m.r / 4 % 3], 'category',
	'dynamic-exec', 'points', 40, 'text',
	'runs code that it decodes first'), jsonb_build_object('rule',
	'url-plain', 'category', 'endpoint', 'points', 20, 'text',
	'asks an address')),
    CASE WHEN m.p % 40 = 0 THEN pg_temp.target(m.p) END,
    m.at + interval '1 s' * (20 + m.r % 400),
    m.at + interval '1 s' * (20 + m.r % 400),
    CASE WHEN m.r / 4 % 10 = 1 THEN 'confirmed'
	WHEN m.r / 4 % 10 = 2 THEN 'false_positive'
	WHEN m.r / 4 % 50 = 3 THEN 'pentest'
	ELSE 'open' END,
    v.status, v.status_at, interval '1 s' * (20 + m.r % 400),
    v.quarantined_at, v.removed_at, 1
FROM pypiwatch.made m
JOIN pypiwatch.release v USING (normalized, version)
WHERE m.hit ORDER BY m.r;
INSERT INTO pypiwatch.detection_key
    SELECT id, normalized, version, first_detected_at FROM pypiwatch.detection;

-- One that every example knows, of today.
INSERT INTO pypiwatch.project (normalized, display, lookalike_of, created_at)
    VALUES ('pycryptoenv', 'pycryptoenv', 'pycrypto',
	now() - interval '20 minutes');
INSERT INTO pypiwatch.release (normalized, version, first_seen_at, author,
    author_email) VALUES ('pycryptoenv', '1.0.7',
	now() - interval '20 minutes', 'Author 1', 'author1@example.invalid');
INSERT INTO pypiwatch.upload (normalized, version, filename, state, outcome,
    sha256, packagetype, uploaded_at, seen_at, scanned_at, score, alert, object)
    SELECT 'pycryptoenv', '1.0.7', 'pycryptoenv-1.0.7.tar.gz', 'done',
	'scanned', sha256, 'sdist', now() - interval '20 minutes',
	now() - interval '20 minutes', now() - interval '19 minutes', 97, true,
	'{"indicators": [{"type": "url", "path": "setup.py", "line": 7, "value":
	    "https://c2.example.invalid/env"}]}'
    FROM pypiwatch.upload ORDER BY id DESC LIMIT 1;
INSERT INTO pypiwatch.scan (scanned_at, upload_id, normalized, version,
    outcome, score, attempts) SELECT scanned_at, id, normalized, version,
    outcome, score, 1 FROM pypiwatch.upload WHERE normalized = 'pycryptoenv';
INSERT INTO pypiwatch.finding (scanned_at, scan_id, upload_id, normalized,
    version, rule, category, context, path, weight, novel, text)
    SELECT scanned_at, 0, id, normalized, version, 'xor-executable',
	'hidden-executable', 'import', 'pycryptoenv/test.py', 0.9, true,
	'a Windows executable hidden behind a one-byte XOR in a .py file'
    FROM pypiwatch.upload WHERE normalized = 'pycryptoenv';
INSERT INTO pypiwatch.detection (normalized, project, version, score, severity,
    reasons, lookalike_of, first_detected_at, upload_to_alert, triage_status,
    sequence)
    VALUES ('pycryptoenv', 'pycryptoenv', '1.0.7', 97, 'critical',
	'[{"rule": "xor-executable", "category": "hidden-executable", "points":
	    70, "text": "a Windows executable hidden behind a one-byte XOR in a .py file"}]',
	'pycrypto', now() - interval '19 minutes', interval '1 minute',
	'confirmed', 1);
INSERT INTO pypiwatch.detection_key SELECT id, normalized, version,
    first_detected_at FROM pypiwatch.detection
    WHERE normalized = 'pycryptoenv' AND first_detected_at > now() - interval '1 day';

-- ---- who was told, who said what -------------------------------------------

INSERT INTO pypiwatch.alert (detection_id, sequence, type, severity, payload,
    created_at)
SELECT id, 1, 'detection.opened', severity, jsonb_build_object('type',
    'detection.opened', 'data', jsonb_build_object('project', project)),
    first_detected_at FROM pypiwatch.detection;
INSERT INTO pypiwatch.delivery (alert_id, sink, detection_id, state, attempt,
    created_at, run_at, first_tried_at, delivered_at, http_status, dead_reason)
SELECT a.id, s.name, a.detection_id, CASE WHEN a.id % 70 = 0 THEN 'dead'
    ELSE 'delivered' END, 1, a.created_at, a.created_at, a.created_at,
    CASE WHEN a.id % 70 <> 0 THEN a.created_at + interval '1 s' END,
    CASE WHEN a.id % 70 = 0 THEN 503 ELSE 200 END,
    CASE WHEN a.id % 70 = 0 THEN 'given up: HTTP 503' END
FROM pypiwatch.alert a, pypiwatch.sink s;
INSERT INTO pypiwatch.triage (detection_id, at, verdict, was, note, author)
SELECT id, first_detected_at + interval '1 hour', triage_status, 'open',
    'looked at it', 'jo' FROM pypiwatch.detection
    WHERE triage_status <> 'open'
    AND first_detected_at < now() - interval '1 hour';
INSERT INTO pypiwatch.audit (at, action, what, detail, role)
SELECT at, 'triage', 'detection ' || detection_id, jsonb_build_object('verdict',
    verdict), author FROM pypiwatch.triage;
INSERT INTO pypiwatch.suppression (normalized, rule, reason, owner, until)
    VALUES ('acme-sdk', 'exec-decoded', 'its own installer', 'jo',
	now() + interval '90 days');
INSERT INTO pypiwatch.campaign (why, first_at, last_at, releases)
SELECT 'author author' || min(id) || '@example.invalid',
    min(first_detected_at), max(first_detected_at), count(*)::integer
FROM pypiwatch.detection GROUP BY id / 10 ORDER BY id / 10;
INSERT INTO pypiwatch.campaign_member
SELECT d.id, c.id FROM (SELECT id, dense_rank() OVER (ORDER BY id / 10) AS n
    FROM pypiwatch.detection) d
JOIN (SELECT id, row_number() OVER (ORDER BY id) AS n
    FROM pypiwatch.campaign) c USING (n);
INSERT INTO pypiwatch.advisory (id, source, summary, published_at, modified_at)
SELECT 'MAL-' || m.r, 'made up', 'Malicious code in ' || m.normalized,
    m.at + interval '3 days', m.at + interval '3 days'
FROM pypiwatch.made m WHERE m.r % 400 IN (0, 1)
AND m.at < now() - interval '3 days';
INSERT INTO pypiwatch.advisory_affects
SELECT 'MAL-' || m.r, m.normalized, ARRAY[m.version] FROM pypiwatch.made m
WHERE m.r % 400 IN (0, 1) AND m.at < now() - interval '3 days';
UPDATE pypiwatch.release r SET advisory = a.id, advised_at = a.published_at
FROM pypiwatch.advisory_affects f JOIN pypiwatch.advisory a USING (id)
WHERE r.normalized = f.normalized AND r.version = ANY (f.versions);
UPDATE pypiwatch.detection d SET advisory = f.id
FROM pypiwatch.advisory_affects f WHERE d.normalized = f.normalized
AND d.version = ANY (f.versions);

-- ---- what PyPI told --------------------------------------------------------

INSERT INTO pypiwatch.event (seen_at, serial, kind, project, normalized,
    version, filename, actor, role, action, at)
SELECT m.at + interval '10 s', m.r * 3 + e.n, e.kind, m.normalized,
    m.normalized, e.version, NULL, e.actor, e.role, e.kind, m.at
FROM pypiwatch.made m
CROSS JOIN LATERAL (VALUES
    (0, 'create', NULL, NULL, NULL, m.r < :projects),
    (1, 'add role', NULL, 'user' || m.p / 3, 'Owner', m.r < :projects),
    (2, 'new release', m.version, NULL, NULL, true))
    e(n, kind, version, actor, role, holds)
WHERE e.holds;
INSERT INTO pypiwatch.event (serial, kind, project, normalized, version, at)
SELECT :releases * 3 + n, kind, 'pycryptoenv', 'pycryptoenv', version,
    now() - interval '20 minutes'
FROM (VALUES (0, 'create', NULL), (1, 'new release', '1.0.7'))
    e(n, kind, version);
INSERT INTO pypiwatch.sighting (source, key, event_id, seen_at)
SELECT s, serial::text, id, seen_at FROM pypiwatch.event,
    unnest(ARRAY['changelog', 'rss']) s
WHERE seen_at > now() - interval '8 days';
INSERT INTO pypiwatch.coverage (source, period, polls, items, stored, gaps,
    failures)
SELECT s, h, 120, 900, 400, (extract(epoch FROM h)::bigint / 3600 % 97 = 0)
    ::integer, (extract(epoch FROM h)::bigint / 3600 % 211 = 0)::integer
FROM generate_series(date_trunc('hour', now() - interval '730 days'), now(),
    interval '1 hour') h, unnest(ARRAY['changelog', 'rss']) s;
INSERT INTO pypiwatch.gap (source, from_at, to_at, newest_at, why, repaired_at,
    repaired_by)
SELECT 'rss', h - interval '4 hours', h, h,
    'the page does not reach back to the one before',
    CASE WHEN extract(epoch FROM h)::bigint / 86400 % 3 = 0
	THEN h + interval '1 minute' END,
    CASE WHEN extract(epoch FROM h)::bigint / 86400 % 3 = 0
	THEN 'changelog' END
FROM generate_series(now() - interval '729 days', now(), interval '2 days') h;
INSERT INTO pypiwatch.health (host, part, degraded, severity, why, told_by)
    VALUES ('one', 'worker 0', true, 'high', 'ended', 'supervisor');
INSERT INTO pypiwatch.resolve (normalized, version, display)
    VALUES ('later', '1', 'later');

-- ---- features, counts ------------------------------------------------------

INSERT INTO pypiwatch.features (sha256, ruleset, features, made_at)
SELECT u.sha256, '2026.1+abc', jsonb_build_object('vector',
    jsonb_build_object('exec-decoded.install', 1, 'file.entries', 12)),
    u.scanned_at
FROM pypiwatch.detection d JOIN pypiwatch.upload u USING (normalized, version)
WHERE d.first_detected_at > now() - interval '60 days';
INSERT INTO pypiwatch.tally
SELECT w.week, r.rule, w.triage_status, w.quarantined, w.advised, w.removed,
    count(*)::integer
FROM (SELECT date_trunc('week', first_detected_at, 'UTC')::date AS week,
	reasons, triage_status, quarantined_at IS NOT NULL AS quarantined,
	advisory IS NOT NULL AS advised, removed_at IS NOT NULL AS removed
    FROM pypiwatch.detection) w
CROSS JOIN LATERAL (SELECT '' AS rule UNION ALL
    SELECT x.value->>'rule' FROM jsonb_array_elements(w.reasons) x) r
GROUP BY 1, 2, 3, 4, 5, 6;
DROP TABLE pypiwatch.made;
SELECT def FROM later \gexec
SET session_replication_role = DEFAULT;
SELECT pypiwatch.latency_fold();
ANALYZE;
