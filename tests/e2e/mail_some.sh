#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# One of three recipients is asked to come back later, one is refused: the
# third gets the mail once, the second never, and the first when the server
# takes it, whatever happens to the others, to the sender, and to the daemon.
# shellcheck source=tests/e2e/harness.sh
. "${top_srcdir:-.}/tests/e2e/harness.sh"
for tool in openssl python3; do
	command -v $tool > /dev/null || { echo "$tool is missing"; exit 77; }
done
# shellcheck source=tests/smtp.sh
. "$top_srcdir/tests/smtp.sh"
trap 'smtp_end; e2e_end' EXIT
smtp_start "$work/smtp"
echo 'alerts:correct horse' > "$work/auth"
chmod 600 "$work/auth"
config_extra="sink \"mail\" {
	type = email
	server = \"smtp://localhost:$smtp_port\"
	from = \"pypiwatch@example.net\"
	to = \"later@localhost, refused@localhost, cert@localhost\"
	auth-file = \"$work/auth\"
	ca-file = \"$smtp_ca\"
	allow-private = yes
}"
e2e_start --releases 2
count() { find "$(smtp_box "$1")/new" -type f 2> /dev/null | wc -l; }
mail() {
	sql "SELECT state || ' ' || coalesce(answer, '') FROM pypiwatch.delivery
	    WHERE sink = 'mail'"
}
again() {
	sql "UPDATE pypiwatch.delivery SET run_at = now() WHERE sink = 'mail'
	    AND state = 'retrying'; SELECT pg_notify('pypiwatch_work', '')" \
	    > /dev/null
}
tell 'release setup-downloader'
wait_quiet 120
wait_sql 60 retrying "SELECT state FROM pypiwatch.delivery
    WHERE sink = 'mail'"
has() { [ "$(count "$1")" = "$2" ]; }
wait_for 20 "the mail of one" has cert 1
attempts="SELECT attempt FROM pypiwatch.delivery WHERE sink = 'mail'"
n=$(sql "$attempts")
again
wait_sql 30 t "SELECT attempt > $n AND lease_owner IS NULL
    FROM pypiwatch.delivery WHERE sink = 'mail'"
check "still waits" 0 "$(count later)"
case $(mail) in
retrying*451*come\ back*) ;;
*) check "what the operator reads" "retrying ... 451 ..." "$(mail)" ;;
esac
# Who is left is no memory of the sender's, nor of the daemon's.
check "who is left" later@localhost "$(sql "SELECT left_to
    FROM analyst.deliveries WHERE sink = 'mail'")"
pid=$(pgrep -P "$daemon_pid" -f 'pypiwatch: alert' || pgrep -P "$daemon_pid" \
    -f pypiwatch-alert)
kill -9 "$pid"
wait_for 30 "another sender" eval '! kill -0 $pid 2> /dev/null'
n=$(sql "$attempts")
again
wait_sql 60 t "SELECT attempt > $n AND lease_owner IS NULL
    FROM pypiwatch.delivery WHERE sink = 'mail'"
daemon_stop KILL
daemon_start
check "after both" "later@localhost 1 0" "$(sql "SELECT left_to
    FROM analyst.deliveries WHERE sink = 'mail'") $(count cert) $(count later)"
touch "$smtp_dir/come"
again
wait_sql 60 delivered "SELECT state FROM pypiwatch.delivery
    WHERE sink = 'mail'"
wait_for 20 "the mail of the other" has later 1
check "nobody is left" t "$(sql "SELECT left_to IS NULL
    FROM analyst.deliveries WHERE sink = 'mail'")"
check "each once, one never" "1 1 0" \
    "$(count cert) $(count later) $(count refused)"
check "one message" 1 "$(cat "$(smtp_box cert)"/new/* "$(smtp_box later)"/new/* |
    grep -i '^Message-ID:' | sort -u | wc -l)"
e2e_done
