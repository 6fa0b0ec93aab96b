-- SPDX-License-Identifier: Apache-2.0
-- Is the list of popular names of $1 to be fetched: daily, and an hour after a
-- try that came to nothing?
SELECT url IS DISTINCT FROM $1 AND coalesce(tried_at < now()
	- interval '1 hour', true)
    OR coalesce(tried_at < now() - CASE WHEN why IS NULL
	THEN interval '1 day' ELSE interval '1 hour' END, true) AS due
FROM pypiwatch.popular_state
