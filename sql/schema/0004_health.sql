/* SPDX-License-Identifier: Apache-2.0 */
/* What was not well at some time, and whether it still is not.  Host '' is
 * what concerns all of them.  Rows stay: sequence counts what was told. */
CREATE TABLE pypiwatch.health (
	host		text NOT NULL,
	part		text NOT NULL,
	degraded	boolean NOT NULL,
	since		timestamptz NOT NULL DEFAULT now(),
	severity	text NOT NULL,
	why		text NOT NULL,
	sequence	integer NOT NULL DEFAULT 1,
	told_by		text NOT NULL CHECK
	    (told_by IN ('supervisor', 'queue')),
	PRIMARY KEY (host, part)
);
