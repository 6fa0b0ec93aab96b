-- SPDX-License-Identifier: Apache-2.0
-- Asks for what happened after serial $1 and before we began; gives the job,
-- what an estimate needs, and why there is none.
SELECT id, since, until, events_per_serial, files_per_event, files_per_hour,
    why, (SELECT count(*) FROM pypiwatch.instance
	WHERE seen_at > now() - interval '1 minute') AS daemons
FROM pypiwatch.backfill_ask($1::bigint)
