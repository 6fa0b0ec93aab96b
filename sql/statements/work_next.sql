-- SPDX-License-Identifier: Apache-2.0
-- Milliseconds until the next thing is due, NULL when nothing waits.
SELECT (extract(epoch FROM least(
	(SELECT min(greatest(run_at, coalesce(lease_until, run_at)))
	    FROM pypiwatch.task),
	(SELECT min(greatest(run_at, coalesce(lease_until, run_at)))
	    FROM pypiwatch.resolve),
	(SELECT min(greatest(d.run_at, coalesce(d.lease_until, d.run_at)))
	    FROM pypiwatch.delivery d
	    WHERE d.state IN ('pending', 'retrying') AND d.held IS NULL
	    AND EXISTS (SELECT FROM pypiwatch.sink s
		WHERE s.name = d.sink AND s.enabled
		AND (d.state = 'retrying' OR NOT pypiwatch.sink_down(s.name)))
	    AND NOT EXISTS (SELECT FROM pypiwatch.delivery e
		WHERE e.sink = d.sink AND e.detection_id
		    IS NOT DISTINCT FROM d.detection_id
		AND e.id < d.id AND e.state IN ('pending', 'retrying'))),
	(SELECT min(held_until) FROM pypiwatch.delivery
	    WHERE held IS NOT NULL AND summary_id IS NULL
	    AND state IN ('pending', 'retrying'))
	) - now()) * 1000)::bigint AS ms
