-- SPDX-License-Identifier: Apache-2.0
-- The popular names that were fetched, by rank.
SELECT rank AS rank_n, normalized AS name, downloads AS downloads_n
FROM pypiwatch.target WHERE kind = 'popular' ORDER BY rank, normalized
