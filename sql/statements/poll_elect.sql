-- SPDX-License-Identifier: Apache-2.0
-- Tries to become the one who polls; holding the session's lock is leading,
-- the new epoch outdates whoever led before.
WITH l AS (
	SELECT pg_try_advisory_lock(7057, 1) AS leads
)
UPDATE pypiwatch.poll_lease SET epoch = epoch + 1, holder = $1::integer,
    taken_at = now()
FROM l WHERE l.leads
RETURNING epoch, (SELECT serial FROM pypiwatch.cursor
	WHERE source = 'changelog') AS serial, (SELECT begin_serial
	FROM pypiwatch.cursor WHERE source = 'changelog') AS begin_serial
