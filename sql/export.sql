/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What leaves the database for others: exports and reports.  Applied again
 * after every migration, as functions.sql.
 */

/* A detection with its files and what is needed to name them elsewhere. */
CREATE OR REPLACE FUNCTION pypiwatch.detection_export(d pypiwatch.detection)
RETURNS jsonb
LANGUAGE sql STABLE
AS $$
	SELECT jsonb_build_object('id', d.id, 'project', d.project,
	    'normalized', d.normalized, 'version', d.version,
	    'score', d.score, 'severity', d.severity,
	    'lookalike_of', d.lookalike_of, 'reasons', d.reasons,
	    'triage_status', d.triage_status, 'pypi_status', d.pypi_status,
	    'index', coalesce(pypiwatch.index_of(d.normalized), 'pypi'),
	    'first_detected_at', pypiwatch.rfc3339(d.first_detected_at),
	    'updated_at', pypiwatch.rfc3339(d.updated_at),
	    'triaged_at', (SELECT pypiwatch.rfc3339(max(t.at))
		FROM pypiwatch.triage t WHERE t.detection_id = d.id
		AND t.verdict = d.triage_status),
	    'confirmed_at', (SELECT pypiwatch.rfc3339(min(t.at))
		FROM pypiwatch.triage t WHERE t.detection_id = d.id
		AND t.verdict = 'confirmed'),
	    'whole', NOT EXISTS (SELECT FROM pypiwatch.release r
		WHERE r.normalized = d.normalized AND NOT EXISTS (
		    SELECT FROM pypiwatch.detection x
		    WHERE x.normalized = r.normalized
		    AND x.version = r.version AND x.triage_status NOT IN
			('false_positive', 'benign'))),
	    'files', coalesce((SELECT jsonb_agg(jsonb_build_object(
		'filename', u.filename, 'sha256', u.sha256, 'size', u.size,
		'url', u.url, 'score', u.score, 'alert', u.alert,
		'object', u.object) ORDER BY u.score DESC NULLS LAST,
		    u.filename)
		FROM pypiwatch.upload u WHERE u.normalized = d.normalized
		AND u.version = d.version AND u.sha256 IS NOT NULL), '[]'))
$$;

/* Detections after number p_after on, in their order.  OSV: what is confirmed,
 * and what was and is no longer, to be withdrawn.  Vectors: a row for each file
 * of what is known to be malicious or not.  An export stands in the audit with
 * its first page, and with any that follows none. */
CREATE OR REPLACE FUNCTION analyst.export_page(format text,
    since timestamptz, min_severity text, status text, after bigint,
    most integer)
RETURNS TABLE (id bigint, object jsonb)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	detail jsonb := jsonb_build_object('since', pypiwatch.rfc3339(since),
	    'min_severity', min_severity, 'status', status);
BEGIN
	IF after <= 0 THEN
		PERFORM pypiwatch.audit_add('export', format, detail);
	ELSE
		PERFORM pypiwatch.audit_once('export', format, detail);
	END IF;
	/* The files of a detection come together, whatever `most` is. */
	IF format = 'vectors' THEN
		RETURN QUERY SELECT v.detection_id, v.vector
		    FROM analyst.vectors v
		    JOIN pypiwatch.detection d ON d.id = v.detection_id
			AND d.first_detected_at = v.first_detected_at
		    WHERE v.detection_id > after
		    AND (since IS NULL OR d.first_detected_at >= since)
		    AND (min_severity IS NULL
			OR pypiwatch.severity_rank(d.severity)
			>= pypiwatch.severity_rank(min_severity))
		    AND (status IS NULL OR d.triage_status = status)
		    ORDER BY v.detection_id FETCH FIRST most ROWS WITH TIES;
		RETURN;
	END IF;
	RETURN QUERY SELECT d.id, pypiwatch.detection_export(d)
	    FROM pypiwatch.detection d
	    WHERE d.id > after
	    AND (since IS NULL OR d.first_detected_at >= since)
	    AND (min_severity IS NULL OR pypiwatch.severity_rank(d.severity)
		>= pypiwatch.severity_rank(min_severity))
	    AND CASE WHEN format = 'osv' THEN d.triage_status = 'confirmed'
		    OR (d.triage_status IN ('false_positive', 'benign')
		    AND EXISTS (SELECT FROM pypiwatch.triage t
			WHERE t.detection_id = d.id
			AND t.verdict = 'confirmed'))
		WHEN status IS NOT NULL THEN d.triage_status = status
		ELSE d.triage_status NOT IN ('false_positive', 'benign') END
	    ORDER BY d.id LIMIT most;
END $$;
COMMENT ON FUNCTION analyst.export_page(text, timestamptz, text, text, bigint,
    integer) IS
    'detections with their files, or vectors, for "pypiwatch export", in the order of their numbers; stands in the audit';

REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA analyst FROM PUBLIC;

/* ---- reports to PyPI ------------------------------------------------------ */

CREATE OR REPLACE FUNCTION analyst.report_source(detection bigint)
RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
	SELECT pypiwatch.detection_export(d) || jsonb_build_object('reported',
	    (SELECT jsonb_build_object('at', pypiwatch.rfc3339(a.at), 'by',
		coalesce(a.person, a.role)) FROM pypiwatch.audit a
		WHERE a.action = 'report' AND a.what = 'detection ' || d.id
		AND a.detail->>'via' = 'api'
		AND a.detail->>'answer' LIKE '%(HTTP 202)%'
		ORDER BY a.id LIMIT 1))
	FROM pypiwatch.detection d WHERE d.id = detection
$$;
COMMENT ON FUNCTION analyst.report_source(bigint) IS
    'a detection with what a report to PyPI says, and whether there was one';

/* Entries stay for ever, so only what a report can be. */
CREATE OR REPLACE FUNCTION analyst.report_note(detection bigint, detail jsonb)
RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	IF NOT EXISTS (SELECT FROM pypiwatch.detection_key k
	    WHERE k.id = detection) THEN
		RAISE EXCEPTION 'there is no detection %', detection;
	ELSIF coalesce(detail->>'via', '') NOT IN ('form', 'api')
	    OR octet_length(detail::text) > 10000
	    OR detail - ARRAY['via', 'kind', 'summary', 'inspector_url',
		'answer'] <> '{}' THEN
		RAISE EXCEPTION 'that is no report: via (form or api), kind, summary, inspector_url and answer, of at most 10000 bytes';
	END IF;
	RETURN pypiwatch.audit_add('report', 'detection ' || detection,
	    detail);
END $$;
COMMENT ON FUNCTION analyst.report_note(bigint, jsonb) IS
    'puts a report to PyPI, or its answer, into the audit';

REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA analyst FROM PUBLIC;
