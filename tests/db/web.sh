#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# pypiwatch-web against a real database: feeds, conditional requests, metrics,
# health, refusals, and the database going away.
. "$(dirname "$0")/setup.sh"
# shellcheck source=tests/db/web_start.sh
. "$top_srcdir/tests/db/web_start.sh"
schema_apply

for tool in xmllint promtool python3; do
	command -v $tool > /dev/null || { echo "$tool is missing"; exit 77; }
done
work=$(mktemp -d)
port=$((20000 + $$ % 20000))
web_start "$work" "$port"
trap 'kill $standin; cat "$work/log"; rm -rf "$work"; cluster_end' EXIT

bad=0
url=http://127.0.0.1:$port
check() {
	if [ "$2" != "$3" ]; then
		echo "$1: \"$2\" instead of \"$3\""
		bad=1
	fi
}
web_wait "$url"

sql > /dev/null <<'SQL'
INSERT INTO pypiwatch.detection (normalized, project, version, score, severity,
    reasons, lookalike_of) VALUES
('pycryptoenv', 'pycryptoenv', '1.0.7', 97, 'critical',
    '[{"rule": "xor-executable", "text": "a <hidden> executable & more"}]', 'pycrypto'),
('meh', 'meh', '2', 61, 'high', '[]', NULL);
SQL
# Ready when it can answer, healthy when the daemon makes progress.
says() { curl -s "$url/$1"; }
check ready "$(status "$url/readyz") $(says readyz)" "200 ready"
sql -c "INSERT INTO pypiwatch.migration VALUES (9999, 'later')" > /dev/null
check "another schema" "$(status "$url/readyz")" 503
check "says which" "$(says readyz | grep -c 'schema 9999.*pypiwatch migrate')" 1
sql -c "DELETE FROM pypiwatch.migration WHERE version = 9999" > /dev/null
check "no daemon" "$(status "$url/healthz") $(says healthz)" \
    "503 no daemon was seen for a minute"
sql -c "INSERT INTO pypiwatch.instance (host, pid, version)
    VALUES ('h', 1, 'x')" > /dev/null
check "nothing read" "$(says healthz)" "no source has been read yet"
sql -c "INSERT INTO pypiwatch.source_health (source, ok, last_ok_at)
    VALUES ('changelog', true, now() - interval '6 minutes')" > /dev/null
check "nothing new" "$(says healthz)" \
    "no source answered in the last five minutes"
sql -c "UPDATE pypiwatch.source_health SET last_ok_at = now()" > /dev/null
check health "$(status "$url/healthz") $(says healthz)" "200 ok"
sql -c "INSERT INTO pypiwatch.task (upload_id, normalized, version, filename,
    sha256, display, url, packagetype, created_at, run_at) VALUES (1, 'a', '1',
    'f', repeat('0', 64), 'A', 'u', 'sdist', now() - interval '11 minutes',
    now() - interval '11 minutes')" > /dev/null
check "stuck" "$(says healthz)" \
    "files wait, and none was looked at for ten minutes"
sql -c "DELETE FROM pypiwatch.task" > /dev/null
check items "$(curl -s "$url/feed.json" | jq '.items | length')" 2
check filter "$(curl -s "$url/feed.json?min_severity=critical" |
    jq -r '.items[]._pypiwatch.project')" pycryptoenv
check project "$(curl -s "$url/feed.json?project=meh" | jq '.items | length')" 1
check "in any spelling" "$(curl -s "$url/feed.json?project=MEH" | jq '.items |
    length')" 1
check status "$(curl -s "$url/feed.json?status=benign" | jq '.items | length')" 0
check "wrong status" "$(status "$url/feed.json?status=x")" 400
check "wrong severity" "$(status "$url/feed.json?min_severity=x")" 400
check injection "$(status "$url/feed.json?project=%27%3Bdrop%20table%20x")" 200
curl -s "$url/feed.atom" > "$work/atom"
check atom "$(grep -c '<entry>' "$work/atom")" 2
# Both feeds are what they say they are, empty and full.
for query in "" "?min_severity=critical" "?project=nobody"; do
	curl -s "$url/feed.atom$query" | xmllint --noout --relaxng \
	    "$top_srcdir/tests/golden/atom.rng" - 2> "$work/rng" || {
		echo "Atom$query: $(cat "$work/rng")"
		bad=1
	}
	curl -s "$url/feed.json$query" |
	    python3 "$top_srcdir/tests/db/json_feed.py" || bad=1
done
sed 's/<updated>/<updated>x/' "$work/atom" | xmllint --noout --relaxng \
    "$top_srcdir/tests/golden/atom.rng" - 2> /dev/null && {
	echo "the schema of Atom takes anything"
	bad=1
}
ids() { curl -s "$url/feed.json" | jq -c '[.items[].id] | sort'; }
before=$(ids)
sql -c "UPDATE pypiwatch.detection SET score = score - 1, project = 'Meh',
    updated_at = now() + interval '1 s' WHERE normalized = 'meh'" > /dev/null
check "ids stay" "$(ids)" "$before"
seen=$(curl -si "$url/feed.json" | tr -d '\r' | sed -n 's/^Last-Modified: //p')
check "not since" "$(status -H "If-Modified-Since: $seen" "$url/feed.json")" 304
check "long since" "$(status -H "If-Modified-Since: Thu, 01 Jan 2026 00:00:00 GMT" \
    "$url/feed.json")" 200
check "no date" "$(status -H "If-Modified-Since: yesterday" "$url/feed.json")" 200
check "the tag counts" "$(status -H 'If-None-Match: "x"' \
    -H "If-Modified-Since: $seen" "$url/feed.json")" 200
curl -s "$url/metrics" > "$work/metrics"
promtool check metrics < "$work/metrics" > "$work/lint" 2>&1 || {
	cat "$work/lint"
	bad=1
}
etag=$(curl -si "$url/feed.atom" | tr -d '\r' | sed -n 's/^ETag: //p')
check conditional "$(status -H "If-None-Match: $etag" "$url/feed.atom")" 304
check post "$(status -X POST "$url/feed.atom")" 501
check unknown "$(status "$url/nothing")" 404
check traversal "$(status --path-as-is "$url/../../etc/passwd")" 404
# What is asked for stands in the feed's own address (RFC 3986: ASCII).
for target in "feed.json?x=$(printf '\377')" "feed.atom?x=$(printf '\377')" \
    "feed.json?x=$(printf '\302\205')" "feed.atom?x=$(printf '\033')"; do
	printf 'GET /%s HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n' \
	    "$target" | timeout 20 python3 -c 'import socket, sys
s = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
s.sendall(sys.stdin.buffer.read())
sys.stdout.buffer.write(s.makefile("rb").readline())' "$port" > "$work/line" ||
	    :
	check "bytes that are no text" "HTTP/1.1 400 Bad Request" \
	    "$(tr -d '\r' < "$work/line")"
	check "and it lives" 200 "$(status "$url/feed.json")"
done
check "big header" "$(status -H "X: $(head -c 20000 /dev/zero | tr '\0' a)" \
    "$url/healthz" | sed 's/^000$/413/; s/^400$/413/')" 413
check metrics "$(curl -s "$url/metrics" | grep -c '^pypiwatch_database_up 1$')" 1
cluster_stop
for _ in $(seq 50); do
	[ "$(status "$url/feed.json")" = 503 ] && break
	sleep 0.2
done
check "database down" "$(status "$url/feed.json")" 503
check "health unknown" "$(status "$url/healthz")" 503
check "not ready" "$(status "$url/readyz")" 503
cluster_again
for _ in $(seq 100); do
	[ "$(status "$url/feed.json")" = 200 ] && break
	sleep 0.2
done
check "database back" "$(status "$url/feed.json")" 200
exit $bad
