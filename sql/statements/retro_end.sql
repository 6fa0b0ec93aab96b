-- SPDX-License-Identifier: Apache-2.0
-- Ends up to $3 held verdicts of look back $1: applied ($2), which tells whom
-- it concerns, or dropped.
SELECT pypiwatch.held_end($1::bigint, $2::boolean, $3::integer) AS n
