/* SPDX-License-Identifier: Apache-2.0 */
/* What code imports of popular projects, learned from their wheels. */
CREATE TABLE pypiwatch.import_name (
	normalized	text NOT NULL,		/* the module's name */
	project		text NOT NULL,		/* that installs it */
	rank		integer NOT NULL,	/* of the project then */
	added_at	timestamptz NOT NULL DEFAULT now(),
	PRIMARY KEY (normalized, project)
);
