-- SPDX-License-Identifier: Apache-2.0
-- Everything that the supervisor of host $1 holds for degraded.
SELECT pypiwatch.health_report($1, $2::jsonb)
