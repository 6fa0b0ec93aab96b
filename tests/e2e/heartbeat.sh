#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A dead man's switch is asked for while all is well, and only then; a monitor
# that fails is said once, and its address in no log.
# shellcheck source=tests/e2e/harness.sh
. "${top_srcdir:-.}/tests/e2e/harness.sh"
cat > "$work/monitor.py" << 'PY'
import http.server, sys
class Monitor(http.server.BaseHTTPRequestHandler):
    beats = 0
    def do_GET(self):
        Monitor.beats += 1
        print(self.path, flush=True)
        self.send_response(500 if Monitor.beats == 1 else 200)
        self.end_headers()
        self.wfile.write(b"OK")
    def log_message(self, *args):
        pass
server = http.server.HTTPServer(("127.0.0.1", 0), Monitor)
open(sys.argv[1], "w").write(str(server.server_port))
server.serve_forever()
PY
timeout 600 python3 "$work/monitor.py" "$work/monitor.new" > "$work/beats" &
monitor_pid=$!
trap 'kill $monitor_pid 2> /dev/null || :; e2e_end' EXIT
wait_for 20 "the monitor" test -s "$work/monitor.new"
echo "http://127.0.0.1:$(cat "$work/monitor.new")/ping/hidden-token" \
    > "$work/beat.url"
chmod 600 "$work/beat.url"
config_daemon="heartbeat-url-file = \"$work/beat.url\" heartbeat-interval = 20"
cluster_start
index_start --releases 2
receiver_start
config_write
migrate

# http and a private address only when the config says so.
daemon_start
said() { grep -qF -e "$1" "$work/daemon.log"; }
wait_for 30 "a refusal" said 'heartbeat-url-file is not usable: the URL begins'
daemon_stop
sed -i 's/heartbeat-interval/heartbeat-private = yes heartbeat-interval/' \
    "$work/pypiwatch.conf"
daemon_start
beats() { [ "$(wc -l < "$work/beats")" -ge "$1" ]; }
wait_for 90 "two beats" beats 2
check "where" /ping/hidden-token "$(sort -u "$work/beats")"
wait_for 30 "the first, refused" said 'fails: HTTP 500'
wait_for 30 "and taken" said 'is taken again'
check "the secret in a log" 0 "$(grep -c hidden-token "$work/daemon.log" || :)"

# A daemon that reads no source is not well, though it lives.
kill "$index_pid"
index_pid=
wait_for 120 "an unwell daemon" said 'no heartbeat is sent: no source'
before=$(wc -l < "$work/beats")
sleep 25
check "beats of an unwell daemon" "$before" "$(wc -l < "$work/beats")"
e2e_done
