/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What analysts see of how things turned out, after analyst.sql: misses, times,
 * campaigns, indicators, who said what.  The same rules hold: columns are
 * added at the end, never renamed or removed.
 */

/* ---- projects ---------------------------------------------------------- */

CREATE OR REPLACE VIEW analyst.projects AS
SELECT p.normalized, p.display AS project, p.first_seen_at, p.created_at,
    p.status, p.quarantined_at, p.removed_at, p.revived, p.owner_changed_at,
    p.lookalike_of, coalesce(pypiwatch.index_of(p.normalized), 'pypi') AS index
FROM pypiwatch.project p;
COMMENT ON VIEW analyst.projects IS 'every project we heard of';
COMMENT ON COLUMN analyst.projects.normalized IS 'project name, normalised';
COMMENT ON COLUMN analyst.projects.project IS 'project name as displayed';
COMMENT ON COLUMN analyst.projects.first_seen_at IS 'when we first heard of it';
COMMENT ON COLUMN analyst.projects.created_at IS
    'when it was created, or created again, if we saw that';
COMMENT ON COLUMN analyst.projects.status IS 'live, quarantined or removed';
COMMENT ON COLUMN analyst.projects.quarantined_at IS
    'when PyPI quarantined it; NULL if it did not, or took that back';
COMMENT ON COLUMN analyst.projects.removed_at IS 'when it was last removed';
COMMENT ON COLUMN analyst.projects.revived IS
    'the name was removed and somebody registered it again';
COMMENT ON COLUMN analyst.projects.owner_changed_at IS
    'when an owner was added to it or removed, since its creation';
COMMENT ON COLUMN analyst.projects.lookalike_of IS
    'the known project whose name this one resembles';
COMMENT ON COLUMN analyst.projects.index IS
    'the index it is from: pypi, or the name of an index section';

CREATE OR REPLACE VIEW analyst.owners AS
SELECT r.normalized, r.actor, r.role, r.granted_at, r.revoked_at
FROM pypiwatch.project_role r;
COMMENT ON VIEW analyst.owners IS
    'who has, or had, a role in which project, as far as PyPI told';
COMMENT ON COLUMN analyst.owners.normalized IS 'project name, normalised';
COMMENT ON COLUMN analyst.owners.actor IS 'user on PyPI';
COMMENT ON COLUMN analyst.owners.role IS 'Owner or Maintainer';
COMMENT ON COLUMN analyst.owners.granted_at IS
    'since when; NULL if we did not see it begin';
COMMENT ON COLUMN analyst.owners.revoked_at IS
    'until when; NULL: still so';

/* ---- truth over time ---------------------------------------------------- */

/*
 * Acts of PyPI on a release of which we had not told.  What befell a whole
 * project is one miss: its newest release then, as older ones were as a rule
 * harmless, and none when any of its releases had been told of.
 */
CREATE OR REPLACE VIEW analyst.misses AS
SELECT coalesce(p.display, m.normalized) AS project, m.version,
    CASE WHEN m.quarantined_at IS NOT NULL THEN 'quarantined'
	WHEN m.advisory IS NOT NULL THEN 'advisory'
	ELSE 'unknown-removed' END AS truth,
    m.acted_at, f.score AS score_then, f.score_now,
    CASE WHEN f.files IS NULL THEN 'no file of it was listed'
	WHEN f.score IS NULL THEN coalesce(f.why,
	    'not looked at by then')
	WHEN f.why IS NOT NULL THEN f.why
	ELSE 'judged harmless' END AS why,
    f.uploaded_at, m.first_seen_at, m.normalized, m.advisory,
    m.acted_whole AS whole_project, k.id AS detection_id
FROM (SELECT *, least(quarantined_at, removed_at, advised_at) AS acted_at
    FROM pypiwatch.release) m
LEFT JOIN pypiwatch.project p ON p.normalized = m.normalized
LEFT JOIN pypiwatch.detection_key k ON k.normalized = m.normalized
    AND k.version = m.version
LEFT JOIN LATERAL (SELECT count(*) AS files, min(u.uploaded_at) AS uploaded_at,
    max(u.score) AS score_now, max(s.score) AS score,
    min(CASE WHEN u.outcome <> 'scanned' THEN u.outcome ||
	coalesce(': ' || u.why, '') END) AS why
    FROM pypiwatch.upload u
    /* Not ORDER BY ... LIMIT: that would walk the index of times. */
    CROSS JOIN LATERAL (SELECT
	(array_agg(x.score ORDER BY x.scanned_at DESC))[1] AS score
	FROM pypiwatch.scan x
	WHERE x.upload_id = u.id AND x.scanned_at >= u.seen_at
	AND x.scanned_at <= m.acted_at) s
    WHERE u.normalized = m.normalized AND u.version = m.version
    HAVING count(*) > 0) f ON true
WHERE m.acted_at IS NOT NULL
AND NOT EXISTS (SELECT FROM pypiwatch.detection_key t
    WHERE t.normalized = m.normalized
    AND (m.acted_whole OR t.version = m.version)
    AND t.first_detected_at <= m.acted_at)
AND NOT (m.acted_whole AND EXISTS (SELECT FROM pypiwatch.release n
    WHERE n.normalized = m.normalized
    AND (n.first_seen_at <= m.acted_at, n.first_seen_at, n.version)
	> (m.first_seen_at <= m.acted_at, m.first_seen_at, m.version)));
COMMENT ON VIEW analyst.misses IS
    'releases that PyPI or an advisory acted on before we alerted, if we ever did';
COMMENT ON COLUMN analyst.misses.project IS 'project name as displayed';
COMMENT ON COLUMN analyst.misses.version IS
    'version; of a whole project its newest one then';
COMMENT ON COLUMN analyst.misses.truth IS
    'quarantined, advisory, or unknown-removed: any reason, mostly its owner''s';
COMMENT ON COLUMN analyst.misses.acted_at IS
    'when it was quarantined or removed, or the advisory published';
COMMENT ON COLUMN analyst.misses.score_then IS
    'our score by then; NULL: none yet';
COMMENT ON COLUMN analyst.misses.score_now IS
    'our score now, perhaps after a rescan';
COMMENT ON COLUMN analyst.misses.why IS
    'judged harmless, or what kept us from judging all of it';
COMMENT ON COLUMN analyst.misses.uploaded_at IS
    'upload time of its first file, says PyPI';
COMMENT ON COLUMN analyst.misses.first_seen_at IS 'when we first saw it';
COMMENT ON COLUMN analyst.misses.normalized IS 'project name, normalised';
COMMENT ON COLUMN analyst.misses.advisory IS
    'the published advisory that names it, if one does';
COMMENT ON COLUMN analyst.misses.whole_project IS
    'all of the project was acted on';
COMMENT ON COLUMN analyst.misses.detection_id IS
    'detections.id, when we alerted afterwards';

CREATE OR REPLACE VIEW analyst.latency AS
SELECT * FROM pypiwatch.week_latency
UNION ALL
SELECT * FROM pypiwatch.latency_of((SELECT coalesce(max(week) + 7,
    '-infinity') FROM pypiwatch.week_latency), 'infinity');
COMMENT ON VIEW analyst.latency IS
    'how long it took from upload to alert, by week';
COMMENT ON COLUMN analyst.latency.week IS 'the week, by its Monday (UTC)';
COMMENT ON COLUMN analyst.latency.alerts IS 'detections opened';
COMMENT ON COLUMN analyst.latency.p50 IS 'half of them took no longer';
COMMENT ON COLUMN analyst.latency.p90 IS 'nine in ten took no longer';
COMMENT ON COLUMN analyst.latency.p99 IS '99 in 100 took no longer';
COMMENT ON COLUMN analyst.latency.most IS 'the slowest';

CREATE OR REPLACE VIEW analyst.advisories AS
SELECT a.id, f.normalized, f.versions, a.summary, a.published_at,
    a.modified_at, a.withdrawn_at, a.source, a.loaded_at
FROM pypiwatch.advisory a JOIN pypiwatch.advisory_affects f USING (id);
COMMENT ON VIEW analyst.advisories IS
    'published advisories about malicious packages, one row an affected project';
COMMENT ON COLUMN analyst.advisories.id IS 'its name, such as MAL-2024-1';
COMMENT ON COLUMN analyst.advisories.normalized IS 'project name, normalised';
COMMENT ON COLUMN analyst.advisories.versions IS
    'versions affected; NULL: all';
COMMENT ON COLUMN analyst.advisories.summary IS 'in its own words';
COMMENT ON COLUMN analyst.advisories.published_at IS 'when it was published';
COMMENT ON COLUMN analyst.advisories.modified_at IS 'when it last changed';
COMMENT ON COLUMN analyst.advisories.withdrawn_at IS
    'when it was taken back; it counts no more';
COMMENT ON COLUMN analyst.advisories.source IS
    'folder or URL it was read from';
COMMENT ON COLUMN analyst.advisories.loaded_at IS 'when we read it';

/* ---- campaigns, triage -------------------------------------------------- */

CREATE OR REPLACE VIEW analyst.campaigns AS
SELECT c.id, c.why, c.first_at, c.last_at, c.releases
FROM pypiwatch.campaign c;
COMMENT ON VIEW analyst.campaigns IS
    'releases within days of each other that share an author, uploader, indicator or payload';
COMMENT ON COLUMN analyst.campaigns.id IS
    'number of the campaign; detections.campaign_id';
COMMENT ON COLUMN analyst.campaigns.why IS 'what they share';
COMMENT ON COLUMN analyst.campaigns.first_at IS 'when it began';
COMMENT ON COLUMN analyst.campaigns.last_at IS 'when its last release came';
COMMENT ON COLUMN analyst.campaigns.releases IS 'how many; 1 is none yet';

CREATE OR REPLACE VIEW analyst.triage_log AS
SELECT t.id, t.detection_id, t.at, t.author, t.was, t.verdict, t.note
FROM pypiwatch.triage t;
COMMENT ON VIEW analyst.triage_log IS
    'who said what about a detection, and when';
COMMENT ON COLUMN analyst.triage_log.id IS 'number of the entry';
COMMENT ON COLUMN analyst.triage_log.detection_id IS 'detections.id';
COMMENT ON COLUMN analyst.triage_log.at IS 'when';
COMMENT ON COLUMN analyst.triage_log.author IS 'role in the database';
COMMENT ON COLUMN analyst.triage_log.was IS 'the verdict before';
COMMENT ON COLUMN analyst.triage_log.verdict IS 'the verdict since';
COMMENT ON COLUMN analyst.triage_log.note IS 'why, in their words';

/* Without what the daemon learned of the project: as bytes go, what scan
 * --vectors prints.  Names are compared per project, so they come from its own
 * scan. */
CREATE OR REPLACE VIEW analyst.vectors AS
SELECT d.id AS detection_id, l.label, u.filename, u.sha256,
    jsonb_build_object('schema', 'pypiwatch.vector/1', 'id', u.sha256,
	'label', l.label, 'family', (SELECT 'campaign ' || m.campaign_id
	    FROM pypiwatch.campaign_member m JOIN pypiwatch.campaign c
		ON c.id = m.campaign_id
	    WHERE m.detection_id = d.id AND c.releases > 1),
	'year',
	extract(year FROM u.uploaded_at)::integer, 'file', u.filename,
	'packagetype', u.packagetype, 'outcome', u.outcome, 'ruleset',
	f.ruleset, 'score', u.score, 'features', f.features->'vector' ||
	coalesce((SELECT jsonb_object_agg(n.k, n.v) FROM (
	    SELECT 'name.' || (x.value->>'technique') AS k,
		max((x.value->>'score')::numeric / 100) AS v
	    FROM jsonb_array_elements(CASE jsonb_typeof(u.object->'names')
		WHEN 'array' THEN u.object->'names' ELSE '[]' END) x
	    WHERE x.value->>'technique' IS NOT NULL GROUP BY 1) n), '{}'))
    AS vector, d.first_detected_at
FROM pypiwatch.detection d
CROSS JOIN LATERAL (SELECT CASE pypiwatch.truth_of(d.triage_status,
    d.quarantined_at IS NOT NULL, d.advisory IS NOT NULL,
    d.removed_at IS NOT NULL)
    WHEN 'quarantined' THEN 'malicious' WHEN 'advisory' THEN 'malicious'
    WHEN 'confirmed' THEN 'malicious' WHEN 'pentest' THEN 'pentest'
    WHEN 'spam' THEN 'spam' WHEN 'false_positive' THEN 'benign'
    WHEN 'benign' THEN 'benign' END AS label) l
JOIN pypiwatch.upload u ON u.normalized = d.normalized
    AND u.version = d.version
JOIN LATERAL (SELECT x.ruleset, x.features FROM pypiwatch.features x
    WHERE x.sha256 = u.sha256 AND x.features ? 'vector'
    ORDER BY x.made_at DESC LIMIT 1) f ON true
WHERE l.label IS NOT NULL;
COMMENT ON VIEW analyst.vectors IS
    'the files of detections whose truth is known, as numbers to fit weights on';
COMMENT ON COLUMN analyst.vectors.detection_id IS 'detections.id';
COMMENT ON COLUMN analyst.vectors.label IS
    'malicious (quarantined, advised or confirmed), benign (a false positive too), pentest or spam';
COMMENT ON COLUMN analyst.vectors.filename IS 'name of the file';
COMMENT ON COLUMN analyst.vectors.sha256 IS 'its digest';
COMMENT ON COLUMN analyst.vectors.vector IS
    'as pypiwatch scan --vectors prints it, schema pypiwatch.vector/1';
COMMENT ON COLUMN analyst.vectors.first_detected_at IS
    'when it was detected';

/* ---- what else? --------------------------------------------------------- */

/* "hxxps://evil[.]example" is how people write what they do not want clicked. */
DROP FUNCTION IF EXISTS analyst.touched(text);
CREATE FUNCTION analyst.touched(indicator text)
RETURNS TABLE (project text, version text, filename text, type text,
    value text, path text, line bigint, score smallint,
    seen_at timestamptz, detection_id bigint, normalized text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
	WITH asked AS MATERIALIZED (
	    SELECT regexp_replace(replace(replace(replace(lower(btrim(
		indicator)), '[.]', '.'), '(.)', '.'), '[:]', ':'),
		'^hxxp', 'http') AS term
	), hits AS MATERIALIZED (
	    SELECT u.id FROM pypiwatch.upload u, asked a
	    WHERE pypiwatch.indicator_terms(u.object) @> ARRAY[a.term]
	    AND u.object->'indicators' <> '[]'
	), files AS MATERIALIZED (
	    SELECT u.* FROM (SELECT id FROM hits ORDER BY id DESC LIMIT 1000) h
	    JOIN pypiwatch.upload u USING (id)
	)
	SELECT coalesce(p.display, u.normalized), u.version, u.filename,
	    i.value->>'type', i.value->>'value', i.value->>'path',
	    CASE jsonb_typeof(i.value->'line') WHEN 'number'
		THEN (i.value->>'line')::bigint END,
	    u.score, u.seen_at, k.id, u.normalized
	FROM asked a, files u
	CROSS JOIN LATERAL jsonb_array_elements(u.object->'indicators') i
	LEFT JOIN pypiwatch.project p ON p.normalized = u.normalized
	LEFT JOIN pypiwatch.detection_key k ON k.normalized = u.normalized
	    AND k.version = u.version
	WHERE pypiwatch.indicator_terms(jsonb_build_object('indicators',
	    jsonb_build_array(i.value))) @> ARRAY[a.term]
	ORDER BY u.id DESC, i.value->>'value'
$$;
COMMENT ON FUNCTION analyst.touched(text) IS
    'the newest 1000 files with an address in them: a URL, or a host with all below it; [.] and hxxp are understood';

/* A new function may be called by everybody unless that is taken back. */
REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA analyst FROM PUBLIC;
