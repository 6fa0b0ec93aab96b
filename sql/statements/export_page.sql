-- SPDX-License-Identifier: Apache-2.0
-- Detections for export format $1, since $2, of severity $3 on, with triage
-- status $4 (each of these may be NULL), after number $5, $6 at most.
SELECT id, object FROM analyst.export_page($1, $2::timestamptz, $3, $4,
    $5::bigint, $6::integer)
