/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Verdicts of looking back that would tell somebody something: they wait here
 * until the operator has seen them.
 */
ALTER TABLE pypiwatch.rescan
    ADD COLUMN hold boolean NOT NULL DEFAULT false,
    ADD COLUMN kind text NOT NULL DEFAULT 'files'
	CHECK (kind IN ('files', 'judge', 'samples'));

CREATE TABLE pypiwatch.held_verdict (
	id		bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
	rescan_id	bigint NOT NULL REFERENCES pypiwatch.rescan,
	upload_id	bigint NOT NULL,
	sha256		text NOT NULL,
	was_score	smallint NOT NULL,
	was_alert	boolean NOT NULL,
	score		smallint NOT NULL,
	alert		boolean NOT NULL,
	scan		jsonb NOT NULL,		/* as scan_store takes it */
	held_at		timestamptz NOT NULL DEFAULT now(),
	ended_at	timestamptz,
	ended		text CHECK (ended IN ('applied', 'dropped', 'stale')),
	UNIQUE (rescan_id, upload_id)
);
CREATE INDEX held_verdict_open ON pypiwatch.held_verdict (rescan_id)
    WHERE ended_at IS NULL;
