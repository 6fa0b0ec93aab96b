#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Months are made ahead and dropped by setting; what is dropped is still stored
# and judged only once; the daemon's role, which owns nothing, can do it.
. "$(dirname "$0")/setup.sh"
schema_apply
bad=0

is() {
	got=$(sql -F ' ' -c "$2")
	[ "$got" = "$1" ] || {
		echo "FAIL: '$got', not '$1': $2"
		bad=1
	}
}

run() {		# all there is to do: seconds of events, scans, detections
	sql -c "SET ROLE pypiwatch" -c "SELECT string_agg(d, ' ') FROM
	    jsonb_array_elements_text(pypiwatch.retention_run($1, $2, $3)
	    ->'did') d" > "$cluster_dir/did"
	n=0
	while [ "$n" -lt 200 ]; do
		n=$((n + 1))
		more=$(sql -c "SET ROLE pypiwatch" -c "SELECT
		    pypiwatch.retention_run($1, $2, $3)->>'more'")
		[ "$more" = true ] || return 0
	done
	echo "FAIL: retention_run has no end"
	bad=1
}

day=86400
month() { sql -c "SELECT to_char(now() AT TIME ZONE 'UTC' + '$1', '_YYYY_MM')"; }

# Made ahead, and again nothing.
sql -c "SELECT pypiwatch.retention_run(0, 0, 0)" > /dev/null
is "event$(month '0 month'),event$(month '1 month'),event$(month '2 months')" \
    "SELECT string_agg(month, ',') FROM pypiwatch.months_of('event')"
is '{"did": [], "why": null, "more": false}' \
    "SELECT pypiwatch.retention_run(0, 0, 0)"

# Two years of history, with holes in the serials.
sql -f - > /dev/null << 'SQL'
UPDATE pypiwatch.poll_lease SET epoch = 1;
CREATE TEMP TABLE day AS SELECT n, date_trunc('day', now(), 'UTC')
    - n * interval '1 day' AS at FROM generate_series(1, 730) n;
INSERT INTO pypiwatch.event (serial, kind, project, normalized, seen_at)
    SELECT 100000 - 10 * n - k, 'create', 'p' || n, 'p' || n, at
    FROM day, generate_series(0, 7) k;
INSERT INTO pypiwatch.sighting (source, key, event_id, seen_at)
    SELECT 'changelog', serial, id, seen_at FROM pypiwatch.event;
INSERT INTO pypiwatch.sighting (source, key, event_id, seen_at)
    SELECT 'rss', 'p' || n, n, at FROM day;
INSERT INTO pypiwatch.upload (normalized, version, filename, state, outcome,
    scanned_at, uploaded_at, sha256, object) SELECT 'p' || n, '1',
    'p' || n || '-1.tar.gz', 'done', 'scanned', at, at, repeat('a', 64),
    '{"findings": []}' FROM day;
INSERT INTO pypiwatch.scan (scanned_at, upload_id, normalized, version,
    outcome, score, attempts) SELECT scanned_at, id, normalized, version,
    outcome, 0, 1 FROM pypiwatch.upload;
INSERT INTO pypiwatch.finding (scanned_at, scan_id, upload_id, normalized,
    version, rule, category) SELECT scanned_at, id, upload_id, normalized,
    version, rule, 'loader' FROM pypiwatch.scan, unnest(ARRAY['one', 'two',
    'one']) rule;
INSERT INTO pypiwatch.detection (normalized, project, version, score, severity,
    first_detected_at) SELECT 'p' || n, 'p' || n, '1', 90, 'critical', at
    FROM day WHERE n % 10 = 0;
INSERT INTO pypiwatch.alert (detection_id, sequence, type, severity, payload,
    created_at) SELECT id, 1, 'detection.opened', 'high', '{}',
    first_detected_at FROM pypiwatch.detection;
INSERT INTO pypiwatch.alert (sequence, type, severity, payload, created_at)
    SELECT 0, 'daemon.degraded', 'high', '{}', at FROM day;
INSERT INTO pypiwatch.delivery (alert_id, sink, detection_id)
    SELECT id, 'a', detection_id FROM pypiwatch.alert;
INSERT INTO pypiwatch.triage (detection_id, verdict, was, author)
    SELECT id, 'confirmed', 'open', 'x' FROM pypiwatch.detection;
INSERT INTO pypiwatch.features (sha256, ruleset, features, made_at)
    SELECT 'p' || n, 'old', '{}', at FROM day;
SQL
is t "SELECT count(*) > 5000 FROM pypiwatch.event_rest"

# The default partitions are emptied, and nothing is lost by that.
run 0 0 0
is 0 "SELECT (SELECT count(*) FROM pypiwatch.event_rest) + (SELECT count(*)
    FROM pypiwatch.scan_rest) + (SELECT count(*) FROM pypiwatch.finding_rest)
    + (SELECT count(*) FROM pypiwatch.detection_rest)"
is "5840 730 2190 73 73 803" "SELECT concat_ws(' ', (SELECT count(*)
    FROM pypiwatch.event), (SELECT count(*) FROM pypiwatch.scan),
    (SELECT count(*) FROM pypiwatch.finding), (SELECT count(*)
    FROM pypiwatch.detection), (SELECT count(*) FROM pypiwatch.triage),
    (SELECT count(*) FROM pypiwatch.delivery))"

# Each month is kept whole as long as one day of it is; a campaign as long as
# one detection of it, and so does who it is known by.
sql -c "INSERT INTO pypiwatch.campaign (why, last_at)
	SELECT normalized, first_detected_at FROM pypiwatch.detection;
    INSERT INTO pypiwatch.campaign_key (key, campaign_id, last_at)
	SELECT why, id, last_at FROM pypiwatch.campaign;
    INSERT INTO pypiwatch.campaign_member SELECT d.id, c.id
	FROM pypiwatch.detection d JOIN pypiwatch.campaign c
	ON c.why = d.normalized;
    INSERT INTO pypiwatch.campaign (why, last_at)
	VALUES ('fresh', now() - interval '30 days')"
run $((400 * day)) $((200 * day)) $((600 * day))
for x in "event seen_at 400" "scan scanned_at 200" "finding scanned_at 200" \
    "detection first_detected_at 600"; do
	# shellcheck disable=SC2086
	set -- $x
	is "t t" "SELECT min($2) <= date_trunc('day', now(), 'UTC')
	    - $3 * interval '1 day' + interval '1 day',
	    min($2) >= date_trunc('month', now() - $3 * interval '1 day', 'UTC')
	    FROM pypiwatch.$1"
done
is 0 "SELECT count(*) FROM pypiwatch.months_of('event')
    WHERE until < now() - interval '400 days'"
is 0 "SELECT count(*) FROM pypiwatch.alert WHERE created_at <
    now() - interval '640 days'"
is "t t t" "SELECT concat_ws(' ', (SELECT count(*) FROM pypiwatch.detection) =
    (SELECT count(*) FROM pypiwatch.detection_key),
    (SELECT count(*) FROM pypiwatch.detection) =
    (SELECT count(*) FROM pypiwatch.triage),
    (SELECT count(*) FROM pypiwatch.alert) =
    (SELECT count(*) FROM pypiwatch.delivery))"
is "t t t" "SELECT concat_ws(' ', count(*) = (SELECT count(*) + 1
    FROM pypiwatch.detection), count(*) = (SELECT count(*) + 1
    FROM pypiwatch.campaign_key), bool_or(why = 'fresh'))
    FROM pypiwatch.campaign"
is "730 {one,two}" "SELECT count(*), (SELECT kept_rules FROM pypiwatch.upload
    WHERE normalized = 'p729') FROM pypiwatch.upload"

# Scan objects go with their scans; a kept detection keeps its own.
is "p500 p510" "SELECT string_agg(normalized, ' ' ORDER BY normalized)
    FROM pypiwatch.upload WHERE object IS NOT NULL
    AND normalized IN ('p500', 'p501', 'p509', 'p510', 'p700')"
is 0 "SELECT count(*) FROM pypiwatch.features
    WHERE made_at < now() - interval '200 days'"

# Serials: those seen stay seen, holes stay holes, runs are joined.
tell() {
	sql -c "SELECT pypiwatch.events_store('$1', 1, NULL, false, now(),
	    '[{\"n\":0,\"kind\":\"create\",\"project\":\"again\",
	    \"serial\":$2,\"at_us\":1,\"key\":\"$3\"}]')"
}
[ "$(tell changelog 92707 92707)" = 0 ] || { echo "FAIL: 92707 twice"; bad=1; }
[ "$(tell changelog 99990 99990)" = 0 ] || { echo "FAIL: 99990 twice"; bad=1; }
[ "$(tell changelog 92708 92708)" = 0 ] || { echo "FAIL: 92708 twice"; bad=1; }
[ "$(tell changelog 92701 92701)" = 1 ] || { echo "FAIL: a hole is shut"; bad=1; }
[ "$(tell changelog 92701 92701)" = 0 ] || { echo "FAIL: 92701 twice"; bad=1; }
is "8 8" "SELECT min(last - first + 1), max(last - first + 1)
    FROM pypiwatch.sighting_range"
is "1-3 5-7 9-12" "DO \$\$ DECLARE r record; BEGIN
    FOR r IN SELECT * FROM (VALUES (1, 3), (5, 6), (9, 9), (11, 12), (7, 7),
	(10, 10)) v (a, b)
    LOOP
	PERFORM pypiwatch.sighting_range_add('x', r.a, r.b);
    END LOOP; END \$\$;
    SELECT string_agg(first || '-' || last, ' ' ORDER BY first)
    FROM pypiwatch.sighting_range WHERE source = 'x'"
sql -c "DELETE FROM pypiwatch.sighting_range WHERE source = 'x'"

# A feed that still shows an item keeps it from being forgotten.
is 0 "SELECT count(*) FROM pypiwatch.sighting WHERE source = 'rss'
    AND key = 'p500'"
[ "$(tell rss 0 p390)" = 0 ] || { echo "FAIL: p390 told twice"; bad=1; }
run $((31 * day)) 0 0
[ "$(tell rss 0 p390)" = 0 ] || { echo "FAIL: p390 is forgotten"; bad=1; }
is 0 "SELECT count(*) FROM pypiwatch.sighting WHERE source = 'rss'
    AND key = 'p391'"

# Nobody shortens history below a month, nor goes round the setting.
for q in "pypiwatch.retention_run(86400, 0, 0)" \
    "pypiwatch.months_end()" \
    "pypiwatch.month_make('event', 'seen_at', now())" \
    "pypiwatch.month_end('event', 'event_2020_01', now(), now(), now())"; do
	if sql -c "SET ROLE pypiwatch; SELECT $q" > /dev/null 2>&1; then
		echo "FAIL: role pypiwatch may call $q"
		bad=1
	fi
done

# A month that is locked is dropped later, and the caller is told.
sql -c "SET ROLE pypiwatch" -c "SELECT 1" > /dev/null
(echo "BEGIN; SELECT count(*) FROM pypiwatch.detection; SELECT pg_sleep(4);" |
    sql -f - > /dev/null) &
sleep 1
n=0
while [ $n -lt 20 ]; do
	n=$((n + 1))
	sql -c "SELECT pypiwatch.retention_run(0, 0, $((31 * day)))" \
	    > "$cluster_dir/did"
	grep -q '"more": true' "$cluster_dir/did" || break
done
grep -q 'dropping a month: .*lock' "$cluster_dir/did" || {
	echo "FAIL: a locked month: $(cat "$cluster_dir/did")"
	bad=1
}
wait
run 0 0 $((31 * day))
is t "SELECT count(*) BETWEEN 3 AND 6 FROM pypiwatch.detection"
exit $bad
