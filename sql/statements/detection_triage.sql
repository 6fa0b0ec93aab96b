-- SPDX-License-Identifier: Apache-2.0
-- Says what detection $1 turned out to be.
SELECT analyst.triage($1::bigint, $2, $3) AS verdict
