-- SPDX-License-Identifier: Apache-2.0
-- What project $1, path $2, rule $3 and digest $4 (each NULL: any) name does
-- not count until $5 (NULL: 90 days), says $7 because of $6.
SELECT analyst.suppress(reason => $6, project => $1, path => $2, rule => $3,
    sha256 => $4, until => $5::timestamptz, owner => $7) AS id
