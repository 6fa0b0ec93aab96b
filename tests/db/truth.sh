#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Truth over time: what PyPI did and advisories say, what we missed, how sure
# and how fast we were; and the migration that begins to keep it.
. "$(dirname "$0")/setup.sh"

fail() {
	echo "FAIL: $*" >&2
	exit 1
}

says() {
	expected=$1
	got=$(sql -F ' ' -c "$2") || fail "$2"
	[ "$got" = "$expected" ] || fail "$2 says '$got', not '$expected'"
}

# ---- from the schema before, with rows in it ----------------------------------
sql -1 -f "$top_srcdir/sql/migration.sql"
rows=no
for f in "$top_srcdir"/sql/schema/[0-9]*.sql; do
	case $f in *_truth.sql) break ;; esac
	sql -1 -f "$f" > /dev/null
done
sql -c "
INSERT INTO pypiwatch.project (normalized, display, status) VALUES
    ('a', 'a', 'removed'), ('b', 'b', 'live'), ('c', 'c', 'quarantined');
INSERT INTO pypiwatch.release (normalized, version, status, status_at) VALUES
    ('a', '1', 'removed', '2026-03-03Z'), ('b', '1', 'live', '2026-03-03Z'),
    ('c', '1', 'quarantined', '2026-03-04Z'), ('b', '2', 'removed', NULL);
INSERT INTO pypiwatch.event (seen_at, kind, project, normalized, version, at)
VALUES ('2026-03-02Z', 'project quarantined', 'a', 'a', NULL, '2026-03-02Z'),
    ('2026-03-03Z', 'remove project', 'a', 'a', NULL, '2026-03-03Z'),
    ('2026-03-02Z', 'project quarantined', 'b', 'b', NULL, '2026-03-01Z'),
    ('2026-03-03Z', 'project quarantine cleared', 'b', 'b', NULL,
	'2026-03-03Z');
INSERT INTO pypiwatch.detection (normalized, project, version, score,
    severity, first_detected_at, reasons) VALUES
    ('a', 'a', '1', 90, 'critical', '2026-03-01 12:00Z',
	'[{\"rule\": \"x\", \"points\": 3}]'),
    ('b', 'b', '1', 60, 'high', '2026-03-01 12:00Z', '[]');
INSERT INTO pypiwatch.finding (scan_id, upload_id, normalized, version, rule,
    category, line) VALUES (1, 1, 'a', '1', 'x', 'x', 2147483647),
    (1, 1, 'a', '1', 'x', 'x', 7)"
for f in "$top_srcdir"/sql/schema/[0-9]*.sql; do
	case $f in *_truth.sql) rows=yes ;; esac
	[ $rows = no ] || sql -1 -f "$f" > /dev/null
done
schema_again > /dev/null
says "a quarantined 2026-03-02 12:00:00
b unknown " "SELECT project, truth, lead + '2026-03-02Z' AT TIME ZONE 'UTC'
    FROM analyst.detections ORDER BY 1"
says "a t
b f
c t" "SELECT normalized, acted_whole FROM pypiwatch.release
    WHERE least(quarantined_at, removed_at) IS NOT NULL
    OR (normalized, version) = ('b', '1') ORDER BY 1"
says " 2 1
x 1 1" "SELECT rule, detections, counted_true FROM analyst.precision
    ORDER BY rule NULLS FIRST"
says "7 -" "SELECT string_agg(coalesce(line::text, '-'), ' ' ORDER BY line)
    FROM pypiwatch.finding"
sql -c "DROP SCHEMA analyst, pypiwatch, pypiwatch_web CASCADE"

# ---- how it goes on -----------------------------------------------------------
schema_apply
sql -c "UPDATE pypiwatch.poll_lease SET epoch = 1" -c "
CREATE FUNCTION public.tell(serial bigint, kind text, project text,
    version text, at timestamptz) RETURNS integer LANGUAGE sql AS \$\$
SELECT pypiwatch.events_store('changelog', 1, serial, false, now(),
    jsonb_build_array(jsonb_build_object('n', 0, 'serial', serial, 'key',
    serial::text, 'kind', kind, 'project', project, 'version', version,
    'action', kind, 'at_us',
    (extract(epoch FROM at) * 1000000)::bigint))) \$\$" -c "
CREATE FUNCTION public.seen(p text, v text, s integer, at timestamptz)
RETURNS void LANGUAGE sql AS \$\$
INSERT INTO pypiwatch.project (normalized, display) VALUES (p, p)
    ON CONFLICT DO NOTHING;
INSERT INTO pypiwatch.release (normalized, version, first_seen_at)
    VALUES (p, v, at);
INSERT INTO pypiwatch.upload (normalized, version, filename, state, outcome,
    sha256, uploaded_at, seen_at, scanned_at, score, alert) VALUES (p, v,
    p || '-' || v || '.tar.gz', 'done', 'scanned', repeat('a', 64), at, at,
    at + interval '1 s', s, s >= 60);
INSERT INTO pypiwatch.scan (upload_id, scanned_at, normalized, version,
    outcome, score, attempts) SELECT id, scanned_at, p, v, outcome, score, 1
    FROM pypiwatch.upload WHERE normalized = p AND version = v;
INSERT INTO pypiwatch.detection (normalized, project, version, score,
    severity, first_detected_at, upload_to_alert, reasons) SELECT p, p, v, s,
    'high', at + interval '1 minute', interval '1 minute',
    jsonb_build_array(jsonb_build_object('rule', 'r' || v, 'points', s))
    WHERE s >= 60 \$\$" -c "
SELECT seen('caught', '1', 90, now() - interval '3 hours'),
    seen('caught', '0', 0, now() - interval '4 hours'),
    seen('gone', '1', 70, now() - interval '3 hours'),
    seen('missed', '1', 0, now() - interval '5 hours'),
    seen('missed', '2', 35, now() - interval '3 hours'),
    seen('missed', '3', 0, now() - interval '1 minute'),
    seen('left', '1', 10, now() - interval '3 hours'),
    seen('left', '2', 10, now() - interval '3 hours'),
    seen('fine', '1', 65, now() - interval '3 hours'),
    seen('listed', '1.0', 20, now() - interval '3 hours'),
    seen('listed', '2.0', 80, now() - interval '3 hours')" > /dev/null
sql -c "SELECT tell(1, 'project quarantined', 'caught', NULL,
	now() - interval '1 hour'),
    tell(2, 'remove project', 'caught', NULL, now() - interval '30 minutes'),
    tell(3, 'remove release', 'gone', '1', now() - interval '2 hours'),
    tell(4, 'project quarantined', 'missed', NULL,
	now() - interval '1 hour'),
    tell(5, 'remove release', 'left', '1', now() - interval '1 hour')" \
    > /dev/null
says "caught quarantined removed 119
fine unknown live 
gone unknown-removed removed 59
listed unknown live " "SELECT project, truth, pypi_status,
    extract(epoch FROM lead)::integer / 60 FROM analyst.detections ORDER BY 1"
# An older release of a caught project is no miss; of a missed one the newest
# release then is.
says "left 1 unknown-removed 10 f
missed 2 quarantined 35 t" "SELECT project, version, truth, score_then,
    whole_project FROM analyst.misses ORDER BY 1, 2"
says "judged harmless" "SELECT DISTINCT why FROM analyst.misses"
says "4 1 0 1 2 1.000" "SELECT sum(detections), sum(counted_true),
    sum(counted_false), sum(unknown_removed), sum(unknown), max(precision)
    FROM analyst.precision WHERE rule IS NULL"

# A quarantine that was cleared never was; one that ends in removal stays.
sql -c "SELECT tell(6, 'project quarantined', 'fine', NULL, now()),
    tell(7, 'project quarantine cleared', 'fine', NULL, now())" > /dev/null
says "unknown live" "SELECT truth, pypi_status FROM analyst.detections
    WHERE project = 'fine'"
says 0 "SELECT count(*) FROM analyst.misses WHERE project = 'fine'"

# Triage counts until PyPI knows better.
sql -c "SELECT analyst.triage(id, 'false_positive') FROM analyst.detections
    WHERE project IN ('fine', 'caught')" > /dev/null
says "1 1 0.500 1" "SELECT sum(counted_true), sum(counted_false),
    max(precision), sum(disputed) FROM analyst.precision WHERE rule IS NULL"
says "r1 3 r2.0 1" "SELECT string_agg(rule || ' ' || n, ' ' ORDER BY rule)
    FROM (SELECT rule, sum(detections) AS n FROM analyst.precision
    WHERE rule IS NOT NULL GROUP BY 1) x"

# Advisories: of one version, of a project, changed, withdrawn.
store() {
	sql -c "SELECT pypiwatch.advisory_store('test', '$1')"
}
one='{"id": "MAL-1", "published": "2026-01-01T00:00:00Z", "modified":
    "2026-01-02T00:00:00Z", "affected": [{"name": "Listed", "versions":
    ["1.0", "2.0"]}, {"name": "absent"}]}'
[ "$(store "$one")" = t ] || fail "not stored"
[ "$(store "$one")" = f ] || fail "stored twice"
says "MAL-1 advisory" "SELECT advisory, truth FROM analyst.detections
    WHERE project = 'listed'"
says "listed 1.0 advisory  MAL-1
listed 2.0 advisory  MAL-1" "SELECT project, version, truth, score_then,
    advisory FROM analyst.misses WHERE advisory IS NOT NULL ORDER BY 2"
says "not looked at by then" "SELECT DISTINCT why FROM analyst.misses
    WHERE advisory IS NOT NULL"
says "2 1" "SELECT sum(counted_true), sum(advisory) FROM analyst.precision
    WHERE rule IS NULL"
[ "$(store '{"id": "MAL-1", "modified": "2026-01-03T00:00:00Z", "withdrawn":
    "2026-01-03T00:00:00Z", "affected": [{"name": "listed"}]}')" = t ] ||
    fail "the withdrawal is not stored"
says 0 "SELECT count(*) FROM analyst.misses WHERE advisory IS NOT NULL"
says "unknown" "SELECT truth FROM analyst.detections WHERE project = 'listed'"
# What is judged after its advisory knows it at once.
store '{"id": "MAL-2", "modified": "2026-01-03T00:00:00Z",
    "affected": [{"name": "Later.Named"}]}' > /dev/null
says "MAL-2" "SELECT (pypiwatch.advised('later-named', '7')).id"
# So does a release that is stored after it, and one from before a migration.
sql -c "INSERT INTO pypiwatch.release (normalized, version)
    VALUES ('later-named', '7'), ('never-named', '7')"
named() {
	says "MAL-2 2026-01-03 true" "SELECT advisory || ' ' ||
	    (advised_at AT TIME ZONE 'UTC')::date || ' ' || acted_whole
	    FROM pypiwatch.release WHERE normalized LIKE '%-named'
	    AND advisory IS NOT NULL"
}
named
sql -c "UPDATE pypiwatch.release SET advisory = NULL, advised_at = NULL,
    acted_whole = false WHERE normalized = 'later-named'"
sql -1 -f "$top_srcdir/sql/truth.sql"
named
sql -c "DELETE FROM pypiwatch.release WHERE normalized LIKE '%-named'"

# Stored side by side neither sees the other; the next beat does.
mkfifo "$cluster_dir/beside"
sql < "$cluster_dir/beside" > "$cluster_dir/out" &
beside=$!
exec 7> "$cluster_dir/beside"
echo "BEGIN; INSERT INTO pypiwatch.release (normalized, version)
    VALUES ('beside', '1') RETURNING 'stored';" >&7
for _ in 1 2 3 4 5 6 7 8 9 10; do
	grep -q stored "$cluster_dir/out" && break
	sleep 0.5
done
grep -q stored "$cluster_dir/out" || fail "the other session did not begin"
store '{"id": "MAL-3", "modified": "2026-01-03T00:00:00Z",
    "affected": [{"name": "beside"}]}' > /dev/null
echo "COMMIT;" >&7
exec 7>&-
wait $beside
says "" "SELECT advisory FROM pypiwatch.release WHERE normalized = 'beside'"
sql -c "SELECT pypiwatch.health_look(0)" > /dev/null
says "MAL-3" "SELECT advisory FROM pypiwatch.release
    WHERE normalized = 'beside'"
sql -c "DELETE FROM pypiwatch.release WHERE normalized = 'beside'" \
    -c "DELETE FROM pypiwatch.advisory WHERE id = 'MAL-3'"

# Folding changes no number, and counts outlive what they count.
before=$(sql -c "SELECT * FROM analyst.precision ORDER BY 1, rule")
sql -c "SET ROLE pypiwatch" -c "SELECT pypiwatch.retention_run(0, 0, 0)" \
    > /dev/null
says 0 "SELECT count(*) FROM pypiwatch.tally_news"
[ "$before" = "$(sql -c "SELECT * FROM analyst.precision
    ORDER BY 1, rule")" ] || fail "folding changes precision"
sql -c "UPDATE pypiwatch.detection SET reasons = '[]' WHERE project = 'gone'"
says "2" "SELECT sum(detections) FROM analyst.precision WHERE rule = 'r1'"

# Weeks: the ended ones are kept, the others computed.
sql -c "SELECT seen('old' || n, '1', 60, now() - interval '21 days')
    FROM generate_series(1, 3) n" > /dev/null
before=$(sql -c "SELECT * FROM analyst.latency ORDER BY 1")
sql -c "SELECT pypiwatch.retention_run(0, 0, 0)" > /dev/null
says 1 "SELECT count(*) FROM pypiwatch.week_latency WHERE alerts = 3"
[ "$before" = "$(sql -c "SELECT * FROM analyst.latency ORDER BY 1")" ] ||
    fail "keeping weeks changes them"
says "00:01:00" "SELECT DISTINCT p90 FROM analyst.latency"
