-- SPDX-License-Identifier: Apache-2.0
-- One piece of keeping and dropping history: $1, $2 and $3 are seconds to keep
-- events, scans and detections, 0 for ever.  With more, call again soon.
SELECT (r->>'more')::boolean AS more, r->>'why' AS why,
    (SELECT string_agg(d, ', ') FROM jsonb_array_elements_text(r->'did') d)
	AS did
FROM pypiwatch.retention_run($1::bigint, $2::bigint, $3::bigint) AS r
