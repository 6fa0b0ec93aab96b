/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What happened before we began, when somebody asks for it: a place in the
 * changelog between two serials.  Its pieces are stored with the place, so it
 * goes on after any restart; the live cursor is another row.
 */
CREATE TABLE pypiwatch.backfill (
	id		bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
	since		bigint NOT NULL,	/* serials above it ... */
	until		bigint NOT NULL,	/* ... up to this one */
	cursor		bigint NOT NULL,	/* stored up to here */
	events		bigint NOT NULL DEFAULT 0,	/* that were new */
	asked_by	text NOT NULL DEFAULT session_user,
	asked_at	timestamptz NOT NULL DEFAULT now(),
	began_at	timestamptz,		/* its first piece was stored */
	finished_at	timestamptz,
	stopped		boolean NOT NULL DEFAULT false,
	failures	integer NOT NULL DEFAULT 0,	/* in a row */
	run_at		timestamptz NOT NULL DEFAULT now(),
	why		text			/* the last call failed */
);
CREATE INDEX backfill_open ON pypiwatch.backfill (id)
    WHERE finished_at IS NULL;
