-- SPDX-License-Identifier: Apache-2.0
-- One migration at a time; ends with the session.
SELECT pg_advisory_lock(7057, 2)
