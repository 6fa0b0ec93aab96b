-- SPDX-License-Identifier: Apache-2.0
-- The list of popular names could not be had: $1.
SELECT pypiwatch.popular_failed($1)
