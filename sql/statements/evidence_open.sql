-- SPDX-License-Identifier: Apache-2.0
-- Part $2 of kept archive $1, still sealed, as base64; NULL when it is not
-- there.
SELECT analyst.evidence_part($1::bigint, $2::integer) AS sealed
