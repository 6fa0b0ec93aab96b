#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Migrations: from nothing, again, with rows, side by side, without rights, and
# on a database that is newer than the program.
. "$(dirname "$0")/setup.sh"
migrate="${top_builddir:-.}/tests/db/test_migrate"
tmp=$cluster_dir.files
mkdir "$tmp"
trap 'cluster_end; rm -rf "$tmp"' EXIT

fail() {
	echo "FAIL: $*" >&2
	exit 1
}

says() {
	expected=$1
	shift
	got=$("$@") || fail "$*"
	[ "$got" = "$expected" ] || fail "$* says '$got', not '$expected'"
}

fails_with() {
	pattern=$1
	shift
	if "$@" > "$tmp/out" 2>&1; then
		fail "$* works"
	fi
	grep -q "$pattern" "$tmp/out" || fail "$* says: $(cat "$tmp/out")"
}

newest=$(ls "$top_srcdir/sql/schema" | tail -n 1 |
    sed 's/^0*\([0-9]*\)_.*/\1/')
fails_with "schema/.*: \|migration.sql: " "$migrate" \
    "dbname=pypiwatch user=postgres" "$tmp"
says "0 $newest $newest" "$migrate" "" "$top_srcdir/sql"
says "$newest $newest 0" "$migrate" "" "$top_srcdir/sql"
sql -c "UPDATE pypiwatch.poll_lease SET epoch = 1;
    SELECT pypiwatch.events_store('changelog', 1, 7, false, now(),
	'[{\"n\":0,\"kind\":\"create\",\"project\":\"a\",\"serial\":7,
	\"at_us\":1,\"key\":\"7\"}]')" > "$tmp/out"
says "$newest $newest 0" "$migrate" "" "$top_srcdir/sql"
says 1 sql -c "SELECT count(*) FROM analyst.events"

# From the first schema, with a row in what later ones change.
cluster_createdb first > "$tmp/out"
sql -d first -1 -f "$top_srcdir/sql/migration.sql" \
    -f "$top_srcdir/sql/schema/0001_start.sql" \
    -c "INSERT INTO pypiwatch.migration VALUES (1, '0001_start.sql')"
sql -d first -c "INSERT INTO pypiwatch.task (upload_id, normalized, version,
    filename, sha256, display, url, packagetype) VALUES (1, 'a', '1', 'f',
    repeat('0', 64), 'A', 'u', 'sdist')"
sql -d first -c "INSERT INTO pypiwatch.cursor (source, serial, begin_serial,
    epoch) VALUES ('changelog', 9, 5, 1); INSERT INTO pypiwatch.event (seen_at,
    serial, kind, project, normalized) VALUES ('2026-01-02 03:04:05Z', 9,
    'create', 'A', 'a'); INSERT INTO pypiwatch.release (normalized, version)
    VALUES ('a', '1')"
says "1 $newest $((newest - 1))" "$migrate" "dbname=first" "$top_srcdir/sql"
says "f|0" sql -d first -c "SELECT filename, mismatches FROM pypiwatch.task"
says "9|t|t" sql -d first -c "SELECT serial, complete,
    begin_at = '2026-01-02 03:04:05Z' FROM pypiwatch.cursor"
says "0|" sql -d first -c "SELECT looks, look_at FROM pypiwatch.release"
says 0 sql -d first -c "SELECT count(*) FROM analyst.evidence"
says "0|f" sql -d first -c "INSERT INTO pypiwatch.rescan (total, upto_id)
    VALUES (0, 0); SELECT (SELECT count(*) FROM pypiwatch.held_verdict), hold
    FROM pypiwatch.rescan"
says "release_people|t" sql -d first -c "SELECT c.relname, i.indisvalid
    FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
    WHERE c.relname = 'release_people'"
sql -c "DROP DATABASE first"

# With rows in it, from each earlier schema on: nothing is lost, views that
# others made follow, and numbers go on.
cluster_createdb rows > "$tmp/out"
export PGDATABASE=rows
sql -1 -f "$top_srcdir/sql/migration.sql" \
    -f "$top_srcdir/sql/schema/0001_start.sql" \
    -c "INSERT INTO pypiwatch.migration VALUES (1, '0001_start.sql')"
sql -1 -f "$top_srcdir/tests/db/rows_0001.sql" > "$tmp/out"
numbers() {
	sql -F ' ' -c "SELECT (SELECT count(*) || ':' || sum(id) ||
	    max(seen_at) FROM pypiwatch.event),
	    (SELECT count(*) || ':' || sum(id) || max(scanned_at)
		FROM pypiwatch.scan),
	    (SELECT count(*) || ':' || sum(id) || max(scanned_at)
		FROM pypiwatch.finding),
	    (SELECT string_agg(id || project || score || reasons::text ||
		first_detected_at, ',' ORDER BY id) FROM pypiwatch.detection),
	    (SELECT string_agg(id || verdict || detection_id, ',')
		FROM pypiwatch.triage),
	    (SELECT string_agg(id || project, ',' ORDER BY id)
		FROM theirs.newest)"
}
before=$(numbers)
says "1 $newest $((newest - 1))" "$migrate" "" "$top_srcdir/sql"
says "$before" numbers
says "0 0 0 0" sql -F ' ' -c "SELECT (SELECT count(*)
    FROM pypiwatch.event_rest), (SELECT count(*) FROM pypiwatch.scan_rest),
    (SELECT count(*) FROM pypiwatch.finding_rest),
    (SELECT count(*) FROM pypiwatch.detection_rest)"
says "pypiwatch.event_2025_12 pypiwatch.event_2026_01" sql -c "SELECT
    string_agg(DISTINCT tableoid::regclass::text, ' ')
    FROM (SELECT tableoid FROM pypiwatch.event
    WHERE seen_at < '2026-02-01Z') e"
says 4 sql -c "WITH d AS (INSERT INTO pypiwatch.detection (normalized, project,
    version, score, severity) VALUES ('new', 'new', '1', 90, 'critical')
    RETURNING id) SELECT id FROM d"
fails_with 'detection_key.*duplicate\|duplicate.*detection_key' sql -c "
    INSERT INTO pypiwatch.detection (normalized, project, version, score,
    severity) VALUES ('new', 'new', '1', 90, 'critical')"
fails_with 'foreign key' sql -c "INSERT INTO pypiwatch.triage
    (detection_id, verdict, was, author) VALUES (99, 'open', 'open', 'x')"
export PGDATABASE=pypiwatch
sql -c "DROP DATABASE rows"

# From the schema before: a database with its tables and rows, as it stood.
schema_at() {	# DATABASE VERSION SQL
	cluster_createdb "$1" > "$tmp/out"
	sql -d "$1" -1 -f "$top_srcdir/sql/migration.sql"
	for f in "$top_srcdir"/sql/schema/[0-9]*.sql; do
		n=$(basename "$f" | sed 's/^0*\([0-9]*\)_.*/\1/')
		[ "$n" -le "$2" ] || break
		sql -d "$1" -1 -f "$f" -c "INSERT INTO pypiwatch.migration
		    VALUES ($n, '$(basename "$f")')" > "$tmp/out"
	done
	sql -d "$1" -c "$3" > "$tmp/out"
	says "$2 $newest $((newest - $2))" "$migrate" "dbname=$1" \
	    "$top_srcdir/sql"
}

# 0008: what was told before sinks had wishes goes out as it would have.
schema_at noise 7 "
INSERT INTO pypiwatch.sink (name, type, min_severity, enabled)
    VALUES ('chat', 'slack', 'high', true);
INSERT INTO pypiwatch.detection (normalized, project, version, score, severity,
    sequence) VALUES ('a', 'A', '1', 90, 'critical', 2);
INSERT INTO pypiwatch.alert (detection_id, sequence, type, severity, payload)
    VALUES (1, 1, 'detection.opened', 'critical', '{}'),
    (1, 2, 'release.removed', 'critical', '{}');
INSERT INTO pypiwatch.delivery (alert_id, sink, detection_id, state)
    VALUES (1, 'chat', 1, 'delivered'), (2, 'chat', 1, 'pending');"
says "chat|f|00:10:00||none|critical" sql -d noise -c "SELECT name, campaigns,
    campaign_wait, rate, digest, quiet_except FROM pypiwatch.sink"
says "delivered||
pending||" sql -d noise -c "SELECT state, held, summary_id
    FROM pypiwatch.delivery ORDER BY id"
says "2|" sql -d noise -c "SELECT count(*), max(what) FROM pypiwatch.alert"
says 0 sql -d noise -c "SELECT count(*) FROM pypiwatch.thread"
says 0 sql -d noise -c "SELECT pypiwatch.outbox_gather()"
sql -c "DROP DATABASE noise"

# 0012: triage that was becomes the audit's beginning; nothing is suppressed.
schema_at suppress 11 "
INSERT INTO pypiwatch.detection (normalized, project, version, score, severity)
    VALUES ('a', 'A', '1', 90, 'critical');
INSERT INTO pypiwatch.triage (detection_id, at, verdict, was, note, author)
    VALUES (1, '2026-01-02Z', 'confirmed', 'open', 'n', 'ann'),
    (1, '2026-01-03Z', 'open', 'confirmed', NULL, 'bob');
INSERT INTO pypiwatch.finding (scan_id, upload_id, normalized, version, rule,
    category) VALUES (1, 1, 'a', '1', 'r', 'c');"
says 'ann|detection 1|{"was": "open", "note": "n", "verdict": "confirmed"}
bob|detection 1|{"was": "confirmed", "verdict": "open"}' sql -d suppress -c "
    SELECT role, what, detail FROM analyst.audit WHERE action = 'triage'
    ORDER BY at"
says "r|" sql -d suppress -c "SELECT rule, suppressed_by FROM pypiwatch.finding"
says "90|" sql -d suppress -c "SELECT score, suppressed_by
    FROM analyst.detections"
sql -c "DROP DATABASE suppress"

# 0013: what was held stays held; nothing is muted.
schema_at mute 12 "
INSERT INTO pypiwatch.alert (sequence, type, severity, payload)
    VALUES (1, 'detection.opened', 'high', '{}');
INSERT INTO pypiwatch.delivery (alert_id, sink, state, held, held_until)
    VALUES (1, 'a', 'pending', 'quiet', '2027-01-01Z'),
    (1, 'b', 'dead', NULL, NULL);"
says "a|pending|quiet|
b|dead||" sql -d mute -c "SELECT sink, state, held, mute_id
    FROM pypiwatch.delivery ORDER BY id"
fails_with 'delivery_held_check' sql -d mute -c "UPDATE pypiwatch.delivery
    SET held = 'x'"
sql -d mute -c "UPDATE pypiwatch.delivery SET held = 'muted'"
sql -c "DROP DATABASE mute"
# 0017: stored names stay as they are, and no import name is known yet.
schema_at imports 16 "
INSERT INTO pypiwatch.target (normalized, kind, rank)
    VALUES ('a', 'popular', 1), ('ours', 'protected', 0);"
says "a|popular|
ours|protected|" sql -d imports -c "SELECT normalized, kind, project
    FROM analyst.targets ORDER BY normalized"
says 0 sql -d imports -c "SELECT count(*) FROM pypiwatch.import_name"
sql -c "DROP DATABASE imports"

# 0016: names that are known stay targets of their kind.
schema_at deps 15 "INSERT INTO pypiwatch.target (normalized, kind, rank)
    VALUES ('a', 'popular', 3), ('b', 'protected', 0);"
sql -d deps -c "SELECT pypiwatch.deps_store('l', NULL, '{f}',
    '[{\"name\":\"a\"},{\"name\":\"c\",\"version\":\"1\"}]')" > "$tmp/out"
says "a popular
b protected
c used" sql -F ' ' -d deps -c "SELECT normalized, kind FROM analyst.targets
    ORDER BY 1"
sql -c "DROP DATABASE deps"

# 0020: an index over what is there.
schema_at suppressed 19 "INSERT INTO pypiwatch.detection (normalized, project,
    version, score, severity, suppressed_by) VALUES ('a', 'A', '1', 90,
    'critical', 7), ('b', 'B', '1', 90, 'critical', NULL)"
says "t 1" sql -F ' ' -d suppressed -c "SELECT (SELECT indisvalid
    FROM pg_index WHERE indexrelid = 'pypiwatch.detection_suppressed'::regclass),
    (SELECT count(*) FROM pypiwatch.detection WHERE suppressed_by = 7)"
sql -c "DROP DATABASE suppressed"

# 0023: rescans of before stay what they were, and releases that wait are of
# none.
schema_at seed 22 "
INSERT INTO pypiwatch.rescan (total, upto_id, kind)
    VALUES (1, 1, 'files'), (2, 2, 'judge');
INSERT INTO pypiwatch.resolve (normalized, version, display)
    VALUES ('a', '1', 'a');"
says "files
judge" sql -d seed -c "SELECT kind FROM pypiwatch.rescan ORDER BY id"
says "1|" sql -d seed -c "SELECT version, rescan_id FROM pypiwatch.resolve"
says 2 sql -d seed -c "SELECT total FROM pypiwatch.seed_ask('{b,c}', true)"
fails_with 'rescan_kind_check' sql -d seed -c "UPDATE pypiwatch.rescan
    SET kind = 'x'"
sql -c "DROP DATABASE seed"

# 0024: what is on its way goes to all, as before.
schema_at outstanding 23 "
INSERT INTO pypiwatch.alert (sequence, type, severity, payload)
    VALUES (1, 'detection.opened', 'high', '{}');
INSERT INTO pypiwatch.delivery (alert_id, sink, state, attempt, lease_owner)
    VALUES (1, 'mail', 'retrying', 2, 1);"
says "retrying|" sql -d outstanding -c "SELECT state, left_to
    FROM pypiwatch.delivery"
end_says() {	# WANT STATUS LEFT
	says "$1" sql -d outstanding -c "UPDATE pypiwatch.delivery
	    SET lease_owner = 1, state = 'retrying', first_tried_at = now()" \
	    -c "SELECT pypiwatch.delivery_end(1, 1, $2, 0, 451, 'no', false,
		600, NULL, $3)" -c "SELECT left_to FROM pypiwatch.delivery"
}
end_says "retrying
a@b,c@d" "'later'" "'a@b,c@d'"
end_says "retrying
a@b,c@d" "'later'" NULL
end_says delivered "'ok'" NULL
sql -c "DROP DATABASE outstanding"

# 0025: a suppression that is being applied goes on, with nothing put aside.
schema_at aside 24 "
INSERT INTO pypiwatch.suppression (rule, reason, owner, until, after_id)
    VALUES ('r', 'x', 'me', now() + interval '1 day', 3);
INSERT INTO pypiwatch.advisory (id, source, published_at, modified_at)
    VALUES ('MAL-1', 'test', now(), now());"
says "1||" sql -d aside -c "SELECT last, upto, again_ms
    FROM pypiwatch.suppression_next(8)"
says 0 sql -d aside -c "SELECT count(*) FROM pypiwatch.suppression_left"
sql -d aside -c "SELECT pypiwatch.health_look(0)" > /dev/null
sql -c "DROP DATABASE aside"

# 0026: what this release knows is written, and what it no longer does is gone.
schema_at words 25 "
INSERT INTO pypiwatch.target (normalized, kind, rank)
    VALUES ('requests', 'popular', 7);"
says "t|opencv-python|requests" sql -d words -c "SELECT
    (SELECT count(*) > 5000 FROM pypiwatch.word),
    (SELECT project FROM pypiwatch.word WHERE normalized = 'cv2'),
    (SELECT project FROM analyst.similar_names('reqeusts') LIMIT 1)"
sql -d words -c "INSERT INTO pypiwatch.word VALUES ('zzold', 'word', NULL);
    UPDATE pypiwatch.word SET project = 'x' WHERE normalized = 'cv2'"
says "$newest $newest 0" "$migrate" "dbname=words" "$top_srcdir/sql"
says "0|opencv-python" sql -d words -c "SELECT
    (SELECT count(*) FROM pypiwatch.word WHERE normalized = 'zzold'),
    (SELECT project FROM pypiwatch.word WHERE normalized = 'cv2')"
fails_with 'word_check' sql -d words -c "INSERT INTO pypiwatch.word
    VALUES ('a', 'word', 'b')"
sql -c "DROP DATABASE words"

# An owner without any special right: roles are there, or are asked for.
sql -c "CREATE ROLE plain LOGIN" -c "CREATE DATABASE plain OWNER plain"
says "0 $newest $newest" "$migrate" "dbname=plain user=plain" \
    "$top_srcdir/sql"
sql -c "DROP OWNED BY pypiwatch, pypiwatch_web, pypiwatch_analyst" \
    -d plain
sql -c "DROP OWNED BY pypiwatch, pypiwatch_web, pypiwatch_analyst;
    DROP ROLE pypiwatch, pypiwatch_web, pypiwatch_analyst"
"$migrate" "dbname=plain user=plain" "$top_srcdir/sql" > "$tmp/out" 2>&1 ||
    fail "without the right to create roles: $(cat "$tmp/out")"
grep -q 'CREATE ROLE pypiwatch_analyst' "$tmp/out" ||
    fail "no word about the missing roles: $(cat "$tmp/out")"
fails_with "owner" "$migrate" "dbname=pypiwatch user=plain" "$top_srcdir/sql"

# Two at once: one waits for the other.
cluster_createdb twice > "$tmp/out"
"$migrate" dbname=twice "$top_srcdir/sql" > "$tmp/a" &
"$migrate" dbname=twice "$top_srcdir/sql" > "$tmp/b"
wait $! || fail "the first of two"
says "0 $newest $newest
$newest $newest 0" sort "$tmp/a" "$tmp/b"

sql -d twice -c "INSERT INTO pypiwatch.migration VALUES (9999, 'later')"
fails_with "newer than this program" "$migrate" dbname=twice "$top_srcdir/sql"
