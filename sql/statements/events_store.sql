-- SPDX-License-Identifier: Apache-2.0
-- A piece of a page and the cursor after it, in one transaction, each event
-- once.  PW001 when the epoch is not the newest.
SELECT pypiwatch.events_store($1, $2::bigint, $3::bigint, $4::text IS NOT NULL,
	to_timestamp($5::bigint / 1e6), $6::jsonb, $4::text,
	to_timestamp(nullif($7::bigint, 0) / 1e6), $8::boolean,
	$9::bigint) AS stored
