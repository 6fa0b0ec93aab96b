-- SPDX-License-Identifier: Apache-2.0
-- File $2 of detection $1 was judged again because of suppression $3; $4 is
-- its score, reasons and scan object.
SELECT pypiwatch.file_suppress($1::bigint, $2::bigint, $3::bigint, $4::jsonb)
