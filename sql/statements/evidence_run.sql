-- SPDX-License-Identifier: Apache-2.0
-- Takes away up to $3 archives: older than $1 seconds, beyond $2 bytes in all,
-- left half, or of no detection any more.
SELECT pypiwatch.evidence_run($1::bigint, $2::bigint, $3::integer) AS gone
