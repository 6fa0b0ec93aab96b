-- SPDX-License-Identifier: Apache-2.0
-- One row a sample: metric, its label pair (or NULL), value.  Read on a timer,
-- never by a scrape.
SELECT metric, label, label_value, value FROM pypiwatch_web.metrics ORDER BY 1, 3
