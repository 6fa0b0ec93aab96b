/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What analysts look history up by, beside names and times.  Hash where the
 * text is an uploader's and may be longer than a B-tree takes.
 */
CREATE INDEX release_author_email ON pypiwatch.release
    USING hash (author_email) WHERE author_email IS NOT NULL;
CREATE INDEX release_maintainer_email ON pypiwatch.release
    USING hash (maintainer_email) WHERE maintainer_email IS NOT NULL;
CREATE INDEX project_revived ON pypiwatch.project (created_at) WHERE revived;
CREATE INDEX project_owner_changed ON pypiwatch.project (owner_changed_at)
    WHERE owner_changed_at IS NOT NULL;
CREATE INDEX detection_updated ON pypiwatch.detection (updated_at);
CREATE INDEX detection_target ON pypiwatch.detection
    (lookalike_of, first_detected_at) WHERE lookalike_of IS NOT NULL;
CREATE INDEX triage_at ON pypiwatch.triage (at);
CREATE INDEX delivery_created ON pypiwatch.delivery (created_at);
CREATE INDEX delivery_dead ON pypiwatch.delivery (created_at)
    WHERE state = 'dead';
CREATE INDEX campaign_last ON pypiwatch.campaign (last_at);

/* The addresses of a scan object as an analyst may ask for them: in full, the
 * host, and the domains above it; those of a mail address too. */
CREATE FUNCTION pypiwatch.indicator_terms(object jsonb) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT array_agg(DISTINCT t.term) FROM (
	    SELECT lower(left(i.value->>'value', 1024)) AS value
	    FROM jsonb_array_elements(CASE jsonb_typeof(object->'indicators')
		WHEN 'array' THEN object->'indicators' ELSE '[]' END) i) v
	CROSS JOIN LATERAL (SELECT substring(regexp_replace(v.value,
	    '^([a-z0-9+.-]+://)?([^/?#]*@)?', ''), '^[^/:?#]+') AS host) h
	CROSS JOIN LATERAL (
	    SELECT v.value AS term
	    UNION SELECT h.host
	    /* above it, down to two labels; an address has nothing above it */
	    UNION SELECT array_to_string(a.labels[n:], '.')
	    FROM (SELECT string_to_array(h.host, '.') AS labels) a,
		generate_series(2, least(cardinality(a.labels), 20) - 1) n
	    WHERE h.host !~ '^[0-9.]+$') t
	WHERE t.term <> ''
$$;
CREATE INDEX upload_indicators ON pypiwatch.upload
    USING gin (pypiwatch.indicator_terms(object))
    WHERE object->'indicators' <> '[]';

/* An index of trigrams finds whole names too, slowly, and the planner may take
 * it for them: on an expression it is only for what asks for likeness. */
DROP INDEX pypiwatch.project_like;
DROP INDEX pypiwatch.target_like;
CREATE INDEX project_like ON pypiwatch.project
    USING gin (lower(normalized) pypiwatch.gin_trgm_ops);
CREATE INDEX target_like ON pypiwatch.target
    USING gin (lower(normalized) pypiwatch.gin_trgm_ops);
CREATE INDEX coverage_period ON pypiwatch.coverage (period);
