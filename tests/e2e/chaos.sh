#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# chaos.sh [RELEASES [EVERY]]: so many releases in one changelog page, and every
# so many seconds, 1 by default, a random child of the daemon dies.  At the end
# each file has exactly one outcome, each event is stored once, and no delivery
# is acknowledged twice but by a kill between the answer and its row.
# shellcheck source=tests/e2e/harness.sh
. "${top_srcdir:-.}/tests/e2e/harness.sh"
releases=${1:-${CHAOS_RELEASES:-60}}
every=${2:-1}
# Killed every second, a process would soon rest for half a minute before each
# start, and nothing be left to kill.
config_daemon='restart-pause = 1'
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
	*queue* | *alert*) echo "$1" >> "$work/tellers" ;;
	esac
}
# By itself, because looking whether all is quiet takes longer than a second.
kill_on() {
	while [ -e "$work/killing" ]; do
		if pid=$(victim) && [ -n "$pid" ]; then
			tells "$pid"
			kill -9 "$pid" 2> /dev/null && echo "$pid" >> "$work/killed"
		fi
		sleep "$every"
	done
}
: > "$work/killing" > "$work/killed" > "$work/tellers"
tell "burst $releases" 'release pycryptoenv' 'release setup-downloader' \
    'release discord-stealer' 'release init-exfil'
began=$(date +%s)
kill_on &
killer=$!
until=$((began + 600 + releases))
until quiet || [ "$(date +%s)" -ge $until ]; do
	sleep 1
done
rm "$work/killing"
wait $killer
resent_most=$(wc -l < "$work/tellers")
echo "$(wc -l < "$work/killed") children killed in $(($(date +%s) - began)) s"
wait_quiet 120
wait_sql 120 0 "SELECT count(*) FROM pypiwatch.delivery
    WHERE state NOT IN ('delivered', 'dead')"
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
