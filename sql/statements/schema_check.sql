-- SPDX-License-Identifier: Apache-2.0
-- The newest migration, to refuse a database that is older or newer.
SELECT coalesce(max(version), 0) AS version FROM pypiwatch.migration
