-- SPDX-License-Identifier: Apache-2.0
-- Whether anything was ever migrated here, without an error if not.
SELECT to_regclass('pypiwatch.migration') IS NOT NULL AS there,
    current_database() AS database, current_user AS "user"
