/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What keeps alerts readable: what each sink wants to hear and when, which
 * releases belong to one campaign, and deliveries that wait to be told in one
 * message.  A held delivery is pending; the summary that names it ends it.
 */
ALTER TABLE pypiwatch.sink
    ADD COLUMN match jsonb,			/* base/expr.h */
    ADD COLUMN campaigns boolean NOT NULL DEFAULT false, /* in one message */
    ADD COLUMN campaign_wait interval NOT NULL DEFAULT '10 minutes',
    ADD COLUMN rate integer,			/* an hour; NULL: no cap */
    ADD COLUMN quiet_from time,
    ADD COLUMN quiet_to time,
    ADD COLUMN quiet_except text NOT NULL DEFAULT 'critical',
    ADD COLUMN zone text NOT NULL DEFAULT 'UTC',
    ADD COLUMN digest text NOT NULL DEFAULT 'none'
	CHECK (digest IN ('none', 'daily', 'weekly')),
    ADD COLUMN digest_at time NOT NULL DEFAULT '08:00';

ALTER TABLE pypiwatch.delivery
    ADD COLUMN held text CHECK (held IN ('observe', 'digest', 'quiet',
	'campaign', 'rate')),
    ADD COLUMN held_until timestamptz,
    ADD COLUMN summary_id bigint;	/* the delivery that tells of it */
CREATE INDEX delivery_held ON pypiwatch.delivery (sink, held)
    WHERE held IS NOT NULL AND summary_id IS NULL
    AND state IN ('pending', 'retrying');
CREATE INDEX delivery_ready ON pypiwatch.delivery (sink, id)
    WHERE held IS NULL AND state IN ('pending', 'retrying');
CREATE INDEX delivery_detection ON pypiwatch.delivery (detection_id, sink)
    WHERE detection_id IS NOT NULL;
CREATE INDEX delivery_summary ON pypiwatch.delivery (summary_id)
    WHERE summary_id IS NOT NULL;
CREATE INDEX delivery_tried ON pypiwatch.delivery (sink, first_tried_at);

/* What an alert is about, where the same may be told only once. */
ALTER TABLE pypiwatch.alert ADD COLUMN what text;
CREATE UNIQUE INDEX alert_what ON pypiwatch.alert (detection_id, what)
    WHERE what IS NOT NULL;

/* The first message about a detection in a sink; follow-ups go under it. */
CREATE TABLE pypiwatch.thread (
	sink		text NOT NULL,
	detection_id	bigint NOT NULL REFERENCES pypiwatch.detection_key
	    ON DELETE CASCADE,
	delivery_id	uuid NOT NULL,
	ref		text,		/* the receiver's own id of it */
	PRIMARY KEY (sink, detection_id)
);
CREATE INDEX thread_detection ON pypiwatch.thread (detection_id);

/* Releases within days of each other that share a key. */
CREATE TABLE pypiwatch.campaign (
	id		bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
	why		text NOT NULL,	/* "author a@b", for people */
	first_at	timestamptz NOT NULL DEFAULT now(),
	last_at		timestamptz NOT NULL DEFAULT now(),
	releases	integer NOT NULL DEFAULT 1
);
CREATE TABLE pypiwatch.campaign_key (
	key		text PRIMARY KEY,
	campaign_id	bigint NOT NULL REFERENCES pypiwatch.campaign
	    ON DELETE CASCADE,
	last_at		timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX campaign_key_campaign ON pypiwatch.campaign_key (campaign_id);
CREATE TABLE pypiwatch.campaign_member (
	detection_id	bigint PRIMARY KEY REFERENCES pypiwatch.detection_key
	    ON DELETE CASCADE,
	campaign_id	bigint NOT NULL REFERENCES pypiwatch.campaign
	    ON DELETE CASCADE
);
CREATE INDEX campaign_member_campaign
    ON pypiwatch.campaign_member (campaign_id);
