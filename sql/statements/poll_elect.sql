-- SPDX-License-Identifier: Apache-2.0
-- Tries to become the one who polls; no row when another is.  Gives how far
-- each source came, and the newest items of the feeds.
SELECT epoch, serial, begin_serial, sources, items
FROM pypiwatch.poll_elect($1::integer)
