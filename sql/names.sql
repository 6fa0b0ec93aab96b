/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Names that resemble one another, for analysts: the techniques of
 * docs/lookalike.md that SQL can tell, and a score that ranks like the engine's.
 * The index of trigrams finds the candidates.
 */

/* What looks alike as one letter. */
CREATE OR REPLACE FUNCTION pypiwatch.name_skeleton(letters text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
	SELECT translate(replace(replace(replace(letters, 'rn', 'm'),
	    'vv', 'w'), 'cl', 'd'), '01i5348', 'ollseab')
$$;

/* Without what only says Python, and without a version; words sorted. */
CREATE OR REPLACE FUNCTION pypiwatch.name_core(name text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
	SELECT coalesce(string_agg(w, '' ORDER BY w), '') FROM (
	    SELECT regexp_replace(regexp_replace(regexp_replace(w,
		'^(python[23]?|py|lib)(?=.{3})', ''),
		'(?<=.{3})(python|py|lib)$', ''), '(?<=..)[0-9]+$', '') AS w
	    FROM regexp_split_to_table(name, '-') AS w
	    WHERE w !~ '^(python|py)[0-9]*$' AND w !~ '^[0-9]+$') words
$$;

/* One edit from target to name, both without separators. */
CREATE OR REPLACE FUNCTION pypiwatch.name_edit(name text, target text)
RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	at integer := 1;
	longer text := CASE WHEN length(name) > length(target) THEN name
	    ELSE target END;
BEGIN
	WHILE at <= least(length(name), length(target))
	    AND substr(name, at, 1) = substr(target, at, 1) LOOP
		at := at + 1;
	END LOOP;
	IF length(name) = length(target) THEN
		IF substr(name, at, 2) = reverse(substr(target, at, 2))
		    AND substr(name, at + 2) = substr(target, at + 2) THEN
			RETURN 'transposition';
		END IF;
		RETURN CASE WHEN substr(name, at + 1) = substr(target, at + 1)
		    THEN 'replacement' END;
	END IF;
	IF abs(length(name) - length(target)) <> 1
	    OR substr(name, at + (longer = name)::integer)
	    <> substr(target, at + (longer = target)::integer) THEN
		RETURN NULL;
	END IF;
	IF substr(longer, at, 1) ~ '[0-9]' THEN
		RETURN 'version';
	ELSIF at = length(longer) AND substr(longer, at, 1) = 's' THEN
		RETURN 'plural';
	ELSIF longer = target THEN
		RETURN 'omission';
	END IF;
	RETURN CASE WHEN substr(name, at, 1) = substr(name, at - 1, 1)
	    THEN 'repetition' ELSE 'insertion' END;
END $$;

CREATE OR REPLACE FUNCTION pypiwatch.name_technique(name text, target text)
RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	a text := replace(name, '-', '');
	b text := replace(target, '-', '');
	gap integer := abs(length(a) - length(b));
	edit text := CASE WHEN gap <= 1 THEN pypiwatch.name_edit(a, b) END;
BEGIN
	RETURN CASE
	WHEN name = target THEN 'exact'
	WHEN a = b THEN 'separator'
	WHEN edit <> 'replacement' THEN edit
	WHEN gap <= 3
	    AND pypiwatch.name_skeleton(a) = pypiwatch.name_skeleton(b)
	    THEN 'homoglyph'
	WHEN edit IS NOT NULL THEN edit
	WHEN gap = 0 AND (SELECT string_agg(w, '-' ORDER BY w)
	    FROM regexp_split_to_table(name, '-') w) = (
	    SELECT string_agg(w, '-' ORDER BY w)
	    FROM regexp_split_to_table(target, '-') w) THEN 'word-order'
	WHEN name || ' ' || target ~ 'py|lib|[0-9]'
	    AND length(pypiwatch.name_core(target)) >= 3
	    AND pypiwatch.name_core(name) = pypiwatch.name_core(target)
	    THEN 'python-affix'
	WHEN length(b) >= 7 AND gap <= 2
	    AND pypiwatch.levenshtein_less_equal(a, b, 2) <= 2
	    THEN 'two-edits'
	WHEN length(b) >= 4 AND length(a) > length(b)
	    AND (starts_with(a, b) OR right(a, length(b)) = b) THEN 'affix'
	WHEN length(a) >= 4 AND length(b) > length(a)
	    AND (starts_with(b, a) OR right(b, length(a)) = a)
	    THEN 'word-drop' END;
END $$;

/* A word that explains itself: one that the programs know, or of a target. */
CREATE OR REPLACE FUNCTION pypiwatch.name_known(word text) RETURNS boolean
LANGUAGE sql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
	SELECT EXISTS (SELECT FROM pypiwatch.word w WHERE w.normalized = word
		AND w.kind IN ('english', 'word'))
	    OR EXISTS (SELECT FROM pypiwatch.target t
		WHERE t.normalized = word)
$$;

/* The parts of a name that may be a target misspelled, without separators:
 * all but its first or last word, or but what says Python or is a version. */
CREATE OR REPLACE FUNCTION pypiwatch.name_pieces(name text)
RETURNS TABLE (piece text, beside text)
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
	SELECT DISTINCT replace(m[1], '-', ''), m[2] FROM (
	    SELECT ARRAY[substr(name, strpos(name, '-') + 1),
		split_part(name, '-', 1)] AS m WHERE strpos(name, '-') > 0
	    UNION ALL SELECT ARRAY[regexp_replace(name, '-[^-]*$', ''),
		regexp_replace(name, '^.*-', '')] WHERE strpos(name, '-') > 0
	    UNION ALL SELECT ARRAY[s[2], s[1]] FROM regexp_matches(name,
		'^(python[23]?|py|lib)([^-]{3,})$') s
	    UNION ALL SELECT ARRAY[s[1], s[2]] FROM regexp_matches(name,
		'^([^-]{3,}?)(python|py|lib|[0-9]+)$') s
	    UNION ALL SELECT ARRAY[name, ''] WHERE strpos(name, '-') = 0
	    ) p WHERE length(m[1]) >= 4
$$;

/*
 * "requsets-plus", "pytorhc", "urlib": one edit of a target with words around
 * it, or of what "python" or a version leaves of one.  A word that is known is
 * no slip; it may want a plural's s beside a word that looks official.
 */
CREATE OR REPLACE FUNCTION pypiwatch.name_beside(name text, target text)
RETURNS boolean
LANGUAGE sql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
	SELECT EXISTS (SELECT FROM pypiwatch.name_pieces(name) p
	    CROSS JOIN (
		SELECT replace(target, '-', '') AS letters, true AS whole
		UNION SELECT regexp_replace(target,
		    '^(python-|py-)|(-python|-py|[0-9]+)$', ''), false) t
	    CROSS JOIN LATERAL (SELECT pypiwatch.name_edit(p.piece, t.letters)
		AS technique) e
	    WHERE abs(length(p.piece) - length(t.letters)) <= 1
	    AND length(t.letters) >= 5 AND strpos(t.letters, '-') = 0
	    AND pypiwatch.levenshtein_less_equal(p.piece, t.letters, 2) <= 2
	    AND t.whole = (p.beside <> '') AND e.technique <> 'version'
	    AND CASE WHEN pypiwatch.name_known(p.piece)
		THEN (p.piece = t.letters || 's' OR t.letters = p.piece || 's')
		AND EXISTS (SELECT FROM pypiwatch.word w
		    WHERE w.normalized = p.beside AND w.kind = 'lure')
		ELSE true END)
$$;

/* By which technique a name imitates what is of that kind: a target, or a word
 * that the programs know.  Near: a part of the name is about one edit away. */
CREATE OR REPLACE FUNCTION pypiwatch.name_technique(name text, target text,
    kind text, near boolean) RETURNS text
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	technique text := pypiwatch.name_technique(name, target);
BEGIN
	IF kind = 'import' THEN
		RETURN 'import-name';
	ELSIF kind = 'stdlib' AND technique IN ('python-affix', 'affix') THEN
		RETURN CASE technique WHEN 'python-affix' THEN 'stdlib' END;
	ELSIF kind = 'brand' AND (technique IN ('affix', 'python-affix')
	    OR technique IS NULL AND (split_part(name, '-', 1) = target
	    OR right(name, length(target) + 1) = '-' || target)) THEN
		RETURN 'brand';
	ELSIF technique IN ('word-order', 'word-drop', 'version', 'separator',
	    'exact', 'affix') AND kind IN ('stdlib', 'brand', 'word') THEN
		RETURN NULL;
	ELSIF near AND coalesce(technique, 'word-drop') IN ('word-drop', 'two-edits',
	    'affix') AND pypiwatch.name_beside(name, target) THEN
		RETURN 'edit-affix';
	END IF;
	RETURN technique;
END $$;

/* Words that the programs know and a name may imitate.  Misspelled is only
 * what is long enough, and only by a name that is no word itself. */
CREATE OR REPLACE FUNCTION pypiwatch.name_words(name text)
RETURNS TABLE (normalized text, kind text)
LANGUAGE sql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
	WITH a AS MATERIALIZED (
		SELECT replace(name, '-', '') AS letters,
		    pypiwatch.name_known(name) AS known,
		    CASE WHEN name ~ '^(python|lib)|(python|lib)$|^py-|-py$'
		    THEN pypiwatch.name_core(name) END AS core
	), pieces AS MATERIALIZED (
		SELECT p.piece FROM pypiwatch.name_pieces(name) p
		WHERE p.beside <> ''
	)
	SELECT w.normalized, w.kind FROM pypiwatch.word w CROSS JOIN a
	WHERE w.kind IN ('stdlib', 'brand', 'word') AND NOT a.known
	AND length(w.normalized) BETWEEN length(a.letters) - 2
	    AND length(a.letters) + 2
	AND length(w.normalized) >= CASE w.kind WHEN 'word' THEN 8
	    WHEN 'stdlib' THEN 7 ELSE 6 END
	AND pypiwatch.levenshtein_less_equal(w.normalized, a.letters, 2) <= 2
	UNION
	SELECT w.normalized, w.kind FROM pypiwatch.word w CROSS JOIN a
	WHERE w.kind = 'word' AND w.normalized = a.core
	    OR w.kind = 'stdlib' AND a.core IS NOT NULL
	    AND pypiwatch.name_core(w.normalized) = a.core
	UNION
	SELECT w.normalized, w.kind FROM pypiwatch.word w CROSS JOIN a
	WHERE w.kind = 'brand' AND name <> w.normalized
	AND (split_part(name, '-', 1) = w.normalized
	    OR right(name, length(w.normalized) + 1) = '-' || w.normalized
	    OR length(w.normalized) >= 6
	    AND (starts_with(a.letters, w.normalized)
		OR right(a.letters, length(w.normalized)) = w.normalized))
	UNION
	SELECT w.normalized, w.kind FROM pypiwatch.word w CROSS JOIN pieces p
	WHERE w.kind = 'brand' AND length(w.normalized) >= 6
	AND abs(length(p.piece) - length(w.normalized)) <= 1
	AND pypiwatch.levenshtein_less_equal(p.piece, w.normalized, 2) <= 2
$$;

/* Targets one edit from a part of a name, or from the whole. */
CREATE OR REPLACE FUNCTION pypiwatch.name_near(name text)
RETURNS TABLE (normalized text, kind text, rank integer)
LANGUAGE sql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
	WITH pieces AS MATERIALIZED (
		SELECT p.piece, length(p.piece) AS len, p.beside
		FROM pypiwatch.name_pieces(name) p
	), letters AS MATERIALIZED (
		SELECT t.normalized, t.kind, t.rank,
		    replace(t.normalized, '-', '') AS letters, false AS bare
		FROM pypiwatch.target t
		WHERE length(t.normalized) BETWEEN (SELECT min(len) - 1
		    FROM pieces) AND length(name) + 4
		UNION ALL
		SELECT t.normalized, t.kind, t.rank, regexp_replace(t.normalized,
		    '^(python-|py-)|(-python|-py|[0-9]+)$', ''), true
		FROM pypiwatch.target t
		WHERE t.normalized LIKE 'py-%' OR t.normalized LIKE 'python-%'
		OR t.normalized LIKE '%-py' OR t.normalized LIKE '%-python'
		OR right(t.normalized, 1) BETWEEN '0' AND '9'
	)
	SELECT DISTINCT l.normalized, l.kind, l.rank
	FROM letters l JOIN pieces p
	ON length(l.letters) BETWEEN p.len - 1 AND p.len + 1
	WHERE (p.beside = '' OR NOT l.bare AND length(l.letters) >= 5)
	AND pypiwatch.levenshtein_less_equal(l.letters, p.piece, 2) <= 2
	AND pypiwatch.name_edit(p.piece, l.letters) IS NOT NULL
$$;

/* 0 to 100 on the scale of names: technique, length and rank of the target. */
CREATE OR REPLACE FUNCTION pypiwatch.name_score(technique text, target text,
    rank integer) RETURNS smallint
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
	SELECT round(100 / (1 + exp(-(
	    CASE technique WHEN 'exact' THEN 9.0 WHEN 'repetition' THEN 3.7
	    WHEN 'transposition' THEN 3.0 WHEN 'homoglyph' THEN 1.9
	    WHEN 'omission' THEN 1.8 WHEN 'insertion' THEN 1.1
	    WHEN 'plural' THEN 1.1 WHEN 'replacement' THEN 0.5
	    WHEN 'edit-affix' THEN 0.9
	    WHEN 'two-edits' THEN 0.0 WHEN 'word-order' THEN -0.1
	    WHEN 'stdlib' THEN -0.5 WHEN 'brand' THEN -0.3
	    WHEN 'python-affix' THEN -0.4 WHEN 'separator' THEN -0.7
	    WHEN 'affix' THEN -1.2 WHEN 'import-name' THEN -1.3
	    WHEN 'version' THEN -1.9 WHEN 'word-drop' THEN -2.1
	    ELSE -6.0 END
	    + CASE WHEN technique IN ('affix', 'word-drop', 'import-name',
		'python-affix', 'word-order', 'version', 'stdlib', 'brand') THEN 0
	    ELSE least(0.45 * (length(replace(target, '-', '')) - 9), 1.6) END
	    + CASE WHEN technique IN ('import-name') THEN 0
	    WHEN technique IN ('affix', 'two-edits', 'edit-affix') THEN 0.45 ELSE 0.75 END
	    * CASE WHEN rank > 0 THEN ln(300) - ln(rank) ELSE -1 END
	    )))::numeric)::smallint
$$;

/*
 * Names that an asked one may imitate, beside those that share trigrams with
 * it: two letters changed places, one too many, other words around, "python"
 * in front or behind.  The longest name gives about a thousand.
 */
CREATE OR REPLACE FUNCTION pypiwatch.name_guesses(name text) RETURNS text[]
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
	SELECT array_agg(DISTINCT g) FROM (
	    SELECT overlay(name PLACING reverse(substr(name, i, 2))
		FROM i FOR 2) AS g FROM generate_series(1, length(name) - 1) i
	    UNION ALL SELECT overlay(name PLACING '' FROM i FOR 1)
		FROM generate_series(1, length(name)) i
	    UNION ALL SELECT left(name, i)
		FROM generate_series(4, length(name)) i
	    UNION ALL SELECT right(name, i)
		FROM generate_series(4, length(name)) i
	    UNION ALL SELECT unnest(ARRAY['py' || core, 'python-' || core,
		core || '-python', core || '-py', core || 'py', core])
		FROM (SELECT regexp_replace(name,
		    '^(python-?|py-?)|(-?python|-?py)$', '', 'g') AS core) c
	    ) guesses
$$;

/* ---- projects that rise -------------------------------------------------- */

/*
 * Projects that others build on before any list of downloads knows them: in
 * the last sixty days at least five new projects of at least three other
 * owners took the name as their first or last word.  Whoever may ask which
 * names are compared may ask this.
 */
CREATE OR REPLACE FUNCTION pypiwatch.rising_projects()
RETURNS TABLE (normalized text, names bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
	WITH fresh AS (
		SELECT p.normalized, r.actor,
		    split_part(p.normalized, '-', 1) AS first,
		    regexp_replace(p.normalized, '^.*-', '') AS last
		FROM pypiwatch.project p
		JOIN pypiwatch.project_role r ON r.normalized = p.normalized
		WHERE p.first_seen_at > now() - interval '60 days'
		AND p.status = 'live' AND strpos(p.normalized, '-') > 0
	), used AS (
		SELECT first AS word, f.normalized, f.actor FROM fresh f
		UNION SELECT last, f.normalized, f.actor FROM fresh f
	)
	SELECT u.word, count(DISTINCT u.normalized)
	FROM used u
	JOIN pypiwatch.project p ON p.normalized = u.word
	WHERE length(u.word) >= 5 AND p.status = 'live'
	AND p.lookalike_of IS NULL
	AND NOT EXISTS (SELECT FROM pypiwatch.detection d
	    WHERE d.normalized = p.normalized
	    AND d.triage_status IN ('open', 'confirmed'))
	AND NOT EXISTS (SELECT FROM pypiwatch.project_role o
	    WHERE o.normalized = u.word AND o.actor = u.actor)
	GROUP BY u.word
	HAVING count(DISTINCT u.normalized) >= 5
	AND count(DISTINCT u.actor) >= 3
	ORDER BY 2 DESC LIMIT 1000
$$;
