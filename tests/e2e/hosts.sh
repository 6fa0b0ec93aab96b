#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# hosts.sh [small|long]: three hosts, one database.  They share the work; the
# one that polls is cut off while it believes that it leads, and cannot move
# the cursor; links are restored; long also loses each host in turn.
#
# Each host is a network namespace, see network.sh.  Where no such thing can be
# made (a container, a kernel without user namespaces) a relay is each host's
# link to the database instead, see relay.py; all hosts have one name then.
form=${1:-small}
# shellcheck source=tests/e2e/network.sh
. "${top_srcdir:-.}/tests/e2e/network.sh"
network_enter "$form"
# shellcheck source=tests/e2e/harness.sh
. "${top_srcdir:-.}/tests/e2e/harness.sh"
all='1 2 3'
echo "three hosts in $links"

hosts_end() {
	for n in $all; do
		eval "kill -9 \$pid$n \$hold$n" 2> /dev/null || :
	done
	[ "$1" = 0 ] || tail -n 25 "$work"/*.log
}
trap 'code=$?; hosts_end $code; set +e; (exit $code); e2e_end' EXIT

# ---- the network

relays_add() {
	mkdir "$work/h$1"
	chmod 755 "$work/h$1"
	python3 "$top_srcdir/tests/e2e/relay.py" \
	    "$work/h$1/.s.PGSQL.5432" "$PGHOST/.s.PGSQL.5432" \
	    2>> "$work/relay$1.log" &
	eval "hold$1=$!"
	wait_for 20 "the relay of h$1" test -S "$work/h$1/.s.PGSQL.5432"
}
# Nobody sees a connection end: packets get lost.
link_cut() {
	if [ $links = namespaces ]; then
		for link in ${2:-db}; do
			ip link set "$link$1" down
		done
	else
		eval "kill -USR1 \$hold$1"
	fi
}
link_restore() {
	if [ $links = namespaces ]; then
		ip link set "db$1" up
		ip link set "net$1" up
	else
		eval "kill -USR2 \$hold$1"
	fi
}

# ---- the hosts

host_config() {
	conninfo=$cluster_conninfo
	if [ $links = namespaces ]; then
		cluster_conninfo="host=$db.1 user=postgres dbname=pypiwatch"
	else
		cluster_conninfo="host=$work/h$1 user=postgres dbname=pypiwatch"
	fi
	config_extra='workers { count = 1 }'
	# Workers stand anywhere.
	[ "$1" != 3 ] || config_extra="$config_extra
roles { poll = no alert = no }"
	config_write
	mv "$work/pypiwatch.conf" "$work/h$1.conf"
	cluster_conninfo=$conninfo
}
host_start() {
	become "$1" "$top_builddir/pypiwatchd" -c "$work/h$1.conf" \
	    >> "$work/h$1.log" 2>&1 &
	eval "pid$1=$!"
}
host_kill() {
	eval "kill -9 \$pid$1; wait \$pid$1" 2> /dev/null || :
}
# Which host a queue process is of, or nothing.
host_of() {
	parent=$(ps -o ppid= -p "$1" 2> /dev/null | tr -d ' ')
	for n in $all; do
		eval "[ \"\$pid$n\" != \"$parent\" ] || echo $n"
	done
}
leader() {
	for pid in $(sql "SELECT pid FROM analyst.hosts WHERE polls"); do
		host_of "$pid"
	done
}
leads_another() {
	now=$(leader)
	[ -n "$now" ] && [ "$now" != "$1" ]
}
# All three were heard of since the last call of now_on.
now_on() {
	moment=$(sql "SELECT now()")
}
all_there() {
	[ "$(sql "SELECT count(*) FROM analyst.hosts
	    WHERE seen_at > '$moment'")" = 3 ]
}
scanned() {
	grep -c 'outcome=scanned' "$work/h$1.log" || :
}

[ $links = relays ] || network_open
cluster_start
index_start --seed 13
receiver_start
for n in $all; do
	${links}_add $n
	host_config $n
done
cp "$work/h1.conf" "$work/pypiwatch.conf"
sed -i "s|^database.*|database { conninfo = \"$cluster_conninfo\" }|" \
    "$work/pypiwatch.conf"
migrate
now_on
for n in $all; do
	host_start $n
done
wait_sql 60 t "SELECT count(*) > 0 FROM pypiwatch.cursor
    WHERE source = 'changelog'" || fail "nobody follows"
wait_for 60 "three hosts" all_there || fail "not all hosts came up"
mark

echo "they share the work"
tell 'burst 60' 'release pycryptoenv'
wait_quiet 180
for n in $all; do
	echo "  host $n looked into $(scanned $n) files"
	[ "$(scanned $n)" -gt 0 ] || check "work of host $n" some none
done
check "hosts that poll" 1 "$(leader | wc -l)"
[ "$(leader)" != 3 ] || check "host 3 polls" no yes

old=$(leader)
echo "host $old leads and is cut off from the database"
epoch=$(sql "SELECT epoch FROM pypiwatch.poll_lease")
link_cut "$old"
[ $links = relays ] || [ $form = long ] ||
	sql "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
	    WHERE client_addr = '$db.1$old'" > "$work/terminated"
tell 'release ordinary 5'
wait_for 90 "another leader" leads_another "$old" || e2e_failed=1
check "host $old knows" 0 "$(grep -c 'database is away' "$work/h$old.log")"
wait_quiet 120
echo "  host $(leader) leads, host $old believes that it does"
before=$(sql "SELECT serial FROM pypiwatch.cursor WHERE source = 'changelog'")
sql "SELECT pypiwatch.events_store('changelog', $epoch, $before + 1000, false,
    now(), '[]')" > "$work/fenced" 2>&1 && check "an old epoch" refused stored
grep -q 'another host polls now' "$work/fenced" ||
    check "the refusal" "another host polls now" "$(cat "$work/fenced")"
now_on
link_restore "$old"
wait_for 90 "three hosts again" all_there || e2e_failed=1
tell 'release ordinary 5'
wait_quiet 120
check "cursor behind" t "$(sql "SELECT serial >= $before AND epoch > $epoch
    FROM pypiwatch.cursor WHERE source = 'changelog'")"
check "hosts that poll" 1 "$(leader | wc -l)"
check "host $old said it" "1 1" \
    "$(grep -c 'database is away' "$work/h$old.log") $(grep -c \
    'database is back' "$work/h$old.log")"

lost='3'
[ $form = small ] || lost='1 2 3'
for n in $lost; do
	was=$(leader)
	echo "host $n is lost$([ "$n" != "$was" ] || echo ', which leads')"
	[ $form = small ] || tell 'burst 20'
	link_cut $n 'db net'
	host_kill $n
	tell 'release ordinary 5'
	wait_quiet 240
	[ $form = small ] || [ $links = relays ] || {
		wait_sql 120 t "SELECT degraded FROM analyst.health
		    WHERE host = 'h$n' AND part = 'host'" || e2e_failed=1
	}
	now_on
	link_restore $n
	host_start $n
	wait_for 90 "three hosts again" all_there || e2e_failed=1
	[ $form = small ] || [ $links = relays ] || {
		wait_sql 60 f "SELECT degraded FROM analyst.health
		    WHERE host = 'h$n' AND part = 'host'" || e2e_failed=1
	}
done
tell 'release ordinary 5'
wait_quiet 120

printf '%-28s %7s %7s %7s %7s   %7s %7s %7s\n' "" events stored missing \
    twice files stored missing
events_table "three hosts"
check "pycryptoenv" critical "$(sql "SELECT severity FROM analyst.detections
    WHERE project = 'pycryptoenv'")"
check_invariants
for n in $all; do
	eval "kill \$pid$n"
done
wait_sql 60 0 "SELECT count(*) FROM pypiwatch.instance" || e2e_failed=1
e2e_done
