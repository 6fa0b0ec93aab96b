-- SPDX-License-Identifier: Apache-2.0
-- Versions applied so far.
SELECT version FROM pypiwatch.migration ORDER BY version
