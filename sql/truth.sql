/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Truth over time: what PyPI did and advisories say about releases, and counts
 * by week and rule.  Applied again after every migration.
 *
 * PyPI's quarantines and published advisories count as true.  A bare removal
 * may have any reason (most are their owners') and counts as neither.
 */

/* What is known of a release that we detected. */
CREATE OR REPLACE FUNCTION pypiwatch.truth_of(p_triage text,
    p_quarantined boolean, p_advised boolean, p_removed boolean)
RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
	SELECT CASE WHEN p_quarantined THEN 'quarantined'
	    WHEN p_advised THEN 'advisory'
	    WHEN p_triage <> 'open' THEN p_triage
	    WHEN p_removed THEN 'unknown-removed'
	    ELSE 'unknown' END
$$;

/* ---- advisories --------------------------------------------------------- */

/* The first advisory that names a release; a row of NULLs without one. */
CREATE OR REPLACE FUNCTION pypiwatch.advised(p_normalized text,
    p_version text) RETURNS pypiwatch.advisory
LANGUAGE sql STABLE
AS $$
	SELECT a FROM pypiwatch.advisory_affects f
	JOIN pypiwatch.advisory a USING (id)
	WHERE f.normalized = p_normalized AND a.withdrawn_at IS NULL
	AND (f.versions IS NULL OR lower(p_version) = ANY (f.versions))
	ORDER BY a.published_at, a.id LIMIT 1
$$;

/* Brings the releases and detections of some projects up to what is known. */
CREATE OR REPLACE FUNCTION pypiwatch.advisories_apply(p_projects text[])
RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
	UPDATE pypiwatch.release r SET advisory = a.id,
	    advised_at = a.published_at,
	    acted_whole = CASE WHEN least(r.quarantined_at, r.removed_at)
		IS NULL THEN coalesce(f.versions IS NULL, false)
		ELSE r.acted_whole END
	    FROM pypiwatch.release x
	    CROSS JOIN LATERAL pypiwatch.advised(x.normalized, x.version) a
	    LEFT JOIN pypiwatch.advisory_affects f ON f.id = a.id
		AND f.normalized = x.normalized
	    WHERE x.normalized = ANY (p_projects)
	    AND r.normalized = x.normalized AND r.version = x.version
	    AND (r.advisory, r.advised_at)
		IS DISTINCT FROM (a.id, a.published_at);
	UPDATE pypiwatch.detection d SET advisory =
	    (pypiwatch.advised(d.normalized, d.version)).id
	    WHERE d.normalized = ANY (p_projects)
	    AND d.advisory IS DISTINCT FROM
	    (pypiwatch.advised(d.normalized, d.version)).id;
END $$;

/* A release that an advisory named before we heard of it. */
CREATE OR REPLACE FUNCTION pypiwatch.release_advised() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	a pypiwatch.advisory;
BEGIN
	a := pypiwatch.advised(NEW.normalized, NEW.version);
	IF a.id IS NOT NULL THEN
		NEW.advisory := a.id;
		NEW.advised_at := a.published_at;
		NEW.acted_whole := (SELECT f.versions IS NULL
		    FROM pypiwatch.advisory_affects f WHERE f.id = a.id
		    AND f.normalized = NEW.normalized);
	END IF;
	RETURN NEW;
END $$;
DROP TRIGGER IF EXISTS release_advised ON pypiwatch.release;
CREATE TRIGGER release_advised BEFORE INSERT ON pypiwatch.release
    FOR EACH ROW EXECUTE FUNCTION pypiwatch.release_advised();

/* Those that were stored without it. */
DO $$
BEGIN
	PERFORM pypiwatch.advisories_apply(ARRAY(SELECT DISTINCT r.normalized
	    FROM pypiwatch.release r
	    JOIN pypiwatch.advisory_affects f USING (normalized)
	    WHERE r.advisory IS NULL));
END $$;

/*
 * One advisory: {id, published, modified, withdrawn, summary, affected:
 * [{name, versions}]}, where versions null are all.  False when it is known
 * as it is.
 */
CREATE OR REPLACE FUNCTION pypiwatch.advisory_store(p_source text, p jsonb)
RETURNS boolean
LANGUAGE plpgsql
AS $$
DECLARE
	projects text[];
BEGIN
	IF EXISTS (SELECT FROM pypiwatch.advisory a WHERE a.id = p->>'id'
	    AND a.modified_at >= (p->>'modified')::timestamptz) THEN
		RETURN false;
	END IF;
	projects := ARRAY(SELECT normalized FROM pypiwatch.advisory_affects
	    WHERE id = p->>'id'
	    UNION SELECT pypiwatch.normalize(x.value->>'name')
	    FROM jsonb_array_elements(p->'affected') x);
	DELETE FROM pypiwatch.advisory WHERE id = p->>'id';
	INSERT INTO pypiwatch.advisory (id, source, summary, published_at,
	    modified_at, withdrawn_at)
	    VALUES (p->>'id', p_source, p->>'summary',
		coalesce(p->>'published', p->>'modified')::timestamptz,
		(p->>'modified')::timestamptz,
		(p->>'withdrawn')::timestamptz);
	INSERT INTO pypiwatch.advisory_affects (id, normalized, versions)
	    SELECT p->>'id', pypiwatch.normalize(x.value->>'name'),
		CASE WHEN bool_and(jsonb_typeof(x.value->'versions')
		    IS NOT DISTINCT FROM 'array')
		THEN array_agg(DISTINCT lower(v.value)) END
	    FROM jsonb_array_elements(p->'affected') x
	    LEFT JOIN LATERAL jsonb_array_elements_text(CASE
		jsonb_typeof(x.value->'versions') WHEN 'array'
		THEN x.value->'versions' ELSE '[]' END) v ON true
	    GROUP BY 2;
	PERFORM pypiwatch.advisories_apply(projects);
	RETURN true;
END $$;

/* An advisory and a release (or detection) that were stored side by side know
 * nothing of each other: neither transaction saw the other's row.  Called with
 * every beat of a queue, long after both. */
CREATE OR REPLACE FUNCTION pypiwatch.advisories_settle() RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
	projects text[] := ARRAY(
	    WITH named AS MATERIALIZED (
		SELECT DISTINCT f.normalized FROM pypiwatch.advisory a
		JOIN pypiwatch.advisory_affects f USING (id)
		WHERE a.loaded_at > now() - interval '30 minutes'
	    )
	    SELECT n.normalized FROM named n
	    JOIN pypiwatch.release r USING (normalized)
	    WHERE r.advisory IS DISTINCT FROM
		(pypiwatch.advised(r.normalized, r.version)).id
	    UNION
	    SELECT n.normalized FROM named n
	    JOIN pypiwatch.detection_key k USING (normalized)
	    JOIN pypiwatch.detection d ON d.id = k.id
		AND d.first_detected_at = k.first_detected_at
	    WHERE d.advisory IS DISTINCT FROM
		(pypiwatch.advised(d.normalized, d.version)).id);
BEGIN
	IF projects <> '{}' THEN
		PERFORM pypiwatch.advisories_apply(projects);
	END IF;
END $$;

/* ---- counts ------------------------------------------------------------- */

/* A detection in the tally, or out of it. */
CREATE OR REPLACE FUNCTION pypiwatch.tally_add(d pypiwatch.detection,
    p_n integer) RETURNS void
LANGUAGE sql
AS $$
	INSERT INTO pypiwatch.tally_news
	SELECT date_trunc('week', d.first_detected_at, 'UTC')::date, r.rule,
	    d.triage_status, d.quarantined_at IS NOT NULL,
	    d.advisory IS NOT NULL, d.removed_at IS NOT NULL, p_n
	FROM (SELECT '' AS rule
	    UNION SELECT x.value->>'rule' FROM jsonb_array_elements(
		CASE jsonb_typeof(d.reasons) WHEN 'array' THEN d.reasons
		    ELSE '[]' END) x WHERE x.value->>'rule' IS NOT NULL) r
$$;

CREATE OR REPLACE FUNCTION pypiwatch.detection_tally() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	IF coalesce(current_setting('pypiwatch.moving', true), '') <> '' THEN
		RETURN NULL;
	END IF;
	IF TG_OP = 'UPDATE' AND (OLD.triage_status, OLD.quarantined_at IS NULL,
	    OLD.advisory IS NULL, OLD.removed_at IS NULL, OLD.reasons)
	    IS NOT DISTINCT FROM (NEW.triage_status,
	    NEW.quarantined_at IS NULL, NEW.advisory IS NULL,
	    NEW.removed_at IS NULL, NEW.reasons) THEN
		RETURN NULL;
	END IF;
	IF TG_OP <> 'INSERT' THEN
		PERFORM pypiwatch.tally_add(OLD, -1);
	END IF;
	IF TG_OP <> 'DELETE' THEN
		PERFORM pypiwatch.tally_add(NEW, 1);
	END IF;
	RETURN NULL;
END $$;
DROP TRIGGER IF EXISTS detection_tally ON pypiwatch.detection;
CREATE TRIGGER detection_tally AFTER INSERT OR UPDATE OR DELETE
    ON pypiwatch.detection
    FOR EACH ROW EXECUTE FUNCTION pypiwatch.detection_tally();

/* Folds the news into the tally; one at a time, see retention_run. */
CREATE OR REPLACE FUNCTION pypiwatch.tally_fold() RETURNS void
LANGUAGE sql
AS $$
	WITH gone AS (DELETE FROM pypiwatch.tally_news RETURNING *)
	INSERT INTO pypiwatch.tally AS t
	    SELECT week, rule, triage, quarantined, advised, removed,
		sum(n)::integer FROM gone
	    GROUP BY 1, 2, 3, 4, 5, 6 HAVING sum(n) <> 0
	    ON CONFLICT (week, rule, triage, quarantined, advised, removed)
	    DO UPDATE SET n = t.n + excluded.n;
	DELETE FROM pypiwatch.tally WHERE n = 0
$$;

/* Times from upload to alert in the weeks from p_from on, before p_to.  Called
 * by a view, so with the rights of who made it. */
CREATE OR REPLACE FUNCTION pypiwatch.latency_of(p_from date, p_to date)
RETURNS SETOF pypiwatch.week_latency
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
	SELECT w.week, w.n, w.p[1], w.p[2], w.p[3], w.most FROM (
	    SELECT date_trunc('week', first_detected_at, 'UTC')::date AS week,
		count(*) AS n, percentile_disc(ARRAY[0.5, 0.9, 0.99])
		    WITHIN GROUP (ORDER BY upload_to_alert) AS p,
		max(upload_to_alert) AS most
	    FROM pypiwatch.detection
	    WHERE first_detected_at >= p_from::timestamp AT TIME ZONE 'UTC'
	    AND first_detected_at < p_to::timestamp AT TIME ZONE 'UTC'
	    GROUP BY 1) w
$$;

/* The weeks that ended and are not kept yet.  A day of grace: a detection has
 * the time at which its transaction began. */
CREATE OR REPLACE FUNCTION pypiwatch.latency_fold() RETURNS void
LANGUAGE sql
AS $$
	INSERT INTO pypiwatch.week_latency
	SELECT l.* FROM pypiwatch.latency_of(
	    coalesce((SELECT max(week) + 7 FROM pypiwatch.week_latency),
		'-infinity'), date_trunc('week', now() - interval '1 day',
		'UTC')::date) l
$$;
