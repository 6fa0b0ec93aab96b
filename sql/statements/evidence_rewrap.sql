-- SPDX-License-Identifier: Apache-2.0
-- The key of archive $1, wrapped anew: $2 the id, $3 salt and $4 key in base64;
-- only if it still is under key $5.
UPDATE pypiwatch.evidence SET key_id = $2, salt = decode($3, 'base64'),
    wrapped = decode($4, 'base64') WHERE id = $1::bigint AND key_id = $5
