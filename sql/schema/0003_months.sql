/* SPDX-License-Identifier: Apache-2.0 */
/*
 * History by the month: events, scans, findings and detections each have one
 * partition a month (of UTC), named event_2026_11 and so on, so that a month
 * is dropped at once.  functions.sql makes them ahead and drops them; the
 * _rest partitions only catch what a wrong clock or a long pause leaves
 * without a month, and are emptied again.
 *
 * A unique key of a partitioned table must hold the partition's key, so what
 * must be unique over all time stands in narrow tables of its own:
 *	an event's serial	sighting, and sighting_range once it is dropped
 *	a detection's release	detection_key, kept by a trigger
 *	a file's name		upload, which is never dropped: it is what
 *				tells other bytes under a known name
 */

/* ---- events, scans, findings: out of the default partition ------------- */

DO $$
DECLARE
	t record;
	month timestamptz;
BEGIN
	FOR t IN SELECT * FROM (VALUES ('event', 'seen_at'),
	    ('scan', 'scanned_at'), ('finding', 'scanned_at')) v (name, key)
	LOOP
		EXECUTE format('ALTER TABLE pypiwatch.%1$I
		    DETACH PARTITION pypiwatch.%2$I', t.name, t.name || '_rest');
		EXECUTE format('ALTER TABLE pypiwatch.%I RENAME TO %I',
		    t.name || '_rest', t.name || '_before');
		FOR month IN EXECUTE format('SELECT DISTINCT
		    date_trunc(''month'', %I, ''UTC'') FROM pypiwatch.%I
		    UNION SELECT date_trunc(''month'', now(), ''UTC'')',
		    t.key, t.name || '_before')
		LOOP
			EXECUTE format('CREATE TABLE pypiwatch.%I
			    PARTITION OF pypiwatch.%I
			    FOR VALUES FROM (%L) TO (%L)', t.name ||
			    to_char(month AT TIME ZONE 'UTC', '_YYYY_MM'),
			    t.name, month, (month AT TIME ZONE 'UTC' +
			    interval '1 month') AT TIME ZONE 'UTC');
		END LOOP;
		EXECUTE format('INSERT INTO pypiwatch.%1$I
		    OVERRIDING SYSTEM VALUE SELECT * FROM pypiwatch.%2$I',
		    t.name, t.name || '_before');
		EXECUTE format('DROP TABLE pypiwatch.%I', t.name || '_before');
		EXECUTE format('CREATE TABLE pypiwatch.%I
		    PARTITION OF pypiwatch.%I DEFAULT', t.name || '_rest',
		    t.name);
	END LOOP;
END $$;

/* What has no serial is forgotten only when no feed shows it any more. */
ALTER TABLE pypiwatch.sighting ADD COLUMN shown_at timestamptz;

/* Rows come in the order of time, so a block range index costs next to
 * nothing; only dropping uses it. */
CREATE INDEX sighting_seen ON pypiwatch.sighting USING brin (seen_at);

/* Serials whose events were dropped: still stored exactly once.  Runs of
 * neighbours, both ends included, exact: a serial that never was seen stays
 * unseen and may come later. */
CREATE TABLE pypiwatch.sighting_range (
	source		text NOT NULL,
	first		bigint NOT NULL,
	last		bigint NOT NULL CHECK (last >= first),
	PRIMARY KEY (source, first)
);

/* What of a kind is older than this is dropped: events, scans, detections. */
CREATE TABLE pypiwatch.retention (
	kind		text PRIMARY KEY,
	kept_from	timestamptz NOT NULL DEFAULT '-infinity',
	ran_at		timestamptz
);
INSERT INTO pypiwatch.retention VALUES ('events'), ('scans'), ('detections');

/* Rules that fired in a file whose findings are dropped: what a project
 * always had stays no news. */
ALTER TABLE pypiwatch.upload ADD COLUMN kept_rules text[];

/* ---- detections -------------------------------------------------------- */

ALTER TABLE pypiwatch.triage DROP CONSTRAINT triage_detection_id_fkey;
ALTER TABLE pypiwatch.alert DROP CONSTRAINT alert_detection_id_fkey;
ALTER TABLE pypiwatch.delivery DROP CONSTRAINT delivery_alert_id_fkey;
ALTER TABLE pypiwatch.detection RENAME TO detection_before;
ALTER TABLE pypiwatch.detection_before
    DROP CONSTRAINT detection_normalized_version_key;
ALTER TABLE pypiwatch.detection_before DROP CONSTRAINT detection_pkey;
DROP INDEX pypiwatch.detection_first;
ALTER SEQUENCE pypiwatch.detection_id_seq RENAME TO detection_before_id_seq;

CREATE TABLE pypiwatch.detection (
	LIKE pypiwatch.detection_before
	    INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING IDENTITY,
	PRIMARY KEY (id, first_detected_at)
) PARTITION BY RANGE (first_detected_at);
CREATE INDEX detection_release ON pypiwatch.detection (normalized, version);
CREATE INDEX detection_first ON pypiwatch.detection (first_detected_at);
CREATE TABLE pypiwatch.detection_rest PARTITION OF pypiwatch.detection DEFAULT;

/* One row a detection, in whichever month it stands: a release has one, and
 * what belongs to it refers to it. */
CREATE TABLE pypiwatch.detection_key (
	id		bigint PRIMARY KEY,
	normalized	text NOT NULL,
	version		text NOT NULL,
	first_detected_at timestamptz NOT NULL,
	UNIQUE (normalized, version)
);

CREATE FUNCTION pypiwatch.detection_key_keep() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	IF TG_OP = 'INSERT' THEN
		INSERT INTO pypiwatch.detection_key VALUES (NEW.id,
		    NEW.normalized, NEW.version, NEW.first_detected_at);
	ELSIF coalesce(current_setting('pypiwatch.moving', true), '') = ''
	THEN
		DELETE FROM pypiwatch.detection_key WHERE id = OLD.id;
	END IF;
	RETURN NULL;
END $$;
CREATE TRIGGER detection_key AFTER INSERT OR DELETE ON pypiwatch.detection
    FOR EACH ROW EXECUTE FUNCTION pypiwatch.detection_key_keep();

DO $$
DECLARE
	month timestamptz;
BEGIN
	FOR month IN SELECT DISTINCT
	    date_trunc('month', first_detected_at, 'UTC')
	    FROM pypiwatch.detection_before
	    UNION SELECT date_trunc('month', now(), 'UTC')
	LOOP
		EXECUTE format('CREATE TABLE pypiwatch.%I
		    PARTITION OF pypiwatch.detection
		    FOR VALUES FROM (%L) TO (%L)', 'detection' ||
		    to_char(month AT TIME ZONE 'UTC', '_YYYY_MM'), month,
		    (month AT TIME ZONE 'UTC' + interval '1 month')
		    AT TIME ZONE 'UTC');
	END LOOP;
END $$;
INSERT INTO pypiwatch.detection OVERRIDING SYSTEM VALUE
    SELECT * FROM pypiwatch.detection_before;
SELECT setval('pypiwatch.detection_id_seq', s.last_value, s.is_called)
    FROM pypiwatch.detection_before_id_seq s;

ALTER TABLE pypiwatch.triage ADD FOREIGN KEY (detection_id)
    REFERENCES pypiwatch.detection_key ON DELETE CASCADE;
ALTER TABLE pypiwatch.alert ADD FOREIGN KEY (detection_id)
    REFERENCES pypiwatch.detection_key ON DELETE CASCADE;
ALTER TABLE pypiwatch.delivery ADD FOREIGN KEY (alert_id)
    REFERENCES pypiwatch.alert ON DELETE CASCADE;

/* Views, whoever made them, follow to the new table; functions that take a
 * row of it are made again by functions.sql. */
DO $$
DECLARE
	x record;
BEGIN
	FOR x IN SELECT DISTINCT c.oid::regclass AS name, c.oid
	    FROM pg_depend p JOIN pg_rewrite r ON r.oid = p.objid
	    JOIN pg_class c ON c.oid = r.ev_class AND c.relkind = 'v'
	    WHERE p.classid = 'pg_rewrite'::regclass
	    AND p.refobjid = 'pypiwatch.detection_before'::regclass
	LOOP
		EXECUTE format('CREATE OR REPLACE VIEW %s AS %s', x.name,
		    replace(pg_get_viewdef(x.oid), 'detection_before',
			'detection'));
	END LOOP;
	FOR x IN SELECT p.objid::regprocedure AS name FROM pg_depend p
	    WHERE p.classid = 'pg_proc'::regclass
	    AND p.refobjid = (SELECT reltype FROM pg_class
		WHERE oid = 'pypiwatch.detection_before'::regclass)
	LOOP
		EXECUTE format('DROP FUNCTION %s', x.name);
	END LOOP;
END $$;
DROP TABLE pypiwatch.detection_before;
