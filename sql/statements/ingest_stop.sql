-- SPDX-License-Identifier: Apache-2.0
-- Takes back files $1, which nobody serves any more; says how many.
SELECT pypiwatch.ingest_stop($1::bigint[]) AS stopped
