-- SPDX-License-Identifier: Apache-2.0
-- Puts a report of detection $1, $2 says what, into the audit.
SELECT analyst.report_note($1::bigint, $2::jsonb) AS id
