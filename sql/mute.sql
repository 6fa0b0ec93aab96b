/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sinks that are not told for a while.  Applied again after every migration.
 */

/* The mute that keeps a sink from hearing something; a row of NULLs without
 * one.  Of several the one that lasts longest. */
CREATE OR REPLACE FUNCTION pypiwatch.mute_of(p_sink text, p_facts jsonb)
RETURNS pypiwatch.mute
LANGUAGE plpgsql STABLE
AS $$
DECLARE
	m pypiwatch.mute;
BEGIN
	FOR m IN SELECT * FROM pypiwatch.mute x
	    WHERE x.removed_at IS NULL AND x.until > now()
	    AND (x.sink IS NULL OR x.sink = p_sink)
	    ORDER BY x.until DESC, x.id
	LOOP
		IF m.match IS NULL OR pypiwatch.match_eval(m.match, p_facts)
		THEN
			RETURN m;
		END IF;
	END LOOP;
	RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION pypiwatch.mute_text(m pypiwatch.mute) RETURNS text
LANGUAGE sql STABLE
AS $$
	SELECT format('muted by %s until %s: %s', m.owner,
	    to_char(m.until AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI"Z"'),
	    m.reason)
$$;

/* What an alert may be matched by. */
CREATE OR REPLACE FUNCTION pypiwatch.alert_facts(p_detection bigint,
    p_type text) RETURNS jsonb
LANGUAGE sql STABLE
AS $$
	SELECT coalesce((SELECT pypiwatch.detection_facts(d)
	    FROM pypiwatch.detection d WHERE d.id = p_detection), '{}')
	    || jsonb_build_object('type', jsonb_build_array(lower(p_type)))
$$;

/* What waits already is what people mute: it ends too, and what it stands for
 * with it.  What is under way is not called back.  No message is made of what
 * waits meanwhile (7061, see outbox_gather). */
CREATE OR REPLACE FUNCTION pypiwatch.mute_apply(m pypiwatch.mute)
RETURNS bigint
LANGUAGE plpgsql
AS $$
DECLARE
	ids bigint[];
	n bigint;
BEGIN
	PERFORM pg_advisory_xact_lock(7061, 0);
	/* Locked, and so as it is and not as it was: somebody may just have
	 * claimed it. */
	ids := ARRAY(SELECT d.id FROM pypiwatch.delivery d
		JOIN pypiwatch.alert a ON a.id = d.alert_id
		WHERE d.state IN ('pending', 'retrying')
		AND d.lease_owner IS NULL AND d.summary_id IS NULL
		AND (m.sink IS NULL OR d.sink = m.sink)
		AND (m.match IS NULL OR pypiwatch.match_eval(m.match,
		    pypiwatch.alert_facts(d.detection_id, a.type)))
		ORDER BY d.id FOR UPDATE OF d);
	UPDATE pypiwatch.delivery d SET state = 'dead', held = 'muted',
	    mute_id = m.id, dead_reason = pypiwatch.mute_text(m)
	    WHERE d.id = ANY (ids) OR d.summary_id = ANY (ids);
	GET DIAGNOSTICS n = ROW_COUNT;
	RETURN n;
END $$;

/* Gives the mute's number and how many deliveries it ended at once. */
CREATE OR REPLACE FUNCTION pypiwatch.mute_add(p_sink text, p_expr text,
    p_match jsonb, p_reason text, p_owner text, p_until timestamptz,
    OUT id bigint, OUT ended bigint)
LANGUAGE plpgsql
AS $$
DECLARE
	m pypiwatch.mute;
	ends timestamptz := coalesce(p_until, now() + interval '1 day');
BEGIN
	IF coalesce(btrim(p_reason), '') = '' OR length(p_reason) > 500 THEN
		RAISE EXCEPTION 'a mute needs a reason, of at most 500 characters';
	ELSIF ends <= now() OR ends > now() + interval '92 days' THEN
		RAISE EXCEPTION 'a mute ends in the next three months, not at %',
		    pypiwatch.rfc3339(ends);
	ELSIF p_sink IS NULL AND p_match IS NULL THEN
		RAISE EXCEPTION 'that would mute everything: name a sink or what it shall not hear';
	ELSIF p_sink IS NOT NULL AND NOT EXISTS (SELECT FROM pypiwatch.sink s
	    WHERE s.name = p_sink) THEN
		RAISE EXCEPTION 'there is no sink "%"', p_sink USING HINT =
		    'SELECT name, type FROM analyst.sinks;';
	END IF;
	INSERT INTO pypiwatch.mute (sink, expr, match, reason, owner, until)
	    VALUES (p_sink, p_expr, p_match, p_reason,
		coalesce(nullif(p_owner, ''), session_user), ends)
	    RETURNING * INTO m;
	id := m.id;
	ended := pypiwatch.mute_apply(m);
	PERFORM pypiwatch.audit_add('mute', 'mute ' || m.id,
	    jsonb_build_object('sink', m.sink, 'match', m.expr,
		'reason', m.reason, 'owner', m.owner,
		'until', pypiwatch.rfc3339(m.until)));
END $$;

CREATE OR REPLACE FUNCTION pypiwatch.mute_remove(p_id bigint) RETURNS bigint
LANGUAGE plpgsql
AS $$
BEGIN
	UPDATE pypiwatch.mute SET removed_at = now(),
	    removed_by = session_user
	    WHERE id = p_id AND removed_at IS NULL AND until > now();
	IF NOT FOUND THEN
		RAISE EXCEPTION 'there is no mute % in force', p_id;
	END IF;
	PERFORM pypiwatch.audit_add('unmute', 'mute ' || p_id);
	RETURN p_id;
END $$;

CREATE OR REPLACE VIEW analyst.mutes AS
SELECT m.id, m.sink, m.expr AS match, m.reason, m.owner, m.until,
    m.created_by, m.created_at, m.removed_by, m.removed_at,
    m.removed_at IS NULL AND m.until > now() AS in_force,
    (SELECT count(*) FROM pypiwatch.delivery d WHERE d.mute_id = m.id)
	AS deliveries
FROM pypiwatch.mute m;
COMMENT ON VIEW analyst.mutes IS
    'alerts that a sink does not get for a while: who answers for it, why, and until when';
COMMENT ON COLUMN analyst.mutes.id IS 'number of the mute';
COMMENT ON COLUMN analyst.mutes.sink IS 'name of the sink; NULL: any';
COMMENT ON COLUMN analyst.mutes.match IS
    'which alerts, see MATCHING in pypiwatch.conf(5); NULL: any';
COMMENT ON COLUMN analyst.mutes.reason IS 'why';
COMMENT ON COLUMN analyst.mutes.owner IS 'who answers for it';
COMMENT ON COLUMN analyst.mutes.until IS 'what comes from then on is told';
COMMENT ON COLUMN analyst.mutes.created_by IS
    'the database''s role that made it';
COMMENT ON COLUMN analyst.mutes.created_at IS 'when';
COMMENT ON COLUMN analyst.mutes.removed_by IS
    'the role that ended it early, or NULL';
COMMENT ON COLUMN analyst.mutes.removed_at IS 'when that was';
COMMENT ON COLUMN analyst.mutes.in_force IS 'it counts now';
COMMENT ON COLUMN analyst.mutes.deliveries IS
    'deliveries that were not made because of it';
