# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh
#
# network.sh - hosts as network namespaces, each with a link to the database
# and another to the index, in a network of our own.  Source it before
# harness.sh:
#
#	network_enter ARGUMENT...	runs the script again in such a network,
#			where one can be made (not in every container); $links is
#			namespaces then, else relays
#	network_open	makes it; the database and the index are at $db.1 and
#			$net.1, host N at $db.1N and $net.1N
#	namespaces_add N	a host; its holder is $holdN
#	inside N COMMAND...	runs it on host N
#	become N COMMAND...	the same in place of this shell: $! after
#			`become ... &` is the command, and can be killed
links=${HOSTS_LINKS:-}
db=10.77.0 net=10.78.0

network_enter() {
	[ -z "$links" ] || return 0
	links=relays
	if [ "$(id -u)" = 0 ]; then
		own='unshare --net'
	else
		own='unshare --user --map-current-user --keep-caps --net'
	fi
	if $own sh -c 'ip link add name br0 type bridge &&
	    ip link add name a type veth peer name b &&
	    unshare --net --uts true' > /dev/null 2>&1; then
		HOSTS_LINKS=namespaces
		export HOSTS_LINKS
		exec $own sh "$0" "$@"
	fi
}

network_open() {
	ip link set lo up
	for link in db net; do
		eval "prefix=\$$link"
		ip link add name br-$link type bridge
		ip addr add "$prefix.1/24" dev br-$link
		ip link set br-$link up
	done
	cluster_listen=$db.1 test_address=$net.1
}

namespaces_add() {
	unshare --net --uts sh -c "hostname h$1; : > '$work/held$1'
	    exec sleep 3600" &
	eval "hold$1=$!"
	wait_for 20 "namespaces of h$1" test -e "$work/held$1"
	for link in db net; do
		eval "ip link add name $link$1 type veth peer name $link \
		    netns \$hold$1"
		eval "prefix=\$$link"
		ip link set "$link$1" master "br-$link" up
		inside "$1" ip addr add "$prefix.1$1/24" dev $link
		inside "$1" ip link set $link up
	done
	inside "$1" ip link set lo up
}

become() {
	become_n=$1
	shift
	if [ $links = namespaces ]; then
		eval "exec nsenter -t \$hold$become_n --net --uts -- \"\$@\""
	fi
	exec "$@"
}

inside() {
	(become "$@")
}
