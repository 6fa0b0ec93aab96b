-- SPDX-License-Identifier: Apache-2.0
-- What an index lists of one project, compared with what is known; gives how
-- many events that made.  PW001 when the epoch is not the newest.
SELECT pypiwatch.listing_store($1::bigint, $2, $3, $4::jsonb, $5::jsonb)
	AS stored
