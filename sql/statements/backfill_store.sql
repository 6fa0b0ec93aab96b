-- SPDX-License-Identifier: Apache-2.0
-- A piece of the changelog of a backfill and how far it reaches.  PW001 when
-- the epoch is not the newest.
SELECT pypiwatch.backfill_store($1::bigint, $2::bigint, $3::bigint,
	$4::boolean, $5::jsonb) AS stored
