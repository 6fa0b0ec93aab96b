/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The tables.  Queue is their only writer; functions.sql holds what must
 * happen in one transaction, analyst.sql what people read.
 *
 * Hot tables (resolve, task, delivery while unfinished) stay small: finished
 * work leaves them.  What grows with time (event, scan, finding) is
 * partitioned by the time we saw it, so that it can be dropped by the month.
 */

CREATE FUNCTION pypiwatch.normalize(name text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
AS $$ SELECT lower(regexp_replace(name, '[-_.]+', '-', 'g')) $$;

CREATE FUNCTION pypiwatch.severity_of(score integer) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
AS $$ SELECT CASE WHEN score >= 85 THEN 'critical' WHEN score >= 60 THEN 'high'
	WHEN score >= 40 THEN 'medium' WHEN score >= 20 THEN 'low'
	ELSE 'none' END $$;

CREATE FUNCTION pypiwatch.severity_rank(severity text) RETURNS integer
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
AS $$ SELECT array_position(
	ARRAY['none', 'low', 'medium', 'high', 'critical'], severity) $$;

/* ---- who does the work ------------------------------------------------- */

/* A queue process.  It is alive while it holds advisory lock (7058, id). */
CREATE TABLE pypiwatch.instance (
	id		integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
	host		text NOT NULL,
	pid		integer NOT NULL,
	version		text NOT NULL,
	started_at	timestamptz NOT NULL DEFAULT now(),
	seen_at		timestamptz NOT NULL DEFAULT now(),
	satellites	jsonb NOT NULL DEFAULT '[]'
);

/* One row: who polls.  The epoch grows with every new holder; a write that
 * carries an older one comes from somebody who no longer leads. */
CREATE TABLE pypiwatch.poll_lease (
	one		boolean PRIMARY KEY DEFAULT true CHECK (one),
	epoch		bigint NOT NULL DEFAULT 0,
	holder		integer,
	taken_at	timestamptz
);
INSERT INTO pypiwatch.poll_lease DEFAULT VALUES;

CREATE TABLE pypiwatch.cursor (
	source		text PRIMARY KEY,
	serial		bigint NOT NULL,
	begin_serial	bigint NOT NULL,	/* what is older is the past */
	epoch		bigint NOT NULL,
	updated_at	timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE pypiwatch.source_health (
	source		text PRIMARY KEY,
	ok		boolean NOT NULL,
	stopped		boolean NOT NULL DEFAULT false,
	last_ok_at	timestamptz,
	items		bigint NOT NULL DEFAULT 0,
	lag_s		bigint,
	server_serial	bigint,
	why		text,
	updated_at	timestamptz NOT NULL DEFAULT now()
);

/* Per source and hour. */
CREATE TABLE pypiwatch.coverage (
	source		text NOT NULL,
	period		timestamptz NOT NULL,
	polls		bigint NOT NULL DEFAULT 0,
	items		bigint NOT NULL DEFAULT 0,
	stored		bigint NOT NULL DEFAULT 0,
	gaps		bigint NOT NULL DEFAULT 0,
	failures	bigint NOT NULL DEFAULT 0,
	first_serial	bigint,
	last_serial	bigint,
	last_at		timestamptz,
	PRIMARY KEY (source, period)
);

/* What the daemon runs with, for those who only see the database. */
CREATE TABLE pypiwatch.setting (
	name		text PRIMARY KEY,
	value		text NOT NULL
);
INSERT INTO pypiwatch.setting VALUES ('mode', 'alert');

/* ---- what PyPI said ---------------------------------------------------- */

CREATE TABLE pypiwatch.project (
	normalized	text PRIMARY KEY,
	display		text NOT NULL,
	status		text NOT NULL DEFAULT 'live'
	    CHECK (status IN ('live', 'quarantined', 'removed')),
	first_seen_at	timestamptz NOT NULL DEFAULT now(),
	created_at	timestamptz,	/* of the create event, if we saw it */
	removed_at	timestamptz,
	revived		boolean NOT NULL DEFAULT false,
	owner_changed_at timestamptz,
	lookalike_of	text,
	last_serial	bigint
);

CREATE TABLE pypiwatch.project_role (
	normalized	text NOT NULL,
	actor		text NOT NULL,
	role		text NOT NULL,
	granted_at	timestamptz,
	revoked_at	timestamptz,
	PRIMARY KEY (normalized, actor)
);
CREATE INDEX project_role_actor ON pypiwatch.project_role (actor);

CREATE TABLE pypiwatch.release (
	normalized	text NOT NULL,
	version		text NOT NULL,
	first_seen_at	timestamptz NOT NULL DEFAULT now(),
	status		text NOT NULL DEFAULT 'live' CHECK
	    (status IN ('live', 'yanked', 'quarantined', 'removed')),
	status_at	timestamptz,
	all_files	boolean NOT NULL DEFAULT false, /* want what it lists */
	summary		text,
	author		text,
	author_email	text,
	maintainer	text,
	maintainer_email text,
	home_page	text,
	PRIMARY KEY (normalized, version)
);
CREATE INDEX release_first_seen ON pypiwatch.release (first_seen_at);

/* One row a happening, however many sources told of it: see sighting. */
CREATE TABLE pypiwatch.event (
	id		bigint GENERATED ALWAYS AS IDENTITY,
	seen_at		timestamptz NOT NULL DEFAULT now(),
	serial		bigint,
	kind		text NOT NULL,
	project		text NOT NULL,
	normalized	text NOT NULL,
	version		text,
	filename	text,
	actor		text,
	role		text,
	action		text,
	at		timestamptz,
	PRIMARY KEY (id, seen_at)
) PARTITION BY RANGE (seen_at);
CREATE TABLE pypiwatch.event_rest PARTITION OF pypiwatch.event DEFAULT;
CREATE INDEX event_serial ON pypiwatch.event (serial);
CREATE INDEX event_normalized ON pypiwatch.event (normalized, version);
CREATE INDEX event_seen ON pypiwatch.event (seen_at);

/* Which source showed an event, and when.  The key is the serial, or what a
 * feed's link names; being unique here is what makes a repeated page harmless.
 * Serials are one sequence over all sources that have them. */
CREATE TABLE pypiwatch.sighting (
	source		text NOT NULL,
	key		text NOT NULL,
	event_id	bigint NOT NULL,
	seen_at		timestamptz NOT NULL DEFAULT now(),
	PRIMARY KEY (source, key)
);
CREATE INDEX sighting_event ON pypiwatch.sighting (event_id);

/* ---- files ------------------------------------------------------------- */

/* Every file that an event named or a release listed.  outcome stays NULL
 * until the one terminal state; state says how far it is until then. */
CREATE TABLE pypiwatch.upload (
	id		bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
	normalized	text NOT NULL,
	version		text NOT NULL,
	filename	text NOT NULL,
	state		text NOT NULL DEFAULT 'unresolved' CHECK
	    (state IN ('unresolved', 'queued', 'done')),
	outcome		text CHECK (outcome IN ('scanned', 'partial',
	    'unscannable', 'gone', 'dead')),
	why		text,
	sha256		text CHECK (sha256 ~ '^[0-9a-f]{64}$'),
	url		text,
	size		bigint,
	packagetype	text,
	uploaded_at	timestamptz,
	requires_python	text,
	provenance	text,
	yanked		boolean NOT NULL DEFAULT false,
	changed_bytes	boolean NOT NULL DEFAULT false,
	seen_at		timestamptz NOT NULL DEFAULT now(),
	resolved_at	timestamptz,
	scanned_at	timestamptz,
	score		smallint CHECK (score BETWEEN 0 AND 100),
	alert		boolean NOT NULL DEFAULT false,
	object		jsonb,		/* the scan object, pypiwatch.scan/1 */
	UNIQUE (normalized, filename),
	CHECK ((state = 'done') = (outcome IS NOT NULL))
) WITH (fillfactor = 80);
CREATE INDEX upload_release ON pypiwatch.upload (normalized, version);
CREATE INDEX upload_open ON pypiwatch.upload (seen_at)
    WHERE outcome IS NULL;
CREATE INDEX upload_dead ON pypiwatch.upload (scanned_at)
    WHERE outcome = 'dead';
CREATE INDEX upload_seen ON pypiwatch.upload (seen_at);
CREATE INDEX upload_sha256 ON pypiwatch.upload (sha256);

/* Work: learn what a release holds.  One row a release, gone when all its
 * named files are known. */
CREATE TABLE pypiwatch.resolve (
	id		bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
	normalized	text NOT NULL,
	version		text NOT NULL,
	display		text NOT NULL,
	serial		bigint NOT NULL DEFAULT 0,
	priority	smallint NOT NULL DEFAULT 3,
	attempt		integer NOT NULL DEFAULT 0,
	failures	integer NOT NULL DEFAULT 0,
	why		text,
	created_at	timestamptz NOT NULL DEFAULT now(),
	turn_at		timestamptz NOT NULL DEFAULT now(),
	run_at		timestamptz NOT NULL DEFAULT now(),
	lease_until	timestamptz,
	lease_owner	integer,
	lease_serial	bigint,
	UNIQUE (normalized, version)
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.01,
    autovacuum_vacuum_threshold = 500, autovacuum_vacuum_cost_delay = 0);
CREATE INDEX resolve_turn ON pypiwatch.resolve (turn_at);

/* Work: fetch, inspect and judge one file.  turn_at is the time it was made
 * plus a head start by priority: urgent work goes first and nothing starves. */
CREATE TABLE pypiwatch.task (
	id		bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
	upload_id	bigint NOT NULL,
	normalized	text NOT NULL,
	version		text NOT NULL,
	filename	text NOT NULL,
	sha256		text NOT NULL,
	display		text NOT NULL,
	url		text NOT NULL,
	size		bigint NOT NULL DEFAULT -1,
	packagetype	text NOT NULL,
	priority	smallint NOT NULL DEFAULT 3,
	attempt		integer NOT NULL DEFAULT 0,	/* that counted */
	crashes		integer NOT NULL DEFAULT 0,
	failures	integer NOT NULL DEFAULT 0,	/* of the network */
	why		text,
	created_at	timestamptz NOT NULL DEFAULT now(),
	turn_at		timestamptz NOT NULL DEFAULT now(),
	run_at		timestamptz NOT NULL DEFAULT now(),
	lease_until	timestamptz,
	lease_owner	integer,
	UNIQUE (normalized, filename, sha256)
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.01,
    autovacuum_vacuum_threshold = 500, autovacuum_vacuum_cost_delay = 0);
CREATE INDEX task_turn ON pypiwatch.task (turn_at);

/* ---- what we made of it ------------------------------------------------ */

/* What a worker said about bytes: the same for every project. */
CREATE TABLE pypiwatch.features (
	sha256		text NOT NULL,
	ruleset		text NOT NULL,
	features	jsonb NOT NULL,
	made_at		timestamptz NOT NULL DEFAULT now(),
	PRIMARY KEY (sha256, ruleset)
);

/* One finished look at one file; a file may be looked at again. */
CREATE TABLE pypiwatch.scan (
	id		bigint GENERATED ALWAYS AS IDENTITY,
	scanned_at	timestamptz NOT NULL DEFAULT now(),
	upload_id	bigint NOT NULL,
	normalized	text NOT NULL,
	version		text NOT NULL,
	sha256		text,
	outcome		text NOT NULL,
	why		text,
	score		smallint NOT NULL,
	ruleset		text,
	reasons		jsonb NOT NULL DEFAULT '[]',
	attempts	integer NOT NULL,
	ms		integer,
	PRIMARY KEY (id, scanned_at)
) PARTITION BY RANGE (scanned_at);
CREATE TABLE pypiwatch.scan_rest PARTITION OF pypiwatch.scan DEFAULT;
CREATE INDEX scan_upload ON pypiwatch.scan (upload_id);
CREATE INDEX scan_scanned ON pypiwatch.scan (scanned_at);

CREATE TABLE pypiwatch.finding (
	id		bigint GENERATED ALWAYS AS IDENTITY,
	scanned_at	timestamptz NOT NULL DEFAULT now(),
	scan_id		bigint NOT NULL,
	upload_id	bigint NOT NULL,
	normalized	text NOT NULL,
	version		text NOT NULL,
	rule		text NOT NULL,
	category	text NOT NULL,
	tactic		text,
	context		text,
	path		text,
	line		integer,
	layers		jsonb,
	weight		double precision,
	novel		boolean,
	text		text,
	snippet		text,
	PRIMARY KEY (id, scanned_at)
) PARTITION BY RANGE (scanned_at);
CREATE TABLE pypiwatch.finding_rest PARTITION OF pypiwatch.finding DEFAULT;
CREATE INDEX finding_upload ON pypiwatch.finding (upload_id);
CREATE INDEX finding_release ON pypiwatch.finding (normalized, version);
CREATE INDEX finding_rule ON pypiwatch.finding (rule, scanned_at);

/* One a release whose score reached the threshold. */
CREATE TABLE pypiwatch.detection (
	id		bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
	normalized	text NOT NULL,
	project		text NOT NULL,
	version		text NOT NULL,
	score		smallint NOT NULL CHECK (score BETWEEN 0 AND 100),
	told_score	smallint NOT NULL DEFAULT 0,
	severity	text NOT NULL,
	reasons		jsonb NOT NULL DEFAULT '[]',
	lookalike_of	text,
	first_detected_at timestamptz NOT NULL DEFAULT now(),
	updated_at	timestamptz NOT NULL DEFAULT now(),
	triage_status	text NOT NULL DEFAULT 'open' CHECK (triage_status IN
	    ('open', 'confirmed', 'false_positive', 'pentest', 'spam',
	    'benign')),
	pypi_status	text NOT NULL DEFAULT 'live' CHECK (pypi_status IN
	    ('live', 'yanked', 'quarantined', 'removed')),
	pypi_status_at	timestamptz,
	upload_to_alert	interval,
	sequence	integer NOT NULL DEFAULT 0,
	UNIQUE (normalized, version)
);
CREATE INDEX detection_first ON pypiwatch.detection (first_detected_at);

CREATE TABLE pypiwatch.triage (
	id		bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
	detection_id	bigint NOT NULL REFERENCES pypiwatch.detection,
	at		timestamptz NOT NULL DEFAULT now(),
	verdict		text NOT NULL,
	was		text NOT NULL,
	note		text,
	author		text NOT NULL
);
CREATE INDEX triage_detection ON pypiwatch.triage (detection_id);

/* ---- telling people ---------------------------------------------------- */

/* The sinks of the configuration, as queue last read it. */
CREATE TABLE pypiwatch.sink (
	name		text PRIMARY KEY,
	type		text NOT NULL,
	min_severity	text NOT NULL,
	enabled		boolean NOT NULL,
	disabled_why	text,		/* by the far end: 410, 404 */
	updated_at	timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE pypiwatch.alert (
	id		bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
	detection_id	bigint REFERENCES pypiwatch.detection,
	sequence	integer NOT NULL,
	type		text NOT NULL,
	severity	text NOT NULL,
	payload		jsonb NOT NULL,
	created_at	timestamptz NOT NULL DEFAULT now(),
	UNIQUE (detection_id, sequence)
);
CREATE INDEX alert_created ON pypiwatch.alert (created_at);

/* The outbox: one row an alert and sink, written with the alert. */
CREATE TABLE pypiwatch.delivery (
	id		bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
	alert_id	bigint NOT NULL REFERENCES pypiwatch.alert,
	sink		text NOT NULL,
	delivery_id	uuid NOT NULL UNIQUE DEFAULT gen_random_uuid(),
	detection_id	bigint,
	state		text NOT NULL DEFAULT 'pending' CHECK (state IN
	    ('pending', 'retrying', 'delivered', 'dead')),
	attempt		integer NOT NULL DEFAULT 0,
	created_at	timestamptz NOT NULL DEFAULT now(),
	run_at		timestamptz NOT NULL DEFAULT now(),
	first_tried_at	timestamptz,
	lease_until	timestamptz,
	lease_owner	integer,
	delivered_at	timestamptz,
	http_status	integer,
	answer		text,
	dead_reason	text,
	UNIQUE (alert_id, sink)
) WITH (fillfactor = 70);
CREATE INDEX delivery_open ON pypiwatch.delivery (sink, id)
    WHERE state IN ('pending', 'retrying');

/* ---- names ------------------------------------------------------------- */

/* What an operator protects, and lists fetched at run time. */
CREATE TABLE pypiwatch.target (
	normalized	text NOT NULL,
	kind		text NOT NULL CHECK (kind IN ('popular', 'protected')),
	rank		integer NOT NULL DEFAULT 0,
	downloads	bigint NOT NULL DEFAULT 0,
	owned		boolean NOT NULL DEFAULT false,
	added_at	timestamptz NOT NULL DEFAULT now(),
	PRIMARY KEY (normalized, kind)
);

/* A trusted extension: a database's owner may create it. */
CREATE EXTENSION IF NOT EXISTS pg_trgm WITH SCHEMA pypiwatch;
CREATE INDEX project_like ON pypiwatch.project
    USING gin (normalized pypiwatch.gin_trgm_ops);
CREATE INDEX target_like ON pypiwatch.target
    USING gin (normalized pypiwatch.gin_trgm_ops);
