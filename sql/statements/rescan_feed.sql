-- SPDX-License-Identifier: Apache-2.0
-- Makes up to $1 tasks of what was asked to be looked at again; NULL when
-- nothing is asked.
SELECT pypiwatch.rescan_feed($1::integer) AS made
