-- SPDX-License-Identifier: Apache-2.0
-- Ends mute $1 early.
SELECT pypiwatch.mute_remove($1::bigint) AS id
