#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# campaign.sh [N]: one payload under 500 names, each with an author and an owner
# of its own, comes in at once.  A sink of every kind gets the first release and
# one message with the count, in the thread or incident of the first; a webhook
# learns all names with it, and one with `campaigns = apart` gets each release.
# shellcheck source=tests/e2e/harness.sh
. "${top_srcdir:-.}/tests/e2e/harness.sh"
# shellcheck source=tests/smtp.sh
. "$top_srcdir/tests/smtp.sh"
n=${1:-500}
syslog_pid=''
trap 'kill $syslog_pid 2> /dev/null || :; smtp_end; e2e_end' EXIT
smtp_start "$work/smtp"
cluster_start
index_start --releases 2
receiver_start

# Frames of syslog, one connection each: a line a frame.
python3 - "$work" <<'PY' &
import os, socket, sys
work = sys.argv[1]
s = socket.create_server(("127.0.0.1", 0))
s.settimeout(900)
with open(f"{work}/syslog.part", "w") as f:
    f.write(str(s.getsockname()[1]))
os.rename(f"{work}/syslog.part", f"{work}/syslog.port")
while True:
    c, _ = s.accept()
    c.settimeout(30)
    data = b""
    while more := c.recv(65536):
        data += more
    length, _, frame = data.partition(b" ")
    with open(f"{work}/syslog", "ab") as f:
        f.write(frame if int(length) == len(frame) else b"bad frame")
        f.write(b"\n")
PY
syslog_pid=$!
wait_for 20 "the log's port" test -s "$work/syslog.port"

echo 'alerts:correct horse' > "$work/auth"
echo 0123456789abcdef0123456789abcdef > "$work/key"
echo xoxb-test-token > "$work/token"
echo "$receiver_url/apart" > "$work/apart.url"
chmod 600 "$work/auth" "$work/key" "$work/token" "$work/apart.url"
for kind in discord teams mattermost; do
	echo "$receiver_url/$kind" > "$work/$kind.url"
	chmod 600 "$work/$kind.url"
	config_extra="$config_extra
sink \"$kind\" { type = \"$kind\" url-file = \"$work/$kind.url\"
	allow-private = true }"
done
config_extra="$config_extra
sink \"bot\" { type = slack token-file = \"$work/token\" allow-private = yes
	channel = C0123456789 server = \"$receiver_url/slackbot\" }
sink \"pager\" { type = pagerduty secret-file = \"$work/key\"
	server = \"$receiver_url/pagerduty\" allow-private = yes }
sink \"mail\" { type = email server = \"smtp://localhost:$smtp_port\"
	from = \"pypiwatch@example.net\" to = \"soc@localhost\"
	auth-file = \"$work/auth\" ca-file = \"$smtp_ca\" allow-private = yes }
sink \"log\" { type = syslog allow-private = yes
	server = \"tcp://127.0.0.1:$(cat "$work/syslog.port")\" }
sink \"journal\" { type = journal }
sink \"apart\" { type = webhook url-file = \"$work/apart.url\"
	secret-file = \"$work/secret\" allow-private = yes campaigns = apart }"
config_write
sed -i '/^	campaigns = apart/d' "$work/pypiwatch.conf"
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
wait_sql 120 0 "SELECT count(*) FROM pypiwatch.delivery
    WHERE state IN ('pending', 'retrying')"
cp syslog syslog.before
: > mark; sleep 1
log_before=$(wc -l < daemon.log)
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
wait_sql 300 0 "SELECT count(*) FROM pypiwatch.delivery
    WHERE state IN ('pending', 'retrying')"
tail -n +$((before + 1)) received > crewed
kind() {	# of these, from the receiver: bodies to a file
	jq -r --arg p "/$1" 'select(.path == $p and .status < 300).body' \
	    crewed > "$1.crew"
}
for kind in slack slackbot discord teams mattermost pagerduty hook; do
	kind $kind
done
find "$(smtp_box soc)" -type f -newer mark > mails
for mail in $(cat mails); do
	python3 - "$mail" <<'PY' >> mail.crew
import email, email.policy, sys
m = email.message_from_file(open(sys.argv[1]), policy=email.policy.default)
print(m["Subject"], m.get_body(("plain",)).get_content().replace("\n", " "))
PY
done
tail -n +$(($(wc -l < syslog.before) + 1)) syslog > log.crew
tail -n +$((log_before + 1)) daemon.log | grep 'alert type="detection' \
    > journal.crew
for kind in slack slackbot discord teams mattermost pagerduty mail log \
    journal hook; do
	check "messages to $kind" 2 "$(wc -l < "$kind.crew")"
	[ $kind != hook ] || continue
	grep -q "$((n - 1)) new, $n in all" "$kind.crew" ||
	    check "the count in $kind" "$((n - 1)) new, $n in all" \
		"$(head -c 1500 "$kind.crew")"
done

# ---- where the count stands
check "the bot's thread" 1 "$(jq -r .thread_ts slackbot.crew |
    grep -vc '^null$')"
check "the pager's incident" 1 "$(jq -r .dedup_key pagerduty.crew |
    sort -u | wc -l)"
check "in the log" "$n $((n - 1))" "$(tail -n 1 log.crew |
    sed 's/.*campaign-releases="\([0-9]*\)" releases="\([0-9]*\)".*/\1 \2/')"

# ---- what programs learn
check "the webhook's count" "campaign $n $((n - 1)) true" "$(tail -n 1 \
    hook.crew | jq -r '"\(.data.change
    ) \(.data.campaign.count) \(.data.counts["detection.opened"]) \(tojson
    | utf8bytelength < 20000)"')"
# (Which source came first says how a project is spelled.)
find crew -type f -printf '%f\n' | sed 's/-1.0.0.tar.gz/==1.0.0/' | tr _ - |
    sort > crew.names
jq -r 'if .type == "detection.opened" then "\(.data.project)==\(.data.version)"
    else .data.releases["detection.opened"][] end' hook.crew | tr _ - |
    sort > hook.names
check "its names" "" "$(comm -3 crew.names hook.names)"
check "releases, apart" "$n" "$(jq -r 'select(.path == "/apart" and
    .status == 200).body | fromjson | select(.type == "detection.opened")
    | .data.project' crewed | sort -u | wc -l)"
check_invariants
e2e_done
