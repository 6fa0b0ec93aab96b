/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A detection as a note for a person: what it is, why we think so and where it
 * stands, what is known of the project, and what happened since.  Applied
 * again after every migration.  Each part is a function that gives whole lines
 * or NULL.
 */

CREATE OR REPLACE FUNCTION pypiwatch.clock_text(at timestamptz) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
AS $$ SELECT to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS "UTC"') $$;

/* A span as people say it: "0.9 s", "42 s", "12 min", "3 h 5 min", "9 days". */
CREATE OR REPLACE FUNCTION pypiwatch.span_text(span interval) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
AS $$
	SELECT CASE WHEN s < 10 THEN round(s, 1) || ' s'
	    WHEN s < 120 THEN round(s) || ' s'
	    WHEN s < 7200 THEN floor(s / 60) || ' min'
	    WHEN s < 172800 THEN floor(s / 3600) || ' h'
		|| coalesce(' ' || nullif(floor(s / 60) % 60, 0) || ' min', '')
	    ELSE floor(s / 86400) || ' days' END
	FROM (SELECT abs(extract(epoch FROM span)) AS s) x
$$;

CREATE OR REPLACE FUNCTION analyst.span(span interval) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$ SELECT pypiwatch.span_text(span) $$;
COMMENT ON FUNCTION analyst.span(interval) IS
    'a span as people say it: 0.9 s, 42 s, 12 min, 3 h 5 min, 9 days';

/* "42 s after our alert", "12 min before our alert". */
CREATE OR REPLACE FUNCTION pypiwatch.lead_text(lead interval) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
AS $$
	SELECT pypiwatch.span_text(lead) || CASE WHEN lead < '0'
	    THEN ' before' ELSE ' after' END || ' our alert'
$$;

/* What it is, and how it stands. */
CREATE OR REPLACE FUNCTION pypiwatch.explain_head(d pypiwatch.detection)
RETURNS text
LANGUAGE sql STABLE
AS $$
	SELECT concat_ws(E'\n',
	    format('%s %s: %s, %s of 100 points (detection %s).', d.project,
		d.version, d.severity, d.score, d.id),
	    format('Its name looks like %s%s%s.', d.lookalike_of,
		(SELECT CASE t.kind WHEN 'protected' THEN ', a name you protect'
		    ELSE ', number ' || nullif(t.rank, 0) || ' by downloads' END
		FROM pypiwatch.target t
		WHERE t.normalized = pypiwatch.normalize(d.lookalike_of)
		ORDER BY t.kind DESC LIMIT 1),
		(SELECT ' (' || (n.value->>'technique') || ')'
		FROM pypiwatch.upload u, jsonb_array_elements(CASE
		    jsonb_typeof(u.object->'names') WHEN 'array'
		    THEN u.object->'names' ELSE '[]' END) n
		WHERE u.normalized = d.normalized AND u.version = d.version
		AND n.value->>'target' = d.lookalike_of LIMIT 1))
		|| CASE WHEN d.lookalike_of IS NULL THEN NULL ELSE '' END,
	    format('On %s it is %s; %s.', coalesce(
		pypiwatch.index_of(d.normalized), 'PyPI'), CASE d.pypi_status
		WHEN 'live' THEN 'still there' ELSE d.pypi_status END,
		CASE d.triage_status WHEN 'open' THEN 'nobody has triaged it'
		ELSE 'it was triaged as ' || d.triage_status END),
	    'Advisory ' || d.advisory || ' names it.',
	    (SELECT 'It is suppressed ' || pypiwatch.suppression_text(s) || '.'
		FROM pypiwatch.suppression s WHERE s.id = d.suppressed_by))
$$;

/* What makes up the score, and the strongest place of each. */
CREATE OR REPLACE FUNCTION pypiwatch.explain_reasons(d pypiwatch.detection)
RETURNS text
LANGUAGE sql STABLE
AS $$
	SELECT E'Why:\n' || string_agg(concat_ws(E'\n',
	    format('  %s  %s', lpad(round((r.value->>'points')::numeric)::text,
		3), r.value->>'text'),
	    (SELECT format('       %s%s, %s [%s]', f.path,
		':' || f.line, CASE f.context
		WHEN 'install' THEN 'runs when it is installed'
		WHEN 'startup' THEN 'runs whenever Python starts'
		WHEN 'import' THEN 'runs when it is imported'
		WHEN 'call' THEN 'runs when it is called'
		ELSE 'in ' || f.context END, f.rule)
	    FROM pypiwatch.finding f
	    WHERE f.normalized = d.normalized AND f.version = d.version
	    AND f.rule = r.value->>'rule' AND f.path IS NOT NULL
	    ORDER BY f.weight DESC NULLS LAST, f.id LIMIT 1)),
	    E'\n' ORDER BY r.n)
	FROM jsonb_array_elements(CASE jsonb_typeof(d.reasons) WHEN 'array'
	    THEN d.reasons ELSE '[]' END) WITH ORDINALITY AS r(value, n)
$$;

CREATE OR REPLACE FUNCTION pypiwatch.explain_files(d pypiwatch.detection)
RETURNS text
LANGUAGE sql STABLE
AS $$
	SELECT E'Files:\n' || string_agg(format('  %s: %s%s%s', u.filename,
	    coalesce(u.outcome, 'under way'),
	    CASE WHEN u.outcome IN ('scanned', 'partial')
		THEN ', score ' || u.score END, ' (' || u.why || ')'),
	    E'\n' ORDER BY u.score DESC NULLS LAST, u.filename)
	FROM pypiwatch.upload u
	WHERE u.normalized = d.normalized AND u.version = d.version
$$;

/* What is known of the project and its people. */
CREATE OR REPLACE FUNCTION pypiwatch.explain_project(d pypiwatch.detection)
RETURNS text
LANGUAGE sql STABLE
AS $$
	SELECT E'The project:\n' || nullif(concat_ws(E'\n',
	    '  created ' || pypiwatch.span_text(d.first_detected_at -
		p.created_at) || ' before our alert' || CASE WHEN p.revived
		THEN '; the name had been removed before' ELSE '' END,
	    (SELECT CASE count(*) WHEN 0 THEN '  its first release, as far as we know'
		ELSE format('  %s earlier releases that we saw', count(*)) END
		FROM pypiwatch.release x WHERE x.normalized = d.normalized
		AND x.first_seen_at < r.first_seen_at),
	    '  owned by ' || (SELECT string_agg(o.actor, ', ' ORDER BY o.actor)
		FROM pypiwatch.project_role o
		WHERE o.normalized = d.normalized AND o.revoked_at IS NULL),
	    '  an owner changed ' || pypiwatch.span_text(d.first_detected_at -
		p.owner_changed_at) || ' before our alert',
	    '  author ' || nullif(concat_ws(' ', r.author,
		'<' || r.author_email || '>'), '') || (SELECT
		coalesce(', who also published ' ||
		    nullif(string_agg(x.normalized, ', ' ORDER BY
		    x.normalized), ''), '') FROM (SELECT DISTINCT v.normalized
		    FROM pypiwatch.release v
		    WHERE v.author_email = r.author_email
		    AND v.normalized <> d.normalized LIMIT 5) x),
	    (SELECT format('  one of %s releases of a campaign that share %s',
		c.releases, c.why) FROM pypiwatch.campaign_member m
		JOIN pypiwatch.campaign c ON c.id = m.campaign_id
		WHERE m.detection_id = d.id AND c.releases > 1)), '')
	FROM pypiwatch.project p
	LEFT JOIN pypiwatch.release r ON r.normalized = p.normalized
	    AND r.version = d.version
	WHERE p.normalized = d.normalized
$$;

/* What happened, in order: alerts, who got them, what PyPI did, triage. */
CREATE OR REPLACE FUNCTION pypiwatch.explain_story(d pypiwatch.detection)
RETURNS text
LANGUAGE sql STABLE
AS $$
	SELECT E'What happened:\n' || string_agg(format('  %s  %s',
	    pypiwatch.clock_text(s.at), s.what), E'\n' ORDER BY s.at, s.n)
	FROM (
	    SELECT min(u.uploaded_at), 0, 'uploaded' FROM pypiwatch.upload u
	    WHERE u.normalized = d.normalized AND u.version = d.version
	    HAVING min(u.uploaded_at) IS NOT NULL
	    UNION ALL
	    SELECT a.created_at, 1, CASE a.type
		WHEN 'detection.opened' THEN 'alerted' || coalesce(', ' ||
		    pypiwatch.span_text(d.upload_to_alert) ||
		    ' after the upload', '')
		WHEN 'detection.updated' THEN 'told: ' || CASE
		    coalesce(a.payload#>>'{data,change}', '')
		    WHEN 'score' THEN 'a higher score, ' ||
			coalesce(a.payload#>>'{data,score}', '')
		    WHEN 'files' THEN 'more files'
		    WHEN '' THEN 'an update'
		    ELSE a.payload#>>'{data,change}' END
		WHEN 'detection.withdrawn' THEN 'told: withdrawn'
		WHEN 'release.removed' THEN 'told: removed from PyPI'
		WHEN 'release.quarantined' THEN 'told: quarantined by PyPI'
		ELSE 'told: ' || a.type END || coalesce(': ' || (
		SELECT string_agg(x.sink || ' ' || x.state || CASE
		    WHEN x.summary_id IS NOT NULL THEN ' with others'
		    WHEN x.held IS NOT NULL THEN ' (' || x.held || ')'
		    ELSE '' END, ', ' ORDER BY x.sink)
		FROM pypiwatch.delivery x WHERE x.alert_id = a.id),
		'; no sink wants to hear it')
	    FROM pypiwatch.alert a WHERE a.detection_id = d.id
	    UNION ALL
	    SELECT d.quarantined_at, 3, 'quarantined by PyPI, ' ||
		pypiwatch.lead_text(d.quarantined_at - d.first_detected_at)
	    WHERE d.quarantined_at IS NOT NULL
	    UNION ALL
	    SELECT d.removed_at, 4, 'removed from PyPI, ' ||
		pypiwatch.lead_text(d.removed_at - d.first_detected_at)
	    WHERE d.removed_at IS NOT NULL
	    UNION ALL
	    SELECT t.at, 5, format('%s says %s%s', t.author, t.verdict,
		': ' || t.note)
	    FROM pypiwatch.triage t WHERE t.detection_id = d.id
	) s(at, n, what)
$$;

CREATE OR REPLACE FUNCTION analyst.explain(id bigint) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
	SELECT concat_ws(E'\n\n', pypiwatch.explain_head(d),
	    pypiwatch.explain_reasons(d), pypiwatch.explain_files(d),
	    pypiwatch.explain_project(d), pypiwatch.explain_story(d))
	FROM pypiwatch.detection_key k
	JOIN pypiwatch.detection d ON d.id = k.id
	    AND d.first_detected_at = k.first_detected_at
	WHERE k.id = explain.id
$$;
COMMENT ON FUNCTION analyst.explain(bigint) IS
    'a detection as a note for a person; NULL when there is none';
