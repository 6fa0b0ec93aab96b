-- SPDX-License-Identifier: Apache-2.0
-- Statements of the rest of the session may take as long as they take.
SELECT set_config('statement_timeout', '0', false) AS timeout
