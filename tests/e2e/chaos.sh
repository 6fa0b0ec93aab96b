#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# chaos.sh [RELEASES]: so many releases in one changelog page, and every
# second a random child of the daemon dies.  At the end each file has exactly
# one outcome, each event is stored once, and no delivery is acknowledged twice
# but by a kill between the answer and its row.
# shellcheck source=tests/e2e/harness.sh
. "${top_srcdir:-.}/tests/e2e/harness.sh"
releases=${1:-${CHAOS_RELEASES:-60}}
e2e_start --seed 7

# One child of the daemon, or of a worker, any of them.
victim() {
	children=$(pgrep -P "$daemon_pid") || return 1
	grown=$(pgrep -P "$(echo "$children" | paste -sd , -)" || :)
	printf '%s\n' $children $grown | grep . |
	    shuf -n 1 --random-source=/dev/urandom
}
# Between a receiver's answer and its row stand alert and queue: whoever kills
# one of them may have the one delivery in flight to the webhook sent again,
# under its id.  Nothing else may.
tells() {
	case $(ps -o args= -p "$1") in
	*queue* | *alert*) resent_most=$((resent_most + 1)) ;;
	esac
}
killed=0
tell "burst $releases" 'release pycryptoenv' 'release setup-downloader' \
    'release discord-stealer' 'release init-exfil'
until=$(($(date +%s) + 120 + releases / 2))
while ! quiet; do
	[ "$(date +%s)" -lt $until ] || break
	if pid=$(victim) && [ -n "$pid" ]; then
		tells "$pid"
		kill -9 "$pid" 2> /dev/null && killed=$((killed + 1))
	fi
	sleep 1
done
wait_quiet 120
wait_sql 120 0 "SELECT count(*) FROM pypiwatch.delivery
    WHERE state NOT IN ('delivered', 'dead')"
echo "$killed children killed"
printf '%-28s %7s %7s %7s %7s   %7s %7s %7s\n' "" events stored missing \
    twice files stored missing
events_table "$releases releases"
check "events missing" 0 "$(wc -l < "$work/events.missing")"
check "files missing" 0 "$(wc -l < "$work/files.missing")"
check "files without an outcome" 0 \
    "$(sql "SELECT count(*) FROM analyst.files WHERE outcome IS NULL")"
check "dead files" 0 \
    "$(sql "SELECT count(*) FROM analyst.files WHERE outcome = 'dead'")"
check "pycryptoenv" critical "$(sql "SELECT severity FROM analyst.detections
    WHERE project = 'pycryptoenv'")"
check_invariants
daemon_stop
e2e_done
