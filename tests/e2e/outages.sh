#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# outages.sh [SECONDS]: the database stopped, the index down, the receiver
# down, the supervisor killed, one after the other, with releases coming in
# all the while.  Nothing is lost, and each is said once in the log.
# shellcheck source=tests/e2e/harness.sh
. "${top_srcdir:-.}/tests/e2e/harness.sh"
seconds=${1:-${OUTAGE_SECONDS:-6}}
e2e_start --seed 3

# said PATTERN: once in the log since begin, or in a moment
lines=0
count() {
	tail -n +$((lines + 1)) "$work/daemon.log" | grep -cE "$1" || :
}
counted() {
	[ "$(count "$1")" -gt 0 ]
}
said() {
	# A feed that failed for a minute is asked again after five.
	wait_for 330 "/$1/ in the log" counted "$1" || :
	n=$(count "$1")
	if [ "$n" != 1 ]; then
		echo "FAIL: /$1/ is in the log $n times:"
		tail -n +$((lines + 1)) "$work/daemon.log" | grep -E "$1" |
		    head -n 8
		e2e_failed=1
	fi
}
begin() {
	echo "$1"
	lines=$(wc -l < "$work/daemon.log")
}

tell 'release ordinary 2'
wait_quiet 60

begin "the database is stopped for $seconds s"
tell 'release ordinary 3'
cluster_stop fast
tell 'release ordinary 3' 'release exec-decoded'
sleep "$seconds"
cluster_again
tell 'release ordinary 3'
wait_quiet 120
said 'level=(warn|error).*[Dd]atabase.*'
said 'the database is back'

begin "the index answers 503 for $seconds s"
tell "fault all 503 for $seconds" 'release ordinary 3'
sleep "$seconds"
wait_quiet 180
said 'does not answer: HTTP status 503'
said 'answers again'

begin "the receiver is down for $seconds s"
receiver_tell "answer 503 for $seconds"
tell 'release fernet-literal'
sleep "$seconds"
wait_quiet 60
wait_sql 120 0 "SELECT count(*) FROM pypiwatch.delivery
    WHERE state <> 'delivered'"
for sink in hook chat; do
	said "sink=$sink .*does not take deliveries"
	said "sink=$sink .*works again"
done

# Its death takes alert with it, and maybe the answer of one delivery.
resent_most=1
begin "the supervisor is killed"
tell 'release ordinary 5'
orphans=$(pgrep -P "$daemon_pid" | paste -sd , -)
daemon_stop KILL
tell 'release ordinary 5'
wait_for 30 "its children to end" sh -c "! ps -p '$orphans' > /dev/null" ||
    e2e_failed=1
daemon_start
wait_quiet 120
said 'goes on from serial'

printf '%-28s %7s %7s %7s %7s   %7s %7s %7s\n' "" events stored missing \
    twice files stored missing
events_table "in all"
check_invariants
daemon_stop
e2e_done
