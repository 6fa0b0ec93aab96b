-- SPDX-License-Identifier: Apache-2.0
-- The schema's version, for who serves it.
SELECT coalesce(max(version), 0) AS version FROM pypiwatch.migration
