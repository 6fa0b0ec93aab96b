#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A chat that is down for an hour while 60 releases alert: it is asked a few
# times and not by each alert; afterwards it catches up in order, within its
# hourly limit, and the rest is one message with the true number.  A webhook
# beside it gets each at once.  The hour is what the rows say: they are moved
# into the past.
# shellcheck source=tests/e2e/harness.sh
. "${top_srcdir:-.}/tests/e2e/harness.sh"
cluster_start
index_start --releases 2
receiver_start
config_write
# Five messages in five minutes.
sed -i '/sink "chat"/,$s/rate = 0/rate = 60/' "$work/pypiwatch.conf"
migrate
daemon_start
sql "CREATE FUNCTION alert(n text) RETURNS void
LANGUAGE plpgsql AS \$\$
DECLARE u pypiwatch.upload;
BEGIN
	INSERT INTO pypiwatch.project (normalized, display) VALUES (n, n);
	INSERT INTO pypiwatch.release (normalized, version) VALUES (n, '1');
	INSERT INTO pypiwatch.upload (normalized, version, filename, state,
	    outcome, sha256, score, alert, object) VALUES (n, '1',
	    n || '-1.tar.gz', 'done', 'scanned',
	    encode(sha256(convert_to(n, 'UTF8')), 'hex'), 90, true, '{}')
	    RETURNING * INTO u;
	PERFORM pypiwatch.release_judge(u, n, '[]', NULL);
END \$\$" > /dev/null
tried() {
	sql "SELECT count(*) FROM pypiwatch.delivery WHERE sink = 'chat'
	    AND attempt > 0"
}
receiver_tell "answer 500 path /slack"
sql "SELECT alert('p' || lpad(n::text, 2, '0'))
    FROM generate_series(1, 6) n" > /dev/null
wait_sql 60 t "SELECT pypiwatch.sink_down('chat')"
sql "SELECT alert('p' || lpad(n::text, 2, '0'))
    FROM generate_series(7, 60) n" > /dev/null
wait_sql 120 60 "SELECT count(*) FROM pypiwatch.delivery WHERE sink = 'hook'
    AND state = 'delivered'"
sleep 8
few=$(tried)
[ "$few" -le 6 ] || check "deliveries that met a dead sink" "6 at most" "$few"
check "and are all there" 60 "$(sql "SELECT count(*)
    FROM pypiwatch.delivery WHERE sink = 'chat' AND detection_id IS NOT NULL
    AND state IN ('pending', 'retrying')")"

# ---- an hour later
sql "UPDATE pypiwatch.delivery SET created_at = created_at - interval '1 hour',
    first_tried_at = first_tried_at - interval '1 hour',
    delivered_at = delivered_at - interval '1 hour'" > /dev/null
receiver_tell clear
before=$(wc -l < "$work/received")
sql "UPDATE pypiwatch.delivery SET run_at = now() WHERE id = (SELECT min(id)
    FROM pypiwatch.delivery WHERE sink = 'chat' AND state = 'retrying');
    SELECT pg_notify('pypiwatch_work', '')" > /dev/null
wait_sql 120 0 "SELECT count(*) FROM pypiwatch.delivery
    WHERE state IN ('pending', 'retrying')"
check "all told" "60 60" "$(sql "SELECT count(*) FILTER (WHERE sink = 'chat')
    || ' ' || count(*) FILTER (WHERE sink = 'hook') FROM pypiwatch.delivery
    WHERE state = 'delivered' AND detection_id IS NOT NULL")"
tail -n +$((before + 1)) "$work/received" |
    jq -r 'select(.path == "/slack" and .status == 200).body' > "$work/chats"
n=$(wc -l < "$work/chats")
[ "$n" -le $((few + 5)) ] || check "messages" "$((few + 5)) at most" "$n"
jq -r .text "$work/chats" | grep -o 'p[0-9][0-9] 1' > "$work/order" || :
check "in order" "$(sort "$work/order")" "$(cat "$work/order")"
check "the rest is counted" 60 "$(jq -r .text "$work/chats" | awk '
    match($0, /In this one message: [0-9]+/) {
	n += substr($0, RSTART + 21, RLENGTH - 21); next }
    { n++ } END { print n }')"
echo "down: $few of 60 tried; back: $n messages"
e2e_done
