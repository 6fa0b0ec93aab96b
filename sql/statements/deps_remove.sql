-- SPDX-License-Identifier: Apache-2.0
-- Forgets list $1; false when there is none.
SELECT pypiwatch.deps_remove($1) AS removed
