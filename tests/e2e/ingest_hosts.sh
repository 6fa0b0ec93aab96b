#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# ingest_hosts.sh: a folder is fed on one host, and another looks into it.
#
# Host 1 only polls; host 2 fetches and inspects.  The command serves the bytes
# at ingest.listen of host 1.  Without network namespaces both are this host,
# and the address is another one of the loopback network.
# shellcheck source=tests/e2e/network.sh
. "${top_srcdir:-.}/tests/e2e/network.sh"
network_enter
# shellcheck source=tests/e2e/harness.sh
. "${top_srcdir:-.}/tests/e2e/harness.sh"
all='1 2'
trap 'code=$?; kill -9 $hosts 2> /dev/null || :
    [ $code = 0 ] || tail -n 25 "$work"/h*.log; set +e; (exit $code); e2e_end' EXIT
hosts=''
echo "two hosts in $links"

# host_config N LISTEN
host_config() {
	config_extra="workers { count = 1 }
ingest { listen = \"$2\" port = 9381 }
roles { $([ "$1" = 1 ] && echo 'inspect = no alert = no' ||
	    echo 'poll = no') }"
	config_write
	mv "$work/pypiwatch.conf" "$work/h$1.conf"
	[ $links = relays ] || sed -i "s|^database.*|database { conninfo = \
	    \"host=$db.1 user=postgres dbname=pypiwatch\" }|" "$work/h$1.conf"
}
host_start() {
	become "$1" "$top_builddir/pypiwatchd" -c "$work/h$1.conf" \
	    >> "$work/h$1.log" 2>&1 &
	hosts="$hosts $!"
}
# feed N FOLDER: with the command of host N
feed() {
	status=0
	inside "$1" timeout 90 "$top_builddir/pypiwatch" -c "$work/h$1.conf" \
	    ingest "$2" > "$work/out" 2> "$work/err" || status=$?
}

address=127.0.0.77
if [ $links = namespaces ]; then
	network_open
	address=$db.11
fi
cluster_start
index_start --seed 17
receiver_start
for n in $all; do
	if [ $links = namespaces ]; then
		namespaces_add $n
		hosts="$hosts $(eval "echo \$hold$n")"
	fi
	host_config $n "$address"
done
cp "$work/h1.conf" "$work/pypiwatch.conf"
sed -i "s|^database.*|database { conninfo = \"$cluster_conninfo\" }|" \
    "$work/pypiwatch.conf"
migrate
for n in $all; do
	host_start $n
done
wait_sql 60 2 "SELECT count(*) FROM pypiwatch.instance" ||
    fail "not both hosts came up"
wait_sql 60 t "SELECT count(*) > 0 FROM pypiwatch.cursor
    WHERE source = 'changelog'" || fail "nobody follows"

mkdir "$work/folder" "$work/member" "$work/later"
echo '[project]' > "$work/member/pyproject.toml"
for i in 1 2 3 4 5 6 7 8; do
	echo "$i" > "$work/member/number"
	tar -czf "$work/folder/fed-1.$i.tar.gz" -C "$work" member
done
feed 1 "$work/folder"
check "fed on host 1: $(cat "$work/err")" 0 "$status"
check "said" "8 files, 0 of them known before; 0 could not be taken" \
    "$(tail -n 1 "$work/out")"
check "scanned" 8 "$(sql "SELECT count(*) FROM analyst.files
    WHERE outcome = 'scanned' AND project = 'fed'")"
for n in $all; do
	eval "looked$n=$(grep -c 'fed-1.*outcome=scanned' "$work/h$n.log" || :)"
done
check "by host 1, which only polls" 0 "$looked1"
check "by host 2, over the network" 8 "$looked2"

# What an upload of the same project brings goes the same way as ever.
mark
tell 'release pycryptoenv'
wait_quiet 120 || e2e_failed=1

# An address that only this host reaches: said, taken back, lost nothing.
if [ $links = namespaces ]; then
	host_config 1 127.0.0.1
	echo 9 > "$work/member/number"
	tar -czf "$work/later/fed-1.9.tar.gz" -C "$work" member
	inside 1 timeout -s INT 20 "$top_builddir/pypiwatch" \
	    -c "$work/h1.conf" ingest "$work/later" > "$work/out" \
	    2> "$work/err" && fail "an address that nobody reaches"
	grep -q "ingest.listen" "$work/err" ||
	    check "a hint at ingest.listen" given "$(cat "$work/err")"
	check "left behind" "0 0" "$(sql "SELECT (SELECT count(*)
	    FROM pypiwatch.task) || ' ' || (SELECT count(*)
	    FROM pypiwatch.upload WHERE outcome IS NULL)")"
	host_config 1 "$address"
	feed 1 "$work/later"
	check "fed after all: $(cat "$work/err")" 0 "$status"
fi
check_invariants
e2e_done
