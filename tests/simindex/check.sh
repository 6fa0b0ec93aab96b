#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Asks the simulated index everything it serves, with curl, jq, python3's XML
# reader and sha256sum: well-formed, valid, digests right, faults as ordered.
set -eu
for tool in curl jq python3 sha256sum unzip tar; do
	command -v $tool >/dev/null || { echo "$tool is missing"; exit 77; }
done
work=$(mktemp -d)
pid=
trap 'kill ${pid:-} 2>/dev/null || :; rm -rf "$work"' EXIT
cd "$work"
failed=0

fail() { echo "FAIL: $*"; failed=1; }
same() { [ "$2" = "$3" ] || fail "$1: wanted '$2', got '$3'"; }
ask() { curl -sS --max-time 20 -A simindex-check "$@"; }
tell() { printf '%s\n' "$@" | ask -f --data-binary @- "$url/_control" \
    >/dev/null || fail "control refused: $*"; }
call() {	# METHOD [INT]: an XML-RPC call
	arg=${2:+<param><value><int>$2</int></value></param>}
	ask -H 'Content-Type: text/xml' --data "<?xml version='1.0'?>
<methodCall><methodName>$1</methodName><params>$arg</params></methodCall>" \
	    "$url/pypi"
}
well_formed() { python3 -c 'import sys, xml.dom.minidom
xml.dom.minidom.parse(sys.stdin)'; }
# Rows as "name version action serial", by the reader that clients use.
rows() {
	python3 -c 'import sys, xmlrpc.client
for r in xmlrpc.client.loads(sys.stdin.read())[0][0]:
    print(r[0], r[1], r[3], r[4], sep="|")'
}
status() { ask -o /dev/null -w '%{http_code}' "$@"; }

"$top_builddir/simindex" --port-file port --seed 4 --hostile pycryptoenv \
    --releases 3 > out 2> err &
pid=$!
for _ in $(seq 100); do [ -s port ] && break; sleep 0.1; done
url=http://127.0.0.1:$(cat port)
same "stdout" "listening $(cat port)" "$(cat out)"

# The changelog: ascending, complete, faults with status 200.
call changelog_since_serial 31000000 | rows > rows
same "first row" "pycryptoenv|None|create|31000001" "$(head -n 1 rows)"
last=$(tail -n 1 rows | cut -d '|' -f 4)
call changelog_last_serial | grep -q "<int>$last</int>" ||
    fail "changelog_last_serial is not $last"
same "nothing after the last" "" "$(call changelog_since_serial "$last" | rows)"
same "retired method" 200 "$(status -H 'Content-Type: text/xml' --data \
    '<methodCall><methodName>search</methodName></methodCall>' "$url/pypi")"
call nonsense | grep -q -- '<int>-32601</int>' || fail "unknown method"
call changelog_since_serial | grep -q -- '<int>-32602</int>' ||
    fail "missing argument"
same "content type" 404 "$(status --data '<methodCall/>' "$url/pypi")"
tell "row Ex - add Owner Andr$(printf '\303\251')"
call changelog_since_serial "$last" | grep -q 'Andr&amp;#233;' ||
    fail "non-ASCII is escaped twice"

# Feeds: well-formed, conditional.
for feed in updates packages; do
	ask -D head -o feed "$url/rss/$feed.xml"
	well_formed < feed || fail "$feed.xml is not well-formed"
	same "$feed items" 4 "$(grep -c '<item>' feed)"
	tag=$(sed -n 's/^ETag: *//p' head | tr -d '\r')
	same "$feed 304" 304 "$(status -H "If-None-Match: $tag" \
	    "$url/rss/$feed.xml")"
done

# Legacy and Simple JSON, and the files they name.
ask -D head -H 'Accept-Encoding: gzip' --compressed \
    "$url/pypi/pycryptoenv/1.0.7/json" > json
grep -qi '^content-encoding: gzip' head || fail "json is not compressed"
same "version" 1.0.7 "$(jq -r .info.version json)"
same "serial header" "$(jq .last_serial json)" \
    "$(sed -n 's/^X-PyPI-Last-Serial: *//p' head | tr -d '\r')"
same "keys of info" 30 "$(jq '.info | keys | length' json)"
same "sorted keys" "$(jq -c 'keys' json)" "$(jq -c 'keys_unsorted' json)"
before=$failed failed=0
jq -r '.urls[] | [.url, .digests.sha256, .size, .filename,
    .digests.blake2b_256] | @tsv' json |
while IFS="$(printf '\t')" read -r file sha256 size name b2; do
	ask -o got "$file"
	same "$name sha256" "$sha256" "$(sha256sum < got | cut -d ' ' -f 1)"
	same "$name size" "$size" "$(wc -c < got | tr -d ' ')"
	same "$name blake2b" "$b2" "$(b2sum -l 256 < got | cut -d ' ' -f 1)"
	same "$name path" "$file" "$url/packages/$(printf %.2s "$b2")/$(
	    printf %s "$b2" | cut -c 3-4)/$(
	    printf %s "$b2" | cut -c 5-64)/$name"
	case $name in
	*.whl)	unzip -tqq got || echo "bad zip $name" >> bad
		ask -o meta "$file.metadata"
		same "$name metadata" \
		    "$(jq -r '.urls[]["core-metadata"] | objects.sha256' \
		    json)" "$(sha256sum < meta | cut -d ' ' -f 1)" ;;
	*)	tar -tzf got > members || echo "bad tar $name" >> bad
		[ "$(wc -l < members)" -ge 85 ] ||
		    echo "too few members in $name" >> bad ;;
	esac
	[ $failed = 0 ] || touch bad
done
[ ! -e bad ] || fail "files: $(cat bad)"
[ "$before" = 0 ] || failed=1
same "404 json" 404 "$(status "$url/pypi/none-such/json")"
simple='Accept: application/vnd.pypi.simple.v1+json'
ask -H "$simple" "$url/simple/" > index
same "projects" 4 "$(jq '.projects | length' index)"
ask -H "$simple" "$url/simple/pycryptoenv/" > page
same "simple files" 2 "$(jq '.files | length' page)"
same "simple digests" "$(jq -r '[.urls[].digests.sha256] | sort | .[]' json)" \
    "$(jq -r '[.files[].hashes.sha256] | sort | .[]' page)"
same "redirect" 301 "$(status "$url/simple/PyCryptoEnv/")"
ask "$url/simple/pycryptoenv/" | grep -q '^<!DOCTYPE html>' ||
    fail "without Accept it is HTML"

# What happens to projects afterwards.
tell 'yank pycryptoenv 1.0.7 oops'
same "yanked" oops "$(ask -H "$simple" "$url/simple/pycryptoenv/" |
    jq -r '.files[0].yanked')"
tell 'quarantine pycryptoenv'
same "quarantine json" 404 "$(status "$url/pypi/pycryptoenv/json")"
same "quarantine simple" "quarantined 0" "$(ask -H "$simple" \
    "$url/simple/pycryptoenv/" |
    jq -r '"\(."project-status".status) \(.files | length)"')"
tell 'remove project pycryptoenv'
same "removed simple" 404 "$(status -H "$simple" "$url/simple/pycryptoenv/")"
call changelog_since_serial "$last" | rows > rows
grep -q '^pycryptoenv|None|remove project|' rows || fail "removal is journalled"

# Faults on command.
name=$(jq -r '.projects[0].name' index)
tell 'fault json 503 count 1'
same "503 once" 503 "$(status "$url/pypi/$name/json")"
same "then 200" 200 "$(status "$url/pypi/$name/json")"
tell 'fault json missing 2'
for want in 404 404 200; do
	same "missing" $want "$(status "$url/pypi/$name/json")"
done
tell clear 'fault xmlrpc rate-limit 7'
call changelog_last_serial | grep -q 'reset in 7 seconds' || fail "rate limit"
for kind in bad-bytes nonchar dtd bomb cut garbage; do
	tell clear "fault updates $kind"
	ask "$url/rss/updates.xml" > feed
	if [ $kind != dtd ] && [ $kind != bomb ] && well_formed < feed 2>/dev/null
	then
		fail "$kind: still well-formed"
	fi
done
grep -q . feed || fail "garbage is empty"
tell clear 'fault rss truncate'
ask "$url/rss/updates.xml" >/dev/null 2>&1 && fail "truncated, not noticed"
tell clear 'fault json reset'
ask "$url/pypi/$name/json" >/dev/null 2>&1 && fail "reset, not noticed"
tell clear 'fault rss stale'
before=$(ask "$url/rss/updates.xml" | grep -c '<item>')
tell 'release ordinary 2'
same "stale" "$before" "$(ask "$url/rss/updates.xml" | grep -c '<item>')"
tell clear
same "fresh" $((before + 2)) "$(ask "$url/rss/updates.xml" | grep -c '<item>')"
tell 'fault json wrong-digest'
ask "$url/pypi/$name/json" > json
file=$(jq -r '.urls[0].url' json)
[ "$(ask "$file" | sha256sum | cut -d ' ' -f 1)" != \
    "$(jq -r '.urls[0].digests.sha256' json)" ] || fail "digest is not wrong"
tell clear 'fault file slow 100000' 'fault file latency 100'
same "slow but whole" "$(jq -r '.urls[0].size' json)" \
    "$(ask "$file" | wc -c | tr -d ' ')"

# The ledger and the counts.
ask "$url/_ledger" > ledger
same "ledger files" 12 "$(jq '.files | length' ledger)"
same "ledger events" "$(jq .serial ledger)" "$(jq '.events[-1].serial' ledger)"
ask "$url/_served" > served
same "agent" simindex-check "$(jq -r '.agents | keys[]' served)"
[ "$(jq .endpoints.updates.conditional served)" = 1 ] ||
    fail "conditional requests are not counted"
same "refused line" 400 "$(status --data 'release no-such-kind' \
    "$url/_control")"

# The same seed gives the same archives.
mkdir a b
"$top_builddir/simindex" --seed 9 --releases 5 --hostile all --write a
"$top_builddir/simindex" --seed 9 --releases 5 --hostile all --write b
diff -r a b >/dev/null || fail "not deterministic"
kill "$pid"
wait "$pid" || fail "did not end well: $(cat err)"
pid=
[ ! -s err ] || fail "said: $(cat err)"
exit $failed
