/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What turned out to be true: when PyPI acted on a release, what published
 * advisories say, and counts of both by week and rule that stay cheap however
 * long the history.
 */
ALTER TABLE pypiwatch.project ADD COLUMN quarantined_at timestamptz;
ALTER TABLE pypiwatch.release
    ADD COLUMN quarantined_at timestamptz,	/* NULL again when cleared */
    ADD COLUMN removed_at timestamptz,
    ADD COLUMN advised_at timestamptz,		/* the advisory's publication */
    ADD COLUMN advisory text,
    ADD COLUMN acted_whole boolean NOT NULL DEFAULT false; /* the project */
ALTER TABLE pypiwatch.detection
    ADD COLUMN quarantined_at timestamptz,
    ADD COLUMN removed_at timestamptz,
    ADD COLUMN advisory text;

/* ---- what PyPI did so far ----------------------------------------------- */

/* The last word on each: a quarantine that was cleared is none. */
WITH word AS (
	SELECT DISTINCT ON (normalized, version) normalized, version, kind,
	    coalesce(at, seen_at) AS at
	FROM pypiwatch.event WHERE kind IN ('project quarantined',
	    'project quarantine cleared', 'release quarantined',
	    'release quarantine cleared')
	ORDER BY normalized, version, coalesce(at, seen_at) DESC
), gone AS (
	SELECT normalized, version, max(coalesce(at, seen_at)) AS at
	FROM pypiwatch.event
	WHERE kind IN ('remove project', 'remove release') GROUP BY 1, 2
)
UPDATE pypiwatch.release r SET quarantined_at = coalesce(
	(SELECT min(w.at) FROM word w WHERE w.normalized = r.normalized
	    AND (w.version IS NULL OR w.version = r.version)
	    AND w.kind LIKE '%quarantined'),
	CASE WHEN r.status = 'quarantined' THEN r.status_at END),
    removed_at = coalesce((SELECT min(g.at) FROM gone g
	    WHERE g.normalized = r.normalized
	    AND (g.version IS NULL OR g.version = r.version)), r.status_at),
    acted_whole = EXISTS (SELECT FROM pypiwatch.project p
	WHERE p.normalized = r.normalized AND p.status <> 'live')
    WHERE r.status IN ('quarantined', 'removed');
UPDATE pypiwatch.release SET removed_at = NULL WHERE status = 'quarantined';
UPDATE pypiwatch.project p SET quarantined_at = (SELECT
    max(r.quarantined_at) FROM pypiwatch.release r
    WHERE r.normalized = p.normalized) WHERE status = 'quarantined';
UPDATE pypiwatch.detection d SET quarantined_at = r.quarantined_at,
    removed_at = r.removed_at FROM pypiwatch.release r
    WHERE r.normalized = d.normalized AND r.version = d.version
    AND coalesce(r.quarantined_at, r.removed_at) IS NOT NULL;

CREATE INDEX release_acted ON pypiwatch.release
    ((least(quarantined_at, removed_at, advised_at)))
    WHERE least(quarantined_at, removed_at, advised_at) IS NOT NULL;
CREATE INDEX detection_acted ON pypiwatch.detection
    ((least(quarantined_at, removed_at)))
    WHERE least(quarantined_at, removed_at) IS NOT NULL;

/* ---- what advisories say ------------------------------------------------ */

CREATE TABLE pypiwatch.advisory (
	id		text PRIMARY KEY,
	source		text NOT NULL,	/* folder or URL it was read from */
	summary		text,
	published_at	timestamptz NOT NULL,
	modified_at	timestamptz NOT NULL,
	withdrawn_at	timestamptz,
	loaded_at	timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE pypiwatch.advisory_affects (
	id		text NOT NULL REFERENCES pypiwatch.advisory
	    ON DELETE CASCADE,
	normalized	text NOT NULL,
	versions	text[],		/* NULL: all */
	PRIMARY KEY (id, normalized)
);
CREATE INDEX advisory_affects_project
    ON pypiwatch.advisory_affects (normalized);

/* ---- counts by week ----------------------------------------------------- */

/* Detections by week (its Monday, UTC), rule ('' counts each once) and what is
 * known of them.  News is only added to, so nobody waits for anybody; it is
 * folded into the tally now and then.  Both outlive the months they count. */
CREATE TABLE pypiwatch.tally (
	week		date NOT NULL,
	rule		text NOT NULL,
	triage		text NOT NULL,
	quarantined	boolean NOT NULL,
	advised		boolean NOT NULL,
	removed		boolean NOT NULL,
	n		integer NOT NULL,
	PRIMARY KEY (week, rule, triage, quarantined, advised, removed)
);
CREATE TABLE pypiwatch.tally_news (LIKE pypiwatch.tally INCLUDING DEFAULTS);

WITH d AS (
	SELECT date_trunc('week', first_detected_at, 'UTC')::date AS week,
	    reasons, triage_status, quarantined_at, removed_at
	FROM pypiwatch.detection
)
INSERT INTO pypiwatch.tally
    SELECT d.week, r.rule, d.triage_status, d.quarantined_at IS NOT NULL,
	false, d.removed_at IS NOT NULL, count(*)::integer
    FROM d CROSS JOIN LATERAL (SELECT '' AS rule
	UNION SELECT x.value->>'rule' FROM jsonb_array_elements(
	    CASE jsonb_typeof(d.reasons) WHEN 'array' THEN d.reasons
		ELSE '[]' END) x WHERE x.value->>'rule' IS NOT NULL) r
    GROUP BY 1, 2, 3, 4, 5, 6;

/* Weeks that ended, with the times from upload to alert. */
CREATE TABLE pypiwatch.week_latency (
	week		date PRIMARY KEY,
	alerts		bigint NOT NULL,
	p50		interval,
	p90		interval,
	p99		interval,
	most		interval
);
