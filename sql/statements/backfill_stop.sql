-- SPDX-License-Identifier: Apache-2.0
-- Ends backfill $1; false when there is none under way.
SELECT pypiwatch.backfill_stop($1::bigint) AS stopped
