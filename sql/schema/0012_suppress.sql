/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Findings that shall not count, with the one who answers for it and an end;
 * and a record of what people did.
 */

/* Only ever grows: roles.sql lets nobody but the owner change or delete. */
CREATE TABLE pypiwatch.audit (
	id		bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
	at		timestamptz NOT NULL DEFAULT now(),
	action		text NOT NULL,
	what		text,
	detail		jsonb NOT NULL DEFAULT '{}',
	role		text NOT NULL,		/* as the database knows it */
	person		text,			/* as the client says */
	application	text,
	address		inet			/* NULL: a local socket */
);
CREATE INDEX audit_at ON pypiwatch.audit (at);
INSERT INTO pypiwatch.audit (at, action, what, detail, role)
    SELECT t.at, 'triage', 'detection ' || t.detection_id,
	jsonb_strip_nulls(jsonb_build_object('verdict', t.verdict,
	    'was', t.was, 'note', t.note)), t.author
    FROM pypiwatch.triage t ORDER BY t.id;

/* Each of the four may be NULL: all that are given hold. */
CREATE TABLE pypiwatch.suppression (
	id		bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
	normalized	text,
	path		text,			/* * and ? as in judge/suppress.c */
	rule		text,
	sha256		text CHECK (sha256 ~ '^[0-9a-f]{64}$'),
	reason		text NOT NULL,
	owner		text NOT NULL,
	until		timestamptz NOT NULL,
	created_by	text NOT NULL DEFAULT session_user,
	created_at	timestamptz NOT NULL DEFAULT now(),
	removed_by	text,
	removed_at	timestamptz,
	/* open detections are judged again, in the order of their ids */
	after_id	bigint NOT NULL DEFAULT 0,
	applied_at	timestamptz,
	CHECK (num_nonnulls(normalized, path, rule, sha256) > 0)
);
CREATE INDEX suppression_in_force ON pypiwatch.suppression (until)
    WHERE removed_at IS NULL;

ALTER TABLE pypiwatch.finding ADD COLUMN suppressed_by bigint;
ALTER TABLE pypiwatch.detection ADD COLUMN suppressed_by bigint;
