/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Files that are looked at again when somebody asks for it.  A rescan is a
 * place in the table of files and what it wants of them; its tasks are made
 * few at a time and only while nothing else waits, so that it may be as large
 * as it likes, hold up nobody, and go on after any restart.
 */
CREATE TABLE pypiwatch.rescan (
	id		bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
	/* what is wanted: each may be NULL, all that are given hold */
	normalized	text,
	seen_from	timestamptz,
	ruleset		text,		/* whatever was not judged by it */
	asked_by	text NOT NULL DEFAULT session_user,
	asked_at	timestamptz NOT NULL DEFAULT now(),
	total		bigint NOT NULL,	/* files, when it was asked for */
	after_id	bigint NOT NULL DEFAULT 0,	/* of upload: done up to here */
	upto_id		bigint NOT NULL,	/* newer ones are none of it */
	queued		bigint NOT NULL DEFAULT 0,
	began_at	timestamptz,		/* its first task was made */
	finished_at	timestamptz,
	stopped		boolean NOT NULL DEFAULT false
);
CREATE INDEX rescan_open ON pypiwatch.rescan (id) WHERE finished_at IS NULL;

ALTER TABLE pypiwatch.task ADD COLUMN rescan_id bigint;
CREATE INDEX task_rescan ON pypiwatch.task (rescan_id)
    WHERE rescan_id IS NOT NULL;

/* What judged a file last; NULL before this version. */
ALTER TABLE pypiwatch.upload ADD COLUMN ruleset text;
