-- SPDX-License-Identifier: Apache-2.0
-- List $1 of team $2 (NULL: as it was), read from files $3, holds $4 now; gives
-- how many names.
SELECT pypiwatch.deps_store($1, $2, ARRAY(SELECT
    jsonb_array_elements_text($3::jsonb)), $4::jsonb) AS names
