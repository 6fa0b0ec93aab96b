/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Alerts that nobody wants to hear for a while.  What is muted is recorded as
 * a delivery that ends at once: dead, held as "muted", with the one who muted
 * it as the reason; it is never sent, so nothing comes in a flood afterwards.
 */
CREATE TABLE pypiwatch.mute (
	id		bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
	sink		text,			/* NULL: any */
	expr		text,			/* as it was typed; NULL: any */
	match		jsonb,			/* ... and read, base/expr.h */
	reason		text NOT NULL,
	owner		text NOT NULL,
	until		timestamptz NOT NULL,
	created_by	text NOT NULL DEFAULT session_user,
	created_at	timestamptz NOT NULL DEFAULT now(),
	removed_by	text,
	removed_at	timestamptz,
	CHECK (num_nonnulls(sink, match) > 0),
	CHECK ((expr IS NULL) = (match IS NULL))
);
CREATE INDEX mute_in_force ON pypiwatch.mute (until) WHERE removed_at IS NULL;

ALTER TABLE pypiwatch.delivery
    DROP CONSTRAINT delivery_held_check,
    ADD CONSTRAINT delivery_held_check CHECK (held IN ('observe', 'digest',
	'quiet', 'campaign', 'rate', 'muted')),
    ADD COLUMN mute_id bigint;
CREATE INDEX delivery_muted ON pypiwatch.delivery (mute_id)
    WHERE mute_id IS NOT NULL;
