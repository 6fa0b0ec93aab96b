/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Archives of detections, sealed: lib/evidence/seal.h says how.  The key is in
 * no database.  Stored before the verdict that makes the detection, so a row
 * names the release and refers to no detection; evidence_run() takes away what
 * none came for.
 */
CREATE TABLE pypiwatch.evidence (
	id		bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
	normalized	text NOT NULL,
	version		text NOT NULL,
	filename	text NOT NULL,
	sha256		text NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$'),
	size		bigint NOT NULL CHECK (size >= 0), /* of the archive */
	parts		integer NOT NULL CHECK (parts > 0),
	stored		integer NOT NULL DEFAULT 0,	/* parts that are there */
	key_id		text NOT NULL CHECK (key_id ~ '^[0-9a-f]{16}$'),
	salt		bytea NOT NULL,
	wrapped		bytea NOT NULL,		/* the archive's own key */
	kept_at		timestamptz NOT NULL DEFAULT now(),
	UNIQUE (normalized, filename, sha256)
);
CREATE INDEX evidence_kept ON pypiwatch.evidence (kept_at);
CREATE INDEX evidence_release ON pypiwatch.evidence (normalized, version);

CREATE TABLE pypiwatch.evidence_part (
	evidence_id	bigint NOT NULL REFERENCES pypiwatch.evidence
	    ON DELETE CASCADE,
	n		integer NOT NULL,	/* from 0 */
	sealed		bytea NOT NULL,
	PRIMARY KEY (evidence_id, n)
);
/* What is sealed cannot be compressed. */
ALTER TABLE pypiwatch.evidence_part ALTER sealed SET STORAGE EXTERNAL;
