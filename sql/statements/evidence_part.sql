-- SPDX-License-Identifier: Apache-2.0
-- Part $4 of kept archive $3, sealed, as base64; false when nobody wants it.
SELECT pypiwatch.evidence_part_store($1::bigint, $2::integer, $3::bigint,
    $4::integer, $5) AS ours
