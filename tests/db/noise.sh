#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Who is told what, and when: match expressions, campaigns, quiet hours over
# changes of daylight saving, hourly limits, digests, observing, follow-ups.
. "$(dirname "$0")/setup.sh"
schema_apply
sql <<'SQL'
/* A release with one file that alerts; gives its detection. */
CREATE FUNCTION release(name text, v text, score integer, author text,
    target text DEFAULT NULL, indicator text DEFAULT NULL) RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE u pypiwatch.upload; n text := pypiwatch.normalize(name);
BEGIN
	INSERT INTO pypiwatch.project (normalized, display) VALUES (n, name)
	    ON CONFLICT DO NOTHING;
	INSERT INTO pypiwatch.release (normalized, version, author_email)
	    VALUES (n, v, author) ON CONFLICT DO NOTHING;
	INSERT INTO pypiwatch.upload (normalized, version, filename, state,
	    outcome, sha256, score, alert, object)
	    VALUES (n, v, n || '-' || v || '.tar.gz', 'done', 'scanned',
		encode(sha256(convert_to(name || v, 'UTF8')), 'hex'), score,
		true, jsonb_build_object('file', name, 'findings',
		'[]'::jsonb, 'indicators', CASE WHEN indicator IS NULL
		THEN '[]' ELSE jsonb_build_array(jsonb_build_object('type',
		'url', 'value', indicator)) END))
	    ON CONFLICT (normalized, filename) DO UPDATE
		SET score = excluded.score RETURNING * INTO u;
	PERFORM pypiwatch.release_judge(u, name, jsonb_build_array(
	    jsonb_build_object('rule', 'download-run', 'category',
	    'download-exec', 'points', score, 'text', 'x')), target);
	RETURN (SELECT id FROM pypiwatch.detection_key
	    WHERE normalized = n AND version = v);
END $$;
CREATE FUNCTION sink(n text, o jsonb DEFAULT '{}') RETURNS void
LANGUAGE sql AS $$
	INSERT INTO pypiwatch.sink SELECT s.* FROM jsonb_populate_record(
	    NULL::pypiwatch.sink, jsonb_build_object('name', n, 'type', 'slack',
	    'min_severity', 'high', 'enabled', true, 'updated_at', now(),
	    'campaigns', false, 'campaign_wait', '10 minutes',
	    'quiet_except', 'critical', 'zone', 'UTC', 'digest', 'none',
	    'digest_at', '08:00') || o) s
$$;
CREATE FUNCTION afresh() RETURNS void LANGUAGE sql AS $$
	TRUNCATE pypiwatch.sink, pypiwatch.delivery, pypiwatch.alert,
	    pypiwatch.upload, pypiwatch.release, pypiwatch.project,
	    pypiwatch.detection, pypiwatch.detection_key, pypiwatch.campaign,
	    pypiwatch.campaign_key, pypiwatch.campaign_member,
	    pypiwatch.thread, pypiwatch.triage CASCADE;
	UPDATE pypiwatch.setting SET value = 'alert' WHERE name = 'mode'
$$;
/* Takes and ends all that may go now, as queue and alert would: how many. */
CREATE FUNCTION deliver() RETURNS integer LANGUAGE plpgsql AS $$
DECLARE x bigint; n integer := 0;
BEGIN
	PERFORM pypiwatch.outbox_gather();
	LOOP
		SELECT d.id INTO x FROM pypiwatch.delivery d
		    WHERE d.state = 'pending' AND d.held IS NULL
		    AND NOT EXISTS (SELECT FROM pypiwatch.delivery e
			WHERE e.sink = d.sink AND e.id < d.id AND e.detection_id
			    IS NOT DISTINCT FROM d.detection_id
			AND e.state = 'pending') ORDER BY d.id LIMIT 1;
		EXIT WHEN NOT FOUND;
		UPDATE pypiwatch.delivery SET lease_owner = 1,
		    attempt = 1, first_tried_at = now() WHERE id = x;
		PERFORM pypiwatch.delivery_end(x, 1, 'ok', 0, 200, 'ok',
		    false, 0, 'ref' || x);
		n := n + 1;
	END LOOP;
	RETURN n;
END $$;
SQL

# ---- match expressions: what base/expr.c makes of them
facts='{"project":["acme-x"],"category":["download-exec"],"target":[""]}'
match() { answers "$1" "match $2" \
	"SELECT pypiwatch.match_eval('$2', '$facts')"; }
match t '{"key":"project","like":"acme-%"}'
match f '{"key":"project","like":"acme"}'
match f '{"all":[{"key":"project","like":"acme-%"},{"not":{"key":"category","like":"download-exec"}}]}'
match t '{"any":[{"key":"rule","like":"%"},{"not":{"key":"target","like":"requests"}}]}'
match f '{"key":"project","like":"acme\\_x"}'

# ---- one campaign of 500, one message and a count
sql -c "SELECT afresh(), sink('together', '{\"campaigns\":true}'),
    sink('apart')" -c "SELECT count(release('Evil-' || n, '1.0',
    61 + n % 30, 'crew@evil.example')) FROM generate_series(1, 500) n" \
    > /dev/null
answers 1 "one campaign" "SELECT count(*) FROM pypiwatch.campaign"
answers "500 author crew@evil.example" "its size" \
    "SELECT releases || ' ' || why FROM pypiwatch.campaign"
answers 501 "at once" "SELECT deliver()"
answers 1 "to the first sink" "SELECT count(*) FROM pypiwatch.delivery
    WHERE sink = 'together' AND state = 'delivered'"
sql -c "UPDATE pypiwatch.delivery SET held_until = now()"
answers 1 "later" "SELECT deliver()"
answers "detection.updated campaign 499 500 25 true" "the count" \
    "SELECT a.type || ' ' || (a.payload#>>'{data,change}') || ' ' ||
    (a.payload#>>'{data,total}') || ' ' ||
    (a.payload#>>'{data,campaign,count}') || ' ' ||
    jsonb_array_length(a.payload#>'{data,items}') || ' ' ||
    ((a.payload#>>'{data,detection_id}')::bigint = (SELECT min(id)
    FROM pypiwatch.detection)) FROM pypiwatch.alert a
    WHERE detection_id IS NULL"
answers 0 "nothing is left" "SELECT count(*) FROM pypiwatch.delivery
    WHERE state <> 'delivered'"
answers "500 2" "threads" "SELECT count(*) || ' ' ||
    count(DISTINCT delivery_id) FROM pypiwatch.thread WHERE sink = 'together'"
sql -c "SELECT pypiwatch.release_status(normalized, NULL, 'removed', now())
    FROM pypiwatch.project" -c "SELECT deliver()" \
    -c "UPDATE pypiwatch.delivery SET held_until = now()
    WHERE held IS NOT NULL" -c "SELECT deliver()" > /dev/null
answers 2 "all of them removed: two messages more" "SELECT count(*) - 2
    FROM pypiwatch.delivery WHERE sink = 'together' AND summary_id IS NULL
    AND state = 'delivered'"

# A program learns the name of each, in as many messages as 20 kB want, and
# what became of which.
sql -c "SELECT afresh(), sink('hook', '{\"campaigns\":true,
    \"type\":\"webhook\"}'), sink('log', '{\"campaigns\":true,
    \"type\":\"syslog\"}')" \
    -c "SELECT count(release('Evil-' || n, '1.0', 61 + n % 30,
    'crew@evil.example')) FROM generate_series(1, 500) n" > /dev/null
gathered() { sql -c "SELECT deliver()" -c "UPDATE pypiwatch.delivery
    SET held_until = now() WHERE held IS NOT NULL" \
    -c "SELECT deliver()" > /dev/null; }
named() {	# WANT NAME TYPE: messages, releases of this type, longest
	answers "$1" "$2" "SELECT count(*) || ' ' || (SELECT count(DISTINCT n)
	    FROM pypiwatch.alert b, jsonb_array_elements_text(
	    b.payload#>'{data,releases,$3}') n WHERE b.detection_id IS NULL)
	    || ' ' || (max(octet_length(payload::text)) < 20000)
	    FROM pypiwatch.alert a WHERE detection_id IS NULL
	    AND payload#>'{data,releases,$3}' IS NOT NULL"
}
gathered
answers "hook 2|log 2" "a message and a count for programs" "SELECT string_agg(
    sink || ' ' || n, '|' ORDER BY sink) FROM (SELECT sink, count(*) AS n
    FROM pypiwatch.delivery WHERE state = 'delivered' AND summary_id IS NULL
    GROUP BY sink) x"
named "1 499 true" "all of them by name" detection.opened
answers '{"detection.opened": 499}' "new ones" "SELECT payload#>'{data,counts}'
    FROM pypiwatch.alert WHERE detection_id IS NULL LIMIT 1"
answers 0 "only for programs" "SELECT count(*) FROM pypiwatch.alert a
    JOIN pypiwatch.delivery d ON d.alert_id = a.id WHERE d.sink = 'log'
    AND a.payload#>'{data,releases}' IS NOT NULL"
sql -c "SELECT pypiwatch.release_status(normalized, NULL, 'removed', now())
    FROM pypiwatch.project" > /dev/null
gathered
named "1 499 true" "removed ones by name" release.removed
answers '{"release.removed": 499}' "no new ones" "SELECT payload#>'{data,counts}'
    FROM pypiwatch.alert WHERE detection_id IS NULL ORDER BY id DESC LIMIT 1"
# Names as long as they may be, with what JSON escapes.
sql -c "SELECT afresh(), sink('hook', '{\"campaigns\":true,
    \"type\":\"webhook\"}')" \
    -c "SELECT count(release(repeat('long-', 40) || n, repeat('\"', 60) || n,
    70, 'crew@evil.example')) FROM generate_series(1, 90) n" > /dev/null
gathered
named "3 89 true" "long names" detection.opened
answers 0 "nothing is left" "SELECT count(*) FROM pypiwatch.delivery
    WHERE state <> 'delivered'"

# ---- campaigns by what they have in common
sql -c "SELECT afresh()" -c "SELECT release('a', '1', 70, 'a@one.example'),
    release('b', '1', 70, 'b@two.example')" -c "SELECT
    release('c', '1', 70, NULL, NULL, 'https://c2.example.invalid/x'),
    release('d', '1', 70, NULL, NULL, 'https://c2.example.invalid/x'),
    release('e', '1', 70, NULL, NULL, 'https://pypi.org/simple/'),
    release('f', '1', 70, NULL, NULL, 'https://pypi.org/simple/')" > /dev/null
answers "author a@one.example:1 author b@two.example:1 indicator https://c2.example.invalid/x:2" \
    "by author, by indicator, not by PyPI" "SELECT string_agg(why || ':' ||
    releases, ' ' ORDER BY id) FROM pypiwatch.campaign"
sql -c "INSERT INTO pypiwatch.project_role VALUES ('u1', 'mallory', 'Owner'),
    ('u2', 'mallory', 'Owner')" -c "SELECT release('u1', '1', 70, NULL),
    release('u2', '1', 70, NULL)" > /dev/null
answers 2 "by uploader" "SELECT releases FROM pypiwatch.campaign
    WHERE why = 'uploader mallory'"
sql -c "INSERT INTO pypiwatch.finding (scan_id, upload_id, normalized, version,
    rule, category, context, path, snippet) SELECT 1, 1, p, v, 'r', 'c',
    'install', p || '-' || v || '/setup.py', 'import ' || p || '; run(' || p ||
    ')' FROM (VALUES ('pay-one', '1.0'), ('pay-two', '2.0')) x(p, v)" \
    -c "SELECT release('pay-one', '1.0', 70, NULL),
    release('pay-two', '2.0', 70, NULL)" > /dev/null
answers 2 "by findings after renaming" "SELECT releases FROM pypiwatch.campaign
    WHERE why LIKE 'findings %'"
# The same bytes of a member that counted; of one that did not it is no sign.
sql -c "INSERT INTO pypiwatch.upload (normalized, version, filename, state,
    outcome, sha256, score, alert, ruleset, object) SELECT p, '1', p || '.whl',
    'done', 'scanned', encode(sha256(convert_to(p, 'UTF8')), 'hex'), 70, true,
    'r', '{}' FROM unnest('{one-x,two-x,three-x}'::text[]) p" \
    -c "INSERT INTO pypiwatch.features (sha256, ruleset, features)
    SELECT sha256, 'r', jsonb_build_object('payloads', repeat('ab', 32) ||
    ' ' || normalized || '/a b.py' || chr(10)) FROM pypiwatch.upload
    WHERE ruleset = 'r'" \
    -c "INSERT INTO pypiwatch.finding (scan_id, upload_id, normalized, version,
    rule, category, context, path, weight) SELECT 1, id, normalized, '1', 'r',
    'c', 'import', normalized || '/a b.py', CASE normalized WHEN 'three-x'
    THEN 0.1 ELSE 0.5 END FROM pypiwatch.upload WHERE ruleset = 'r'" \
    -c "SELECT release('one-x', '1', 70, NULL), release('two-x', '1', 70,
    NULL), release('three-x', '1', 70, NULL)" > /dev/null
answers 2 "by payload after renaming" "SELECT releases FROM pypiwatch.campaign
    WHERE why = 'payload ' || repeat('ab', 32)"
sql -c "UPDATE pypiwatch.campaign_key SET last_at = now() - interval '4 days'" \
    -c "SELECT release('g', '1', 70, 'a@one.example')" > /dev/null
answers 2 "days later it is another" "SELECT count(*) FROM pypiwatch.campaign
    WHERE why = 'author a@one.example'"

# ---- quiet hours, in Berlin, on the nights when the clock changes
quiet() { answers "$1" "quiet at $2" "SET timezone = 'UTC';
    SELECT coalesce(pypiwatch.quiet_end('22:00', '07:00', 'Europe/Berlin',
    '$2')::text, 'no')"; }
quiet '2026-01-16 06:00:00+00' '2026-01-15 21:30:00+00'
quiet '2026-07-16 05:00:00+00' '2026-07-15 20:30:00+00'
quiet no '2026-07-15 19:59:59+00'
quiet no '2026-07-16 05:00:00+00'
# 29 March: 02:00 becomes 03:00, so the night has eight hours.
quiet '2026-03-29 05:00:00+00' '2026-03-28 21:00:00+00'
quiet '2026-03-29 05:00:00+00' '2026-03-29 01:00:00+00'
# 25 October: 03:00 becomes 02:00, so it has ten.
quiet '2026-10-25 06:00:00+00' '2026-10-24 20:00:00+00'
quiet '2026-10-25 06:00:00+00' '2026-10-25 01:30:00+00'
answers "2026-11-26 12:00:00+00" "by day" "SET timezone = 'UTC'; SELECT
    pypiwatch.quiet_end('09:00', '12:00', 'UTC', '2026-11-26 10:00+00')"
answers UTC "an unknown zone" "SELECT pypiwatch.zone_known('Mars/Olympus')"
answers "2026-03-29 06:00:00+00" "digest on a changed day" "SET timezone = 'UTC';
    SELECT pypiwatch.digest_next('daily', '08:00', 'Europe/Berlin',
    '2026-03-28 08:00+00')"
answers "2026-11-30 08:00:00+00" "weekly digest" "SET timezone = 'UTC'; SELECT
    pypiwatch.digest_next('weekly', '08:00', 'UTC', '2026-11-26 10:00+00')"

# Every quarter of an hour around each change of 2026, also where it is half an hour,
# and hours that a change skips or has twice: an end is ahead, by a night at
# most, and the clock on the wall is where it should be unless it was skipped.
around() {
	echo "(SELECT t FROM unnest('{2026-03-08,2026-03-29,2026-04-05,2026-10-04,2026-10-25,2026-11-01}'::date[]) d,
	    generate_series(d::timestamptz - interval '30 h',
	    d::timestamptz + interval '40 h',
	    interval '15 min') t) a"
}
answers 0 "no odd end of quiet hours" "SET timezone = 'UTC'; SELECT count(*)
    FROM $(around), unnest('{Europe/Berlin,America/New_York,Australia/Sydney,Australia/Lord_Howe,Asia/Tokyo}'::text[]) z,
    (VALUES ('22:00'::time, '07:00'::time), ('22:00', '02:30'),
	('02:15', '02:45'), ('01:00', '01:45'), ('23:30', '00:30')) h(f, u),
    LATERAL (SELECT pypiwatch.quiet_end(f, u, z, t) AS e) q
    WHERE e IS NOT NULL AND (e <= t OR e > t + interval '26 h'
	OR ((e AT TIME ZONE z)::time <> u
	AND (e AT TIME ZONE z)::time NOT BETWEEN u AND u + interval '1 h'))"
answers 0 "never quiet by day" "SET timezone = 'UTC'; SELECT count(*)
    FROM $(around), unnest('{Europe/Berlin,America/New_York,Australia/Lord_Howe}'::text[]) z
    WHERE (pypiwatch.quiet_end('22:00', '07:00', z, t) IS NOT NULL)
	<> ((t AT TIME ZONE z)::time >= '22:00'
	OR (t AT TIME ZONE z)::time < '07:00')"
answers "0 0" "digests come" "SET timezone = 'UTC'; SELECT count(*) FILTER
    (WHERE d <= t OR d > t + interval '25 h') || ' ' || count(*) FILTER
    (WHERE w <= t OR w > t + interval '7 days 1 h')
    FROM $(around), unnest('{Europe/Berlin,Australia/Lord_Howe,UTC}'::text[]) z,
    unnest('{00:00,02:30,08:00}'::time[]) c,
    LATERAL (SELECT pypiwatch.digest_next('daily', c, z, t) AS d,
	pypiwatch.digest_next('weekly', c, z, t) AS w) x"

# A whole day is quiet but for a second; critical ones pass.
sql -c "SELECT afresh(), sink('night', '{\"quiet_from\":\"00:00:01\",
    \"quiet_to\":\"00:00:00\"}')" -c "SELECT release('q' || n, '1', 70, NULL)
    FROM generate_series(1, 5) n" -c "SELECT release('loud', '1', 90, NULL)" \
    > /dev/null
answers 1 "in quiet hours" "SELECT deliver()"
sql -c "UPDATE pypiwatch.delivery SET held_until = now()"
answers 1 "after them, in one" "SELECT deliver()"
answers "digest quiet 5" "what it says" "SELECT type || ' ' ||
    (payload#>>'{data,change}') || ' ' || (payload#>>'{data,total}')
    FROM pypiwatch.alert WHERE detection_id IS NULL"
# What becomes critical does not wait behind itself.
sql -c "SELECT release('turn', '1', 70, NULL)" \
    -c "SELECT release('turn', '1', 95, NULL)" > /dev/null
answers 2 "turned critical" "SELECT deliver()"

# ---- an hourly limit: 60 an hour are 5 in 5 minutes, the last for the rest
sql -c "SELECT afresh(), sink('chat', '{\"rate\":60}')" -c "SELECT
    release('r' || n, '1', 70, NULL) FROM generate_series(1, 41) n" > /dev/null
answers 5 "limited" "SELECT deliver()"
answers "digest rate 37 25" "and 37 more" "SELECT type || ' ' ||
    (payload#>>'{data,change}') || ' ' || (payload#>>'{data,total}') || ' ' ||
    jsonb_array_length(payload#>'{data,items}') FROM pypiwatch.alert
    WHERE detection_id IS NULL"
answers "41 0" "all told" "SELECT count(*) FILTER (WHERE state = 'delivered'
    AND detection_id IS NOT NULL) || ' ' ||
    count(*) FILTER (WHERE state <> 'delivered') FROM pypiwatch.delivery"
sql -c "SELECT release('s', '1', 70, NULL)" > /dev/null
answers 0 "no room" "SELECT pypiwatch.sink_room(s) FROM pypiwatch.sink s"
sql -c "UPDATE pypiwatch.delivery SET first_tried_at = now() -
    interval '6 minutes'"
answers 1 "room again" "SELECT deliver()"

# ---- observing and digests
sql -c "SELECT afresh(), sink('s'), sink('d', '{\"digest\":\"daily\"}')" \
    -c "UPDATE pypiwatch.setting SET value = 'observe' WHERE name = 'mode'" \
    -c "SELECT release('o' || n, '1', 70, NULL) FROM generate_series(1, 3) n" \
    > /dev/null
answers 0 "observing" "SELECT deliver()"
sql -c "UPDATE pypiwatch.delivery SET held_until = now()"
answers 2 "what would have alerted" "SELECT deliver()"
sql -c "UPDATE pypiwatch.setting SET value = 'alert' WHERE name = 'mode'" \
    -c "SELECT release('p', '1', 70, NULL)" > /dev/null
answers 1 "alert mode" "SELECT deliver()"
sql -c "UPDATE pypiwatch.delivery SET held_until = now()"
answers 1 "a digest" "SELECT deliver()"
answers "digest observe observe" "kinds" "SELECT string_agg(payload#>>'{data,change}',
    ' ' ORDER BY payload#>>'{data,change}') FROM pypiwatch.alert
    WHERE detection_id IS NULL"

# ---- muted: on record, never sent, no flood afterwards
sql -c "TRUNCATE pypiwatch.mute; SELECT afresh(), sink('chat'), sink('hook'),
    sink('pager', '{\"type\":\"pagerduty\"}')" -c "SELECT
    release('before', '1', 70, NULL), release('loud-0', '1', 70, NULL)" \
    > /dev/null
mute() { sql -F ' ' -c "SELECT * FROM pypiwatch.mute_add($1)"; }
for wrong in "NULL, NULL, NULL, 'x', 'me', NULL" "'nobody', NULL, NULL, 'x',
    'me', NULL" "'chat', NULL, NULL, '', 'me', NULL" "'chat', NULL, NULL, 'x',
    'me', now()" "'chat', NULL, NULL, 'x', 'me', now() + interval '1 y'"; do
	mute "$wrong" > "$cluster_dir/out" 2>&1 &&
	    { echo "FAIL: mute $wrong"; failed=1; }
done
got=$(mute "'chat', 'project:loud-*',
    '{\"key\":\"project\",\"like\":\"loud-%\"}', 'known', NULL, NULL")
[ "$got" = "1 1" ] || { echo "FAIL: what waits is muted: $got"; failed=1; }
sql -c "SELECT release('loud-' || n, '1', 70, NULL)
    FROM generate_series(1, 200) n" -c "SELECT release('quiet', '1', 70, NULL)" \
    > /dev/null
answers "2 203 203" "muted, and all others told" "SELECT deliver() IS NULL; SELECT
    string_agg(n, ' ' ORDER BY sink) FROM (SELECT sink, count(*)::text AS n
    FROM pypiwatch.delivery WHERE state = 'delivered' GROUP BY sink) x"
answers "201 dead muted 1 muted by postgres" "on record" "SELECT count(*) || ' ' ||
    status || ' ' || held || ' ' || mute_id || ' ' ||
    min(left(dead_reason, 17)) FROM analyst.deliveries
    WHERE mute_id IS NOT NULL GROUP BY status, held, mute_id"
answers 201 "counted" "SELECT deliveries FROM analyst.mutes"
answers "mute|mute 1|postgres" "recorded" "SELECT action, what, role
    FROM analyst.audit ORDER BY id DESC LIMIT 1"
sql -c "UPDATE pypiwatch.mute SET until = now()" \
    -c "SELECT release('loud-300', '1', 70, NULL)" > /dev/null
answers 3 "no flood at its end" "SELECT deliver()"
sql -c "SELECT pypiwatch.release_status(normalized, NULL, 'removed', now())
    FROM pypiwatch.project" > /dev/null
answers 0 "who never heard of it does not hear of its end" "SELECT count(*)
    FROM pypiwatch.delivery WHERE sink = 'chat' AND state = 'pending'
    AND detection_id IN (SELECT id FROM pypiwatch.detection
    WHERE normalized LIKE 'loud-1%')"
# Everything of a sink, the daemon's own trouble too; but an incident closes.
sql -c "SELECT deliver()" > /dev/null
mute "'pager', NULL, NULL, 'night', 'ann', now() + interval '1 hour'" > /dev/null
sql -c "SELECT analyst.triage((SELECT id FROM pypiwatch.detection
    WHERE normalized = 'before'), 'benign')" \
    -c "SELECT pypiwatch.health_report('h', '[{\"part\":\"poll\",\"why\":\"x\"}]')" \
    -c "SELECT release('new', '1', 95, NULL)" > /dev/null
answers "daemon.degraded muted, detection.opened muted, detection.withdrawn" \
    "the pager" "SELECT string_agg(concat_ws(' ', a.type, d.held), ', '
    ORDER BY a.type) FROM pypiwatch.delivery d
    JOIN pypiwatch.alert a ON a.id = d.alert_id WHERE d.sink = 'pager'
    AND d.state <> 'delivered'"
sql -c "SELECT pypiwatch.mute_remove(2)" > /dev/null
answers f "ended early" "SELECT in_force FROM analyst.mutes WHERE id = 2"

# ---- who hears what follows
sql -c "INSERT INTO pypiwatch.target (normalized, kind)
    VALUES ('acme', 'protected')" -c "SELECT afresh(), sink('all'),
    sink('critical', '{\"min_severity\":\"critical\"}'),
    sink('ours', '{\"match\":{\"key\":\"ours\",\"like\":\"yes\"}}')" \
    -c "SELECT release('plain', '1', 70, NULL)" \
    -c "SELECT release('acmee', '1', 70, NULL, 'acme')" > /dev/null
answers "all all ours" "matching" "SELECT string_agg(sink, ' ' ORDER BY sink)
    FROM pypiwatch.delivery"
answers acme "what is ours" "SELECT payload#>>'{data,ours}' FROM pypiwatch.alert
    ORDER BY id DESC LIMIT 1"
# What a team uses is ours, and what imitates it: with who uses it.
sql -c "SELECT pypiwatch.deps_store('Shop', 'Payments', '{f}',
    '[{\"name\":\"lib\",\"version\":\"1\"},{\"name\":\"web\"}]')" \
    -c "SELECT sink('shop', '{\"match\":{\"key\":\"ours\",\"like\":\"payments\"}}')" \
    -c "SELECT release('lib', '2', 70, NULL)" \
    -c "SELECT release('webb', '1', 70, NULL, 'web')" > /dev/null
answers 'lib [{"list": "Shop", "team": "Payments"}]|web [{"list": "Shop", "team": "Payments"}]' \
    "in use" "SELECT string_agg((payload#>>'{data,ours}') || ' ' ||
    (payload#>>'{data,used_by}'), '|' ORDER BY id) FROM pypiwatch.alert
    WHERE payload->'data'->>'used_by' IS NOT NULL"
answers 2 "by team" "SELECT count(*) FROM pypiwatch.delivery WHERE sink = 'shop'"
answers "0 1" "looked at first" "SELECT pypiwatch.priority_of(p, 0, '1') || ' ' ||
    pypiwatch.priority_of((SELECT q FROM pypiwatch.project q
    WHERE normalized = 'plain'), 5, '1') FROM pypiwatch.project p
    WHERE normalized = 'lib'"
sql -c "DELETE FROM pypiwatch.sink WHERE name = 'shop'"
sql -c "SELECT deliver()" -c "SELECT release('plain', '1', 90, NULL)" \
    > /dev/null
answers "all critical" "now critical" "SELECT string_agg(sink, ' ' ORDER BY sink)
    FROM pypiwatch.delivery WHERE state = 'pending'"
sql -c "SELECT deliver()" > /dev/null
id=$(sql -c "SELECT id FROM pypiwatch.detection WHERE normalized = 'plain'")
for _ in 1 2; do
	sql -c "SELECT pypiwatch.release_status('plain', '1', 'quarantined',
	    now()), pypiwatch.release_status('plain', '1', 'live', now()),
	    pypiwatch.release_status('plain', '1', 'removed', now()),
	    pypiwatch.release_status('plain', '1', 'live', now())" \
	    -c "SELECT analyst.triage($id, 'confirmed', 'seen')" \
	    -c "SELECT analyst.triage($id, 'benign', 'no')" \
	    -c "SELECT pypiwatch.alert_suppressed($id, 'me')" \
	    -c "SELECT deliver()" > /dev/null
done
answers "detection.opened detection.updated/score release.quarantined release.removed detection.updated/triaged detection.withdrawn detection.updated/suppressed detection.updated/triaged" \
    "in order, each once" "SELECT string_agg(a.type ||
    coalesce('/' || (a.payload#>>'{data,change}'), ''), ' ' ORDER BY d.id)
    FROM pypiwatch.delivery d JOIN pypiwatch.alert a ON a.id = d.alert_id
    WHERE d.sink = 'all' AND d.detection_id = $id AND d.state = 'delivered'"
answers 0 "not to who never heard of it" "SELECT count(*) FROM pypiwatch.delivery
    WHERE sink = 'ours' AND detection_id = $id"
answers 1 "one thread" "SELECT count(*) FROM pypiwatch.thread
    WHERE sink = 'all' AND detection_id = $id AND ref IS NOT NULL"
sql -c "UPDATE pypiwatch.detection SET first_detected_at = first_detected_at -
    interval '2 hours'" -c "UPDATE pypiwatch.detection_key k SET
    first_detected_at = d.first_detected_at FROM pypiwatch.detection d
    WHERE d.id = k.id" -c "UPDATE pypiwatch.alert SET created_at =
    created_at - interval '2 hours'" -c "SELECT
    release('plain', '1', 90, NULL)" > /dev/null
answers 1 "files added" "SELECT payload#>>'{data,changed}' FROM pypiwatch.alert
    WHERE payload#>>'{data,change}' = 'files'"

# ---- what each threshold would give each sink
sql -c "SELECT afresh(), sink('all'),
    sink('acme', '{\"match\":{\"key\":\"project\",\"like\":\"acme%\"}}')" \
    -c "SELECT release('acme-a', '1', 70, NULL),
    release('acme-b', '1', 90, NULL), release('other', '1', 61, NULL)" \
    -c "UPDATE pypiwatch.upload SET scanned_at = now()" > /dev/null
tune=$(sed -e "s/\$1/(now() - interval '1 day')/g" -e 's/\$2/60/g' \
    "$top_srcdir/sql/statements/tune_list.sql")
answers "acme 2 1 0|all 3 1 0" "tune" "SELECT string_agg(line, '|' ORDER BY line)
    FROM (SELECT sink || ' ' || string_agg(releases_n::text, ' ' ORDER BY
    from_n) AS line FROM ($tune) t WHERE from_n IN (60, 85, 95)
    GROUP BY sink) x"
answers "acme-a 1, acme-b 1 now" "names" "SELECT lowest || ' ' || setting
    FROM ($tune) t WHERE sink = 'acme' AND from_n = 60"
# What of ours it would concern counts as it does for an alert.
sql -c "SELECT sink('ours', '{\"match\": {\"key\": \"ours\", \"like\": \"yes\"}}'),
    sink('team', '{\"match\": {\"key\": \"ours\", \"like\": \"red\"}}'),
    pypiwatch.deps_store('l', 'red', '{f}', '[{\"name\": \"acme-a\"}]')" \
    > /dev/null
answers "ours acme-a 1|team acme-a 1" "ours" "SELECT string_agg(sink || ' ' ||
    lowest, '|' ORDER BY sink) FROM ($tune) t WHERE from_n = 60
    AND sink IN ('ours', 'team')"
exit $failed
