-- SPDX-License-Identifier: Apache-2.0
-- Files of open detections that new suppressions may concern, of up to $1
-- detections; see the function.
SELECT last, upto, again_ms, detection_id, upload_id, row_version, score, object,
    reasons, suppressions FROM pypiwatch.suppression_next($1::integer)
