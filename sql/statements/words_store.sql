-- SPDX-License-Identifier: Apache-2.0
-- Known words become those of three text arrays: $1 the words, $2 their kinds,
-- $3 of an import name its project, else ''.
WITH given AS (
	SELECT DISTINCT ON (g.normalized, g.kind) g.normalized, g.kind,
	    nullif(g.project, '') AS project
	FROM unnest($1::text[], $2::text[], $3::text[])
	    AS g (normalized, kind, project)
), gone AS (
	DELETE FROM pypiwatch.word w
	WHERE NOT EXISTS (SELECT FROM given g
	    WHERE g.normalized = w.normalized AND g.kind = w.kind)
), stored AS (
	INSERT INTO pypiwatch.word (normalized, kind, project)
	SELECT normalized, kind, project FROM given
	ON CONFLICT (normalized, kind) DO UPDATE SET project = excluded.project
	RETURNING 1
)
SELECT count(*) AS words FROM stored
