-- SPDX-License-Identifier: Apache-2.0
-- Mail address $1 becomes $2 in what was found in files after number $3 up to
-- $4; if not really ($5), tells only in how many.
SELECT pypiwatch.erase_files($1, $2, $3::bigint, $4::bigint, $5::boolean) AS n
