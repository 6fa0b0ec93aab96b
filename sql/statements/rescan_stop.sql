-- SPDX-License-Identifier: Apache-2.0
-- Ends rescan $1; false when there is none that is under way.
SELECT pypiwatch.rescan_stop($1::bigint) AS stopped
