#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What the daemon says of itself: each trouble is told once when it begins and
# once when it is over, and names what to do.
. "$(dirname "$0")/setup.sh"
schema_apply
failed=0
sql -c "INSERT INTO pypiwatch.sink (name, type, min_severity, enabled)
    VALUES ('chat', 'slack', 'none', true), ('hook', 'webhook', 'none', true)" \
    -c "INSERT INTO pypiwatch.source_health (source, ok, last_ok_at)
    VALUES ('rss', true, now()), ('changelog', true, now())" \
    -c "INSERT INTO pypiwatch.instance (host, pid, version, started_at)
    VALUES ('h', 1, '1', now() - interval '1 day')"
self=$(sql -c "SELECT id FROM pypiwatch.instance")
# told WANT PART WHAT QUERY: after this the part's alerts are WANT; three looks
# say no more than one.
told() {
	sql -c "$4" > /dev/null
	for _ in 1 2 3; do
		sql -c "SELECT pypiwatch.health_look($self)" > /dev/null
	done
	got=$(sql -c "SELECT string_agg(right(type, -7) || ' ' || severity, ' '
	    ORDER BY id) FROM analyst.alerts
	    WHERE payload#>>'{data,part}' = '$2'")
	[ "$got" = "$1" ] || { echo "FAIL: $2: $3: wanted '$1', got '$got'"
		failed=1; }
}
text() {	# PATTERN PART
	got=$(sql -c "SELECT payload#>>'{data,text}' FROM analyst.alerts
	    WHERE payload#>>'{data,part}' = '$2' AND type = 'daemon.degraded'
	    ORDER BY id DESC LIMIT 1")
	case $got in
	*"$1"*) ;;
	*) echo "FAIL: $2 says '$got', not '$1'"; failed=1 ;;
	esac
}
bad="degraded high" over="degraded high recovered high"

# ---- no progress
told "" polling "well" "SELECT 1"
told "degraded critical" polling "nobody asks" "UPDATE pypiwatch.source_health
    SET updated_at = now() - interval '11 minutes'"
text "nobody has asked the index since" polling
told "degraded critical recovered critical" polling "asks again" \
    "UPDATE pypiwatch.source_health SET updated_at = now()"
told "" "source rss" "fails for a moment" "UPDATE pypiwatch.source_health
    SET ok = false, why = 'HTTP 503', last_ok_at = now() WHERE source = 'rss'"
told "$bad" "source rss" "fails for long" "UPDATE pypiwatch.source_health
    SET last_ok_at = now() - interval '11 minutes' WHERE source = 'rss'"
text "HTTP 503" "source rss"
told "$over" "source rss" "answers" "UPDATE pypiwatch.source_health
    SET ok = true, last_ok_at = now()"

# ---- a gap
told "" coverage "just noticed" "INSERT INTO pypiwatch.gap (source, to_at, why)
    VALUES ('rss', now(), 'x')"
told "$bad" coverage "nobody filled it" "UPDATE pypiwatch.gap
    SET to_at = now() - interval '11 minutes'"
text "gaps that no source filled: 1, the first of rss" coverage
told "$bad" coverage "another one" "INSERT INTO pypiwatch.gap (source, to_at,
    why) VALUES ('rss', now() - interval '1 hour', 'x')"
told "$over" coverage "filled" "UPDATE pypiwatch.gap SET repaired_at = now(),
    repaired_by = 'changelog'"
told "$over" coverage "an old one" "INSERT INTO pypiwatch.gap (source, to_at,
    why) VALUES ('rss', now() - interval '25 hours', 'x')"

# ---- dead letters
dead() { echo "INSERT INTO pypiwatch.upload (normalized, version, filename,
    state, outcome, scanned_at) SELECT 'p', '1', '$1' || n, 'done', 'dead',
    now() - interval '$3' FROM generate_series(1, $2) n"; }
told "" "dead letters" "some" "$(dead a 5 '1 minute')"
told "" "dead letters" "long ago" "$(dead b 50 '2 hours')"
told "$bad" "dead letters" "many" "$(dead c 1 '1 minute')"
text "files: 6, alerts: 0" "dead letters"
told "$over" "dead letters" "an hour later" "UPDATE pypiwatch.upload
    SET scanned_at = scanned_at - interval '1 hour'"
told "$over $bad" "dead letters" "an alert nobody got" "WITH a AS (
    INSERT INTO pypiwatch.alert (sequence, type, severity, payload)
    VALUES (0, 'digest', 'high', '{}') RETURNING id)
    INSERT INTO pypiwatch.delivery (alert_id, sink, state, dead_reason)
    SELECT id, 'hook', 'dead', 'HTTP 400' FROM a"
text "files: 0, alerts: 1" "dead letters"
told "$over $over" "dead letters" "an hour later" "UPDATE pypiwatch.delivery
    SET run_at = run_at - interval '1 hour' WHERE state = 'dead'"

# ---- the queue's age; what a rescan lets wait does not count
task() { echo "INSERT INTO pypiwatch.task (upload_id, normalized, version,
    filename, sha256, display, url, packagetype, priority, created_at, turn_at)
    VALUES (1, '$1', '1', '$1', '', '$1', '', 'sdist', $2,
	now() - interval '$3', now() - interval '$3'
	+ $2 * interval '1 minute')"; }
told "" "queue age" "a rescan's" "$(task a 9 '3 hours')"
told "" "queue age" "young" "$(task b 3 '59 minutes')"
told "$bad" "queue age" "old" "$(task c 3 '61 minutes')"
text "oldest since 20" "queue age"
told "$over" "queue age" "looked at" "DELETE FROM pypiwatch.task
    WHERE normalized = 'c'"

# ---- a sink whose far end is gone: the others hear of it
told "$bad" "sink hook" "gone" "UPDATE pypiwatch.sink SET enabled = false,
    disabled_why = 'HTTP 410: channel_is_archived' WHERE name = 'hook'"
text "channel_is_archived" "sink hook"
got=$(sql -c "SELECT string_agg(d.sink, ' ') FROM analyst.deliveries d
    JOIN analyst.alerts a ON a.id = d.alert_id
    WHERE a.payload#>>'{data,part}' = 'sink hook'")
[ "$got" = chat ] || { echo "FAIL: told to '$got'"; failed=1; }
told "$over" "sink hook" "mended" "UPDATE pypiwatch.sink SET enabled = true,
    disabled_why = NULL WHERE name = 'hook'"
told "$over $bad" "sink hook" "again" "UPDATE pypiwatch.sink
    SET enabled = false, disabled_why = 'HTTP 404' WHERE name = 'hook'"
told "$over $over" "sink hook" "not configured any more" \
    "DELETE FROM pypiwatch.sink WHERE name = 'hook'"
told "" "sink chat" "never" "SELECT 1"
exit $failed
