# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh
# Sourced by tests of pypiwatch-web, after setup.sh.

# web_start FOLDER PORT: pypiwatch-web on the cluster, under its own role, its
# log in FOLDER/log; $standin is what stands for the supervisor.
web_start() {
	sql -c 'ALTER ROLE pypiwatch_web LOGIN'
	printf 'database { conninfo = "%s" }\nweb {\n  enabled = yes\n  port = %s\n}\ndaemon { sandbox-required = no }\n' \
	    "host=$PGHOST user=pypiwatch_web dbname=$PGDATABASE" "$2" > "$1/conf"
	cat > "$1/run.py" <<'PY'
# A channel as descriptor 3, the config as 4.
import os, signal, socket, sys
a, b = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
keep = os.dup2(a.fileno(), 40)
conf = os.open(sys.argv[2], os.O_RDONLY)
if os.fork() == 0:
    os.dup2(b.fileno(), 10)
    os.dup2(conf, 11)
    os.dup2(10, 3)
    os.dup2(11, 4)
    os.closerange(5, 100)
    os.execv(sys.argv[1], ["pypiwatch-web", "--role"])
b.close()
signal.pause()
PY
	python3 "$1/run.py" "$top_builddir/pypiwatch-web" "$1/conf" \
	    2> "$1/log" &
	standin=$!
}

status() {
	curl -s -o /dev/null -w '%{http_code}' "$@"
}

# web_wait URL: until it serves.
web_wait() {
	for _ in $(seq 50); do
		[ "$(status "$1/feed.json")" = 200 ] && break
		sleep 0.2
	done
}
