-- SPDX-License-Identifier: Apache-2.0
-- Puts file $2 of detection $1, as it was read ($3), aside: the database said
-- $5 to what suppression $4 makes of it.  How often that was by now.
SELECT pypiwatch.suppression_leave($1::bigint, $2::bigint, $3, $4::bigint,
    $5) AS refused
