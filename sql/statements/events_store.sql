-- SPDX-License-Identifier: Apache-2.0
-- A piece of a page and the cursor after it, in one transaction, each event
-- once.  PW001 when the epoch is not the newest.
SELECT pypiwatch.events_store($1, $2::bigint, $3::bigint, $4::boolean,
	to_timestamp($5::bigint / 1e6), $6::jsonb) AS stored
