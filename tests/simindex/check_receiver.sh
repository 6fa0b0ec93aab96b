#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The receiver of alerts refuses what the real ones refuse.
set -eu
for tool in curl jq openssl; do
	command -v $tool >/dev/null || { echo "$tool is missing"; exit 77; }
done
work=$(mktemp -d)
pid=
trap 'kill ${pid:-} 2>/dev/null || :; rm -rf "$work"' EXIT
cd "$work"
failed=0
same() { [ "$2" = "$3" ] || { echo "FAIL: $1: wanted '$2', got '$3'"
	failed=1; }; }
status() { curl -sS -o /dev/null -w '%{http_code}' "$@"; }

key=0101010101010101010101010101010101010101010101010101010101010101
printf 'whsec_AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=\n' > secret
"$top_builddir/simreceiver" --port-file port --log log --secret-file secret \
    > out 2>&1 &
pid=$!
for _ in $(seq 100); do [ -s port ] && break; sleep 0.1; done
url=http://127.0.0.1:$(cat port)

post() {	# ID TIMESTAMP BODY [SIGNATURE]
	sum=$(printf '%s.%s.%s' "$1" "$2" "$3" | openssl dgst -sha256 -mac HMAC \
	    -macopt hexkey:$key -binary | openssl base64 -A)
	status -H "webhook-id: $1" -H "webhook-timestamp: $2" \
	    -H "webhook-signature: ${4:-v1,old= v1,$sum}" --data "$3" "$url/hook"
}
body='{"type":"test","timestamp":"2026-01-01T00:00:00Z","data":{}}'
now=$(date +%s)
same "good" 200 "$(post msg_1 "$now" "$body")"
same "again" 200 "$(post msg_1 "$now" "$body")"
same "bad signature" 401 "$(post msg_2 "$now" "$body" v1,AAAA)"
same "old" 400 "$(post msg_3 $((now - 400)) "$body")"
same "no data" 400 "$(post msg_4 "$now" '{"type":"test"}')"
same "dot in id" 400 "$(post msg.5 "$now" "$body")"
same "GET" 405 "$(status "$url/hook")"

slack() { status -H 'Content-Type: application/json' --data "$1" "$url/slack"; }
long=$(printf '%03001d' 0)
same "slack" 200 "$(slack '{"text":"hello"}')"
same "slack empty" 400 "$(slack '{}')"
same "slack section" 400 "$(slack '{"text":"x","blocks":[{"type":"section",
"text":{"type":"mrkdwn","text":"'"$long"'"}}]}')"
same "slack header" 400 "$(slack '{"text":"x","blocks":[{"type":"header",
"text":{"type":"mrkdwn","text":"x"}}]}')"
same "slack blocks" 400 "$(slack "$(jq -cn '{text: "x", blocks:
    [range(51) | {type: "divider"}]}')")"
same "slack whole" 400 "$(slack "$(jq -cn --arg t "$(printf '%02500d' 0)" \
    '{text: "x", blocks: [range(5) | {type: "section",
    text: {type: "mrkdwn", text: $t}}]}')")"

curl -sS --data 'answer 429 retry-after 7 count 1' "$url/_control" >/dev/null
curl -sS -o /dev/null -D head -H 'Content-Type: application/json' \
    --data '{"text":"a"}' "$url/slack"
same "429" 'Retry-After: 7' "$(tr -d '\r' < head | grep -i '^retry-after')"
same "then" 200 "$(slack '{"text":"a"}')"
curl -sS "$url/_stats" > stats
same "stats" "4 1 1" "$(jq -r '"\(.accepted) \(.duplicates) \(.bad_signatures)"' \
    stats)"
same "log" "$(jq .requests stats)" "$(jq -s length log)"
exit $failed
