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

# Each vendor takes a good message and refuses what its documents forbid.
vendor() {	# PATH JSON [HEADER]
	status -H 'Content-Type: application/json' ${3:+-H "$3"} \
	    --data "$2" "$url/$1"
}
word() { curl -sS -H 'Content-Type: application/json' -H "$2" --data "$1" \
	"$url/slackbot" | jq -r '.error // .ok'; }
bot='Authorization: Bearer xoxb-test-token'
same "bot" true "$(word '{"channel":"C0123456789","text":"a"}' "$bot")"
same "bot's token" invalid_auth \
    "$(word '{"channel":"C0123456789","text":"a"}' 'Authorization: Bearer x')"
same "bot's channel" channel_not_found \
    "$(word '{"channel":"C1","text":"a"}' "$bot")"
same "bot empty" no_text "$(word '{"channel":"C0123456789"}' "$bot")"
quiet='"allowed_mentions":{"parse":[]}'
same "discord" 200 "$(vendor discord '{"content":"a",'"$quiet"'}')"
same "discord pings" 400 "$(vendor discord '{"content":"a"}')"
same "discord empty" 400 "$(vendor discord "{$quiet}")"
same "discord field" 400 "$(vendor discord '{"embeds":[{"fields":[{"name":"a",
    "value":""}]}],'"$quiet"'}')"
same "discord title" 400 "$(vendor discord "$(jq -cn \
    '{embeds: [{title: ("x" * 257)}], allowed_mentions: {parse: []}}')")"
same "discord sum" 400 "$(vendor discord "$(jq -cn '{embeds: [range(2) |
    {description: ("x" * 3001)}], allowed_mentions: {parse: []}}')")"
card='{"type":"message","attachments":[{"contentType":
    "application/vnd.microsoft.card.adaptive","content":{"type":
    "AdaptiveCard","version":"1.4","body":[{"type":"TextBlock","text":"a"}]}}]}'
same "teams" 202 "$(vendor teams "$card")"
same "teams text" 400 "$(vendor teams '{"text":"a"}')"
same "teams large" 413 "$(vendor teams "$(jq -cn --argjson c "$card" \
    '$c | .attachments[0].content.body[0].text = ("x" * 29000)')")"
same "mattermost" 200 "$(vendor mattermost '{"text":"a"}')"
same "mattermost all" 400 "$(vendor mattermost '{"text":"@all"}')"
same "mattermost attachments" 400 "$(vendor mattermost "$(jq -cn \
    '{attachments: [{text: ("x" * 7900)}]}')")"
event='{"routing_key":"0123456789abcdef0123456789abcdef","event_action":
    "trigger","payload":{"summary":"a","source":"b","severity":"error"}}'
same "pagerduty" 202 "$(vendor pagerduty "$event")"
same "pagerduty key" 400 "$(vendor pagerduty '{"routing_key":"1"}')"
same "pagerduty severity" 400 "$(vendor pagerduty \
    "$(printf %s "$event" | sed 's/"error"/"high"/')")"
same "pagerduty resolve" 400 "$(vendor pagerduty \
    "$(printf %s "$event" | sed 's/"trigger"/"resolve"/')")"

curl -sS --data 'answer 429 retry-after 7 count 1' "$url/_control" >/dev/null
curl -sS -o /dev/null -D head -H 'Content-Type: application/json' \
    --data '{"text":"a"}' "$url/slack"
same "429" 'Retry-After: 7' "$(tr -d '\r' < head | grep -i '^retry-after')"
same "then" 200 "$(slack '{"text":"a"}')"
curl -sS "$url/_stats" > stats
same "stats" "12 2 1" "$(jq -r '"\(.accepted) \(.duplicates) \(.bad_signatures)"' \
    stats)"
same "log" "$(jq .requests stats)" "$(jq -s length log)"
exit $failed
