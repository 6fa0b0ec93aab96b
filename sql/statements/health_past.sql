-- SPDX-License-Identifier: Apache-2.0
-- Part $2 of host $1 was away for $3 s, until now: $4.
SELECT pypiwatch.health_past($1, $2, $3::bigint, $4)
