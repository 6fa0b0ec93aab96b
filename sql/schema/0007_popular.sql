/* SPDX-License-Identifier: Apache-2.0 */
/* How the list of popular names stands, which is fetched daily: one row. */
CREATE TABLE pypiwatch.popular_state (
	one		boolean PRIMARY KEY DEFAULT true CHECK (one),
	url		text,		/* of the stored list */
	stored_at	timestamptz,
	tried_at	timestamptz,
	why		text		/* the last try came to nothing */
);
INSERT INTO pypiwatch.popular_state DEFAULT VALUES;
