-- SPDX-License-Identifier: Apache-2.0
-- A place for the archive of leased task $1; $3 is its sealed head, $4 how many
-- bytes may be kept in all.  NULL when it is not wanted.
SELECT pypiwatch.evidence_begin($1::bigint, $2::integer, $3::jsonb, $4::bigint)
    AS id
