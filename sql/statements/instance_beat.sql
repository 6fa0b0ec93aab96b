-- SPDX-License-Identifier: Apache-2.0
-- Alive, with these satellites; and takes back what dead instances leased.
-- Zero rows mean that our own row was taken for dead: it is made again.
WITH i AS (
	UPDATE pypiwatch.instance SET seen_at = now(), satellites = $3::jsonb
	WHERE id = $1::integer RETURNING id
)
SELECT i.id, pypiwatch.leases_reap(i.id, $2) AS reaped,
    pypiwatch.health_look(i.id) FROM i
