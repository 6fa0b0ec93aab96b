#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# faults.sh [SOURCE]: for each fault of the simulated index, releases come in
# while it misbehaves and after; prints what was served, stored, missing.
# SOURCE (changelog or rss) follows with that source alone.
# shellcheck source=tests/e2e/harness.sh
. "${top_srcdir:-.}/tests/e2e/harness.sh"
source_only=${1:-}
case $source_only in
'') ;;
changelog) config_pypi='rss = no' ;;
rss) config_pypi='changelog = no' ;;
*) fail "faults.sh [changelog|rss]" ;;
esac
seconds=${FAULT_SECONDS:-4}
e2e_start --seed 5

printf '%-28s %7s %7s %7s %7s   %7s %7s %7s\n' fault events stored missing \
    twice files stored missing
# The same, while the index does this wrong.
try() {
	mark
	tell "$1" 'release ordinary 3'
	sleep "$seconds"
	[ $# -lt 2 ] || tell "$2"
	tell clear 'release ordinary 1'
	wait_quiet 120 || e2e_failed=1
	events_table "$(echo "$1" | sed 's/^fault //')"
}
try 'clear'
for at in xmlrpc rss json; do
	for kind in 503 404 html reset truncate cut garbage type loop lie-long \
	    lie-short bad-bytes; do
		try "fault $at $kind"
	done
done
for kind in nonchar dtd bomb; do
	try "fault xmlrpc $kind"
	try "fault rss $kind"
done
try 'fault xmlrpc rate-limit 2'
try 'fault xmlrpc duplicates'
try 'fault xmlrpc disorder'
try 'gap 5000'
try 'fault json missing 2'
try 'fault json stale'
try 'fault simple stale'
try 'fault json wrong-digest'
try 'fault json latency 3000'
try 'fault json slow 400'
try 'fault xmlrpc oversize 80'
try 'fault json gzip-bomb 200'
for kind in 503 404 reset truncate wrong-digest html lie-short lie-long; do
	try "fault file $kind"
done
try 'fault file slow 300'
check_invariants
daemon_stop
e2e_done
