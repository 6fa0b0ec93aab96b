/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What people do is recorded (audit), and findings that somebody answers for
 * do not count (suppress).  Applied again after every migration.
 */
CREATE SCHEMA IF NOT EXISTS analyst;

/* ---- audit ------------------------------------------------------------- */

/* Who did what, and from where.  With the owner's rights, so that no other
 * role needs a right on the table. */
CREATE OR REPLACE FUNCTION pypiwatch.audit_add(p_action text, p_what text,
    p_detail jsonb DEFAULT '{}') RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
	INSERT INTO pypiwatch.audit (action, what, detail, role, person,
	    application, address)
	    VALUES (p_action, p_what, jsonb_strip_nulls(p_detail),
		session_user, left(nullif(current_setting('pypiwatch.person',
		true), ''), 200), nullif(current_setting('application_name'),
		''), inet_client_addr())
	    RETURNING id
$$;

/* The same for what is asked in pieces: what one role does with one thing in
 * an hour stands there once. */
CREATE OR REPLACE FUNCTION pypiwatch.audit_once(p_action text, p_what text,
    p_detail jsonb) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
	SELECT pypiwatch.audit_add(p_action, p_what, p_detail)
	WHERE NOT EXISTS (SELECT FROM pypiwatch.audit
	    WHERE at > now() - interval '1 hour' AND action = p_action
	    AND what = p_what AND detail = jsonb_strip_nulls(p_detail)
	    AND role = session_user)
$$;

CREATE OR REPLACE VIEW analyst.audit AS
SELECT id, at, action, what, detail, role, person, application, address
FROM pypiwatch.audit;
COMMENT ON VIEW analyst.audit IS
    'what people did: triage, suppress, unsuppress, protect, ...; rows are never changed';
COMMENT ON COLUMN analyst.audit.id IS 'number of the entry';
COMMENT ON COLUMN analyst.audit.at IS 'when';
COMMENT ON COLUMN analyst.audit.action IS
    'triage, suppress, unsuppress, mute, unmute, protect, unprotect, deps, retro, retro drop, sample, report, export or erase';
COMMENT ON COLUMN analyst.audit.what IS
    'to what: "detection 42", "suppression 3", a name';
COMMENT ON COLUMN analyst.audit.detail IS 'what exactly';
COMMENT ON COLUMN analyst.audit.role IS
    'the database''s role that was logged in';
COMMENT ON COLUMN analyst.audit.person IS
    'the person, as the client says: of the command the user who runs it';
COMMENT ON COLUMN analyst.audit.application IS
    'the client''s application_name';
COMMENT ON COLUMN analyst.audit.address IS
    'address of the client; NULL for a local socket';

/* ---- suppressions ------------------------------------------------------ */

/* Whether a path with * and ? may mean something that runs by itself: then it
 * suppresses nothing alone, or whoever puts his code into a file of that name
 * would go unseen. */
CREATE OR REPLACE FUNCTION pypiwatch.path_may_run(p_path text)
RETURNS boolean
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
	SELECT n.name = '' OR n.name ~ '[*?][^.]*$'
	    OR lower(n.name) ~ '\.(py[a-z]*|pth|so|dll|dylib|exe|com|scr|bat|cmd|sh|bash|ps1|psm1|vbs|js|jar|msi|lnk|command|toml|cfg|ini|whl|egg|zip|tar|gz|bz2|xz|zst|tgz)$'
	    OR lower(n.name) ~ '^(pkg-info|metadata|record)$'
	    OR 'entry_points.txt' LIKE translate(replace(replace(
		lower(n.name), '\', '\\'), '_', '\_'), '*?', '%_')
	FROM (SELECT regexp_replace(p_path, '^.*/', '') AS name) n
$$;

/* Those in force that may concern a file, as judge takes them. */
CREATE OR REPLACE FUNCTION pypiwatch.suppressions_of(p_normalized text,
    p_sha256 text) RETURNS jsonb
LANGUAGE sql STABLE
AS $$
	SELECT coalesce(jsonb_agg(jsonb_build_object('id', s.id,
	    'path', s.path, 'rule', s.rule, 'owner', s.owner,
	    'reason', s.reason, 'until', pypiwatch.rfc3339(s.until),
	    'alone', s.normalized IS NULL AND s.rule IS NULL
		AND s.sha256 IS NULL) ORDER BY s.id), '[]')
	FROM pypiwatch.suppression s
	WHERE s.removed_at IS NULL AND s.until > now()
	AND (s.normalized IS NULL OR s.normalized = p_normalized)
	AND (s.sha256 IS NULL OR s.sha256 = p_sha256)
$$;

CREATE OR REPLACE FUNCTION pypiwatch.suppression_text(
    s pypiwatch.suppression) RETURNS text
LANGUAGE sql STABLE
AS $$
	SELECT format('by %s until %s: %s', s.owner,
	    to_char(s.until AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI"Z"'),
	    s.reason)
$$;

/* The files of open detections that new suppressions may concern, a few
 * detections at a time, and files that were put aside and are due.  upto is
 * the last detection; NULL behind the last one, and then the row has no file
 * of these.  last is the newest suppression looked at, NULL without any;
 * again_ms: when the next file that was put aside is due. */
DROP FUNCTION IF EXISTS pypiwatch.suppression_next(integer);
CREATE FUNCTION pypiwatch.suppression_next(p_most integer)
RETURNS TABLE (last bigint, upto bigint, again_ms bigint, detection_id bigint,
    upload_id bigint, row_version text, score smallint, object jsonb,
    reasons jsonb, suppressions jsonb)
LANGUAGE sql
AS $$
	/* Whatever becomes of them, they do not come again at once. */
	WITH due AS (
		UPDATE pypiwatch.suppression_left l
		SET again_at = now() + interval '1 hour'
		WHERE l.upload_id IN (SELECT x.upload_id
		    FROM pypiwatch.suppression_left x
		    WHERE x.again_at <= now() ORDER BY x.again_at LIMIT p_most
		    FOR UPDATE SKIP LOCKED)
		RETURNING l.detection_id, l.upload_id
	), s AS MATERIALIZED (
		SELECT * FROM pypiwatch.suppression
		WHERE applied_at IS NULL AND removed_at IS NULL
		AND until > now() ORDER BY suppression.id LIMIT 100
	), d AS MATERIALIZED (
		SELECT x.id, x.normalized, x.version
		FROM pypiwatch.detection x
		WHERE x.triage_status = 'open' AND x.suppressed_by IS NULL
		AND x.id > (SELECT min(s.after_id) FROM s)
		AND EXISTS (SELECT FROM s WHERE x.id > s.after_id
		    AND (s.normalized IS NULL OR x.normalized = s.normalized)
		    AND (s.sha256 IS NULL OR EXISTS (SELECT
			FROM pypiwatch.upload u WHERE u.sha256 = s.sha256
			AND u.normalized = x.normalized
			AND u.version = x.version)))
		ORDER BY x.id LIMIT p_most
	), files AS (
		SELECT d.id, u.id AS upload_id FROM d
		JOIN pypiwatch.upload u ON u.normalized = d.normalized
		    AND u.version = d.version AND u.alert
		    AND u.object IS NOT NULL
		WHERE NOT EXISTS (SELECT FROM pypiwatch.suppression_left l
		    WHERE l.upload_id = u.id)
		UNION ALL
		SELECT due.detection_id, due.upload_id FROM due
	)
	SELECT t.last, (SELECT max(d.id) FROM d), t.again_ms, f.id, u.id,
	    u.xmin::text, u.score, u.object, coalesce((SELECT c.reasons
		FROM pypiwatch.scan c WHERE c.upload_id = u.id
		ORDER BY c.scanned_at DESC LIMIT 1), '[]'),
	    pypiwatch.suppressions_of(u.normalized, u.sha256)
	FROM (SELECT (SELECT max(s.id) FROM s) AS last,
	    (SELECT ceil(extract(epoch FROM min(l.again_at) - now())
		* 1000)::bigint FROM pypiwatch.suppression_left l
		WHERE l.again_at > now()) AS again_ms,
	    EXISTS (SELECT FROM due) AS due) t
	LEFT JOIN (files f JOIN pypiwatch.upload u ON u.id = f.upload_id
	    AND u.object IS NOT NULL) ON true
	WHERE t.last IS NOT NULL OR t.again_ms IS NOT NULL OR t.due
	ORDER BY f.id, u.id
$$;

/* A file whose new score the database refused: it is tried again by itself,
 * later each time, and nobody waits for it.  How often that was. */
CREATE OR REPLACE FUNCTION pypiwatch.suppression_leave(p_detection bigint,
    p_upload bigint, p_version text, p_suppression bigint, p_why text)
RETURNS integer
LANGUAGE sql
AS $$
	INSERT INTO pypiwatch.suppression_left AS l (upload_id, detection_id,
	    suppression_id, row_version, why, again_at)
	    VALUES (p_upload, p_detection, p_suppression, p_version,
		left(p_why, 500), now() + interval '15 seconds')
	    ON CONFLICT (upload_id) DO UPDATE SET refused = l.refused + 1,
	    suppression_id = excluded.suppression_id,
	    row_version = excluded.row_version, why = excluded.why,
	    again_at = now() + least(interval '1 hour',
		interval '15 seconds' * power(4, least(l.refused, 9)))
	    RETURNING l.refused
$$;

/* What was put aside for some minutes is told, once, until nothing is. */
CREATE OR REPLACE FUNCTION pypiwatch.suppression_look() RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
	l pypiwatch.suppression_left;
BEGIN
	/* Judged otherwise since, closed, or not to be suppressed any more. */
	DELETE FROM pypiwatch.suppression_left x WHERE NOT EXISTS (
	    SELECT FROM pypiwatch.upload u WHERE u.id = x.upload_id
	    AND u.xmin::text = x.row_version)
	    OR NOT EXISTS (SELECT FROM pypiwatch.suppression s
		WHERE s.id = x.suppression_id AND s.removed_at IS NULL
		AND s.until > now())
	    OR NOT EXISTS (SELECT FROM pypiwatch.detection_key k
		JOIN pypiwatch.detection d ON d.id = k.id
		    AND d.first_detected_at = k.first_detected_at
		WHERE k.id = x.detection_id AND d.triage_status = 'open');
	SELECT * INTO l FROM pypiwatch.suppression_left
	    WHERE refused >= 3 ORDER BY since, upload_id LIMIT 1;
	IF FOUND THEN
		PERFORM pypiwatch.health_bad('', 'suppressions', 'high',
		    'queue', format('the database refuses to store what '
			'suppression %s makes of a file of detection %s, '
			'which is put aside: %s', l.suppression_id,
			l.detection_id, l.why), l.since);
	ELSIF NOT EXISTS (SELECT FROM pypiwatch.suppression_left) THEN
		PERFORM pypiwatch.health_good('', 'suppressions');
	END IF;
END $$;

/* All before p_upto were judged again; NULL: that was the last of them.  For
 * the first minute it begins anew then: a verdict that was under way when the
 * suppression was made is stored by now. */
CREATE OR REPLACE FUNCTION pypiwatch.suppression_done(p_last bigint,
    p_upto bigint) RETURNS boolean
LANGUAGE sql
AS $$
	WITH done AS (
		UPDATE pypiwatch.suppression SET
		    after_id = CASE WHEN p_upto IS NULL THEN 0
			ELSE greatest(after_id, p_upto) END,
		    applied_at = CASE WHEN p_upto IS NULL AND created_at
			< now() - interval '1 minute' THEN now() END
		WHERE id <= p_last AND applied_at IS NULL
		RETURNING applied_at
	) SELECT coalesce(bool_or(applied_at IS NULL), false) FROM done
$$;

/*
 * A file of a detection, judged again without what is suppressed.  When no
 * file of the release alerts any more, the detection is suppressed too, which
 * is told where it was told of.  False when the file is not any more what
 * suppression_next() gave (p_version): then it is to be judged again.
 * Locks in the order of a verdict: file, release, detection.
 */
DROP FUNCTION IF EXISTS pypiwatch.file_suppress(bigint, bigint, bigint, jsonb);
CREATE OR REPLACE FUNCTION pypiwatch.file_suppress(p_detection bigint,
    p_upload bigint, p_version text, p_suppression bigint, p_file jsonb)
RETURNS boolean
LANGUAGE plpgsql
AS $$
DECLARE
	d pypiwatch.detection;
	s pypiwatch.suppression;
	k pypiwatch.detection_key;
	best integer;
	alerting boolean;
BEGIN
	PERFORM FROM pypiwatch.upload WHERE id = p_upload
	    AND xmin::text = p_version FOR UPDATE;
	IF NOT FOUND THEN
		RETURN false;
	END IF;
	DELETE FROM pypiwatch.suppression_left WHERE upload_id = p_upload;
	SELECT * INTO k FROM pypiwatch.detection_key WHERE id = p_detection;
	PERFORM pypiwatch.release_lock(k.normalized, k.version);
	d := pypiwatch.detection_of(k.normalized, k.version);
	SELECT * INTO s FROM pypiwatch.suppression WHERE id = p_suppression;
	IF d.id IS NULL OR d.triage_status <> 'open' OR s.id IS NULL THEN
		RETURN true;
	END IF;
	UPDATE pypiwatch.upload SET score = (p_file->>'score')::smallint,
	    alert = (p_file->>'alert')::boolean, object = p_file->'object'
	    WHERE id = p_upload;
	UPDATE pypiwatch.finding f SET weight = 0, suppressed_by = x.by
	    FROM (SELECT g->>'rule' AS rule, g->>'path' AS path,
		(g->>'line')::bigint AS line,
		(g#>>'{suppressed,id}')::bigint AS by
		FROM jsonb_array_elements(p_file#>'{object,findings}') g
		WHERE g#>'{suppressed,id}' IS NOT NULL) x
	    WHERE f.upload_id = p_upload AND f.rule = x.rule
	    AND f.path IS NOT DISTINCT FROM x.path
	    AND f.line IS NOT DISTINCT FROM x.line;
	SELECT max(u.score), bool_or(u.alert) INTO best, alerting
	    FROM pypiwatch.upload u
	    WHERE u.normalized = d.normalized AND u.version = d.version;
	UPDATE pypiwatch.detection SET score = best,
	    severity = pypiwatch.severity_of(best), updated_at = now(),
	    reasons = CASE WHEN best = (p_file->>'score')::integer
		THEN p_file->'reasons' ELSE reasons END,
	    suppressed_by = CASE WHEN NOT alerting THEN s.id END
	    WHERE id = d.id AND first_detected_at = d.first_detected_at;
	IF NOT alerting THEN
		PERFORM pypiwatch.alert_suppressed(d.id, s.owner);
	ELSIF pypiwatch.severity_of(best) <> d.severity THEN
		PERFORM pypiwatch.alert_emit(d.id, 'detection.updated',
		    jsonb_build_object('change', 'score',
			'was_score', d.score));
	END IF;
	RETURN true;
END $$;

CREATE OR REPLACE VIEW analyst.suppressions AS
SELECT s.id, s.normalized, s.path, s.rule, s.sha256, s.reason, s.owner,
    s.until, s.created_by, s.created_at, s.removed_by, s.removed_at,
    s.removed_at IS NULL AND s.until > now() AS in_force,
    (SELECT count(*) FROM pypiwatch.detection d
	WHERE d.suppressed_by = s.id) AS detections
FROM pypiwatch.suppression s;
COMMENT ON VIEW analyst.suppressions IS
    'findings that do not count: who answers for it, why, and until when';
COMMENT ON COLUMN analyst.suppressions.id IS 'number of the suppression';
COMMENT ON COLUMN analyst.suppressions.normalized IS
    'of this project only, normalised; NULL: of any';
COMMENT ON COLUMN analyst.suppressions.path IS
    'in members of this path only, with * and ?; NULL: in any';
COMMENT ON COLUMN analyst.suppressions.rule IS
    'of this rule only, with * and ?; NULL: of any';
COMMENT ON COLUMN analyst.suppressions.sha256 IS
    'in the file with this digest only; NULL: in any';
COMMENT ON COLUMN analyst.suppressions.reason IS 'why';
COMMENT ON COLUMN analyst.suppressions.owner IS 'who answers for it';
COMMENT ON COLUMN analyst.suppressions.until IS
    'what is scanned from then on counts again';
COMMENT ON COLUMN analyst.suppressions.created_by IS
    'the database''s role that made it';
COMMENT ON COLUMN analyst.suppressions.created_at IS 'when';
COMMENT ON COLUMN analyst.suppressions.removed_by IS
    'the role that ended it early, or NULL';
COMMENT ON COLUMN analyst.suppressions.removed_at IS 'when that was';
COMMENT ON COLUMN analyst.suppressions.in_force IS 'it counts now';
COMMENT ON COLUMN analyst.suppressions.detections IS
    'detections that it closed';

CREATE OR REPLACE FUNCTION analyst.suppress(reason text,
    project text DEFAULT NULL, path text DEFAULT NULL, rule text DEFAULT NULL,
    sha256 text DEFAULT NULL, until timestamptz DEFAULT NULL,
    owner text DEFAULT NULL) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_variable
DECLARE
	name text := pypiwatch.normalize(nullif(project, ''));
	digest text := lower(nullif(sha256, ''));
	ends timestamptz := coalesce(until, now() + interval '90 days');
	entry bigint;
BEGIN
	path := nullif(path, '');
	rule := nullif(rule, '');
	IF coalesce(btrim(reason), '') = '' OR length(reason) > 500 THEN
		RAISE EXCEPTION 'a suppression needs a reason, of at most 500 characters';
	ELSIF name !~ '^([a-z0-9-]+/)?[a-z0-9]([a-z0-9-]*[a-z0-9])?$' THEN
		RAISE EXCEPTION '"%" is not a project''s name', project;
	ELSIF digest !~ '^[0-9a-f]{64}$' THEN
		RAISE EXCEPTION '"%" is not a SHA-256 digest: 64 hex digits',
		    sha256;
	ELSIF rule !~ '^[A-Za-z0-9_.:*?-]{1,64}$' THEN
		RAISE EXCEPTION '"%" is not a rule''s name', rule;
	ELSIF length(path) > 1000 OR path ~ '[[:cntrl:]]' THEN
		RAISE EXCEPTION 'a path has at most 1000 characters and no control characters';
	ELSIF ends <= now() OR ends > now() + interval '732 days' THEN
		RAISE EXCEPTION 'a suppression ends in the next two years, not at %',
		    pypiwatch.rfc3339(ends);
	ELSIF name IS NULL AND digest IS NULL
	    AND coalesce(rule, '*') ~ '^[*?]+$'
	    AND coalesce(path, '*') ~ '^[*?/]+$' THEN
		RAISE EXCEPTION 'that would suppress everything: name a project, a rule, a digest or a path';
	ELSIF name IS NULL AND digest IS NULL
	    AND coalesce(rule, '*') ~ '^[*?]+$'
	    AND pypiwatch.path_may_run(path) THEN
		RAISE EXCEPTION 'not by the path "%" alone: code in such a file runs when a package is installed, started or imported, and whoever names his file so would go unseen', path
		    USING HINT = 'Name the project, the rule or the digest too.';
	END IF;
	owner := coalesce(nullif(owner, ''), session_user);
	INSERT INTO pypiwatch.suppression AS s (normalized, path, rule, sha256,
	    reason, owner, until, created_by)
	    VALUES (name, path, rule, digest, reason, owner, ends,
		session_user)
	    RETURNING s.id INTO entry;
	PERFORM pypiwatch.audit_add('suppress', 'suppression ' || entry,
	    jsonb_build_object('project', name, 'path', path, 'rule', rule,
		'sha256', digest, 'reason', reason, 'owner', owner,
		'until', pypiwatch.rfc3339(ends)));
	PERFORM pg_notify('pypiwatch_suppress', '');
	RETURN entry;
END $$;
COMMENT ON FUNCTION analyst.suppress(text, text, text, text, text,
    timestamptz, text) IS
    'findings of a project, path, rule and digest (all that are given) do not count until then, 90 days by default; gives suppressions.id';

CREATE OR REPLACE FUNCTION analyst.unsuppress(id bigint) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	UPDATE pypiwatch.suppression s SET removed_at = now(),
	    removed_by = session_user
	    WHERE s.id = unsuppress.id AND s.removed_at IS NULL
	    AND s.until > now();
	IF NOT FOUND THEN
		RAISE EXCEPTION 'there is no suppression % in force', id
		    USING HINT = 'SELECT * FROM analyst.suppressions WHERE in_force;';
	END IF;
	PERFORM pypiwatch.audit_add('unsuppress', 'suppression ' || id);
	RETURN id;
END $$;
COMMENT ON FUNCTION analyst.unsuppress(bigint) IS
    'ends a suppression early: what is scanned from now on counts again';

REVOKE EXECUTE ON FUNCTION analyst.suppress(text, text, text, text, text,
    timestamptz, text), analyst.unsuppress(bigint),
    pypiwatch.audit_add(text, text, jsonb),
    pypiwatch.audit_once(text, text, jsonb) FROM PUBLIC;
