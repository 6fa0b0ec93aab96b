/* SPDX-License-Identifier: Apache-2.0 */
/*
 * History before there is any: the newest releases of popular projects, when
 * somebody asks for it.  A seed is a rescan of files that are not known yet;
 * its projects wait here, and are asked for a few at a time.
 */
ALTER TABLE pypiwatch.rescan DROP CONSTRAINT rescan_kind_check;
ALTER TABLE pypiwatch.rescan ADD CONSTRAINT rescan_kind_check
    CHECK (kind IN ('files', 'judge', 'samples', 'seed'));

CREATE TABLE pypiwatch.seed_name (
	rescan_id	bigint NOT NULL REFERENCES pypiwatch.rescan,
	rank		integer NOT NULL,	/* from 1, as they are asked for */
	name		text NOT NULL,
	PRIMARY KEY (rescan_id, rank)
);

/* Version '' is the newest, whichever that is. */
ALTER TABLE pypiwatch.resolve ADD COLUMN rescan_id bigint;
CREATE INDEX resolve_rescan ON pypiwatch.resolve (rescan_id)
    WHERE rescan_id IS NOT NULL;
