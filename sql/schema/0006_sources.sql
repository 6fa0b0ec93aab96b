/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sources that list instead of tell: what an index listed when we last looked,
 * and what may have been missed between two looks.
 *
 * A project of an index other than the main one has the key "INDEX/name"
 * wherever a table says `normalized`; no name holds a slash, so two indexes
 * with a project of one name never meet.
 */

ALTER TABLE pypiwatch.cursor
    /* what was uploaded before is the past */
    ADD begin_at timestamptz NOT NULL DEFAULT now(),
    /* the first pass over an index ended: what is not known is new */
    ADD complete boolean NOT NULL DEFAULT true;
UPDATE pypiwatch.cursor SET begin_at = coalesce(
    (SELECT min(seen_at) FROM pypiwatch.event), updated_at);

/* A project as an index last listed it. */
CREATE TABLE pypiwatch.listing (
	normalized	text PRIMARY KEY,
	source		text NOT NULL,
	serial		bigint NOT NULL,	/* -1: it has none */
	pass		timestamptz NOT NULL,
	listed_at	timestamptz NOT NULL,
	newest_at	timestamptz		/* upload of its newest file */
);
CREATE INDEX listing_pass ON pypiwatch.listing (source, pass);

/* Files that stood in an index before we followed it. */
CREATE TABLE pypiwatch.old_file (
	normalized	text NOT NULL,
	filename	text NOT NULL,
	version		text NOT NULL,
	sha256		text NOT NULL,
	PRIMARY KEY (normalized, filename)
);

/* A time in which a source may have missed something. */
CREATE TABLE pypiwatch.gap (
	id		bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
	source		text NOT NULL,
	normalized	text,		/* of one project; NULL: of any */
	from_at		timestamptz,	/* NULL unknown */
	to_at		timestamptz NOT NULL,
	from_serial	bigint,		/* of a source with serials */
	to_serial	bigint,
	newest_at	timestamptz,	/* who saw this saw what was missed */
	why		text NOT NULL,
	repaired_at	timestamptz,
	repaired_by	text
);
CREATE INDEX gap_to ON pypiwatch.gap (to_at);
CREATE INDEX gap_open ON pypiwatch.gap (source) WHERE repaired_at IS NULL;

/* The newest items of the feeds, for the one who polls next. */
CREATE INDEX sighting_feed ON pypiwatch.sighting (source, seen_at)
    WHERE source IN ('rss', 'rss-packages');

/* A feed tells of a release once, with its first file; later files show only
 * when the release is looked at again. */
ALTER TABLE pypiwatch.release
    ADD looks smallint NOT NULL DEFAULT 0,
    ADD look_at timestamptz;
CREATE INDEX release_look ON pypiwatch.release (look_at)
    WHERE look_at IS NOT NULL;

DROP FUNCTION IF EXISTS pypiwatch.events_store(text, bigint, bigint, boolean,
    timestamptz, jsonb);
DROP FUNCTION IF EXISTS pypiwatch.event_twin(text, text, text, text, bigint);
