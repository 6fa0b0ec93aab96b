-- SPDX-License-Identifier: Apache-2.0
-- The end of one attempt: "done", "again", "later", "gone", "dead", "lost".
SELECT pypiwatch.resolve_end($1::bigint, $2::integer, $3, $4, $5::bigint,
	$6) AS result
