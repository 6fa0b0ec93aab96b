#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What follows an alert lands under it: mails in a real server's maildir, and
# messages of a Slack bot, from the sandboxed process that delivers them.
# shellcheck source=tests/e2e/harness.sh
. "${top_srcdir:-.}/tests/e2e/harness.sh"
# shellcheck source=tests/smtp.sh
. "$top_srcdir/tests/smtp.sh"
command -v python3 > /dev/null || { echo "python3 is missing"; exit 77; }
trap 'code_was=$?; smtp_end; (exit $code_was); e2e_end' EXIT
smtp_start "$work/smtp"
echo 'alerts:correct horse' > "$work/auth"
echo 'xoxb-test-token' > "$work/token"
chmod 600 "$work/auth" "$work/token"
cluster_start
index_start --hostile elf-data --releases 2
receiver_start
config_extra="sink \"mail\" { type = email
	server = \"smtp://localhost:$smtp_port\" ca-file = \"$smtp_ca\"
	from = \"pypiwatch@example.net\" to = \"soc@localhost\"
	auth-file = \"$work/auth\" allow-private = yes campaigns = apart
	rate = 0 }
sink \"bot\" { type = slack token-file = \"$work/token\"
	channel = C0123456789 server = \"$receiver_url/slackbot\"
	allow-private = yes campaigns = apart rate = 0 }"
config_write
migrate
daemon_start
mark
tell 'release pycryptoenv'
wait_quiet 120
wait_sql 60 1 "SELECT count(*) FROM analyst.deliveries
    WHERE sink = 'mail' AND status = 'delivered'"
# The mail server is away for the second one, and back.
smtp_stop
sql "SELECT analyst.triage(id, 'confirmed', 'seen')
    FROM analyst.detections" > /dev/null
wait_sql 60 t "SELECT count(*) > 0 FROM analyst.deliveries
    WHERE sink = 'mail' AND status = 'retrying'" 
smtp_again
sql "SELECT pypiwatch.release_status(normalized, version, 'removed', now())
    FROM analyst.detections" > /dev/null
wait_sql 120 0 "SELECT count(*) FROM analyst.deliveries
    WHERE status NOT IN ('delivered', 'dead')"
check "all delivered" "bot 3 mail 3" "$(sql "SELECT string_agg(line, ' '
    ORDER BY line) FROM (SELECT sink || ' ' || count(*) AS line
    FROM analyst.deliveries WHERE sink IN ('mail', 'bot')
    AND status = 'delivered' GROUP BY sink) x")"
jq -rs '[.[] | select(.path == "/slackbot") | .body | fromjson |
    .thread_ts // "-"] | join(" ")' "$work/received" > "$work/threads"
check "the bot's thread" "- 1700000000.000001 1700000000.000001" \
    "$(cat "$work/threads")"
for _ in $(seq 100); do
	[ "$(find "$(smtp_box soc)/new" -type f | wc -l)" -ge 3 ] && break
	sleep 0.1
done
python3 - "$(smtp_box soc)" <<'PY' || e2e_failed=1
import email, email.policy, os, sys
box = os.path.join(sys.argv[1], "new")
mails = [email.message_from_bytes(open(os.path.join(box, n), "rb").read(),
    policy=email.policy.default) for n in sorted(os.listdir(box))]
assert len(mails) == 3, len(mails)
first = [m for m in mails if m["References"] is None]
assert len(first) == 1, [m["Subject"] for m in mails]
for m in mails:
    if m is not first[0]:
        assert m["References"] == first[0]["Message-ID"], m["References"]
        assert m["In-Reply-To"] == first[0]["Message-ID"]
        assert m["Subject"].startswith("Re: [pypiwatch] "), m["Subject"]
assert len({m["Message-ID"] for m in mails}) == 3
PY
daemon_stop
e2e_done
