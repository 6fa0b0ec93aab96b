-- SPDX-License-Identifier: Apache-2.0
-- Stores advisories $2, a JSON array, that were read from $1; says how many of
-- them are new or changed.
SELECT count(*) FILTER (WHERE pypiwatch.advisory_store($1, x.value)) AS changed
FROM jsonb_array_elements($2::jsonb) x
