/* SPDX-License-Identifier: Apache-2.0 */
/* What teams use.  Applied again after every migration, before alerts.sql. */

CREATE OR REPLACE FUNCTION pypiwatch.in_use(p_normalized text)
RETURNS boolean
LANGUAGE sql STABLE
AS $$
	SELECT EXISTS (SELECT FROM pypiwatch.dep
	    WHERE normalized = p_normalized)
$$;

/* What of ours a detection concerns: the project itself when somebody uses it,
 * else the name in use that it imitates most; NULL: none. */
CREATE OR REPLACE FUNCTION pypiwatch.detection_used(d pypiwatch.detection)
RETURNS text
LANGUAGE sql STABLE
AS $$
	SELECT CASE
	WHEN NOT EXISTS (SELECT FROM pypiwatch.dep) THEN NULL
	WHEN pypiwatch.in_use(d.normalized) THEN d.normalized
	WHEN pypiwatch.in_use(pypiwatch.normalize(d.lookalike_of))
	    THEN pypiwatch.normalize(d.lookalike_of)
	ELSE (SELECT n.value->>'target' FROM pypiwatch.upload u,
	    jsonb_array_elements(CASE jsonb_typeof(u.object->'names')
		WHEN 'array' THEN u.object->'names' ELSE '[]' END) n
	    WHERE u.normalized = d.normalized AND u.version = d.version
	    AND (n.value->>'score')::integer >= 60
	    AND pypiwatch.in_use(n.value->>'target')
	    ORDER BY (n.value->>'score')::integer DESC, 1 LIMIT 1)
	END
$$;

/* Who uses it: lists, with their teams. */
CREATE OR REPLACE FUNCTION pypiwatch.users_of(p_normalized text)
RETURNS jsonb
LANGUAGE sql STABLE
AS $$
	SELECT jsonb_agg(DISTINCT jsonb_strip_nulls(jsonb_build_object(
	    'list', l.name, 'team', l.team)))
	FROM pypiwatch.dep p JOIN pypiwatch.dep_list l ON l.name = p.list
	WHERE p.normalized = p_normalized
$$;

/* A list as it is now: whatever it held before is gone. */
CREATE OR REPLACE FUNCTION pypiwatch.deps_store(p_list text, p_team text,
    p_files text[], p_deps jsonb) RETURNS bigint
LANGUAGE plpgsql
AS $$
DECLARE
	n bigint;
BEGIN
	INSERT INTO pypiwatch.dep_list AS l (name, team, files, read_by)
	    VALUES (p_list, p_team, p_files, session_user)
	    ON CONFLICT (name) DO UPDATE SET team = coalesce(excluded.team,
		l.team), files = excluded.files, read_at = now(),
	    read_by = excluded.read_by;
	DELETE FROM pypiwatch.dep WHERE list = p_list;
	INSERT INTO pypiwatch.dep (list, normalized, version)
	    SELECT p_list, x.name, coalesce(x.version, '')
	    FROM jsonb_to_recordset(p_deps) AS x(name text, version text)
	    ON CONFLICT DO NOTHING;
	GET DIAGNOSTICS n = ROW_COUNT;
	PERFORM pypiwatch.audit_add('deps', p_list, jsonb_build_object(
	    'files', p_files, 'team', p_team, 'names', n));
	PERFORM pg_notify('pypiwatch_targets', '');
	RETURN n;
END $$;

CREATE OR REPLACE FUNCTION pypiwatch.deps_remove(p_list text)
RETURNS boolean
LANGUAGE plpgsql
AS $$
BEGIN
	DELETE FROM pypiwatch.dep_list WHERE name = p_list;
	IF NOT FOUND THEN
		RETURN false;
	END IF;
	PERFORM pypiwatch.audit_add('deps', p_list, '{"removed": true}');
	PERFORM pg_notify('pypiwatch_targets', '');
	RETURN true;
END $$;

/* 1.0 and 1.0.0 are one version (PEP 440), as far as trailing zeros go. */
CREATE OR REPLACE FUNCTION pypiwatch.version_key(p_version text)
RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
AS $$
	SELECT regexp_replace(lower(p_version), '(\.0+)+$', '')
$$;
