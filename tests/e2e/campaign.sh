#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# campaign.sh [N]: one payload under 500 names, each with an author and an owner
# of its own, comes in at once.  Every sink for people gets the first release
# and one message with the count; a webhook gets each release.
# shellcheck source=tests/e2e/harness.sh
. "${top_srcdir:-.}/tests/e2e/harness.sh"
n=${1:-500}
cluster_start
index_start --releases 2
receiver_start
for kind in discord teams mattermost; do
	echo "$receiver_url/$kind" > "$work/$kind.url"
	chmod 600 "$work/$kind.url"
	config_extra="$config_extra
sink \"$kind\" { type = \"$kind\" url-file = \"$work/$kind.url\"
	allow-private = true }"
done
config_write
sed -i '/campaigns = apart/d' "$work/pypiwatch.conf"
migrate
daemon_start
mark
cd "$work"

# The pattern: an inert package of the simulated index, which the daemon knows.
tell 'release setup-downloader'
wait_quiet 120
wait_sql 60 1 "SELECT count(*) FROM analyst.detections"
url=$(sql "SELECT url FROM pypiwatch.upload
    WHERE filename = 'colorfade_tools-0.0.1.tar.gz'")
sql "UPDATE pypiwatch.campaign_key SET last_at = now() - interval '9 days'" \
    > /dev/null
mkdir crew
python3 - "$url" "$n" << 'PY'
import io, random, re, sys, tarfile, urllib.request
data = urllib.request.urlopen(sys.argv[1], timeout=20).read()
members = [(m.name, old.extractfile(m).read()) for old in
           [tarfile.open(fileobj=io.BytesIO(data))] for m in old
           if m.isfile()]
random.seed(7)
used = set()
while len(used) < int(sys.argv[2]):
    word = "".join(random.choice("bdfgklmnprstvz") + random.choice("aeiou")
                   for _ in range(5))
    if word in used:
        continue
    used.add(word)
    name = word[:6] + "-" + word[6:]
    with tarfile.open(f"crew/{name.replace('-', '_')}-1.0.0.tar.gz",
                      "w:gz", compresslevel=1) as t:
        for path, body in members:
            for old, new in (("colorfade-tools", name), ("colorfade_tools",
                    name.replace("-", "_")), ("0.0.1", "1.0.0")):
                path = path.replace(old, new)
                body = body.replace(old.encode(), new.encode())
            body = re.sub(rb"(?m)^(Author(-email)?|Maintainer(-email)?): .*$",
                          lambda m: m.group(1) + b": " + word.encode() +
                          b"@" + word.encode() + b".example.invalid", body)
            m = tarfile.TarInfo(path)
            m.size = len(body)
            t.addfile(m, io.BytesIO(body))
PY
before=$(wc -l < received)
tell "folder $work/crew"
wait_quiet 400
# Nobody is in it for being uploaded by the simulated index's only user.
check "detections" "$n" "$(sql "SELECT count(*) FROM analyst.detections
    WHERE version = '1.0.0'")"
check "campaigns" "1 $n" "$(sql "SELECT count(DISTINCT c.id) || ' ' ||
    max(c.releases) FROM pypiwatch.campaign c
    JOIN pypiwatch.campaign_member m ON m.campaign_id = c.id
    JOIN pypiwatch.detection d ON d.id = m.detection_id
    WHERE d.version = '1.0.0'")"
payloads=$(sql "SELECT count(*) FROM pypiwatch.campaign_key
    WHERE key LIKE 'payload %' AND last_at > now() - interval '1 day'")
[ "$payloads" -ge 1 ] && [ "$payloads" -le 3 ] ||
    check "payloads after renaming" "1 to 3" "$payloads"

# ---- the wait of ten minutes, which the rows say
sql "UPDATE pypiwatch.delivery SET held_until = now() WHERE held = 'campaign'" \
    > /dev/null
sql "SELECT pg_notify('pypiwatch_work', '')" > /dev/null
wait_sql 180 0 "SELECT count(*) FROM pypiwatch.delivery
    WHERE state IN ('pending', 'retrying')"
tail -n +$((before + 1)) received > crewed
for kind in slack discord teams mattermost; do
	jq -r --arg p "/$kind" 'select(.path == $p and .status < 300).body' \
	    crewed > "$kind.crew"
	check "messages to $kind" 2 "$(wc -l < "$kind.crew")"
	grep -q "$((n - 1)) new, $n in all" "$kind.crew" ||
	    check "the count in $kind" "$((n - 1)) new, $n in all" \
		"$(head -c 1500 "$kind.crew")"
done
check "releases to the webhook" "$n" "$(jq -r 'select(.path == "/hook" and
    .status == 200).body | fromjson | select(.type == "detection.opened")
    | .data.project' crewed | sort -u | wc -l)"
check_invariants
e2e_done
