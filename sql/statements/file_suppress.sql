-- SPDX-License-Identifier: Apache-2.0
-- File $2 of detection $1, as it was read ($3), was judged again because of
-- suppression $4; $5 is its score, reasons and scan object.  False when it is
-- another by now.
SELECT pypiwatch.file_suppress($1::bigint, $2::bigint, $3, $4::bigint,
    $5::jsonb) AS same
