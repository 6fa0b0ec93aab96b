#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The thin thread: one package modelled on pycryptoenv goes all the way, from
# the changelog to a webhook and a chat message.
# shellcheck source=tests/e2e/harness.sh
. "${top_srcdir:-.}/tests/e2e/harness.sh"
# What was there before the first start is the past, hostile or not.
e2e_start --hostile elf-data --releases 2

tell 'release ordinary 3' 'release pycryptoenv'
wait_quiet 120
check "severity" critical "$(sql "SELECT severity FROM analyst.detections
    WHERE project = 'pycryptoenv' AND version = '1.0.7'")"
check "hidden executable" t "$(sql "SELECT count(*) > 0 FROM analyst.findings
    WHERE normalized = 'pycryptoenv' AND rule = 'xor-executable'
    AND path LIKE '%pycryptoenv/test.py'")"
check "foreign author" t "$(sql "SELECT count(*) > 0 FROM analyst.findings
    WHERE normalized = 'pycryptoenv' AND category = 'impersonation'")"
check "target" pycrypto "$(sql "SELECT lookalike_of FROM analyst.detections
    WHERE project = 'pycryptoenv'")"
check "only it" 1 "$(sql "SELECT count(*) FROM analyst.detections")"
check "seen by both" "changelog,rss" "$(sql "SELECT string_agg(DISTINCT
    s.source, ',' ORDER BY s.source) FROM pypiwatch.sighting s
    JOIN pypiwatch.event e ON e.id = s.event_id WHERE e.kind = 'new release'
    AND e.project = 'pycryptoenv'")"

wait_sql 60 2 "SELECT count(DISTINCT sink) FROM analyst.deliveries
    WHERE status = 'delivered'"
jq -s '[.[] | select(.path == "/hook")]' "$work/received" > "$work/hooks"
check "webhook" "200 true" \
    "$(jq -r '.[0] | "\(.status) \(.verified)"' "$work/hooks")"
check "payload" "pypiwatch.alert/1 pycryptoenv 1.0.7 critical pycrypto" \
    "$(jq -r '.[0].body | fromjson | .data | "\(.schema) \(.project
    ) \(.version) \(.severity) \(.lookalike_of)"' "$work/hooks")"
check "chat" 200 "$(jq -s '[.[] | select(.path == "/slack")][0].status' \
    "$work/received")"
jq -r 'select(.path == "/slack").body' "$work/received" > "$work/chat"
grep -q pycryptoenv "$work/chat" || fail "the chat names no project"
grep -q pycrypto\` "$work/chat" || grep -q '"pycrypto' "$work/chat" ||
    grep -qw pycrypto "$work/chat" || fail "the chat names no target"
# What the code names reaches every reader: the row, the payload, the chat.
tell 'release setup-downloader'
wait_quiet 120
wait_sql 60 2 "SELECT count(DISTINCT d.sink) FROM analyst.deliveries d
    JOIN analyst.alerts a ON a.id = d.alert_id
    JOIN analyst.detections t ON t.id = a.detection_id
    WHERE t.project = 'colorfade-tools' AND d.status = 'delivered'"
url=http://files.example.invalid/update.exe
check "indicator in SQL" "url $url" "$(sql "SELECT i->>'type' || ' ' ||
    (i->>'value') FROM pypiwatch.upload, jsonb_array_elements(
    object->'indicators') i WHERE normalized = 'colorfade-tools' LIMIT 1")"
check "indicator in the payload" "url $url" "$(jq -r 'select(.path == "/hook")
    | .body | fromjson | .data | select(.project == "colorfade-tools")
    | .files[0].indicators[0] | "\(.type) \(.value)"' "$work/received")"
jq -r 'select(.path == "/slack").body' "$work/received" |
    grep -q 'hxxp://files\[.\]example\[.\]invalid/update\[.\]exe' ||
    fail "the chat does not name the address, made harmless"
# That PyPI removed it, and how long after us, reads everybody; the index tells
# whole seconds.
sleep 2
tell 'remove project colorfade-tools'
wait_sql 60 2 "SELECT count(DISTINCT d.sink) FROM analyst.deliveries d
    JOIN analyst.alerts a ON a.id = d.alert_id
    WHERE a.type = 'release.removed' AND d.status = 'delivered'"
jq -r 'select(.path == "/slack").body' "$work/received" |
    grep -q 'We alerted [0-9]* [smin]* before PyPI removed it' ||
    fail "the chat does not say how long before PyPI we were"
check_invariants
daemon_stop
e2e_done
