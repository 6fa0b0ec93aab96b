-- SPDX-License-Identifier: Apache-2.0
-- Ends a task without a look at the bytes; false when the lease was lost.
SELECT pypiwatch.task_give_up($1::bigint, $2::integer, $3, $4) AS ours
