-- SPDX-License-Identifier: Apache-2.0
-- A file to look into as if it were uploaded: project $1, version $2, file
-- name $3, kind $4, digest $5, bytes $6, where to fetch it $7.  Gives also which
-- hosts look into files, or may, just started.
SELECT file_id, known, (SELECT string_agg(DISTINCT i.host, ' ')
	FROM pypiwatch.instance i
	WHERE i.seen_at > now() - interval '1 minute'
	AND (i.satellites @> '[{"role": "fetch"}]' OR i.satellites = '[]'))
	AS hosts
FROM pypiwatch.ingest_store($1, $2, $3, $4, $5, $6::bigint, $7)
