-- SPDX-License-Identifier: Apache-2.0
-- Part $2 of kept archive $1, still sealed, as base64, for a worker and nobody
-- else.
SELECT (SELECT translate(encode(sealed, 'base64'), E'\n', '')
    FROM pypiwatch.evidence_part WHERE evidence_id = $1::bigint
    AND n = $2::integer) AS sealed
