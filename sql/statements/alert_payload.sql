-- SPDX-License-Identifier: Apache-2.0
-- The latest alert of detection $1, as the sinks get it.
SELECT payload FROM analyst.alerts WHERE detection_id = $1::bigint
ORDER BY sequence DESC LIMIT 1
