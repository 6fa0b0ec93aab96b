-- SPDX-License-Identifier: Apache-2.0
-- The end of one attempt, after which $10 of a mail's recipients may still get
-- it (NULL: as before); gives the delivery's state after it, and its names.
SELECT pypiwatch.delivery_end(d.id, $2::integer, $3, $4::bigint,
	$5::integer, $6, $7::boolean, $8::bigint, $9, $10) AS state,
    d.delivery_id, d.sink, $6::text AS why
FROM pypiwatch.delivery d WHERE d.id = $1::bigint
