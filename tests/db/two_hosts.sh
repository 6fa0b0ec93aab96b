#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What two hosts do to one release at the same moment: one waits for the
# other, and both are right.
. "$(dirname "$0")/setup.sh"
schema_apply
tmp=$cluster_dir.files
mkdir "$tmp"
trap 'cluster_end; rm -rf "$tmp"' EXIT

check() {
	[ "$2" = "$3" ] || { echo "FAIL: $1: wanted '$2', got '$3'" >&2; exit 1; }
}
# both FIRST SECOND: the second begins while the first has not committed
both() {
	sql -c "BEGIN" -c "$1" -c "SELECT pg_sleep(2)" -c "COMMIT" \
	    > "$tmp/first" 2>&1 &
	for turn in 1 2 3 4 5 6 7 8 9 10; do
		[ "$(sql -c "SELECT count(*) FROM pg_stat_activity
		    WHERE query LIKE '%pg_sleep(2)%' AND state = 'active'
		    AND pid <> pg_backend_pid()")" = 0 ] || break
		sleep 0.2
	done
	sql -c "$2" > "$tmp/second" 2>&1 || { cat "$tmp/second"; exit 1; }
	wait $! || { cat "$tmp/first"; exit 1; }
}

# ---- two files of one release, each with a verdict of its own host
sql -c "INSERT INTO pypiwatch.release (normalized, version) VALUES ('a', '1');
    INSERT INTO pypiwatch.project (normalized, display) VALUES ('a', 'A');
    INSERT INTO pypiwatch.upload (normalized, version, filename, state, sha256)
    VALUES ('a', '1', 'f1', 'queued', repeat('1', 64)),
    ('a', '1', 'f2', 'queued', repeat('2', 64));
    INSERT INTO pypiwatch.task (upload_id, normalized, version, filename,
    sha256, display, url, packagetype, lease_owner)
    SELECT id, normalized, version, filename, sha256, 'A', 'u', 'sdist', id
    FROM pypiwatch.upload"
verdict() {
	echo "SELECT pypiwatch.scan_store($1, $1, '{\"outcome\": \"scanned\",
	    \"score\": $2, \"alert\": true, \"ms\": 1, \"object\": {}}')"
}
both "$(verdict 1 70)" "$(verdict 2 90)"
check "detections" "1|90|2" "$(sql -c "SELECT count(*), max(score),
    max(sequence) FROM pypiwatch.detection")"
check "outcomes" 2 "$(sql -c "SELECT count(*) FROM analyst.files
    WHERE outcome = 'scanned'")"

# ---- a file is judged under a suppression while a verdict on it is stored:
# neither waits for the other for ever, and the verdict stands
sql -c "INSERT INTO pypiwatch.suppression (normalized, reason, owner, until,
    created_by) VALUES ('a', 'ours', 'ann', now() + interval '1 day', 'ann')"
suppress="SELECT pypiwatch.file_suppress(d.id, u.id, u.xmin::text,
    (SELECT max(id) FROM pypiwatch.suppression), '{\"score\": 5,
    \"alert\": false, \"reasons\": [], \"object\": {}}')
    FROM pypiwatch.upload u JOIN pypiwatch.detection d
	USING (normalized, version) WHERE u.filename"
both "UPDATE pypiwatch.upload SET score = 99 WHERE filename = 'f2';
    SELECT pg_sleep(2); SELECT pypiwatch.release_judge(u, 'A', '[]', NULL)
    FROM pypiwatch.upload u WHERE filename = 'f2'" "$suppress = 'f2'"
check "it is another by now" f "$(cat "$tmp/second")"
check "the verdict" "99|99|t" "$(sql -c "SELECT u.score, d.score, u.alert
    FROM pypiwatch.upload u JOIN pypiwatch.detection d
	USING (normalized, version) WHERE filename = 'f2'")"

# ---- both files of a release at once: the second sees that none is left
both "$suppress = 'f1'" "$suppress = 'f2'"
check "suppressed" "5|t|1" "$(sql -c "SELECT score, suppressed_by IS NOT NULL,
    (SELECT count(*) FROM pypiwatch.alert WHERE what = 'suppressed')
    FROM pypiwatch.detection")"

# ---- two verdicts on one file at once: the later one's findings stay
again() {
	echo "SELECT pypiwatch.verdict_apply(id, sha256, 'A', $1,
	    '{\"outcome\": \"scanned\", \"score\": 70, \"alert\": true,
	    \"object\": {\"findings\": [{\"rule\": \"r$1\", \"category\":
	    \"c\", \"context\": \"import\", \"weight\": 0.5,
	    \"text\": \"t\"}]}}') FROM pypiwatch.upload WHERE filename = 'f1'"
}
both "$(again 8)" "$(again 9)"
check "findings" "r9" "$(sql -c "SELECT string_agg(f.rule, ',')
    FROM pypiwatch.finding f JOIN pypiwatch.upload u ON u.id = f.upload_id
    WHERE filename = 'f1'")"

# ---- the file's event by the one who polls, its release by another
sql -c "UPDATE pypiwatch.poll_lease SET epoch = 1"
event() {
	echo "SELECT pypiwatch.events_store('changelog', 1, $1, false, now(),
	    '[{\"n\":0,\"serial\":$1,\"key\":\"$1\",\"kind\":\"$2\",
	    \"project\":\"B\",\"version\":\"1\",\"filename\":$3,\"at_us\":1}]')"
}
sql -c "$(event 1 'new release' null)" -c "UPDATE pypiwatch.resolve
    SET lease_owner = 1, lease_serial = serial" > "$tmp/out"
both "$(event 2 'add file' '"g"')" "SELECT pypiwatch.release_store(id, 1,
    '{\"files\": [{\"filename\": \"g\", \"url\": \"u\", \"size\": 1,
    \"sha256\": \"$(printf %064d 3)\", \"packagetype\": \"sdist\",
    \"yanked\": false, \"uploaded_at_us\": 0}], \"owners\": []}')
    FROM pypiwatch.resolve WHERE normalized = 'b'"
check "the file" "1|queued" "$(sql -c "SELECT count(*), max(state)
    FROM pypiwatch.upload WHERE normalized = 'b'")"
check "its task" 1 "$(sql -c "SELECT count(*) FROM pypiwatch.task
    WHERE normalized = 'b'")"

# ---- one serial, told on two connections at once: stored once
both "$(event 3 'new release' null)" "$(event 3 'new release' null)"
check "the second is told that it is known" 0 "$(cat "$tmp/second")"
check "events of serial 3" 1 "$(sql -c "SELECT count(*)
    FROM pypiwatch.event WHERE serial = 3")"

# ---- one happening, told by two sources at once: one event, seen by both
both "$(event 4 'create' null)" "SELECT pypiwatch.events_store('rss-packages',
    1, NULL, false, now(), '[{\"n\":0,\"serial\":0,\"key\":\"B/@1\",
    \"kind\":\"create\",\"project\":\"B\",\"version\":\"1\",
    \"at_us\":1}]')"
check "creations, and who told" "1 changelog,rss-packages" "$(sql -c "SELECT
    count(DISTINCT e.id) || ' ' || string_agg(s.source, ',' ORDER BY s.source)
    FROM pypiwatch.event e JOIN pypiwatch.sighting s ON s.event_id = e.id
    WHERE e.kind = 'create'")"

# ---- a serial told again at the moment in which retention folds it away
both "SELECT FROM pypiwatch.poll_lease FOR UPDATE;
    SELECT pypiwatch.sightings_fold(now() + interval '1 hour', 100)" \
    "$(event 4 'create' null)"
check "a folded serial" 0 "$(cat "$tmp/second")"
check "events of serial 4" 1 "$(sql -c "SELECT count(*)
    FROM pypiwatch.event WHERE serial = 4")"

# ---- a page on its way when another is elected: the election waits for it,
# and begins behind it
elect=$(sed 's/\$1/1/' "$top_srcdir/sql/statements/poll_elect.sql")
both "$(event 5 'new release' null)" "$elect"
check "epoch and cursor" "2|5" "$(cut -d '|' -f 1,2 "$tmp/second")"
if sql -c "$(event 6 'new release' null)" > "$tmp/out" 2>&1; then
	check "an old epoch" refused stored
fi
check "the cursor" 5 "$(sql -c "SELECT serial FROM pypiwatch.cursor")"

# ---- two commands feed the same bytes under two names
feed() {
	echo "SELECT known FROM pypiwatch.ingest_store('C', '1', '$1', 'sdist',
	    repeat('c', 64), 1, 'u')"
}
both "$(feed c-1.tar.gz)" "$(feed download.tar.gz)"
check "files and events" "2|1" "$(sql -c "SELECT (SELECT count(*)
    FROM pypiwatch.upload WHERE normalized = 'c'), (SELECT count(*)
    FROM pypiwatch.event WHERE normalized = 'c')")"

# ---- what a folder held may be other bytes than what the index has: asked
sql -c "UPDATE pypiwatch.poll_lease SET epoch = 1" -c "SELECT
    pypiwatch.events_store('changelog', 1, 7, false, now(),
    '[{\"n\":0,\"serial\":7,\"key\":\"7\",\"kind\":\"add file\",
    \"project\":\"C\",\"version\":\"1\",\"filename\":\"c-1.tar.gz\",
    \"at_us\":1}]')" > "$tmp/out"
check "the index's own" "1|2" "$(sql -c "SELECT (SELECT count(*)
    FROM pypiwatch.resolve WHERE normalized = 'c'), (SELECT count(*)
    FROM pypiwatch.event WHERE normalized = 'c')")"

# ---- other bytes come while the first ones are judged: no finding of those
sql -c "INSERT INTO pypiwatch.upload (normalized, version, filename, state,
    sha256) VALUES ('a', '1', 'f3', 'queued', repeat('3', 64))"
both "UPDATE pypiwatch.upload SET sha256 = repeat('4', 64)
    WHERE filename = 'f3'" "$(again 10 | sed 's/f1/f3/')"
check "another's" "0|queued" "$(sql -c "SELECT (SELECT count(*)
    FROM pypiwatch.finding f WHERE f.upload_id = u.id), state
    FROM pypiwatch.upload u WHERE filename = 'f3'")"

# ---- deliveries: three that are held to be one message
held() {
	sql -c "TRUNCATE pypiwatch.delivery CASCADE; TRUNCATE pypiwatch.mute CASCADE;
	    DELETE FROM pypiwatch.sink; INSERT INTO pypiwatch.sink (name, type,
		min_severity, enabled) VALUES ('chat', 'slack', 'low', true);
	    INSERT INTO pypiwatch.delivery (alert_id, sink, detection_id, held,
		held_until) SELECT a.id, 'chat', a.detection_id, $1, now()
	    FROM pypiwatch.alert a ORDER BY a.id LIMIT 3" > "$tmp/out"
}
first="(SELECT min(id) FROM pypiwatch.delivery)"
mute="SELECT ended FROM pypiwatch.mute_add('chat', NULL, NULL, 'x', 'me', NULL)"
states() {
	sql -c "SELECT string_agg(state || ':' || coalesce(held, '') ||
	    CASE WHEN summary_id IS NOT NULL THEN '+' ELSE '' END, ' '
	    ORDER BY id) FROM pypiwatch.delivery"
}
# What is claimed at this moment is on its way, and is not muted any more.
held NULL
both "UPDATE pypiwatch.delivery SET lease_owner = 1, lease_until = now() +
    interval '1 minute' WHERE id = $first" "$mute"
check "muted" 2 "$(cat "$tmp/second")"
check "one is claimed" "pending: dead:muted dead:muted" "$(states)"
# One that was set free is told by itself and not in the message too.
held "'digest'"
both "UPDATE pypiwatch.delivery SET held = NULL WHERE id = $first" \
    "SELECT pypiwatch.outbox_gather()"
check "told once" "pending: pending:digest+ pending:digest+ pending:" \
    "$(states)"
# Either a message is made and muted, or it is not made.
held "'digest'"
both "$mute" "SELECT pypiwatch.outbox_gather()"
check "muted first" "dead:muted dead:muted dead:muted" "$(states)"
held "'digest'"
both "SELECT pypiwatch.outbox_gather()" "$mute"
check "muted with its message" \
    "dead:muted+ dead:muted+ dead:muted+ dead:muted" "$(states)"
