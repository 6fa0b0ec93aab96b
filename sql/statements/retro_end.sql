-- SPDX-License-Identifier: Apache-2.0
-- Ends up to $3 held verdicts of look back $1: applied ($2), which tells whom
-- it concerns, or dropped.  $4: it is the operator's first call.
SELECT n, stale FROM pypiwatch.held_end($1::bigint, $2::boolean, $3::integer,
    $4::boolean)
