#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# backfill.sh: the past is fetched when asked for, over kills and faults,
# behind what is new, and without a touch to the live cursor.
# shellcheck source=tests/e2e/harness.sh
. "${top_srcdir:-.}/tests/e2e/harness.sh"
run() {
	"$top_builddir/pypiwatch" -c "$work/pypiwatch.conf" "$@"
}
e2e_start --seed 31 --releases 150 --hostile pycryptoenv,init-exfil
first=$(jq '.events[0].serial - 1' "$work/ledger" 2> /dev/null || {
	curl -fsS "$index_url/_ledger" > "$work/ledger"
	jq '.events[0].serial - 1' "$work/ledger"; })
begin=$(sql "SELECT begin_serial FROM pypiwatch.cursor
    WHERE source = 'changelog'")
refused() {
	! run backfill --since-serial "$1" > "$work/said" 2>&1 ||
		fail "no past, and yet: $1"
	grep -q "$2" "$work/said" || fail "$(cat "$work/said")"
}
refused "$begin" "followed live"
refused $((begin + 1000000)) "only at serial"
tell 'release ordinary 4'
wait_quiet 120

tell 'fault xmlrpc 503 count 2'
run backfill --since-serial "$first" > "$work/said"
cat "$work/said"
grep -q "about [0-9]* files" "$work/said" || fail "no estimate"
run backfill --since-serial "$first" | grep -q 'backfill 1: ' ||
    fail "a second one"
wait_sql 90 t "SELECT cursor > since FROM pypiwatch.backfill"
# What is new goes first, and any process may die.
kill -9 "$(pgrep -P "$daemon_pid" -f pypiwatch-poll || pgrep -P "$daemon_pid" \
    -f 'pypiwatch: poll')"
tell 'release setup-downloader'
wait_sql 90 critical "SELECT max(severity) FROM analyst.detections
    WHERE project = 'colorfade-tools'"
daemon_stop
daemon_start
wait_sql 300 done "SELECT CASE WHEN finished_at IS NOT NULL THEN 'done' END
    FROM pypiwatch.backfill"
run backfill --list
quiet_from=$first
wait_quiet 300 || e2e_failed=1
run backfill --list --format json | jq -r '[.state, .waiting] | @tsv'
printf '%-28s %7s %7s %7s %7s   %7s %7s %7s\n' '' events stored missing \
    twice files stored missing
events_table "since $first"
refused "$first" "from serial $first on was fetched before"
run backfill --since-serial $((first - 500)) > "$work/said"
grep -q "^500 serials" "$work/said" || fail "$(cat "$work/said")"
check "the live cursor" "$begin" "$(sql "SELECT begin_serial
    FROM pypiwatch.cursor WHERE source = 'changelog'")"
check "gaps" 0 "$(sql "SELECT count(*) FROM analyst.gaps")"
check "the hostile ones of the past" 2 "$(sql "SELECT count(*)
    FROM analyst.detections WHERE severity = 'critical'
    AND project IN ('pycryptoenv', 'cloudconf-reader')")"
check_invariants
daemon_stop
e2e_done
