-- SPDX-License-Identifier: Apache-2.0
-- A file to look into as if it were uploaded: project $1, version $2, file
-- name $3, kind $4, digest $5, bytes $6, where to fetch it $7.
SELECT file_id, known, (SELECT count(*) FROM pypiwatch.instance
	WHERE seen_at > now() - interval '1 minute') AS daemons
FROM pypiwatch.ingest_store($1, $2, $3, $4, $5, $6::bigint, $7)
