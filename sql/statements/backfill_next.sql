-- SPDX-License-Identifier: Apache-2.0
-- The oldest open backfill, unless $1 or more releases or files of such wait.
SELECT id, cursor, until FROM pypiwatch.backfill_next($1::integer)
