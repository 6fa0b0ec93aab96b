-- SPDX-License-Identifier: Apache-2.0
-- NULL when some source was read in the last five minutes, else why not.
SELECT CASE
    WHEN count(*) = 0 THEN 'no source has been read yet'
    WHEN bool_or(ok AND NOT stopped AND last_ok_at > now() - interval '5 minutes') THEN NULL
    ELSE 'no source answered in the last five minutes' END AS why
FROM pypiwatch.source_health
