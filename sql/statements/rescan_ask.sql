-- SPDX-License-Identifier: Apache-2.0
-- Asks for another look at the files of project $1, seen since $2, judged by
-- any ruleset but $3 (each NULL: any); $4 holds back what would be told.
SELECT id, total, pypiwatch.files_per_hour() AS files_per_hour,
    (SELECT count(*) FROM pypiwatch.instance
	WHERE seen_at > now() - interval '1 minute') AS daemons
FROM pypiwatch.rescan_ask($1::text, $2::timestamptz, $3::text,
    $4::boolean)
