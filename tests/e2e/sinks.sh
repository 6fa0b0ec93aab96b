#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# `sinks list`, `test` and `preview` of every kind, against receivers that
# enforce the documented limits: nothing tells a secret, every message is taken.
set -eu
top_srcdir=${top_srcdir:-$(cd "$(dirname "$0")/../.." && pwd)}
top_builddir=${top_builddir:-$PWD}
for tool in curl jq openssl python3; do
	command -v $tool > /dev/null || { echo "$tool is missing"; exit 77; }
done
# shellcheck source=tests/smtp.sh
. "$top_srcdir/tests/smtp.sh"
work=$(mktemp -d "${TMPDIR:-/tmp}/pypiwatch-sinks.XXXXXX")
chmod 755 "$work"
receiver= syslog=
trap 'smtp_end; kill $receiver $syslog 2> /dev/null || :; rm -rf "$work"' EXIT
trap 'exit 1' INT TERM HUP
failed=0
fail() { echo "FAIL: $*"; failed=1; }
wait_file() {
	for _ in $(seq 100); do [ -s "$1" ] && return; sleep 0.1; done
	echo "$1 does not come"; exit 1
}

smtp_start "$work/smtp"
echo 'whsec_AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=' > "$work/secret"
"$top_builddir/simreceiver" --port-file "$work/port" --log "$work/received" \
    --secret-file "$work/secret" > /dev/null 2>&1 &
receiver=$!
wait_file "$work/port"
url=http://127.0.0.1:$(cat "$work/port")

# Two frames of syslog, by TCP and by TLS, each to a file.
python3 - "$work" "$smtp_dir/server.pem" "$smtp_dir/server.key" <<'PY' &
import os, socket, ssl, sys, threading
work, cert, key = sys.argv[1:]
def take(name, wrap):
    s = socket.create_server(("127.0.0.1", 0))
    s.settimeout(60)
    with open(f"{work}/{name}.part", "w") as f:
        f.write(str(s.getsockname()[1]))
    os.rename(f"{work}/{name}.part", f"{work}/{name}.port")
    c, _ = s.accept()
    c.settimeout(30)
    c = wrap(c)
    data = b""
    while True:
        more = c.recv(65536)
        if not more:
            break
        data += more
    with open(f"{work}/{name}.frame", "wb") as f:
        f.write(data)
context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
context.load_cert_chain(cert, key)
threads = [threading.Thread(target=take, args=a) for a in (
    ("tcp", lambda c: c), ("tls", lambda c: context.wrap_socket(c, True)))]
for t in threads: t.start()
for t in threads: t.join()
PY
syslog=$!
wait_file "$work/tcp.port"
wait_file "$work/tls.port"

echo 'alerts:correct horse' > "$work/auth"
echo 'xoxb-test-token' > "$work/token"
echo '0123456789abcdef0123456789abcdef' > "$work/key"
printf 'Authorization: Bearer s3cret\nX-Team: blue\n' > "$work/headers"
for kind in hook slack discord teams mattermost; do
	echo "$url/$kind?sig=s3cret" > "$work/$kind.url"
done
chmod 600 "$work"/*.url "$work/auth" "$work/token" "$work/key" \
    "$work/headers" "$work/secret"
cat > "$work/conf" <<CONF
daemon { locale-directory = "$top_builddir/po/locale" }
sink "hook" { type = webhook url-file = "$work/hook.url"
	secret-file = "$work/secret" headers-file = "$work/headers"
	allow-private = yes }
sink "chat" { type = slack url-file = "$work/slack.url" allow-private = yes }
sink "bot" { type = slack token-file = "$work/token" channel = C0123456789
	server = "$url/slackbot" allow-private = yes }
sink "discord" { type = discord url-file = "$work/discord.url"
	allow-private = yes }
sink "teams" { type = teams url-file = "$work/teams.url" allow-private = yes
	language = ja }
sink "mattermost" { type = mattermost url-file = "$work/mattermost.url"
	allow-private = yes }
sink "pager" { type = pagerduty secret-file = "$work/key"
	server = "$url/pagerduty" allow-private = yes }
sink "mail" { type = email server = "smtp://localhost:$smtp_port"
	from = "pypiwatch@example.net" to = "soc@localhost"
	auth-file = "$work/auth" ca-file = "$smtp_ca" allow-private = yes
	team = "blue team" }
sink "log" { type = syslog server = "tcp://127.0.0.1:$(cat "$work/tcp.port")"
	allow-private = yes }
sink "securelog" { type = syslog allow-private = yes ca-file = "$smtp_ca"
	server = "tls://localhost:$(cat "$work/tls.port")" }
sink "journal" { type = journal }
CONF
all="hook chat bot discord teams mattermost pager mail log securelog journal"
pw() { timeout 60 "$top_builddir/pypiwatch" -c "$work/conf" "$@"; }

pw sinks list --format json > "$work/list"
[ "$(jq -s length "$work/list")" = 11 ] || fail "list: $(cat "$work/list")"
[ "$(jq -r 'select(.trouble != null).name' "$work/list")" = "" ] ||
    fail "list tells of trouble: $(cat "$work/list")"
for name in $all; do
	pw sinks test $name > "$work/out" 2>&1 ||
	    fail "$name: $(cat "$work/out")"
	pw sinks preview $name >> "$work/out" 2>&1 ||
	    fail "preview of $name: $(cat "$work/out")"
	cat "$work/out" >> "$work/said"
done
cat "$work/list" >> "$work/said"
for secret in s3cret 'correct horse' xoxb-test 0123456789abcdef AQEBAQ; do
	! grep -q "$secret" "$work/said" || fail "told: $secret"
done
bad=$(jq -r 'select(.status >= 300 or .why != null) |
    "\(.path) \(.why)"' "$work/received")
[ -z "$bad" ] || fail "refused: $bad"
paths=$(jq -r .path "$work/received" | sort | tr '\n' ' ')
[ "$paths" = "/discord /hook /mattermost /pagerduty /slack /slackbot /teams " ] ||
    fail "received at: $paths"
jq -es 'any(.path == "/hook" and .headers["X-Team"] == "blue" and
    .headers.Authorization == "Bearer s3cret")' "$work/received" > /dev/null ||
    fail "the extra headers are missing"
jq -es 'any(.path == "/teams" and (.body | contains("テスト")))' \
    "$work/received" > /dev/null || fail "Teams is not told in Japanese"
wait_file "$work/tcp.frame"
wait_file "$work/tls.frame"
python3 - "$work" <<'PY' || failed=1
import re, sys
for name in "tcp", "tls":
    data = open(f"{sys.argv[1]}/{name}.frame", "rb").read()
    length, rest = data.split(b" ", 1)
    assert int(length) == len(rest), data
    m = re.fullmatch(rb'<(\d+)>1 (\S+) (\S+) pypiwatch (\d+) alert '
        rb'\[pypiwatch@32473( [a-z]+="(?:[^"\\\]]|\\.)*")+\] '
        rb'\xef\xbb\xbf(.*)', rest)
    assert m and b"\n" not in rest, rest
    assert int(m.group(1)) // 8 == 4 and b'type="test"' in rest, rest
PY
exit $failed
