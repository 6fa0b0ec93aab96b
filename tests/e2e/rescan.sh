#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Looking again: everything whose ruleset is old, one project, since a time;
# through kills of the daemon, behind newer work, and without losing what a
# file that is no longer there once showed.
# shellcheck source=tests/e2e/harness.sh
. "${top_srcdir:-.}/tests/e2e/harness.sh"
mkdir "$work/rules.d"
e2e_start --releases 2
cd "$work"

# shellcheck source=tests/command.sh
. "$top_srcdir/tests/command.sh"

run 2 rescan; says "--rules-changed"
run 2 rescan requests; says "did you mean --project requests"
run 2 rescan --project 'no name'; says "not a name"
run 2 rescan --since tomorrow; says "time span"
run 2 rescan --stop x; says "number of a rescan"
run 2 rescan --stop 7; says "no rescan 7"
run 0 rescan --list; shows "nothing was asked"
run 0 rescan --project nobody; shows "no such file"
run 0 rescan --list --format json
check "an empty one" "done 0" "$(jq -r '"\(.state) \(.total)"' out)"

tell 'release ordinary 30' 'release pycryptoenv'
wait_quiet 120
files=$(sql "SELECT count(*) FROM pypiwatch.upload WHERE outcome <> 'gone'")
newest=$(sql "SELECT max(id) FROM pypiwatch.upload")
scans=$(sql "SELECT count(*) FROM pypiwatch.scan")
run 0 rescan --rules-changed; shows "no such file"

# One project, to the end; the same files, no second detection.
run 0 rescan --project PyCryptoEnv --wait; shows "is done"
check "a scan more of each file" $((scans + 2)) "$(sql "SELECT count(*)
    FROM pypiwatch.scan")"
check "one detection, told once" "1 1" "$(sql "SELECT count(*) || ' ' ||
    max(sequence) FROM pypiwatch.detection")"

# A rule of ours makes every verdict old; killed again and again, each file is
# looked at once more, and only once.
daemon_stop
cat > rules.d/own.yar <<'RULE'
rule own_everything { strings: $a = "Metadata-Version" condition: $a }
RULE
sed -i "s|local-directory = \"\"|local-directory = \"$work/rules.d\"|" \
    pypiwatch.conf
run 0 rescan --rules-changed; shows "$files files"
shows "no daemon runs now"; shows "too little was looked at"
daemon_start
for i in 1 2 3; do
	sleep 0.3
	daemon_stop KILL
	daemon_start
done
wait_sql 120 done "SELECT CASE WHEN finished_at IS NOT NULL THEN 'done' END
    FROM pypiwatch.rescan WHERE ruleset IS NOT NULL AND total > 0"
run 0 rescan --list --format json
check "finished" "done $files $files" "$(head -n 1 out |
    jq -r '"\(.state) \(.total) \(.done)"')"
check "each file once more" "$files 1" "$(sql "SELECT count(*) || ' ' || max(n)
    FROM (SELECT count(*) AS n FROM pypiwatch.scan s
    JOIN pypiwatch.upload u ON u.id = s.upload_id AND u.ruleset = s.ruleset
    WHERE u.id <= $newest GROUP BY upload_id) x")"
check "the rule fired" t "$(sql "SELECT count(*) > 0 FROM analyst.findings
    WHERE rule = 'own_everything' AND category = 'operator-rule'")"
run 0 rescan --rules-changed; shows "no such file"
check "tasks left" 0 "$(sql "SELECT count(*) FROM pypiwatch.task")"

# What is not there any more keeps its result; the attempt is in the history.
before=$(sql "SELECT outcome, score, scanned_at FROM pypiwatch.upload
    WHERE normalized = 'pycryptoenv'")
sql "UPDATE pypiwatch.upload SET url = url || '.gone'
    WHERE normalized = 'pycryptoenv'"
run 0 rescan --project pycryptoenv --since 1d
sql "UPDATE pypiwatch.task SET run_at = now()"
wait_for 120 "every file of it to be given up" sh -c '
	PGOPTIONS= '"$cluster_pg"'/psql -XqAt -c "UPDATE pypiwatch.task
	    SET run_at = now()" > /dev/null
	[ "$('"$cluster_pg"'/psql -XqAt -c "SELECT outcome || (SELECT count(*)
	    FROM pypiwatch.task) FROM pypiwatch.scan
	    ORDER BY id DESC LIMIT 1")" = gone0 ]'
check "kept result" "$before" "$(sql "SELECT outcome, score, scanned_at
    FROM pypiwatch.upload WHERE normalized = 'pycryptoenv'")"

# Newer work goes first, and a rescan can be taken back.  One that is worked off
# but not yet ended would be fed before it.
wait_sql 60 0 "SELECT count(*) FROM pypiwatch.rescan
    WHERE finished_at IS NULL" || fail "the rescan does not end"
daemon_stop
# An hour at one file a second, in which to measure what lies ahead.
sql "INSERT INTO pypiwatch.scan (scanned_at, upload_id, normalized, version,
    outcome, score, attempts) SELECT date_trunc('hour', now())
    - interval '2 hours', 0, 'x', '1', 'scanned', 0, 1
    FROM generate_series(1, 3600)"
run 0 rescan --since 1d
shows "(3600 files) they take"
id=$(sql "SELECT max(id) FROM pypiwatch.rescan")
sql "SELECT pypiwatch.rescan_feed(32)" > /dev/null
check "behind all others" "infinity infinity" "$(sql "SELECT min(turn_at)
    || ' ' || max(turn_at) FROM pypiwatch.task WHERE rescan_id IS NOT NULL")"
run 0 rescan --stop "$id"
check "taken back" 0 "$(sql "SELECT count(*) FROM pypiwatch.task")"
run 2 rescan --stop "$id"; says "no rescan $id"
run 2 rescan --project pycryptoenv --wait < /dev/null & waiting=$!
wait_for 20 "a rescan that waits" sql_is waiting "SELECT CASE WHEN began_at
    IS NULL AND finished_at IS NULL THEN 'waiting' END FROM pypiwatch.rescan
    ORDER BY id DESC LIMIT 1"
run 0 rescan --list --format json
check "waits" "waiting null" "$(head -n 1 out | jq -r '"\(.state) \(.left_s)"')"
run 0 rescan --stop "$(sql "SELECT max(id) FROM pypiwatch.rescan")"
wait $waiting
check_invariants
e2e_done
