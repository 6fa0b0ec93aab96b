/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Personal data: names and mail addresses of those who publish packages.  See
 * docs/privacy.md.  Applied again after every migration, as functions.sql.
 */

/* ---- one person ----------------------------------------------------------- */

/* A text as a regular expression that means it. */
CREATE OR REPLACE FUNCTION pypiwatch.regex_of(p_text text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT
AS $$ SELECT regexp_replace(p_text, '([].^$*+?(){}|\\[])', '\\\1', 'g') $$;

/* The person in a text that is free otherwise, and is nobody else whose name
 * goes on. */
CREATE OR REPLACE FUNCTION pypiwatch.person_regex(p_person text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT
AS $$ SELECT '(?<![[:alnum:]._%+-])' || pypiwatch.regex_of(p_person)
    || '(?![[:alnum:]_%+-]|[.][[:alnum:]])' $$;

/* Does a text name the person?  Looked for as it stands first, which is many
 * times as fast as the expression, and mostly the answer. */
CREATE OR REPLACE FUNCTION pypiwatch.names_person(p_text text,
    p_person text) RETURNS boolean
LANGUAGE sql IMMUTABLE
AS $$ SELECT CASE WHEN strpos(lower(p_text), lower(p_person)) > 0
    THEN p_text ~* pypiwatch.person_regex(p_person) ELSE false END $$;

/* A field with people separated by commas, each a name, an address, or both:
 * without this one, who is p_as where something must stand (p_keep). */
CREATE OR REPLACE FUNCTION pypiwatch.people_without(p_field text,
    p_person text, p_as text, p_keep boolean) RETURNS text
LANGUAGE sql IMMUTABLE
AS $$
	SELECT nullif(string_agg(x.who, ', ' ORDER BY x.n), '')
	FROM (SELECT CASE WHEN e.who !~* pypiwatch.person_regex(p_person)
		OR (strpos(p_person, '@') = 0
		AND lower(btrim(e.who)) <> lower(p_person))
		THEN btrim(e.who) WHEN p_keep THEN p_as END AS who, e.n
	    FROM unnest(string_to_array(p_field, ','))
		WITH ORDINALITY AS e(who, n)) x
	WHERE x.who IS NOT NULL
$$;

/* Authors and maintainers of releases. */
CREATE OR REPLACE FUNCTION pypiwatch.erase_authors(p_person text, p_as text)
RETURNS bigint
LANGUAGE plpgsql
AS $$
DECLARE
	n bigint;
BEGIN
	WITH r AS MATERIALIZED (
		SELECT x.normalized, x.version, EXISTS (
		    SELECT FROM pypiwatch.detection_key k
		    WHERE k.normalized = x.normalized
		    AND k.version = x.version) AS keep,
		    concat_ws(',', x.author, x.author_email)
			~* pypiwatch.person_regex(p_person) AS is_author,
		    concat_ws(',', x.maintainer, x.maintainer_email)
			~* pypiwatch.person_regex(p_person) AS is_maintainer
		FROM pypiwatch.release x
		WHERE pypiwatch.names_person(concat_ws(',', x.author,
		    x.author_email, x.maintainer, x.maintainer_email),
		    p_person)
	), changed AS MATERIALIZED (
		SELECT x.normalized, x.version, v.*
		FROM pypiwatch.release x JOIN r USING (normalized, version)
		CROSS JOIN LATERAL (SELECT
		    pypiwatch.people_without(x.author, p_person, p_as,
			r.keep) AS author,
		    pypiwatch.people_without(x.author_email, p_person, p_as,
			r.keep) AS author_email,
		    pypiwatch.people_without(x.maintainer, p_person, p_as,
			r.keep) AS maintainer,
		    pypiwatch.people_without(x.maintainer_email, p_person,
			p_as, r.keep) AS maintainer_email, r.keep) v
	)
	UPDATE pypiwatch.release x SET
	    /* A name beside an address that went is the same person's. */
	    author = CASE WHEN c.author_email IS DISTINCT FROM x.author_email
		AND strpos(x.author, ',') = 0 THEN CASE WHEN c.keep
		AND x.author IS NOT NULL THEN p_as END ELSE c.author END,
	    author_email = c.author_email,
	    maintainer = CASE WHEN c.maintainer_email IS DISTINCT FROM
		x.maintainer_email AND strpos(x.maintainer, ',') = 0
		THEN CASE WHEN c.keep AND x.maintainer IS NOT NULL THEN p_as
		END ELSE c.maintainer END,
	    maintainer_email = c.maintainer_email
	    FROM changed c
	    WHERE x.normalized = c.normalized AND x.version = c.version
	    AND (x.author, x.author_email, x.maintainer, x.maintainer_email)
		IS DISTINCT FROM (c.author, c.author_email, c.maintainer,
		c.maintainer_email);
	GET DIAGNOSTICS n = ROW_COUNT;
	RETURN n;
END $$;

CREATE OR REPLACE FUNCTION pypiwatch.erase_uploader(p_person text, p_as text,
    OUT owners bigint, OUT events bigint)
LANGUAGE plpgsql
AS $$
BEGIN
	UPDATE pypiwatch.project_role SET actor = p_as
	    WHERE lower(actor) = lower(p_person);
	GET DIAGNOSTICS owners = ROW_COUNT;
	UPDATE pypiwatch.event SET
	    actor = CASE WHEN lower(actor) = lower(p_person) THEN p_as
		ELSE actor END,
	    action = regexp_replace(action, pypiwatch.person_regex(p_person),
		p_as, 'gi')
	    WHERE lower(actor) = lower(p_person)
	    OR (kind NOT IN ('create', 'new release', 'add file',
		'remove file', 'remove release', 'remove project')
		AND pypiwatch.names_person(action, p_person));
	GET DIAGNOSTICS events = ROW_COUNT;
END $$;

/* What campaigns and alerts say of them. */
CREATE OR REPLACE FUNCTION pypiwatch.erase_told(p_person text, p_kinds text[],
    p_as text, OUT campaigns bigint, OUT alerts bigint)
LANGUAGE plpgsql
AS $$
DECLARE
	says text[] := ARRAY(SELECT k || ' ' || lower(p_person)
	    FROM unnest(p_kinds) k);
	n bigint;
BEGIN
	UPDATE pypiwatch.campaign SET why = split_part(why, ' ', 1) || ' '
	    || p_as WHERE lower(why) = ANY (says);
	GET DIAGNOSTICS campaigns = ROW_COUNT;
	UPDATE pypiwatch.campaign_key SET key = split_part(key, ' ', 1) || ' '
	    || p_as WHERE lower(key) = ANY (says);
	GET DIAGNOSTICS n = ROW_COUNT;
	campaigns := campaigns + n;
	UPDATE pypiwatch.alert SET payload = jsonb_set(payload,
	    '{data,campaign,why}', to_jsonb(split_part(
		payload#>>'{data,campaign,why}', ' ', 1) || ' ' || p_as))
	    WHERE lower(payload#>>'{data,campaign,why}') = ANY (says);
	GET DIAGNOSTICS alerts = ROW_COUNT;
	/* An address is nothing else; a name may be any word. */
	IF 'author' = ANY (p_kinds) AND strpos(p_person, '@') > 0 THEN
		UPDATE pypiwatch.alert SET payload = regexp_replace(
		    payload::text, pypiwatch.person_regex(p_person), p_as,
		    'gi')::jsonb
		    WHERE pypiwatch.names_person(payload::text, p_person);
		GET DIAGNOSTICS n = ROW_COUNT;
		alerts := alerts + n;
	END IF;
END $$;

/*
 * Everything but files; {"releases": n, ...}.  Not really: all of it is done
 * and taken back, so that what is told is what would happen.
 */
CREATE OR REPLACE FUNCTION pypiwatch.erase_run(p_person text,
    p_author boolean, p_uploader boolean, p_as text, p_really boolean)
RETURNS jsonb
LANGUAGE plpgsql
AS $$
DECLARE
	releases bigint := 0;
	u record;
	t record;
	out jsonb;
BEGIN
	BEGIN
		IF p_author THEN
			releases := pypiwatch.erase_authors(p_person, p_as);
		END IF;
		SELECT 0::bigint AS owners, 0::bigint AS events INTO u;
		IF p_uploader THEN
			SELECT * INTO u FROM pypiwatch.erase_uploader(p_person,
			    p_as);
		END IF;
		SELECT * INTO t FROM pypiwatch.erase_told(p_person,
		    array_remove(ARRAY[CASE WHEN p_author THEN 'author' END,
			CASE WHEN p_uploader THEN 'uploader' END], NULL), p_as);
		out := jsonb_build_object('releases', releases, 'owners',
		    u.owners, 'events', u.events, 'campaigns', t.campaigns,
		    'alerts', t.alerts);
		IF NOT p_really THEN
			RAISE EXCEPTION 'back' USING ERRCODE = 'PW002';
		END IF;
		PERFORM pypiwatch.audit_add('erase', p_as, out);
	EXCEPTION WHEN SQLSTATE 'PW002' THEN
		NULL;
	END;
	RETURN out;
END $$;

/* A person's pseudonym in a text, or in what is stored as JSON. */
CREATE OR REPLACE FUNCTION pypiwatch.text_without(p_text text, p_re text,
    p_as text) RETURNS text
LANGUAGE sql IMMUTABLE
AS $$ SELECT regexp_replace(p_text, p_re, p_as, 'gi') $$;

/* Addresses in what was found in files with numbers after p_after, up to
 * p_upto, or is held of them: indicators, texts of findings and reasons.  How
 * many files. */
CREATE OR REPLACE FUNCTION pypiwatch.erase_files(p_person text, p_as text,
    p_after bigint, p_upto bigint, p_really boolean) RETURNS bigint
LANGUAGE plpgsql
AS $$
DECLARE
	re text := pypiwatch.person_regex(p_person);
	files bigint[] := ARRAY(SELECT u.id FROM pypiwatch.upload u
	    WHERE u.id > p_after AND u.id <= p_upto
	    AND pypiwatch.names_person(u.object::text, p_person)
	    UNION SELECT h.upload_id FROM pypiwatch.held_verdict h
	    WHERE h.upload_id > p_after AND h.upload_id <= p_upto
	    AND pypiwatch.names_person(h.scan::text, p_person));
BEGIN
	IF NOT p_really OR files = '{}' THEN
		RETURN cardinality(files);
	END IF;
	UPDATE pypiwatch.upload SET object = pypiwatch.text_without(
	    object::text, re, p_as)::jsonb
	    WHERE id = ANY (files) AND object::text ~* re;
	UPDATE pypiwatch.finding SET
	    text = pypiwatch.text_without(text, re, p_as),
	    snippet = pypiwatch.text_without(snippet, re, p_as)
	    WHERE upload_id = ANY (files)
	    AND concat_ws(' ', text, snippet) ~* re;
	UPDATE pypiwatch.held_verdict SET scan = pypiwatch.text_without(
	    scan::text, re, p_as)::jsonb
	    WHERE upload_id = ANY (files) AND scan::text ~* re;
	UPDATE pypiwatch.scan SET reasons = pypiwatch.text_without(
	    reasons::text, re, p_as)::jsonb
	    WHERE upload_id = ANY (files) AND reasons::text ~* re;
	UPDATE pypiwatch.detection d SET reasons = pypiwatch.text_without(
	    d.reasons::text, re, p_as)::jsonb
	    FROM pypiwatch.upload u WHERE u.id = ANY (files)
	    AND d.normalized = u.normalized AND d.version = u.version
	    AND d.reasons::text ~* re;
	RETURN cardinality(files);
END $$;

/* ---- by time -------------------------------------------------------------- */

/*
 * Authors of releases that came to nothing, p_authors seconds after we first
 * saw them, and owners p_owners seconds after they were owners; 0 is for ever.
 * How many rows; p_most means that there may be more.
 */
CREATE OR REPLACE FUNCTION pypiwatch.people_end(p_authors bigint,
    p_owners bigint, p_most integer) RETURNS integer
LANGUAGE plpgsql
AS $$
DECLARE
	n integer := 0;
	m integer := 0;
BEGIN
	IF p_authors > 0 THEN
		UPDATE pypiwatch.release SET author = NULL,
		    author_email = NULL, maintainer = NULL,
		    maintainer_email = NULL
		    WHERE ctid = ANY (ARRAY(SELECT r.ctid
			FROM pypiwatch.release r WHERE r.first_seen_at < now()
			    - p_authors * interval '1 second'
			AND coalesce(r.author, r.author_email, r.maintainer,
			    r.maintainer_email) IS NOT NULL
			AND NOT EXISTS (SELECT FROM pypiwatch.detection_key k
			    WHERE k.normalized = r.normalized
			    AND k.version = r.version)
			ORDER BY r.first_seen_at LIMIT p_most));
		GET DIAGNOSTICS n = ROW_COUNT;
	END IF;
	IF p_owners > 0 AND n < p_most THEN
		DELETE FROM pypiwatch.project_role WHERE ctid = ANY (ARRAY(
		    SELECT o.ctid FROM pypiwatch.project_role o
		    WHERE o.revoked_at < now()
			- p_owners * interval '1 second'
		    LIMIT p_most - n));
		GET DIAGNOSTICS m = ROW_COUNT;
	END IF;
	RETURN n + m;
END $$;
