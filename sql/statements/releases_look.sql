-- SPDX-License-Identifier: Apache-2.0
-- Asks once more for releases that only a feed told of; gives how many.
SELECT pypiwatch.releases_look($1::integer) AS wanted
