#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# faults.sh [SOURCE]: for each fault of the simulated index, releases come in
# while it misbehaves and after; prints what was served, stored, missing.
# SOURCE (changelog, rss or simple) follows with that source alone, and with
# the faults of the pages that it reads; events are those that it can show.  The
# last column is the seconds from the end of the fault until all was right.
# FAULTS, a regular expression, picks some of the faults.
# shellcheck source=tests/e2e/harness.sh
. "${top_srcdir:-.}/tests/e2e/harness.sh"
pages='xmlrpc rss json'
if [ $# -gt 0 ]; then
	sources_only "$1"
	case $1 in
	changelog) pages='xmlrpc json' ;;
	rss) pages='rss json' ;;
	simple) pages='simple json' ;;
	esac
fi
seconds=${FAULT_SECONDS:-4}
e2e_start --seed 5

printf '%-28s %7s %7s %7s %7s   %7s %7s %7s %7s\n' fault events stored missing \
    twice files stored missing seconds
# The same, while the index does this wrong.
try() {
	printf '%s\n' "$1" | grep -qE "${FAULTS:-.}" || return 0
	mark
	tell "$1" 'release ordinary 3'
	sleep "$seconds"
	[ $# -lt 2 ] || tell "$2"
	tell clear 'release ordinary 1'
	began=$(date +%s)
	wait_quiet 400 || e2e_failed=1
	took=$(($(date +%s) - began))
	row=$(events_table "$(echo "$1" | sed 's/^fault //')")
	printf '%s %7d\n' "$row" "$took"
}
try 'clear'
for at in $pages; do
	for kind in 503 404 html reset truncate cut garbage type loop lie-long \
	    lie-short bad-bytes; do
		try "fault $at $kind"
	done
done
for at in $pages; do
	case $at in xmlrpc | rss) ;; *) continue ;; esac
	for kind in nonchar dtd bomb; do
		try "fault $at $kind"
	done
done
[ "${pages#xmlrpc}" = "$pages" ] || {
	try 'fault xmlrpc rate-limit 2'
	try 'fault xmlrpc duplicates'
	try 'fault xmlrpc disorder'
	try 'fault xmlrpc oversize 80'
}
try 'gap 5000'
try 'fault json missing 2'
try 'fault json stale'
try 'fault simple stale'
try 'fault json wrong-digest'
try 'fault json latency 3000'
try 'fault json slow 400'
try 'fault simple missing 2'
try 'fault simple gzip-bomb 200'
try 'fault json gzip-bomb 200'
for kind in 503 404 reset truncate wrong-digest html lie-short lie-long; do
	try "fault file $kind"
done
try 'fault file slow 300'
check_invariants
daemon_stop
e2e_done
