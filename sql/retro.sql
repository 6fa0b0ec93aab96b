/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Looking back with today's rules, weights and names: what that would tell is
 * held until the operator has seen it.  See schema/0022_retro.sql.  Applied
 * again after every migration, as functions.sql.
 */

/* Would the verdict say something new?  A few points more are no news; see
 * release_judge(). */
CREATE OR REPLACE FUNCTION pypiwatch.verdict_is_news(u pypiwatch.upload,
    p_score integer, p_alert boolean) RETURNS boolean
LANGUAGE sql IMMUTABLE
AS $$
	SELECT p_alert <> u.alert
	    OR (p_alert AND abs(p_score - coalesce(u.score, 0)) >= 5)
$$;

/* Holds a verdict of a rescan that asks for it; false when it says nothing
 * new, so that it may be stored. */
CREATE OR REPLACE FUNCTION pypiwatch.verdict_hold(p_rescan bigint,
    p_upload bigint, p_sha256 text, p_scan jsonb) RETURNS boolean
LANGUAGE plpgsql
AS $$
DECLARE
	u pypiwatch.upload;
	score integer := (p_scan->>'score')::integer;
	alert boolean := (p_scan->>'alert')::boolean;
BEGIN
	IF NOT EXISTS (SELECT FROM pypiwatch.rescan r
	    WHERE r.id = p_rescan AND r.hold) THEN
		RETURN false;
	END IF;
	SELECT * INTO u FROM pypiwatch.upload
	    WHERE id = p_upload AND sha256 = p_sha256;
	IF NOT FOUND OR NOT pypiwatch.verdict_is_news(u, score, alert) THEN
		RETURN false;
	END IF;
	/* Judged by these rules it is, and not to be looked at again. */
	UPDATE pypiwatch.upload SET ruleset = p_scan->>'ruleset'
	    WHERE id = p_upload;
	INSERT INTO pypiwatch.held_verdict (rescan_id, upload_id, sha256,
	    was_score, was_alert, score, alert, scan)
	    VALUES (p_rescan, p_upload, p_sha256, coalesce(u.score, 0),
		u.alert, score, alert, p_scan)
	    ON CONFLICT (rescan_id, upload_id) DO UPDATE
	    SET score = excluded.score, alert = excluded.alert,
	    scan = excluded.scan, held_at = now()
	    WHERE held_verdict.ended_at IS NULL;
	RETURN true;
END $$;

/* A look back that the command does by itself. */
CREATE OR REPLACE FUNCTION pypiwatch.retro_begin(p_kind text,
    p_normalized text, p_seen_from timestamptz) RETURNS bigint
LANGUAGE sql
AS $$
	SELECT id FROM pypiwatch.rescan_open(p_kind, p_normalized,
	    p_seen_from, NULL, true, 0, 0)
$$;

/* Files as they were judged, after a number: what judge wants of them. */
DROP FUNCTION IF EXISTS pypiwatch.retro_page(text, timestamptz, bigint,
    integer);
CREATE FUNCTION pypiwatch.retro_page(p_normalized text,
    p_seen_from timestamptz, p_after bigint, p_most integer)
RETURNS TABLE (id bigint, normalized text, version text, filename text,
    packagetype text, sha256 text, project text, score integer,
    alert boolean, object jsonb, reasons jsonb, suppressions jsonb)
LANGUAGE sql STABLE
AS $$
	SELECT u.id, u.normalized, u.version, u.filename, u.packagetype,
	    u.sha256, coalesce(p.display, u.normalized), u.score, u.alert,
	    u.object, coalesce((SELECT s.reasons FROM pypiwatch.scan s
		WHERE s.upload_id = u.id ORDER BY s.id DESC LIMIT 1), '[]'),
	    pypiwatch.suppressions_of(u.normalized, u.sha256)
	FROM pypiwatch.upload u LEFT JOIN pypiwatch.project p USING (normalized)
	WHERE u.id > p_after AND u.state = 'done' AND u.object IS NOT NULL
	AND u.sha256 IS NOT NULL AND u.outcome IN ('scanned', 'partial',
	    'unscannable')
	AND (p_normalized IS NULL OR u.normalized = p_normalized)
	AND (p_seen_from IS NULL OR u.seen_at >= p_seen_from)
	ORDER BY u.id LIMIT p_most
$$;

/* A pattern with * and ? as LIKE takes it. */
CREATE OR REPLACE FUNCTION pypiwatch.like_of(p_glob text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
AS $$
	SELECT translate(regexp_replace(p_glob, '([\\%_])', '\\\1', 'g'),
	    '*?', '%_')
$$;

/* Is what is suppressed now something else than what the verdict was made
 * under?  As lib/judge/suppress.c has it. */
CREATE OR REPLACE FUNCTION pypiwatch.verdict_outdated(p_normalized text,
    p_sha256 text, p_scan jsonb) RETURNS boolean
LANGUAGE sql STABLE
AS $$
	WITH s AS MATERIALIZED (
		SELECT x.id, x.path, x.alone, pypiwatch.like_of(x.rule) AS rule,
		    pypiwatch.like_of(x.path) AS member
		FROM jsonb_to_recordset(pypiwatch.suppressions_of(p_normalized,
		    p_sha256)) AS x(id bigint, path text, rule text,
		    alone boolean)
	), f AS (
		SELECT * FROM jsonb_to_recordset(p_scan#>'{object,findings}')
		    AS f(rule text, path text, context text, suppressed jsonb)
		UNION ALL
		SELECT r.rule, NULL, 'metadata', NULL
		FROM jsonb_to_recordset(p_scan->'reasons') AS r(rule text)
	)
	SELECT EXISTS (SELECT FROM f WHERE CASE
	    WHEN jsonb_typeof(f.suppressed) = 'object' THEN NOT EXISTS (
		SELECT FROM s WHERE s.id = (f.suppressed->>'id')::bigint)
	    ELSE EXISTS (SELECT FROM s
		WHERE (s.rule IS NULL OR f.rule LIKE s.rule)
		AND (s.path IS NULL OR ((f.path LIKE s.member
			OR regexp_replace(f.path, '^[^/]*/(.)', '\1')
			    LIKE s.member)
		    AND NOT (s.alone AND f.context IN ('install', 'startup',
			'import', 'call'))))) END)
$$;

/* Whether it can be put into force no more: somebody looked at the file since,
 * other bytes came, or it would undo what was suppressed since. */
CREATE OR REPLACE FUNCTION pypiwatch.held_stale(h pypiwatch.held_verdict,
    u pypiwatch.upload) RETURNS boolean
LANGUAGE sql STABLE
AS $$
	SELECT u.id IS NULL OR u.sha256 <> h.sha256
	    OR coalesce(u.scanned_at > h.held_at, false)
	    OR pypiwatch.verdict_outdated(u.normalized, u.sha256, h.scan)
$$;

CREATE OR REPLACE FUNCTION pypiwatch.held_apply(h pypiwatch.held_verdict,
    u pypiwatch.upload) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
	scan bigint;
BEGIN
	INSERT INTO pypiwatch.scan (upload_id, normalized, version, sha256,
	    outcome, why, score, ruleset, reasons, attempts, ms)
	    VALUES (u.id, u.normalized, u.version, u.sha256,
		h.scan->>'outcome', h.scan->>'why', h.score,
		h.scan->>'ruleset', coalesce(h.scan->'reasons', '[]'), 1, 0)
	    RETURNING id INTO scan;
	PERFORM pypiwatch.verdict_apply(u.id, u.sha256, coalesce((SELECT
	    display FROM pypiwatch.project p
	    WHERE p.normalized = u.normalized), u.normalized), scan, h.scan);
END $$;

/*
 * Ends what is held of a rescan, a piece a call: applied, which tells whom it
 * concerns, or dropped.  How many, and how many of them were stale; n is 0
 * when nothing is left.  The first call of an operator (p_first) stands in the
 * audit.  What ended keeps nothing of what was found.
 *
 * Each verdict locks a file and its release: with p_most above 1, two that
 * end the same releases may deadlock.
 */
DROP FUNCTION IF EXISTS pypiwatch.held_end(bigint, boolean, integer);
CREATE OR REPLACE FUNCTION pypiwatch.held_end(p_rescan bigint,
    p_apply boolean, p_most integer, p_first boolean, OUT n integer,
    OUT stale integer)
LANGUAGE plpgsql
AS $$
DECLARE
	h pypiwatch.held_verdict;
	u pypiwatch.upload;
	how text;
BEGIN
	n := 0;
	stale := 0;
	IF p_first THEN
		PERFORM pypiwatch.audit_add(CASE WHEN p_apply THEN 'retro'
		    ELSE 'retro drop' END, 'rescan ' || p_rescan,
		    jsonb_build_object('verdicts', count(*)))
		    FROM pypiwatch.held_verdict x WHERE x.rescan_id = p_rescan
		    AND x.ended_at IS NULL HAVING count(*) > 0;
	END IF;
	FOR h IN SELECT * FROM pypiwatch.held_verdict x
	    WHERE x.rescan_id = p_rescan AND x.ended_at IS NULL
	    ORDER BY x.id LIMIT p_most FOR UPDATE SKIP LOCKED
	LOOP
		n := n + 1;
		how := 'dropped';
		IF p_apply THEN
			SELECT * INTO u FROM pypiwatch.upload
			    WHERE id = h.upload_id FOR UPDATE;
			how := CASE WHEN pypiwatch.held_stale(h, u)
			    THEN 'stale' ELSE 'applied' END;
		END IF;
		IF how = 'applied' THEN
			PERFORM pypiwatch.held_apply(h, u);
		ELSE
			/* It was not judged by these rules after all. */
			UPDATE pypiwatch.upload x SET
			    ruleset = x.object->>'ruleset'
			    WHERE how = 'stale' AND x.id = h.upload_id
			    AND x.ruleset = h.scan->>'ruleset'
			    AND x.object ? 'ruleset';
		END IF;
		stale := stale + (how = 'stale')::integer;
		UPDATE pypiwatch.held_verdict SET ended_at = now(),
		    ended = how, scan = '{}' WHERE id = h.id;
	END LOOP;
END $$;

/* Of what ended before nothing was taken away. */
UPDATE pypiwatch.held_verdict SET scan = '{}'
    WHERE ended_at IS NOT NULL AND scan <> '{}';
