-- SPDX-License-Identifier: Apache-2.0
-- What project $4, path $5, rule $6 and digest $7 (each NULL: any) name does
-- not count until $3 (NULL: 90 days), says $2 because of $1.
SELECT analyst.suppress(reason => $1, project => $4, path => $5, rule => $6,
    sha256 => $7, until => $3::timestamptz, owner => $2) AS id
