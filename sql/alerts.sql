/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is told to whom, and when: alerts, campaigns, the outbox, and messages
 * that stand for many.  Applied again after every migration.
 *
 * An alert and its outbox rows are written in the transaction of what they tell
 * of.  A row that a sink does not want right away is held (digest, quiet hours,
 * one campaign, too many an hour); outbox_gather() makes one message of them.
 */
DROP FUNCTION IF EXISTS pypiwatch.alert_emit(bigint, text);
DROP FUNCTION IF EXISTS pypiwatch.alert_data(pypiwatch.detection);
DROP FUNCTION IF EXISTS pypiwatch.delivery_end(bigint, integer, text, bigint,
    integer, text, boolean, bigint);
DROP FUNCTION IF EXISTS pypiwatch.delivery_end(bigint, integer, text, bigint,
    integer, text, boolean, bigint, text);

/* ---- campaigns --------------------------------------------------------- */

/* A text in which the release's own name and version are taken out. */
CREATE OR REPLACE FUNCTION pypiwatch.renamed(p_text text,
    d pypiwatch.detection) RETURNS text
LANGUAGE sql IMMUTABLE
AS $$
	SELECT replace(replace(replace(replace(lower(p_text),
	    lower(d.project), '*'), d.normalized, '*'),
	    replace(d.normalized, '-', '_'), '*'), lower(d.version), '*')
$$;

/* What the release shares with others of a campaign, as keys: the kind, a
 * colon, the value.  What half of PyPI has in common is none. */
CREATE OR REPLACE FUNCTION pypiwatch.campaign_keys(d pypiwatch.detection)
RETURNS SETOF text
LANGUAGE sql STABLE
AS $$
	SELECT 'author ' || lower(v.who) FROM pypiwatch.release r
	CROSS JOIN LATERAL (VALUES (r.author_email), (r.maintainer_email),
	    (CASE WHEN coalesce(r.author_email, r.maintainer_email) IS NULL
		THEN r.author END)) v(who)
	WHERE r.normalized = d.normalized AND r.version = d.version
	AND length(v.who) BETWEEN 3 AND 200
	AND lower(v.who) !~ '(^|@)(example|your|none|unknown|test|admin|n/a)'
	UNION
	SELECT 'uploader ' || o.actor FROM pypiwatch.project_role o
	WHERE o.normalized = d.normalized AND o.revoked_at IS NULL
	UNION
	(SELECT DISTINCT 'indicator ' || left(i.value->>'value', 300)
	FROM pypiwatch.upload u, jsonb_array_elements(CASE
	    jsonb_typeof(u.object->'indicators') WHEN 'array'
	    THEN u.object->'indicators' ELSE '[]' END) i
	WHERE u.normalized = d.normalized AND u.version = d.version
	AND i.value->>'type' IN ('url', 'domain', 'ip')
	AND length(i.value->>'value') > 6
	AND i.value->>'value' !~* '(^|[/.@])(pypi\.org|pythonhosted\.org|python\.org|github\.com|localhost|127\.0\.0\.1|readthedocs\.(io|org)|githubusercontent\.com|googleapis\.com|w3\.org)([:/]|$)'
	LIMIT 20)
	UNION
	/* The same bytes after renaming, of a member that counted. */
	SELECT DISTINCT 'payload ' || left(l.line, 64)
	FROM pypiwatch.upload u
	JOIN pypiwatch.features x ON x.sha256 = u.sha256
	    AND x.ruleset = u.ruleset
	CROSS JOIN regexp_split_to_table(x.features->>'payloads', E'\n')
	    AS l(line)
	WHERE u.normalized = d.normalized AND u.version = d.version
	AND l.line ~ '^[0-9a-f]{64} ' AND EXISTS (SELECT
	    FROM pypiwatch.finding f WHERE f.upload_id = u.id
	    AND f.path = substr(l.line, 66) AND f.weight >= 0.3)
	UNION
	/* The same findings in the same places after renaming. */
	SELECT 'findings ' || encode(sha256(convert_to(string_agg(
	    f.rule || chr(10) || pypiwatch.renamed(f.path, d) || chr(10) ||
	    pypiwatch.renamed(f.snippet, d), chr(11) ORDER BY f.rule,
	    pypiwatch.renamed(f.path, d), pypiwatch.renamed(f.snippet, d)),
	    'UTF8')), 'hex')
	FROM pypiwatch.finding f
	WHERE f.normalized = d.normalized AND f.version = d.version
	AND f.snippet IS NOT NULL AND f.path IS NOT NULL
	AND f.context IN ('install', 'startup', 'import', 'call')
	HAVING count(*) > 0
$$;

/* Puts a new detection into the campaign it belongs to, or begins one. */
CREATE OR REPLACE FUNCTION pypiwatch.campaign_join(d pypiwatch.detection)
RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
	near constant interval := '3 days';
	keys text[] := ARRAY(SELECT pypiwatch.campaign_keys(d));
	k pypiwatch.campaign_key;
	c bigint;
BEGIN
	IF keys = '{}' THEN
		RETURN;
	END IF;
	/* Two hosts that meet two releases of one campaign make one of it. */
	PERFORM pg_advisory_xact_lock(7060, 0);
	SELECT x.* INTO k FROM pypiwatch.campaign_key x
	    WHERE x.key = ANY (keys) AND x.last_at > now() - near
	    ORDER BY x.campaign_id, x.key LIMIT 1;
	IF FOUND THEN
		c := k.campaign_id;
		UPDATE pypiwatch.campaign SET releases = releases + 1,
		    last_at = now(), why = CASE WHEN releases = 1
			THEN k.key ELSE why END WHERE id = c;
	ELSE
		INSERT INTO pypiwatch.campaign (why) VALUES (keys[1])
		    RETURNING id INTO c;
	END IF;
	INSERT INTO pypiwatch.campaign_member VALUES (d.id, c)
	    ON CONFLICT DO NOTHING;
	INSERT INTO pypiwatch.campaign_key AS x (key, campaign_id)
	    SELECT unnest(keys), c
	    ON CONFLICT (key) DO UPDATE SET last_at = now(),
	    campaign_id = CASE WHEN x.last_at > now() - near
		THEN x.campaign_id ELSE excluded.campaign_id END;
	DELETE FROM pypiwatch.campaign_key
	    WHERE last_at < now() - 2 * near AND campaign_id < c;
END $$;

/* Where a detection stands: what of ours it concerns, and its campaign. */
DROP FUNCTION IF EXISTS pypiwatch.detection_place(pypiwatch.detection);
CREATE FUNCTION pypiwatch.detection_place(d pypiwatch.detection,
    OUT protected boolean, OUT ours text, OUT campaign jsonb,
    OUT used_by jsonb)
LANGUAGE sql STABLE
AS $$
	SELECT t.protected, coalesce(t.used, CASE WHEN t.protected
		THEN d.lookalike_of END),
	    (SELECT jsonb_build_object('id', c.id, 'count', c.releases,
		'why', c.why) FROM pypiwatch.campaign_member m
		JOIN pypiwatch.campaign c ON c.id = m.campaign_id
		WHERE m.detection_id = d.id AND c.releases > 1),
	    pypiwatch.users_of(t.used)
	FROM (SELECT pypiwatch.detection_used(d) AS used, coalesce(d.lookalike_of IS NOT NULL AND (
	    EXISTS (SELECT FROM pypiwatch.target x
		WHERE x.normalized = pypiwatch.normalize(d.lookalike_of)
		AND x.kind = 'protected')
	    OR EXISTS (SELECT FROM pypiwatch.upload u,
		jsonb_array_elements(CASE jsonb_typeof(u.object->'names')
		    WHEN 'array' THEN u.object->'names' ELSE '[]' END) n
		WHERE u.normalized = d.normalized AND u.version = d.version
		AND n.value->>'target' = d.lookalike_of
		AND n.value->>'protected' = 'true')), false) AS protected) t
$$;

/* ---- alerts ------------------------------------------------------------ */

CREATE OR REPLACE FUNCTION pypiwatch.rfc3339(at timestamptz) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
AS $$ SELECT to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') $$;

/* The first findings of a scan object, without its stats. */
CREATE OR REPLACE FUNCTION pypiwatch.object_short(object jsonb, most integer)
RETURNS jsonb LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
	SELECT (object - 'stats' - 'indicators') || jsonb_build_object(
	    'findings', coalesce((SELECT jsonb_agg(f.value ORDER BY f.n)
		FROM jsonb_array_elements(object->'findings')
		WITH ORDINALITY AS f(value, n) WHERE f.n <= most), '[]'),
	    'indicators', coalesce((SELECT jsonb_agg(i.value ORDER BY i.n)
		FROM jsonb_array_elements(object->'indicators')
		WITH ORDINALITY AS i(value, n) WHERE i.n <= most), '[]'))
$$;

/* The data of an alert, shrunk until it fits 20 kB with its envelope. */
CREATE OR REPLACE FUNCTION pypiwatch.alert_data(d pypiwatch.detection,
    p_extra jsonb) RETURNS jsonb LANGUAGE plpgsql STABLE
AS $$
DECLARE
	link_base text := (SELECT value FROM pypiwatch.setting
	    WHERE name = 'link_base');
	nfindings integer := 10;
	nfiles integer := 20;
	data jsonb;
	p record;
BEGIN
	SELECT * INTO p FROM pypiwatch.detection_place(d);
	LOOP
		data := p_extra || jsonb_build_object(
		    'schema', 'pypiwatch.alert/1',
		    'detection_id', d.id, 'sequence', d.sequence,
		    'project', d.project, 'version', d.version,
		    'score', d.score, 'severity', d.severity,
		    'lookalike_of', d.lookalike_of,
		    'pypi_status', d.pypi_status,
		    'triage_status', d.triage_status,
		    'protected', p.protected, 'ours', p.ours,
		    'used_by', p.used_by,
		    'campaign', p.campaign,
		    'files', coalesce((SELECT jsonb_agg(
			pypiwatch.object_short(f.object, nfindings)
			ORDER BY f.score DESC, f.filename)
			FROM (SELECT object, score, filename
			    FROM pypiwatch.upload u
			    WHERE u.normalized = d.normalized
			    AND u.version = d.version
			    AND u.object IS NOT NULL
			    ORDER BY u.score DESC, u.filename
			    LIMIT nfiles) f), '[]'),
		    'index', coalesce(pypiwatch.index_of(d.normalized), 'pypi'),
		    'links', jsonb_strip_nulls(jsonb_build_object(
			'pypi', CASE WHEN strpos(d.normalized, '/') = 0
			    THEN 'https://pypi.org/project/' || d.normalized
			    || '/' || d.version || '/' END,
			'detection', link_base || '/detections/' || d.id)));
		EXIT WHEN octet_length(data::text) < 19000
		    OR (nfindings = 0 AND nfiles = 0);
		IF nfindings > 3 THEN
			nfindings := nfindings - 2;
		ELSIF nfiles > 1 THEN
			nfiles := nfiles / 2;
		ELSIF nfindings > 0 THEN
			nfindings := nfindings - 1;
		ELSE
			nfiles := 0;
		END IF;
	END LOOP;
	RETURN data;
END $$;

/* ---- match expressions ------------------------------------------------- */

/* Facts: each key has an array of texts, in lower case. */
CREATE OR REPLACE FUNCTION pypiwatch.match_eval(e jsonb, facts jsonb)
RETURNS boolean
LANGUAGE plpgsql IMMUTABLE
AS $$
BEGIN
	IF e ? 'all' THEN
		RETURN NOT EXISTS (SELECT FROM jsonb_array_elements(e->'all') x
		    WHERE NOT pypiwatch.match_eval(x.value, facts));
	ELSIF e ? 'any' THEN
		RETURN EXISTS (SELECT FROM jsonb_array_elements(e->'any') x
		    WHERE pypiwatch.match_eval(x.value, facts));
	ELSIF e ? 'not' THEN
		RETURN NOT pypiwatch.match_eval(e->'not', facts);
	END IF;
	RETURN EXISTS (SELECT FROM jsonb_array_elements_text(
	    coalesce(facts->(e->>'key'), '[]')) x
	    WHERE x.value LIKE (e->>'like'));
END $$;

CREATE OR REPLACE FUNCTION pypiwatch.detection_facts(d pypiwatch.detection)
RETURNS jsonb
LANGUAGE sql STABLE
AS $$
	SELECT jsonb_build_object(
	    'project', jsonb_build_array(lower(d.project), d.normalized),
	    'target', jsonb_build_array(lower(coalesce(d.lookalike_of, ''))),
	    'severity', jsonb_build_array(d.severity),
	    'rule', coalesce((SELECT jsonb_agg(lower(r.value->>'rule'))
		FROM jsonb_array_elements(d.reasons) r), '[]'),
	    'category', coalesce((SELECT jsonb_agg(lower(r.value->>'category'))
		FROM jsonb_array_elements(d.reasons) r), '[]'),
	    'campaign', CASE WHEN p.campaign IS NULL
		THEN jsonb_build_array('no') ELSE jsonb_build_array('yes',
		lower(p.campaign->>'why')) END,
	    'protected', jsonb_build_array(CASE WHEN p.protected THEN 'yes'
		ELSE 'no' END),
	    'ours', jsonb_build_array(CASE WHEN p.ours IS NOT NULL THEN 'yes'
		ELSE 'no' END) || coalesce((SELECT jsonb_agg(lower(v.value))
		FROM jsonb_array_elements(p.used_by) u,
		jsonb_each_text(u.value) v), '[]'))
	FROM pypiwatch.detection_place(d) p
$$;

/* ---- when -------------------------------------------------------------- */

CREATE OR REPLACE FUNCTION pypiwatch.zone_known(p_zone text) RETURNS text
LANGUAGE plpgsql STABLE STRICT
AS $$
BEGIN
	PERFORM now() AT TIME ZONE p_zone;
	RETURN p_zone;
EXCEPTION WHEN invalid_parameter_value THEN
	RETURN 'UTC';
END $$;

/* The end of the quiet hours that `at` falls into, or NULL.  Local clock
 * times: a night with a change to or from daylight saving is shorter or
 * longer by an hour, and ends when the clock on the wall says so. */
CREATE OR REPLACE FUNCTION pypiwatch.quiet_end(p_from time, p_to time,
    p_zone text, at timestamptz) RETURNS timestamptz
LANGUAGE plpgsql STABLE
AS $$
DECLARE
	zone text := pypiwatch.zone_known(p_zone);
	wall timestamp := at AT TIME ZONE zone;
	day date := wall::date;
BEGIN
	IF p_from IS NULL OR p_to IS NULL THEN
		RETURN NULL;
	ELSIF p_from < p_to THEN
		RETURN CASE WHEN wall::time >= p_from AND wall::time < p_to
		    THEN (day + p_to) AT TIME ZONE zone END;
	ELSIF wall::time >= p_from THEN
		RETURN (day + 1 + p_to) AT TIME ZONE zone;
	ELSIF wall::time < p_to THEN
		RETURN (day + p_to) AT TIME ZONE zone;
	END IF;
	RETURN NULL;
END $$;

/* The next time a digest goes out, after `at`; weekly ones on Monday. */
CREATE OR REPLACE FUNCTION pypiwatch.digest_next(p_digest text, p_at time,
    p_zone text, at timestamptz) RETURNS timestamptz
LANGUAGE sql STABLE
AS $$
	SELECT min(x.at) FROM (SELECT (g::date + p_at)
	    AT TIME ZONE pypiwatch.zone_known(p_zone) AS at, g
	    FROM generate_series((digest_next.at AT TIME ZONE
		pypiwatch.zone_known(p_zone))::date,
		(digest_next.at AT TIME ZONE
		pypiwatch.zone_known(p_zone))::date + 8, interval '1 day') g) x
	WHERE x.at > digest_next.at
	AND (p_digest <> 'weekly' OR extract(isodow FROM x.g) = 1)
$$;

/* ---- the outbox -------------------------------------------------------- */

/* The first release of a campaign that a sink was told of, or NULL.  Asked for
 * every further one of thousands, so it stops at the first. */
CREATE OR REPLACE FUNCTION pypiwatch.campaign_root(p_sink text,
    p_campaign bigint) RETURNS bigint
LANGUAGE sql STABLE
AS $$
	SELECT o.detection_id FROM pypiwatch.campaign_member o
	WHERE o.campaign_id = p_campaign AND EXISTS (SELECT
	    FROM pypiwatch.delivery x WHERE x.detection_id = o.detection_id
	    AND x.sink = p_sink AND x.state <> 'dead')
	ORDER BY o.detection_id LIMIT 1
$$;

/* Why a sink is not told at once, or NULL; and until when. */
CREATE OR REPLACE FUNCTION pypiwatch.delivery_hold(s pypiwatch.sink,
    p_detection bigint, p_severity text, p_mode text, p_told boolean,
    OUT held text, OUT held_until timestamptz)
LANGUAGE plpgsql STABLE
AS $$
DECLARE
	root bigint;
BEGIN
	IF p_detection IS NULL THEN
		RETURN;		/* about the daemon itself */
	END IF;
	IF p_mode = 'observe' THEN
		held := 'observe';
		held_until := pypiwatch.digest_next('daily', s.digest_at,
		    s.zone, now());
		RETURN;
	ELSIF s.digest <> 'none' THEN
		held := 'digest';
		held_until := pypiwatch.digest_next(s.digest, s.digest_at,
		    s.zone, now());
		RETURN;
	END IF;
	IF s.campaigns THEN
		root := pypiwatch.campaign_root(s.name, m.campaign_id)
		    FROM pypiwatch.campaign_member m
		    WHERE m.detection_id = p_detection;
		IF root < p_detection THEN
			held := 'campaign';
			held_until := now() + s.campaign_wait;
			RETURN;
		END IF;
	END IF;
	IF pypiwatch.severity_rank(p_severity)
	    < pypiwatch.severity_rank(s.quiet_except) THEN
		held_until := pypiwatch.quiet_end(s.quiet_from, s.quiet_to,
		    s.zone, now());
		IF held_until IS NOT NULL THEN
			held := 'quiet';
		END IF;
	END IF;
END $$;

/* An outbox row for each sink that wants to hear it.  What follows an alert
 * goes where the alert went, whatever became of the severity. */
CREATE OR REPLACE FUNCTION pypiwatch.outbox_fill(p_alert bigint,
    p_detection bigint, p_severity text) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
	mode text := (SELECT value FROM pypiwatch.setting WHERE name = 'mode');
	a pypiwatch.alert;
	d pypiwatch.detection;
	facts jsonb := '{}';
	s pypiwatch.sink;
	h record;
	m pypiwatch.mute;
	news boolean;
	told boolean;
	filled boolean := false;
BEGIN
	SELECT * INTO a FROM pypiwatch.alert WHERE id = p_alert;
	IF p_detection IS NOT NULL THEN
		SELECT * INTO d FROM pypiwatch.detection WHERE id = p_detection;
		facts := pypiwatch.detection_facts(d);
	END IF;
	facts := facts || jsonb_build_object('type',
	    jsonb_build_array(lower(a.type)));
	news := p_detection IS NULL OR a.type = 'detection.opened'
	    OR (a.type = 'detection.updated'
	    AND coalesce(a.payload#>>'{data,change}', 'score')
		IN ('score', 'files'));
	FOR s IN SELECT * FROM pypiwatch.sink x WHERE x.enabled
	LOOP
		told := p_detection IS NOT NULL AND EXISTS (
		    SELECT FROM pypiwatch.delivery x
		    WHERE x.detection_id = p_detection AND x.sink = s.name
		    AND x.state <> 'dead');
		CONTINUE WHEN NOT told AND (NOT news
		    OR pypiwatch.severity_rank(p_severity)
			< pypiwatch.severity_rank(s.min_severity)
		    OR (s.match IS NOT NULL
			AND NOT pypiwatch.match_eval(s.match, facts)));
		m := pypiwatch.mute_of(s.name, facts);
		/* An incident that was opened is closed in any case. */
		IF m.id IS NOT NULL AND NOT (told AND s.type = 'pagerduty'
		    AND NOT news) THEN
			INSERT INTO pypiwatch.delivery (alert_id, sink,
			    detection_id, state, held, mute_id, dead_reason)
			    VALUES (p_alert, s.name, p_detection, 'dead',
				'muted', m.id, pypiwatch.mute_text(m));
			CONTINUE;
		END IF;
		h := pypiwatch.delivery_hold(s, p_detection, p_severity, mode,
		    told);
		INSERT INTO pypiwatch.delivery (alert_id, sink, detection_id,
		    held, held_until)
		    VALUES (p_alert, s.name, p_detection, h.held, h.held_until);
		/* What is too urgent to wait does not wait for what is not. */
		IF told AND h.held IS NULL THEN
			UPDATE pypiwatch.delivery SET held = NULL
			    WHERE detection_id = p_detection AND sink = s.name
			    AND held = 'quiet' AND summary_id IS NULL
			    AND state = 'pending';
		END IF;
		filled := true;
	END LOOP;
	IF filled THEN
		PERFORM pg_notify('pypiwatch_work', '');
	END IF;
END $$;

/*
 * One alert row about a detection, and its outbox rows.  `what` names what is
 * told only once: "removed", "triage 12".
 */
CREATE OR REPLACE FUNCTION pypiwatch.alert_emit(p_detection bigint,
    p_type text, p_extra jsonb DEFAULT '{}', p_what text DEFAULT NULL)
RETURNS bigint
LANGUAGE plpgsql
AS $$
DECLARE
	d pypiwatch.detection;
	alert bigint;
BEGIN
	IF EXISTS (SELECT FROM pypiwatch.alert x
	    WHERE x.detection_id = p_detection AND x.what = p_what) THEN
		RETURN NULL;
	END IF;
	UPDATE pypiwatch.detection
	    SET sequence = sequence + 1, told_score = score
	    WHERE id = p_detection RETURNING * INTO d;
	INSERT INTO pypiwatch.alert
	    (detection_id, sequence, type, severity, payload, what)
	    VALUES (d.id, d.sequence, p_type, d.severity, jsonb_build_object(
		'type', p_type, 'timestamp', pypiwatch.rfc3339(now()),
		'data', pypiwatch.alert_data(d, p_extra)), p_what)
	    RETURNING id INTO alert;
	PERFORM pypiwatch.outbox_fill(alert, d.id, d.severity);
	RETURN alert;
END $$;

/* Files that came long after the first and alert by themselves; once an hour
 * at most, however many there are. */
CREATE OR REPLACE FUNCTION pypiwatch.files_added(d pypiwatch.detection)
RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
	since timestamptz := (SELECT max(created_at) FROM pypiwatch.alert
	    WHERE detection_id = d.id);
	n bigint;
BEGIN
	SELECT count(*) INTO n FROM pypiwatch.upload u
	    WHERE u.normalized = d.normalized AND u.version = d.version
	    AND u.alert AND u.seen_at > since;
	IF n > 0 AND since < now() - interval '1 hour' THEN
		PERFORM pypiwatch.alert_emit(d.id, 'detection.updated',
		    jsonb_build_object('change', 'files', 'changed', n));
	END IF;
END $$;

/* For what suppresses detections: the last word about this one. */
CREATE OR REPLACE FUNCTION pypiwatch.alert_suppressed(p_detection bigint,
    p_by text) RETURNS bigint
LANGUAGE sql
AS $$
	SELECT pypiwatch.alert_emit(p_detection, 'detection.updated',
	    jsonb_build_object('change', 'suppressed', 'by', p_by),
	    'suppressed')
$$;

/* ---- many in one ------------------------------------------------------- */

/* The releases of some deliveries, most severe first; how many of them were
 * told what; and, for programs, the name of each. */
DROP FUNCTION IF EXISTS pypiwatch.delivery_items(bigint[]);
CREATE OR REPLACE FUNCTION pypiwatch.delivery_items(p_ids bigint[],
    OUT items jsonb, OUT total bigint, OUT severity text, OUT counts jsonb,
    OUT releases jsonb)
LANGUAGE sql STABLE
AS $$
	WITH x AS MATERIALIZED (
		SELECT v.detection_id, a.type FROM pypiwatch.delivery v
		JOIN pypiwatch.alert a ON a.id = v.alert_id
		WHERE v.id = ANY (p_ids) AND v.detection_id IS NOT NULL
	), d AS MATERIALIZED (
		SELECT t.id, t.project, t.version, t.score, t.severity,
		    t.lookalike_of, row_number()
			OVER (ORDER BY t.score DESC, t.id) AS n
		FROM (SELECT DISTINCT detection_id FROM x) o
		JOIN pypiwatch.detection_key k ON k.id = o.detection_id
		JOIN pypiwatch.detection t ON t.id = k.id
		    AND t.first_detected_at = k.first_detected_at
	), told AS (
		SELECT x.type, count(DISTINCT x.detection_id) AS n,
		    jsonb_agg(DISTINCT d.project || '==' || d.version) AS names
		FROM x JOIN d ON d.id = x.detection_id GROUP BY x.type
	)
	SELECT (SELECT coalesce(jsonb_agg(jsonb_build_object('detection_id',
		d.id, 'project', d.project, 'version', d.version,
		'score', d.score, 'severity', d.severity, 'lookalike_of',
		d.lookalike_of) ORDER BY d.n), '[]') FROM d WHERE d.n <= 25),
	    (SELECT count(*) FROM d),
	    coalesce((SELECT d.severity FROM d WHERE d.n = 1), 'none'),
	    (SELECT coalesce(jsonb_object_agg(type, n), '{}') FROM told),
	    (SELECT coalesce(jsonb_object_agg(type, names), '{}') FROM told)
$$;

/* Deliveries in pieces whose releases can all be named in one message; one
 * piece for a sink whose messages name only the first of them. */
CREATE OR REPLACE FUNCTION pypiwatch.summary_pieces(p_sink text,
    p_ids bigint[]) RETURNS SETOF bigint[]
LANGUAGE sql STABLE
AS $$
	SELECT array_agg(y.id ORDER BY y.id) FROM (
		SELECT x.id, sum(x.room) OVER (ORDER BY x.id) / 13500 AS piece
		FROM (SELECT v.id, CASE WHEN s.type = 'webhook'
			THEN octet_length(to_jsonb(d.project || '=='
			    || d.version)::text) + 2 ELSE 0 END AS room
		    FROM pypiwatch.delivery v
		    JOIN pypiwatch.sink s ON s.name = v.sink
		    LEFT JOIN (pypiwatch.detection_key k
			JOIN pypiwatch.detection d ON d.id = k.id
			AND d.first_detected_at = k.first_detected_at)
			ON k.id = v.detection_id
		    WHERE v.sink = p_sink AND v.id = ANY (p_ids)) x) y
	GROUP BY y.piece ORDER BY y.piece
$$;

/* One message to one sink for all of these, which the caller has locked; they
 * end with it. */
CREATE OR REPLACE FUNCTION pypiwatch.summary_make(p_sink text, p_held text,
    p_ids bigint[], p_root bigint) RETURNS bigint
LANGUAGE plpgsql
AS $$
DECLARE
	i record;
	type text := CASE WHEN p_root IS NULL THEN 'digest'
	    ELSE 'detection.updated' END;
	data jsonb;
	d pypiwatch.detection;
	a bigint;
	x bigint;
BEGIN
	i := pypiwatch.delivery_items(p_ids);
	data := jsonb_build_object('schema', 'pypiwatch.alert/1',
	    'detection_id', p_root, 'sequence', 0, 'project', NULL,
	    'version', NULL, 'score', NULL, 'severity', i.severity,
	    'lookalike_of', NULL, 'files', jsonb_build_array(),
	    'links', jsonb_build_object());
	IF p_root IS NOT NULL THEN
		SELECT * INTO d FROM pypiwatch.detection WHERE id = p_root;
		data := pypiwatch.alert_data(d, '{}') - 'files'
		    || jsonb_build_object('files', jsonb_build_array());
	END IF;
	data := data || jsonb_build_object('change', p_held,
	    'items', i.items, 'total', i.total, 'counts', i.counts);
	IF EXISTS (SELECT FROM pypiwatch.sink s WHERE s.name = p_sink
	    AND s.type = 'webhook') THEN
		data := data || jsonb_build_object('releases', i.releases);
	END IF;
	/* 20 kB with its envelope, whatever they are called. */
	WHILE octet_length(data::text) > 19000
	    AND jsonb_array_length(data->'items') > 0
	LOOP
		data := jsonb_set(data, '{items}', (data->'items') - -1);
	END LOOP;
	INSERT INTO pypiwatch.alert (sequence, type, severity, payload)
	    VALUES (0, type, i.severity, jsonb_build_object('type', type,
		'timestamp', pypiwatch.rfc3339(now()), 'data', data))
	    RETURNING id INTO a;
	INSERT INTO pypiwatch.delivery (alert_id, sink, detection_id)
	    VALUES (a, p_sink, p_root) RETURNING id INTO x;
	UPDATE pypiwatch.delivery SET summary_id = x, held = p_held
	    WHERE id = ANY (p_ids);
	RETURN x;
END $$;

/* How many messages a sink may get now; NULL without a cap.  The cap of an
 * hour is kept in pieces, so that what waits waits for minutes. */
CREATE OR REPLACE FUNCTION pypiwatch.sink_room(s pypiwatch.sink)
RETURNS integer
LANGUAGE sql STABLE
AS $$
	SELECT greatest(0, w.most - (SELECT count(*)::integer
	    FROM pypiwatch.delivery d WHERE d.sink = s.name
	    AND d.first_tried_at > now() - w.span))
	FROM (SELECT greatest(interval '5 minutes', interval '1 hour' / s.rate)
	    AS span, greatest(1, s.rate / 12) AS most) w
	WHERE s.rate > 0
$$;

/* A sink that took nothing since three deliveries failed is down: then only
 * what failed is tried again, one at a time, and all that comes meanwhile waits
 * untried, so that it can be told in few messages afterwards. */
CREATE OR REPLACE FUNCTION pypiwatch.sink_down(p_sink text) RETURNS boolean
LANGUAGE sql STABLE
AS $$
	SELECT r.n >= 3 AND NOT EXISTS (SELECT FROM pypiwatch.delivery d
	    WHERE d.sink = p_sink AND d.delivered_at > r.since
	    /* for the index: who waited longer tells little about now */
	    AND d.first_tried_at > r.since - interval '1 day')
	FROM (SELECT count(*) AS n, min(first_tried_at) AS since
	    FROM pypiwatch.delivery WHERE sink = p_sink AND held IS NULL
	    AND state = 'retrying') r
$$;

/* What waits because there were too many: one message for all but the first. */
CREATE OR REPLACE FUNCTION pypiwatch.outbox_cap(s pypiwatch.sink)
RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
	room integer := pypiwatch.sink_room(s);
	ids bigint[];
BEGIN
	IF room IS NULL OR room = 0 OR pypiwatch.sink_down(s.name) THEN
		RETURN;
	END IF;
	ids := ARRAY(SELECT d.id FROM pypiwatch.delivery d
	    WHERE d.sink = s.name AND d.state IN ('pending', 'retrying')
	    AND d.held IS NULL AND d.attempt = 0 AND d.lease_owner IS NULL
	    AND d.run_at <= now() AND d.detection_id IS NOT NULL
	    AND NOT EXISTS (SELECT FROM pypiwatch.delivery m
		WHERE m.summary_id = d.id) ORDER BY d.id FOR UPDATE SKIP LOCKED);
	IF cardinality(ids) > room THEN
		PERFORM pypiwatch.summary_make(s.name, 'rate',
		    ids[room:cardinality(ids)], NULL);
	END IF;
END $$;

/*
 * Makes one message of what was held long enough, for each sink and reason;
 * says how many it made.  Called before deliveries are claimed, from any host.
 */
CREATE OR REPLACE FUNCTION pypiwatch.outbox_gather() RETURNS integer
LANGUAGE plpgsql
AS $$
DECLARE
	g record;
	s pypiwatch.sink;
	ids bigint[];
	n integer := 0;
BEGIN
	IF NOT pg_try_advisory_xact_lock(7061, 0) THEN
		RETURN 0;
	END IF;
	FOR g IN SELECT d.sink, d.held, m.campaign_id,
	    array_agg(d.id ORDER BY d.id) AS ids,
	    pypiwatch.campaign_root(d.sink, m.campaign_id) AS root
	    FROM pypiwatch.delivery d
	    LEFT JOIN pypiwatch.campaign_member m ON d.held = 'campaign'
		AND m.detection_id = d.detection_id
	    WHERE d.held IS NOT NULL AND d.summary_id IS NULL
	    AND d.state IN ('pending', 'retrying')
	    GROUP BY d.sink, d.held, m.campaign_id
	    HAVING min(d.held_until) <= now()
	LOOP
		/* Something urgent may just have set them free, and then each
		 * is told by itself. */
		ids := ARRAY(SELECT d.id FROM pypiwatch.delivery d
		    WHERE d.id = ANY (g.ids) AND d.held = g.held
		    AND d.summary_id IS NULL
		    AND d.state IN ('pending', 'retrying')
		    ORDER BY d.id FOR UPDATE SKIP LOCKED);
		CONTINUE WHEN ids = '{}';
		/* Few enough to stand for themselves. */
		IF g.held = 'quiet' AND cardinality(ids) <= 3 THEN
			UPDATE pypiwatch.delivery SET held = NULL
			    WHERE id = ANY (ids);
		ELSE
			PERFORM pypiwatch.summary_make(g.sink, g.held, p.ids,
			    CASE WHEN g.held = 'campaign' THEN g.root END)
			    FROM pypiwatch.summary_pieces(g.sink, ids) p(ids);
		END IF;
		n := n + 1;
	END LOOP;
	FOR s IN SELECT * FROM pypiwatch.sink WHERE enabled AND rate > 0
	LOOP
		PERFORM pypiwatch.outbox_cap(s);
	END LOOP;
	RETURN n;
END $$;

/* ---- deliveries -------------------------------------------------------- */

CREATE OR REPLACE FUNCTION pypiwatch.delivery_end(p_id bigint,
    p_owner integer, p_status text, p_again_ms bigint, p_http integer,
    p_answer text, p_disable boolean, p_give_up_s bigint, p_ref text,
    p_left text DEFAULT NULL)
RETURNS text
LANGUAGE plpgsql
AS $$
DECLARE
	d pypiwatch.delivery;
	late boolean;
BEGIN
	SELECT * INTO d FROM pypiwatch.delivery
	    WHERE id = p_id AND lease_owner = p_owner
	    AND state IN ('pending', 'retrying') FOR UPDATE;
	IF NOT FOUND THEN
		RETURN 'lost';
	END IF;
	IF p_disable THEN
		UPDATE pypiwatch.sink SET enabled = false,
		    disabled_why = coalesce(p_answer, 'HTTP ' || p_http),
		    updated_at = now() WHERE name = d.sink;
	END IF;
	late := d.first_tried_at < now() - p_give_up_s * interval '1 second';
	UPDATE pypiwatch.delivery SET
	    state = CASE WHEN p_status = 'ok' THEN 'delivered'
		WHEN p_status = 'never' OR late THEN 'dead'
		ELSE 'retrying' END,
	    delivered_at = CASE WHEN p_status = 'ok' THEN now() END,
	    run_at = now() + coalesce(p_again_ms, 0) * interval '1 ms',
	    http_status = nullif(p_http, 0), answer = p_answer,
	    dead_reason = CASE WHEN p_status = 'never'
		    THEN coalesce(p_answer, 'refused for good')
		WHEN p_status = 'later' AND late
		    THEN 'given up: ' || coalesce(p_answer, 'no answer') END,
	    left_to = CASE WHEN p_status = 'later' AND NOT late
		THEN coalesce(p_left, left_to) END,
	    lease_until = NULL, lease_owner = NULL
	    WHERE id = p_id RETURNING * INTO d;
	IF d.state IN ('delivered', 'dead') THEN
		/* What it stood for ends as it did. */
		UPDATE pypiwatch.delivery SET state = d.state,
		    delivered_at = d.delivered_at, dead_reason = d.dead_reason
		    WHERE summary_id = d.id;
	END IF;
	IF d.state = 'delivered' AND d.attempt > 1 THEN
		/* It is back: what failed before goes now, oldest first. */
		UPDATE pypiwatch.delivery x SET run_at = now()
		    WHERE x.sink = d.sink AND x.state = 'retrying'
		    AND x.run_at > now() AND coalesce(x.http_status, 0) <> 429;
	ELSIF d.state = 'retrying' AND d.http_status IS NULL
	    AND pypiwatch.sink_down(d.sink) THEN
		/* Many wait behind it: asked every five minutes at least. */
		UPDATE pypiwatch.delivery x SET
		    run_at = least(x.run_at, now() + interval '5 minutes')
		    WHERE x.id = (SELECT min(y.id) FROM pypiwatch.delivery y
			WHERE y.sink = d.sink AND y.state = 'retrying');
	END IF;
	IF d.state = 'delivered' THEN
		INSERT INTO pypiwatch.thread (sink, detection_id, delivery_id,
		    ref) SELECT DISTINCT d.sink, x.detection_id, d.delivery_id,
			p_ref FROM pypiwatch.delivery x
		    JOIN pypiwatch.detection_key k ON k.id = x.detection_id
		    WHERE x.id = d.id OR x.summary_id = d.id
		    ON CONFLICT DO NOTHING;
	END IF;
	RETURN d.state;
END $$;
