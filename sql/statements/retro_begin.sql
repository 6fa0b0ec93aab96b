-- SPDX-License-Identifier: Apache-2.0
-- A look back of kind $1 at project $2, seen since $3 (each may be NULL).
SELECT pypiwatch.retro_begin($1, $2, $3::timestamptz) AS id
