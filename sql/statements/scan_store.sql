-- SPDX-License-Identifier: Apache-2.0
-- A verdict: history, findings, detection, alert and outbox in one
-- transaction; false when the lease was lost meanwhile.
SELECT pypiwatch.scan_store($1::bigint, $2::integer, $3::jsonb) AS ours
