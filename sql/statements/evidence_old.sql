-- SPDX-License-Identifier: Apache-2.0
-- Up to 500 archives after $1 that are sealed under another key than $2.
SELECT id, normalized, version, filename, sha256, size, key_id,
    translate(encode(salt, 'base64'), E'\n', '') AS salt,
    translate(encode(wrapped, 'base64'), E'\n', '') AS wrapped
FROM pypiwatch.evidence WHERE id > $1::bigint AND key_id <> $2
ORDER BY id LIMIT 500
