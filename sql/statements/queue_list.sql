-- SPDX-License-Identifier: Apache-2.0
-- What waits, by kind of work: how much, since when, and why it came back.
SELECT w.kind || coalesce(' to ' || w.sink, '') AS work,
    count(*) FILTER (WHERE w.lease_until > now()) AS running_n,
    count(*) FILTER (WHERE coalesce(w.lease_until <= now(), true)
	AND w.next_attempt_at <= now()) AS ready_n,
    count(*) FILTER (WHERE coalesce(w.lease_until <= now(), true)
	AND w.next_attempt_at > now()) AS delayed_n,
    extract(epoch FROM now() - min(w.created_at))::bigint AS oldest_s_n,
    mode() WITHIN GROUP (ORDER BY w.why) AS common_trouble
FROM analyst.work w
GROUP BY w.kind, w.sink
ORDER BY array_position(ARRAY['resolve', 'inspect', 'deliver'], w.kind), w.sink
