-- SPDX-License-Identifier: Apache-2.0
-- NULL while the daemon makes progress: it lives, some source was read in the
-- last five minutes, and what waits is looked at; else what is wrong.
SELECT CASE
    WHEN NOT EXISTS (SELECT FROM pypiwatch.instance
	WHERE seen_at > now() - interval '1 minute')
	THEN 'no daemon was seen for a minute'
    WHEN NOT EXISTS (SELECT FROM pypiwatch.source_health)
	THEN 'no source has been read yet'
    WHEN NOT EXISTS (SELECT FROM pypiwatch.source_health
	WHERE ok AND NOT stopped
	AND last_ok_at > now() - interval '5 minutes')
	THEN 'no source answered in the last five minutes'
    WHEN EXISTS (SELECT FROM pypiwatch.task
	WHERE run_at < now() - interval '10 minutes'
	AND created_at < now() - interval '10 minutes')
	AND NOT EXISTS (SELECT FROM pypiwatch.scan
	WHERE scanned_at > now() - interval '10 minutes')
	THEN 'files wait, and none was looked at for ten minutes'
    END AS why
