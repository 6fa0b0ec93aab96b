-- SPDX-License-Identifier: Apache-2.0
-- Files of project $1 (NULL: all), seen since $2 (NULL: ever), after number $3,
-- up to $4, as they were judged.
SELECT * FROM pypiwatch.retro_page($1, $2::timestamptz, $3::bigint, $4::integer)
