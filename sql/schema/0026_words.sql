/* SPDX-License-Identifier: Apache-2.0 */
/* What the programs know of words and names without any list, for analysts:
 * `pypiwatch migrate` writes what this release knows. */
CREATE TABLE pypiwatch.word (
	normalized	text NOT NULL,
	kind		text NOT NULL CHECK (kind IN ('stdlib', 'import',
			    'brand', 'lure', 'english', 'word')),
	project		text,			/* that installs an import */
	PRIMARY KEY (normalized, kind),
	CHECK ((kind = 'import') = (project IS NOT NULL))
);
