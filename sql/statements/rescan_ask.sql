-- SPDX-License-Identifier: Apache-2.0
-- Asks for another look at the files of project $1, seen since $2, judged by
-- any ruleset but $3 (each NULL: any).
SELECT id, total FROM pypiwatch.rescan_ask($1::text, $2::timestamptz, $3::text)
