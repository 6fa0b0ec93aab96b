-- SPDX-License-Identifier: Apache-2.0
-- NULL while the daemon makes progress: it lives, some source was read in the
-- last five minutes, and what waits is looked at; else what is wrong.
SELECT why FROM pypiwatch_web.health
