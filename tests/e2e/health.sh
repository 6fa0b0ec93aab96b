#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# health.sh: roles that end again and again, queue among them, are told to the
# sinks once, and once more when it is over; a new config replaces the roles
# one by one, a wrong one changes nothing.
# shellcheck source=tests/e2e/harness.sh
. "${top_srcdir:-.}/tests/e2e/harness.sh"
config_daemon='recovered-after = 3'
e2e_start --seed 11

# The pids of a role, as its process title says.
pids_of() {
	pgrep -P "$daemon_pid" -f "pypiwatch[-: ]+$1" || :
}
other_pid() {
	pid=$(pids_of "$1")
	[ -n "$pid" ] && [ "$pid" != "$2" ]
}
# kill_often ROLE: five times, each time when it is there again
kill_often() {
	last=''
	for n in 1 2 3 4 5; do
		wait_for 60 "$1 to be there ($n)" other_pid "$1" "$last"
		last=$(pids_of "$1")
		kill -9 $last
	done
}
# told TYPE PART: how often the webhook got it
told() {
	jq -r --arg type "$1" --arg part "$2" 'select(.path == "/hook" and
	    .status == 200) | .body | fromjson | select(.type == $type and
	    .data.part == $part) | .type' "$work/received" | wc -l
}
told_once() {
	[ "$(told "$1" "$2")" = 1 ]
}

kill_often poll
wait_for 60 "an alert about poll" told_once daemon.degraded poll || e2e_failed=1
wait_for 60 "its end" told_once daemon.recovered poll || e2e_failed=1
kill_often queue
wait_for 60 "an alert about queue" told_once daemon.degraded queue ||
    e2e_failed=1
wait_for 60 "its end" told_once daemon.recovered queue || e2e_failed=1
jq -r 'select(.path == "/hook") | .body | fromjson | .data.text' \
    "$work/received" > "$work/texts"
grep -q "^poll on host .*: ended 5 times in 300 s" "$work/texts" ||
    check "the words" "poll on host ...: ended 5 times" "$(cat "$work/texts")"
grep -q "^queue on host .*: well again after " "$work/texts" ||
    check "the words" "queue on host ...: well again" "$(cat "$work/texts")"
check "in the table" "poll f, queue f" "$(sql "SELECT string_agg(part || ' ' ||
    CASE WHEN degraded THEN 't' ELSE 'f' END, ', ' ORDER BY part)
    FROM pypiwatch.health")"
jq -r 'select(.path == "/slack") | .body | fromjson | .text' "$work/received" |
    grep -q "PYPIWATCH DEGRADED" || check "the chat" "DEGRADED" \
    "$(cat "$work/received")"

# ---- a new config
# Never two polls or two queues, looked at all the while.  A look walks /proc
# and may meet an old process early and its successor late: two that are there
# at once are still there together when looked at again.
two_of() {
	pids=$(pids_of "$1")
	[ "$(echo "$pids" | wc -w)" -gt 1 ] && [ "$pids" = "$(pids_of "$1")" ]
}
: > "$work/twice"
(
	while [ ! -e "$work/over" ]; do
		for role in poll queue; do
			! two_of $role || echo $role $pids >> "$work/twice"
		done
		sleep 0.05
	done
) &
watcher=$!
cp "$work/pypiwatch.conf" "$work/good.conf"
before=$(pids_of queue)
echo 'pypi2 { nonsense = 1 }' >> "$work/pypiwatch.conf"
line=$(wc -l < "$work/pypiwatch.conf")
kill -HUP "$daemon_pid"
wait_for 20 "the complaint" grep -q "pypiwatch.conf:$line: .*pypi2" \
    "$work/daemon.log" || e2e_failed=1
wait_for 20 "its end" grep -q "the running config stays in force" \
    "$work/daemon.log" || e2e_failed=1
check "queue after a wrong config" "$before" "$(pids_of queue)"

# One that names what cannot be read.
sed 's|weights-file = .*|weights-file = "/nonexistent/weights" }|' \
    "$work/good.conf" > "$work/pypiwatch.conf"
kill -HUP "$daemon_pid"
wait_for 20 "the second complaint" grep -q "/nonexistent/weights" \
    "$work/daemon.log" || e2e_failed=1
wait_for 20 "its end" sh -c "[ \$(grep -c 'the running config stays in force' \
    '$work/daemon.log') = 2 ]" || e2e_failed=1
check "queue after a wrong config" "$before" "$(pids_of queue)"

lines=$(wc -l < "$work/daemon.log")
tell 'release ordinary 20'
# As an editor does: another file under the same name.
sed 's/^workers.*//' "$work/good.conf" > "$work/new.conf"
echo 'workers { count = 3 }' >> "$work/new.conf"
mv "$work/new.conf" "$work/pypiwatch.conf"
kill -HUP "$daemon_pid"
tell 'release ordinary 5'
wait_for 60 "the new config" grep -q "all roles have the new config" \
    "$work/daemon.log" || e2e_failed=1
check "workers" 3 "$(pids_of worker | wc -l)"
# Started one after the other.
tail -n +$((lines + 1)) "$work/daemon.log" |
    sed -n 's/.*role=\([a-z]*\) index=\([0-9]*\) .*started.*/\1\2/p' |
    paste -sd ' ' - > "$work/order"
check "the order" "queue0 poll0 fetch0 worker0 worker1 worker2 alert0" \
    "$(cat "$work/order")"
tell 'release ordinary 3'
wait_quiet 120 || e2e_failed=1
touch "$work/over"
wait "$watcher"
check "two of a kind" "" "$(cat "$work/twice")"
check_invariants
check "alerts about the daemon" 4 "$(sql "SELECT count(*)
    FROM analyst.alerts WHERE type LIKE 'daemon.%'")"
daemon_stop
e2e_done
