-- SPDX-License-Identifier: Apache-2.0
-- The rest of the session is the doing of person $1, for the audit.
SELECT set_config('pypiwatch.person', $1, false) AS person
