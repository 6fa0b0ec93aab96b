-- SPDX-License-Identifier: Apache-2.0
-- The end of one attempt; gives the delivery's state after it.
SELECT pypiwatch.delivery_end($1::bigint, $2::integer, $3, $4::bigint,
	$5::integer, $6, $7::boolean, $8::bigint) AS state
