-- SPDX-License-Identifier: Apache-2.0
-- The schema's version, for who serves it.
SELECT version FROM pypiwatch_web.ready
