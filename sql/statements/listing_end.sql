-- SPDX-License-Identifier: Apache-2.0
-- A pass over an index is over.  PW001 when the epoch is not the newest.
SELECT pypiwatch.listing_end($1::bigint, $2, $3,
	to_timestamp($4::bigint / 1e6), $5::bigint, $6::bigint, $7::boolean)
	AS stored
