-- SPDX-License-Identifier: Apache-2.0
-- What list $1 holds.
SELECT list, normalized AS name, version FROM analyst.deps
WHERE list = $1 AND normalized IS NOT NULL ORDER BY normalized, version
