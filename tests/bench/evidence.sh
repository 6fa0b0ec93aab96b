#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# make bench-evidence [DETECTIONS=1000000 ARCHIVES=5000]: what taking out a
# sample, keeping one more, retention, erasing a person and reading the audit
# take beside so many made-up detections, as many rows of the audit, and so many
# kept archives, in a cluster of its own.  One archive is real and was kept by
# the daemon.  Prints times; nothing is asserted about them.
top_srcdir=${top_srcdir:-$(cd "$(dirname "$0")/../.." && pwd)}
# shellcheck source=tests/e2e/harness.sh
. "$top_srcdir/tests/e2e/harness.sh"
detections=${DETECTIONS:-1000000}
archives=${ARCHIVES:-5000}
cluster_options="-c shared_buffers=1GB -c random_page_cost=1.1"
cluster_options="$cluster_options -c max_wal_size=8GB -c autovacuum=off"
config_extra="evidence { key-file = \"$work/key\" }"
cd "$work"
"$top_builddir/pypiwatch" evidence key "$work/key" > /dev/null
e2e_start --releases 2
tell 'release pycryptoenv'
wait_quiet 120
wait_sql 60 t "SELECT count(*) > 0 FROM analyst.evidence WHERE complete"
daemon_stop
id=$(sql "SELECT detection_id FROM analyst.evidence LIMIT 1")

begun=$(date +%s)
"$cluster_pg/psql" -X -q -v ON_ERROR_STOP=1 -v n="$detections" \
    -v archives="$archives" -f - > /dev/null <<'SQL'
SET session_replication_role = replica;
SET synchronous_commit = off;
SET client_min_messages = warning;
SELECT count(pypiwatch.month_make(t.parent, t.key, m))
FROM pypiwatch.months_kept() t, generate_series(
    date_trunc('month', now() - interval '732 days', 'UTC'),
    date_trunc('month', now(), 'UTC'), interval '1 month') m;
CREATE UNLOGGED TABLE pypiwatch.made AS
SELECT n, 'p' || to_char(n / 10, 'FM0000000') AS name, n % 10 || '.0' AS v,
    now() - interval '1 hour' - (:n - n) * (interval '730 days' / :n) AS at,
    encode(sha256(n::text::bytea), 'hex') AS sha256
FROM generate_series(1, :n) n;
INSERT INTO pypiwatch.project (normalized, display)
    SELECT DISTINCT name, name FROM pypiwatch.made ON CONFLICT DO NOTHING;
INSERT INTO pypiwatch.release (normalized, version, first_seen_at, author,
    author_email) SELECT name, v, at, 'Author ' || n / 3,
    'author' || n / 3 || '@example.invalid' FROM pypiwatch.made;
INSERT INTO pypiwatch.project_role (normalized, actor, role)
    SELECT DISTINCT name, 'user' || n / 30, 'Owner' FROM pypiwatch.made
    ON CONFLICT DO NOTHING;
INSERT INTO pypiwatch.upload (normalized, version, filename, state, outcome,
    sha256, uploaded_at, seen_at, scanned_at, score, alert, object)
SELECT name, v, name || '-' || v || '.tar.gz', 'done', 'scanned', sha256, at,
    at, at, 70, true, jsonb_build_object('findings', jsonb_build_array(
	jsonb_build_object('rule', 'exec-decoded', 'text', repeat(
	'runs code that it decodes first ', 8))), 'indicators',
	jsonb_build_array(jsonb_build_object('type', 'email', 'value',
	'mail' || n / 7 || '@example.invalid'))) FROM pypiwatch.made;
INSERT INTO pypiwatch.scan (scanned_at, upload_id, normalized, version,
    sha256, outcome, score, ruleset, attempts, ms)
SELECT scanned_at, id, normalized, version, sha256, 'scanned', 70, 'r', 1, 40
FROM pypiwatch.upload WHERE normalized LIKE 'p0%' OR normalized LIKE 'p1%';
INSERT INTO pypiwatch.detection (normalized, project, version, score, severity,
    reasons, first_detected_at, updated_at, upload_to_alert, sequence)
SELECT name, name, v, 70, 'high', '[{"rule": "exec-decoded", "points": 70,
    "text": "runs code that it decodes first"}]', at, at, interval '40 s', 1
FROM pypiwatch.made ORDER BY n;
INSERT INTO pypiwatch.detection_key
    SELECT id, normalized, version, first_detected_at FROM pypiwatch.detection
    ON CONFLICT DO NOTHING;
INSERT INTO pypiwatch.alert (detection_id, sequence, type, severity, payload,
    created_at)
SELECT d.id, 2, 'detection.opened', 'high', jsonb_build_object('type',
    'detection.opened', 'data', jsonb_build_object('project', d.project,
    'campaign', jsonb_build_object('why', 'author author' || d.id / 3
    || '@example.invalid', 'count', 3), 'files', (SELECT jsonb_agg(
	jsonb_build_object('rule', 'r' || k, 'text', md5(d.id || ' ' || k)
	|| md5(k || ' ' || d.id))) FROM generate_series(1, 12) k))),
    d.first_detected_at FROM pypiwatch.detection d;
INSERT INTO pypiwatch.event (seen_at, serial, kind, project, normalized,
    version, actor, action, at)
SELECT at, n + 1000000, 'new release', name, name, v, 'user' || n / 30,
    'new release', at FROM pypiwatch.made;
INSERT INTO pypiwatch.audit (at, action, what, detail, role, person)
SELECT at, 'triage', 'detection ' || n, '{"verdict": "confirmed"}', 'jo',
    'person' || n % 50 FROM pypiwatch.made;
INSERT INTO pypiwatch.evidence (normalized, version, filename, sha256, size,
    parts, stored, key_id, salt, wrapped, kept_at)
SELECT m.name, m.v, m.name || '-' || m.v || '.tar.gz', m.sha256, 20000, 1, 1,
    e.key_id, e.salt, e.wrapped, m.at
FROM pypiwatch.made m, (SELECT * FROM pypiwatch.evidence LIMIT 1) e
WHERE m.n % greatest(:n / :archives, 1) = 0
AND m.at > now() - interval '300 days' OR m.n > :n - :archives / 2;
INSERT INTO pypiwatch.evidence_part
SELECT e.id, 0, (SELECT string_agg(sha256((e.id || ' ' || k)::bytea), '')
    FROM generate_series(1, 625) k) FROM pypiwatch.evidence e
WHERE e.size = 20000 ON CONFLICT DO NOTHING;
DROP TABLE pypiwatch.made;
/* What the daemon counts as it goes. */
SELECT pypiwatch.latency_fold();
VACUUM ANALYZE;
SQL
echo "made in $(($(date +%s) - begun)) s: $(sql "SELECT
    (SELECT count(*) FROM pypiwatch.detection) || ' detections, ' ||
    (SELECT count(*) FROM pypiwatch.evidence) || ' archives, ' ||
    (SELECT count(*) FROM pypiwatch.audit) || ' rows of the audit, ' ||
    pg_size_pretty(pg_database_size(current_database()))")"

# took NAME COMMAND...: the best of $runs, in milliseconds
runs='1 2'
took() {
	took_name=$1
	shift
	best=
	for _ in $runs; do
		from=$(date +%s%N)
		"$@" > "$work/took" 2>&1 || { cat "$work/took"; fail "$took_name"; }
		ms=$((($(date +%s%N) - from) / 1000000))
		[ -n "$best" ] && [ "$best" -le "$ms" ] || best=$ms
	done
	printf '%8d ms  %s\n' "$best" "$took_name"
}
pw() { "$top_builddir/pypiwatch" -c "$work/pypiwatch.conf" "$@"; }
take() { rm -f "$work/out.zip"; pw sample --output "$work/out.zip" "$id"; }
began() { sql "BEGIN; $1; ROLLBACK"; }

took "connecting, the least of the following" sql "SELECT 1"
took "pypiwatch sample ID" take
took "pypiwatch evidence list ID" pw evidence list "$id"
took "room for one more archive" began "SELECT pypiwatch.evidence_room(100000,
    10737418240, 1000)"
took "evidence by time and size, nothing to do" began "SELECT
    pypiwatch.evidence_run(31536000, 10737418240, 100)"
took "evidence beyond the size, 100 go" began "SELECT
    pypiwatch.evidence_run(31536000, 20000000, 100)"
took "retention, nothing to do" began "SELECT pypiwatch.retention_run(0, 0, 0)"
took "one month of scans goes" began "SELECT pypiwatch.retention_run(0,
    86400 * 690, 0)"
took "one month of detections goes" began "SELECT pypiwatch.retention_run(0,
    86400 * 690, 86400 * 690)"
took "people, 1000 of them forgotten" began "SELECT pypiwatch.people_end(
    86400 * 400, 86400 * 400, 1000)"
took "audit: the newest 20" sql "SELECT * FROM analyst.audit
    ORDER BY id DESC LIMIT 20"
took "audit: of a detection" sql "SELECT * FROM analyst.audit
    WHERE what = 'detection 4711'"
took "audit: of a person, the newest 20" sql "SELECT * FROM analyst.audit
    WHERE person = 'person7' ORDER BY at DESC LIMIT 20"
took "audit: of a week, counted" sql "SELECT person, action, count(*)
    FROM analyst.audit WHERE at > now() - interval '7 days' GROUP BY 1, 2"
took "audit: one entry more" sql "SELECT pypiwatch.audit_add('test', 'x')"
took "erase an author by name, asked only" pw erase --author "Author 4711"
took "erase an uploader, asked only" pw erase --uploader user4711
took "erase an address, asked only" pw erase author4711@example.invalid
runs=1
took "erase an address" pw erase --yes author4711@example.invalid
e2e_done
