-- SPDX-License-Identifier: Apache-2.0
-- A little history: one hostile project, one ordinary one, one that vanished.
SET client_min_messages = warning;
UPDATE pypiwatch.poll_lease SET epoch = 1;
INSERT INTO pypiwatch.sink (name, type, min_severity, enabled) VALUES
    ('all', 'webhook', 'low', true), ('worst', 'slack', 'critical', true),
    ('off', 'slack', 'low', false);
INSERT INTO pypiwatch.target (normalized, kind, rank) VALUES
    ('pycrypto', 'popular', 1390), ('requests', 'popular', 5);

CREATE FUNCTION pg_temp.tell(serial bigint, kind text, project text,
    version text, filename text, lookalike text DEFAULT NULL,
    actor text DEFAULT NULL, role text DEFAULT NULL) RETURNS integer
LANGUAGE sql AS $$
SELECT pypiwatch.events_store('changelog', 1, serial, false, now(),
    jsonb_build_array(jsonb_build_object('n', 0, 'serial', serial, 'key',
    serial::text, 'kind', kind, 'project', project, 'version', version,
    'filename', filename, 'action', kind, 'lookalike', lookalike, 'actor',
    actor, 'role', role,
    'at_us', (extract(epoch FROM now()) * 1000000)::bigint)))
$$;

-- A release as the index describes it, and its only file's verdict.
CREATE FUNCTION pg_temp.judge(project text, filename text, digit text,
    points integer) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
	r pypiwatch.resolve;
	t pypiwatch.task;
BEGIN
	UPDATE pypiwatch.resolve SET lease_owner = 1, lease_serial = serial
	    WHERE display = project RETURNING * INTO r;
	PERFORM pypiwatch.release_store(r.id, 1, jsonb_build_object(
	    'author', 'A. Author', 'author_email', 'a@example.invalid',
	    'files', jsonb_build_array(jsonb_build_object('filename', filename,
	    'url', 'https://files.example.invalid/' || filename,
	    'sha256', repeat(digit, 64), 'size', 100, 'packagetype', 'sdist',
	    'yanked', false, 'uploaded_at_us',
	    (extract(epoch FROM now() - interval '30 s') * 1000000)::bigint))));
	PERFORM pypiwatch.resolve_end(r.id, 1, 'found', NULL, -1, NULL);
	UPDATE pypiwatch.task SET lease_owner = 1
	    WHERE display = project RETURNING * INTO t;
	PERFORM pypiwatch.scan_store(t.id, 1, jsonb_build_object(
	    'outcome', 'scanned', 'score', points, 'alert', points >= 60,
	    'ruleset', 'test', 'ms', 2, 'lookalike_of',
	    CASE WHEN points >= 60 THEN 'pycrypto' END,
	    'reasons', jsonb_build_array(jsonb_build_object('rule',
	    'xor-executable', 'category', 'hidden-executable', 'points',
	    points, 'text', 'a hidden executable')),
	    'object', jsonb_build_object('schema', 'pypiwatch.scan/1', 'file',
	    filename, 'project', project, 'score', points, 'stats',
	    jsonb_build_object('ms', 2), 'indicators', '[]'::jsonb,
	    'findings', (SELECT coalesce(jsonb_agg(jsonb_build_object(
		'rule', 'xor-executable', 'category', 'hidden-executable',
		'context', 'install', 'path', 'setup.py', 'line', nullif(n, 97),
		'layers', jsonb_build_array('xor:0xe8'), 'weight', 0.9,
		'novel', true, 'text', repeat('long ', 40), 'snippet',
		repeat('x', 200))), '[]')
		FROM generate_series(1, points) n))));
END $$;

SELECT pg_temp.tell(1, 'create', 'pycryptoenv', NULL, NULL, 'pycrypto');
SELECT pg_temp.tell(2, 'add role', 'pycryptoenv', NULL, NULL, NULL, 'mallory',
    'Owner');
SELECT pg_temp.tell(3, 'new release', 'pycryptoenv', '1.0.7', NULL,
    'pycrypto');
SELECT pg_temp.tell(4, 'add file', 'pycryptoenv', '1.0.7',
    'pycryptoenv-1.0.7.tar.gz');
SELECT pg_temp.judge('pycryptoenv', 'pycryptoenv-1.0.7.tar.gz', 'a', 97);
SELECT pg_temp.tell(5, 'create', 'Good.Thing', NULL, NULL);
SELECT pg_temp.tell(6, 'new release', 'Good.Thing', '2.0', NULL);
SELECT pg_temp.tell(7, 'add file', 'Good.Thing', '2.0',
    'good_thing-2.0.tar.gz');
SELECT pg_temp.judge('Good.Thing', 'good_thing-2.0.tar.gz', 'b', 0);
SELECT pg_temp.tell(8, 'add file', 'vanished', '1', 'vanished-1.tar.gz');
SELECT pg_temp.tell(9, 'remove file', 'vanished', '1', 'vanished-1.tar.gz');
