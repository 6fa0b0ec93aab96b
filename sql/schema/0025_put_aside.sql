/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Files of open detections whose new score the database refused to store: they
 * are tried again by themselves, so that no other file waits behind them.
 */
CREATE TABLE pypiwatch.suppression_left (
	upload_id	bigint PRIMARY KEY,
	detection_id	bigint NOT NULL,
	suppression_id	bigint NOT NULL,
	row_version	text NOT NULL,	/* of the file, when it was refused */
	why		text NOT NULL,
	refused		integer NOT NULL DEFAULT 1,
	since		timestamptz NOT NULL DEFAULT now(),
	again_at	timestamptz NOT NULL
);
CREATE INDEX suppression_left_due ON pypiwatch.suppression_left (again_at);

/* What was read in the last minutes, for what was stored beside it. */
CREATE INDEX advisory_loaded ON pypiwatch.advisory (loaded_at);

/* The first member of a campaign, without a look at all of them. */
CREATE INDEX campaign_member_order
    ON pypiwatch.campaign_member (campaign_id, detection_id);
DROP INDEX pypiwatch.campaign_member_campaign;

/* The audit by what it is about and by who did it; the sizes of kept archives
 * without their rows. */
CREATE INDEX audit_what ON pypiwatch.audit (what, at);
CREATE INDEX audit_person ON pypiwatch.audit (person, at);
CREATE INDEX evidence_size ON pypiwatch.evidence (kept_at, id) INCLUDE (size);
DROP INDEX pypiwatch.evidence_kept;
