-- SPDX-License-Identifier: Apache-2.0
-- What history says against list $1 (NULL: all), worst first.
SELECT list, uses, uses_version, what, project, version, score AS score_n,
    severity, to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
	AS at, detection_id AS detection_id_n,
    CASE WHEN bad THEN 'yes' ELSE 'no' END AS bad,
    (SELECT count(*) FROM analyst.deps d WHERE d.list = c.list
	AND d.normalized IS NOT NULL) AS names_n
FROM analyst.deps_check c WHERE $1::text IS NULL OR list = $1
ORDER BY c.bad DESC, score DESC NULLS LAST, list, uses, what, project, version
