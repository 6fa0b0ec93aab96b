-- SPDX-License-Identifier: Apache-2.0
-- Where the stored list of popular names is from, and how the last try ended.
SELECT url, to_char(stored_at AT TIME ZONE 'UTC',
	'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS stored_at,
    to_char(tried_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
	AS tried_at, why
FROM pypiwatch.popular_state
