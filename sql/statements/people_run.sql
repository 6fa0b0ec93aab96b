-- SPDX-License-Identifier: Apache-2.0
-- Forgets up to $3 people: authors of releases that came to nothing after $1
-- seconds, former owners after $2.
SELECT pypiwatch.people_end($1::bigint, $2::bigint, $3::integer) AS gone
