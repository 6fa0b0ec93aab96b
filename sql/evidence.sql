/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Evidence: see schema/0014_evidence.sql.  Applied again after every
 * migration, as functions.sql.
 */

/* Makes room for p_size more bytes below p_total, oldest first out; gives how
 * many archives went. */
CREATE OR REPLACE FUNCTION pypiwatch.evidence_room(p_size bigint,
    p_total bigint, p_most integer) RETURNS integer
LANGUAGE plpgsql
AS $$
DECLARE
	n integer;
BEGIN
	/* Mostly there is room, which needs no order. */
	IF (SELECT coalesce(sum(size), 0) FROM pypiwatch.evidence) + p_size
	    <= p_total THEN
		RETURN 0;
	END IF;
	DELETE FROM pypiwatch.evidence WHERE id = ANY (ARRAY(
	    SELECT s.id FROM (SELECT id, kept_at, sum(size) OVER
		(ORDER BY kept_at DESC, id DESC) AS upto
		FROM pypiwatch.evidence) s
	    WHERE s.upto + p_size > p_total
	    ORDER BY s.kept_at, s.id LIMIT p_most));
	GET DIAGNOSTICS n = ROW_COUNT;
	RETURN n;
END $$;

/*
 * A place for the archive of a leased task; its parts follow.  NULL when it is
 * not wanted: the lease is lost, the same bytes are kept already, or they are
 * larger than all that may be kept.
 */
CREATE OR REPLACE FUNCTION pypiwatch.evidence_begin(p_task bigint,
    p_owner integer, p_head jsonb, p_total bigint) RETURNS bigint
LANGUAGE plpgsql
AS $$
DECLARE
	t pypiwatch.task;
	size bigint := (p_head->>'size')::bigint;
	made bigint;
BEGIN
	SELECT * INTO t FROM pypiwatch.task
	    WHERE id = p_task AND lease_owner = p_owner FOR SHARE;
	IF NOT FOUND OR size > p_total THEN
		RETURN NULL;
	END IF;
	/* Two hosts that keep something at once see each other's sizes. */
	PERFORM pg_advisory_xact_lock(7070, 0);
	/* Half of one is left by a queue that ended. */
	DELETE FROM pypiwatch.evidence e WHERE e.normalized = t.normalized
	    AND e.filename = t.filename AND e.sha256 = t.sha256
	    AND e.stored < e.parts;
	PERFORM pypiwatch.evidence_room(size, p_total, 1000);
	INSERT INTO pypiwatch.evidence (normalized, version, filename, sha256,
	    size, parts, key_id, salt, wrapped)
	    VALUES (t.normalized, t.version, t.filename, t.sha256, size,
		(p_head->>'parts')::integer, p_head->>'key_id',
		decode(p_head->>'salt', 'base64'),
		decode(p_head->>'wrapped', 'base64'))
	    ON CONFLICT (normalized, filename, sha256) DO NOTHING
	    RETURNING id INTO made;
	RETURN made;
END $$;

/* One part; false when the lease or the place for it is gone. */
CREATE OR REPLACE FUNCTION pypiwatch.evidence_part_store(p_task bigint,
    p_owner integer, p_id bigint, p_n integer, p_sealed text) RETURNS boolean
LANGUAGE plpgsql
AS $$
BEGIN
	PERFORM FROM pypiwatch.task
	    WHERE id = p_task AND lease_owner = p_owner FOR SHARE;
	IF NOT FOUND THEN
		RETURN false;
	END IF;
	PERFORM FROM pypiwatch.evidence WHERE id = p_id FOR UPDATE;
	IF NOT FOUND THEN
		RETURN false;
	END IF;
	INSERT INTO pypiwatch.evidence_part
	    VALUES (p_id, p_n, decode(p_sealed, 'base64'))
	    ON CONFLICT DO NOTHING;
	UPDATE pypiwatch.evidence SET stored = (SELECT count(*)
	    FROM pypiwatch.evidence_part WHERE evidence_id = p_id)
	    WHERE id = p_id;
	RETURN true;
END $$;

/* Takes away what is older than the setting (seconds, 0 for ever), beyond the
 * size in total, left half, or of no detection any more.  Gives how many went;
 * as many as p_most means that there may be more. */
CREATE OR REPLACE FUNCTION pypiwatch.evidence_run(p_keep bigint,
    p_total bigint, p_most integer) RETURNS integer
LANGUAGE plpgsql
AS $$
DECLARE
	n integer;
BEGIN
	DELETE FROM pypiwatch.evidence WHERE id = ANY (ARRAY(
	    SELECT e.id FROM pypiwatch.evidence e
	    WHERE (p_keep > 0 AND e.kept_at
		< now() - p_keep * interval '1 second')
	    OR (e.kept_at < now() - interval '1 day' AND (e.stored < e.parts
		OR NOT EXISTS (SELECT FROM pypiwatch.detection_key k
		    WHERE k.normalized = e.normalized
		    AND k.version = e.version)))
	    ORDER BY e.kept_at, e.id LIMIT p_most));
	GET DIAGNOSTICS n = ROW_COUNT;
	IF n < p_most THEN
		n := n + pypiwatch.evidence_room(0, p_total, p_most - n);
	END IF;
	RETURN n;
END $$;

/* ---- for analysts -------------------------------------------------------- */

CREATE OR REPLACE VIEW analyst.evidence AS
SELECT e.id, k.id AS detection_id,
    coalesce(p.display, e.normalized) AS project, e.normalized, e.version,
    e.filename, e.sha256, e.size, e.key_id, e.kept_at,
    e.stored = e.parts AS complete
FROM pypiwatch.evidence e
LEFT JOIN pypiwatch.detection_key k USING (normalized, version)
LEFT JOIN pypiwatch.project p ON p.normalized = e.normalized;
COMMENT ON VIEW analyst.evidence IS
    'archives of detections that are kept, sealed; "pypiwatch sample" takes one out';
COMMENT ON COLUMN analyst.evidence.id IS 'number of the kept archive';
COMMENT ON COLUMN analyst.evidence.detection_id IS
    'its detection; NULL while that is not stored yet';
COMMENT ON COLUMN analyst.evidence.project IS 'project name as displayed';
COMMENT ON COLUMN analyst.evidence.normalized IS 'project name, normalised';
COMMENT ON COLUMN analyst.evidence.version IS 'version of the release';
COMMENT ON COLUMN analyst.evidence.filename IS 'name of the file';
COMMENT ON COLUMN analyst.evidence.sha256 IS 'SHA-256 of the archive itself';
COMMENT ON COLUMN analyst.evidence.size IS 'bytes of the archive';
COMMENT ON COLUMN analyst.evidence.key_id IS
    'which key of evidence.key-file opens it';
COMMENT ON COLUMN analyst.evidence.kept_at IS 'when it was stored';
COMMENT ON COLUMN analyst.evidence.complete IS
    'false while its parts are being stored';

/* Useless without the key, which is in no database. */
CREATE OR REPLACE FUNCTION analyst.evidence_heads(detection bigint)
RETURNS TABLE (id bigint, normalized text, version text, filename text,
    sha256 text, size bigint, parts integer, key_id text, salt text,
    wrapped text, score smallint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
	SELECT e.id, e.normalized, e.version, e.filename, e.sha256, e.size,
	    e.parts, e.key_id,
	    translate(encode(e.salt, 'base64'), E'\n', ''),
	    translate(encode(e.wrapped, 'base64'), E'\n', ''), u.score
	FROM pypiwatch.detection_key k
	JOIN pypiwatch.evidence e USING (normalized, version)
	LEFT JOIN pypiwatch.upload u ON u.normalized = e.normalized
	    AND u.filename = e.filename
	WHERE k.id = detection AND e.stored = e.parts
	ORDER BY u.score DESC NULLS LAST, e.filename, e.id
$$;
COMMENT ON FUNCTION analyst.evidence_heads(bigint) IS
    'how the kept archives of a detection are sealed';

CREATE OR REPLACE FUNCTION analyst.evidence_part(evidence bigint,
    number integer) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	what text;
	detail jsonb;
BEGIN
	/* Each part opens by itself: whichever comes first is on record. */
	SELECT coalesce('detection ' || k.id, 'evidence ' || e.id),
	    jsonb_build_object('filename', e.filename, 'sha256', e.sha256)
	    INTO what, detail FROM pypiwatch.evidence e
	    LEFT JOIN pypiwatch.detection_key k USING (normalized, version)
	    WHERE e.id = evidence;
	IF number = 0 AND what IS NOT NULL THEN
		PERFORM pypiwatch.audit_add('sample', what, detail);
	ELSIF what IS NOT NULL THEN
		PERFORM pypiwatch.audit_once('sample', what, detail);
	END IF;
	RETURN (SELECT translate(encode(p.sealed, 'base64'), E'\n', '')
	    FROM pypiwatch.evidence_part p
	    WHERE p.evidence_id = evidence AND p.n = number);
END $$;
COMMENT ON FUNCTION analyst.evidence_part(bigint, integer) IS
    'one part of a kept archive, sealed, as base64';

REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA analyst FROM PUBLIC;
