-- SPDX-License-Identifier: Apache-2.0
-- Stores the list of $1: names $2, downloads $3, both by rank; NULL or why it
-- is refused.  With $4 it may differ from the list before.
SELECT pypiwatch.popular_store($1, $2::text[], $3::bigint[], $4::boolean)
	AS why, array_length($2::text[], 1) AS names
