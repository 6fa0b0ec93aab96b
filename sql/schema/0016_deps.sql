/* SPDX-License-Identifier: Apache-2.0 */
/* What teams use, as lists by name. */
CREATE TABLE pypiwatch.dep_list (
	name		text PRIMARY KEY,
	team		text,
	files		text[] NOT NULL,
	read_at		timestamptz NOT NULL DEFAULT now(),
	read_by		text NOT NULL
);
CREATE TABLE pypiwatch.dep (
	list		text NOT NULL REFERENCES pypiwatch.dep_list
	    ON DELETE CASCADE,
	normalized	text NOT NULL,
	version		text NOT NULL DEFAULT '',	/* '': several */
	PRIMARY KEY (list, normalized, version)
);
CREATE INDEX dep_normalized ON pypiwatch.dep (normalized);
