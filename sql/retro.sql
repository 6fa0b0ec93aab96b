/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Looking back with today's rules, weights and names: what that would tell is
 * held until the operator has seen it.  See schema/0021_retro.sql.  Applied
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
	INSERT INTO pypiwatch.rescan (normalized, seen_from, total, upto_id,
	    kind, hold, began_at, finished_at)
	    VALUES (p_normalized, p_seen_from, 0, 0, p_kind, true, now(),
		now())
	    RETURNING id
$$;

/* Files as they were judged, after a number: what judge wants of them. */
CREATE OR REPLACE FUNCTION pypiwatch.retro_page(p_normalized text,
    p_seen_from timestamptz, p_after bigint, p_most integer)
RETURNS TABLE (id bigint, normalized text, version text, filename text,
    packagetype text, sha256 text, project text, score integer,
    alert boolean, object jsonb, reasons jsonb)
LANGUAGE sql STABLE
AS $$
	SELECT u.id, u.normalized, u.version, u.filename, u.packagetype,
	    u.sha256, coalesce(p.display, u.normalized), u.score, u.alert,
	    u.object, coalesce((SELECT s.reasons FROM pypiwatch.scan s
		WHERE s.upload_id = u.id ORDER BY s.id DESC LIMIT 1), '[]')
	FROM pypiwatch.upload u LEFT JOIN pypiwatch.project p USING (normalized)
	WHERE u.id > p_after AND u.state = 'done' AND u.object IS NOT NULL
	AND u.sha256 IS NOT NULL AND u.outcome IN ('scanned', 'partial',
	    'unscannable')
	AND (p_normalized IS NULL OR u.normalized = p_normalized)
	AND (p_seen_from IS NULL OR u.seen_at >= p_seen_from)
	ORDER BY u.id LIMIT p_most
$$;

/* Ends what is held of a rescan, a piece a call: applied, which tells whom it
 * concerns, or dropped.  How many; 0 when nothing is left. */
CREATE OR REPLACE FUNCTION pypiwatch.held_end(p_rescan bigint,
    p_apply boolean, p_most integer) RETURNS integer
LANGUAGE plpgsql
AS $$
DECLARE
	h pypiwatch.held_verdict;
	u pypiwatch.upload;
	scan bigint;
	n integer := 0;
BEGIN
	FOR h IN SELECT * FROM pypiwatch.held_verdict x
	    WHERE x.rescan_id = p_rescan AND x.ended_at IS NULL
	    ORDER BY x.id LIMIT p_most FOR UPDATE SKIP LOCKED
	LOOP
		n := n + 1;
		SELECT * INTO u FROM pypiwatch.upload WHERE id = h.upload_id;
		/* Somebody looked at it since, or other bytes came. */
		IF p_apply AND (u.id IS NULL OR u.sha256 <> h.sha256
		    OR u.scanned_at > h.held_at) THEN
			UPDATE pypiwatch.held_verdict SET ended_at = now(),
			    ended = 'stale' WHERE id = h.id;
			CONTINUE;
		END IF;
		IF p_apply THEN
			INSERT INTO pypiwatch.scan (upload_id, normalized,
			    version, sha256, outcome, why, score, ruleset,
			    reasons, attempts, ms)
			    VALUES (u.id, u.normalized, u.version, u.sha256,
				h.scan->>'outcome', h.scan->>'why', h.score,
				h.scan->>'ruleset',
				coalesce(h.scan->'reasons', '[]'), 1, 0)
			    RETURNING id INTO scan;
			PERFORM pypiwatch.verdict_apply(u.id, u.sha256,
			    coalesce((SELECT display FROM pypiwatch.project p
				WHERE p.normalized = u.normalized),
				u.normalized), scan, h.scan);
		END IF;
		UPDATE pypiwatch.held_verdict SET ended_at = now(), ended =
		    CASE WHEN p_apply THEN 'applied' ELSE 'dropped' END
		    WHERE id = h.id;
	END LOOP;
	IF n > 0 THEN
		PERFORM pypiwatch.audit_add(CASE WHEN p_apply THEN 'retro'
		    ELSE 'retro drop' END, 'rescan ' || p_rescan,
		    jsonb_build_object('verdicts', n));
	END IF;
	RETURN n;
END $$;
