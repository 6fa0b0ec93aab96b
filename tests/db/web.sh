#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# pypiwatch-web against a real database: feeds, conditional requests, metrics,
# health, refusals, and the database going away.
. "$(dirname "$0")/setup.sh"
# shellcheck source=tests/db/web_start.sh
. "$top_srcdir/tests/db/web_start.sh"
schema_apply

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
check health "$(status "$url/healthz")" 200
check "not ready" "$(status "$url/readyz")" 503
sql -c "INSERT INTO pypiwatch.source_health (source, ok, last_ok_at)
    VALUES ('changelog', true, now())" > /dev/null
check ready "$(status "$url/readyz")" 200
check items "$(curl -s "$url/feed.json" | jq '.items | length')" 2
check filter "$(curl -s "$url/feed.json?min_severity=critical" |
    jq -r '.items[]._pypiwatch.project')" pycryptoenv
check project "$(curl -s "$url/feed.json?project=meh" | jq '.items | length')" 1
check "wrong severity" "$(status "$url/feed.json?min_severity=x")" 400
check injection "$(status "$url/feed.json?project=%27%3Bdrop%20table%20x")" 200
curl -s "$url/feed.atom" > "$work/atom"
check atom "$(grep -c '<entry>' "$work/atom")" 2
etag=$(curl -si "$url/feed.atom" | tr -d '\r' | sed -n 's/^ETag: //p')
check conditional "$(status -H "If-None-Match: $etag" "$url/feed.atom")" 304
check post "$(status -X POST "$url/feed.atom")" 501
check unknown "$(status "$url/nothing")" 404
check traversal "$(status --path-as-is "$url/../../etc/passwd")" 404
check "big header" "$(status -H "X: $(head -c 20000 /dev/zero | tr '\0' a)" \
    "$url/healthz" | sed 's/^000$/413/; s/^400$/413/')" 413
check metrics "$(curl -s "$url/metrics" | grep -c '^pypiwatch_database_up 1$')" 1
cluster_stop
for _ in $(seq 50); do
	[ "$(status "$url/feed.json")" = 503 ] && break
	sleep 0.2
done
check "database down" "$(status "$url/feed.json")" 503
check "still healthy" "$(status "$url/healthz")" 200
cluster_again
for _ in $(seq 100); do
	[ "$(status "$url/feed.json")" = 200 ] && break
	sleep 0.2
done
check "database back" "$(status "$url/feed.json")" 200
exit $bad
