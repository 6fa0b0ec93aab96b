-- SPDX-License-Identifier: Apache-2.0
-- Makes one message of what was held long enough; gives how many it made.
SELECT pypiwatch.outbox_gather() AS made
