-- SPDX-License-Identifier: Apache-2.0
-- Suppressions up to $1 were applied to all detections up to $2 (NULL: to all);
-- whether one of them is not done yet.
SELECT pypiwatch.suppression_done($1::bigint, $2::bigint) AS more
