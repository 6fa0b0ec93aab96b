-- SPDX-License-Identifier: Apache-2.0
-- A release as the index describes it, or a part: its files become tasks.
SELECT pypiwatch.release_store($1::bigint, $2::integer, $3::jsonb) AS ours
