#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Personal data: a person is taken out of everything that names them, told
# before it is done; nobody else changes; detections stay; time does the rest.
. "$(dirname "$0")/setup.sh"
schema_apply
work=$(mktemp -d)
trap 'rm -rf "$work"; cluster_end' EXIT
bad=0

fail() {
	echo "FAIL: $*"
	bad=1
}

is() {
	got=$(sql -F ' ' -c "$2")
	[ "$got" = "$1" ] || fail "'$got', not '$1': $2"
}

printf 'database { conninfo = "%s" }\n' "$cluster_conninfo" > "$work/conf"
check() { [ "$2" = "$3" ] || fail "$1: wanted '$2', got '$3'"; }
cd "$work"
# shellcheck source=tests/command.sh
. "$top_srcdir/tests/command.sh"
conf=conf

sql -f - > /dev/null << 'SQL'
INSERT INTO pypiwatch.project (normalized, display) VALUES ('evil', 'evil'),
    ('good', 'good'), ('other', 'other');
INSERT INTO pypiwatch.release (normalized, version, author, author_email,
    maintainer, maintainer_email) VALUES
    ('evil', '1', 'Jane Doe', 'Jane@Example.org', NULL, NULL),
    ('good', '1', 'Jane Doe', 'jane@example.org', NULL, NULL),
    ('good', '2', 'Jane Doe, Joe', 'Jane Doe <jane@example.org>, joe@example.org',
	'Joe', 'joe@example.org'),
    ('other', '1', 'Mary-jane Doe', 'mary-jane@example.org', NULL, NULL),
    ('other', '2', 'x', 'jane@example.org.uk', 'jane', NULL);
INSERT INTO pypiwatch.project_role (normalized, actor, role) VALUES
    ('evil', 'jane', 'Owner'), ('good', 'Jane', 'Owner'),
    ('other', 'jane2', 'Owner');
INSERT INTO pypiwatch.event (serial, kind, project, normalized, actor, action)
    VALUES (1, 'add role', 'evil', 'evil', 'jane', 'add Owner jane'),
    (2, 'add role', 'other', 'other', 'jane2', 'add Owner jane2'),
    (3, 'new release', 'jane', 'jane', NULL, 'new release'),
    (4, 'project changed', 'evil', 'evil', NULL, 'invite jane to be an owner');
INSERT INTO pypiwatch.detection (normalized, project, version, score, severity)
    VALUES ('evil', 'evil', '1', 90, 'critical');
INSERT INTO pypiwatch.upload (normalized, version, filename, state, outcome,
    scanned_at, score, alert, object) VALUES ('evil', '1', 'evil-1.tar.gz',
    'done', 'scanned', now(), 90, true, '{"findings": [{"rule": "r",
    "snippet": "to=\"jane@example.org\""}], "indicators": [{"type": "email",
    "value": "jane@example.org"}, {"type": "email",
    "value": "mary-jane@example.org"}]}'),
    ('other', '1', 'other-1.tar.gz', 'done', 'scanned', now(), 0, false,
    '{"findings": [], "indicators": [{"type": "email",
    "value": "jane@example.org.uk"}]}');
INSERT INTO pypiwatch.finding (scan_id, upload_id, normalized, version, rule,
    category, snippet) SELECT 1, id, normalized, version, 'r', 'c',
    'to="jane@example.org"' FROM pypiwatch.upload WHERE score = 90;
UPDATE pypiwatch.detection SET reasons = '[{"rule": "r",
    "text": "by jane@example.org"}]';
INSERT INTO pypiwatch.scan (upload_id, normalized, version, outcome, score,
    attempts, reasons) SELECT id, normalized, version, 'scanned', 90, 1, '[{"rule": "r",
    "text": "by jane@example.org"}]' FROM pypiwatch.upload WHERE score = 90;
INSERT INTO pypiwatch.rescan (total, upto_id, hold) VALUES (2, 2, true);
INSERT INTO pypiwatch.held_verdict (rescan_id, upload_id, sha256, was_score,
    was_alert, score, alert, scan) SELECT 1, id, 'x', 0, false, 90, true,
    '{"reasons": [{"text": "by jane@example.org"}]}' FROM pypiwatch.upload;
INSERT INTO pypiwatch.campaign (why) VALUES ('author jane@example.org'),
    ('uploader jane'), ('uploader jane2');
INSERT INTO pypiwatch.campaign_key (key, campaign_id) VALUES
    ('author jane@example.org', 1), ('uploader jane', 2),
    ('uploader jane2', 3);
INSERT INTO pypiwatch.alert (detection_id, sequence, type, severity, payload)
    VALUES (1, 1, 'detection.opened', 'critical', '{"data": {"project": "jane",
    "campaign": {"why": "uploader jane"}, "files": [{"x":
    "jane@example.org"}]}}');
SQL
state() {
	for t in release project_role event upload finding scan held_verdict \
	    campaign \
	    campaign_key alert detection audit; do
		sql -c "SELECT md5(coalesce(string_agg(t::text, '|'
		    ORDER BY t::text), '')) FROM pypiwatch.$t t"
	done
}

run 2 erase; says "say one person"
run 2 erase a b; says "say one person"
run 2 erase x; says "2 to"
run 0 erase nobody@example.org; shows "nothing is known of them"

# ---- told first, and nothing is changed by that
before=$(state)
run 0 erase jane@example.org
shows "3  releases"
shows "2  files"
shows "Nothing was changed"
[ "$(state)" = "$before" ] || fail "a dry run changes something"
run 0 erase jane
shows "2  roles"
shows "2  events"
[ "$(state)" = "$before" ] || fail "a dry run changes something"

# ---- an address: the name beside it goes along
run 0 erase --yes jane@example.org; shows "They stand as erased-"
as=$(sed -n 's/.*stand as \(erased-[0-9a-f]*\) .*/\1/p' "$work/out")
is "$as $as" "SELECT author, author_email FROM pypiwatch.release
    WHERE normalized = 'evil'"
is "t t" "SELECT author IS NULL, author_email IS NULL FROM pypiwatch.release
    WHERE normalized = 'good' AND version = '1'"
is "joe@example.org Joe joe@example.org" "SELECT author_email, maintainer,
    maintainer_email FROM pypiwatch.release
    WHERE normalized = 'good' AND version = '2'"
is "Mary-jane Doe mary-jane@example.org" "SELECT author, author_email
    FROM pypiwatch.release WHERE normalized = 'other' AND version = '1'"
is "jane@example.org.uk" "SELECT author_email FROM pypiwatch.release
    WHERE normalized = 'other' AND version = '2'"
is "$as mary-jane@example.org to=\"$as\"" "SELECT
    object#>>'{indicators,0,value}', object#>>'{indicators,1,value}',
    object#>>'{findings,0,snippet}' FROM pypiwatch.upload WHERE score = 90"
is "to=\"$as\"" "SELECT snippet FROM pypiwatch.finding"
is "by $as by $as 2" "SELECT (SELECT reasons#>>'{0,text}' FROM pypiwatch.scan),
    (SELECT reasons#>>'{0,text}' FROM pypiwatch.detection),
    (SELECT count(*) FROM pypiwatch.held_verdict
    WHERE scan#>>'{reasons,0,text}' = 'by $as')"
is "author $as" "SELECT why FROM pypiwatch.campaign WHERE id = 1"
is "author $as" "SELECT key FROM pypiwatch.campaign_key WHERE campaign_id = 1"
is "$as uploader jane" "SELECT payload#>>'{data,files,0,x}',
    payload#>>'{data,campaign,why}' FROM pypiwatch.alert"
is "jane Jane jane2" "SELECT string_agg(actor, ' ' ORDER BY normalized)
    FROM pypiwatch.project_role"

# ---- a name at PyPI: owners stay one, and a project of that name is a project
run 0 erase --yes --uploader jane
as=$(sed -n 's/.*stand as \(erased-[0-9a-f]*\) .*/\1/p' "$work/out")
is "$as $as jane2" "SELECT string_agg(actor, ' ' ORDER BY normalized)
    FROM pypiwatch.project_role"
is "$as add Owner $as" "SELECT actor, action FROM pypiwatch.event
    WHERE serial = 1"
is "invite $as to be an owner" "SELECT action FROM pypiwatch.event
    WHERE serial = 4"
is "jane2 add Owner jane2" "SELECT actor, action FROM pypiwatch.event
    WHERE serial = 2"
is "jane jane" "SELECT project, normalized FROM pypiwatch.event
    WHERE serial = 3"
is "uploader $as uploader jane2" "SELECT string_agg(why, ' ' ORDER BY id)
    FROM pypiwatch.campaign WHERE id > 1"
is "jane uploader $as" "SELECT payload#>>'{data,project}',
    payload#>>'{data,campaign,why}' FROM pypiwatch.alert"
is "jane" "SELECT maintainer FROM pypiwatch.release
    WHERE normalized = 'other' AND version = '2'"
run 0 erase --yes --author jane
is "" "SELECT maintainer FROM pypiwatch.release
    WHERE normalized = 'other' AND version = '2'"
is "evil 1 90" "SELECT project, version, score FROM analyst.detections"

# ---- on record, without saying whom
is "3 0" "SELECT count(*), count(*) FILTER (WHERE a::text ILIKE '%jane%')
    FROM analyst.audit a WHERE action = 'erase'"

# ---- what would act as a pattern is a name
sql -c "INSERT INTO pypiwatch.project_role VALUES ('good', 'a.*', 'Owner')"
run 0 erase --yes 'a.*'
shows "1  roles"
run 0 erase --yes "a' OR true --"; shows "nothing is known"
run 0 erase --yes '(('; shows "nothing is known"

# ---- an analyst may not
sql -c "CREATE ROLE ann LOGIN; GRANT pypiwatch_analyst TO ann" > /dev/null
sed 's/user=postgres/user=ann/' "$work/conf" > "$work/ann"
"$top_builddir/pypiwatch" -c "$work/ann" erase --yes joe > "$work/out" 2>&1 &&
    fail "an analyst erases"

# ---- by time, as the daemon's role
sql -c "UPDATE pypiwatch.release SET first_seen_at = now() - interval '2 years',
    author = 'A', author_email = 'a@example.org' WHERE normalized <> 'good';
    UPDATE pypiwatch.project_role SET revoked_at = now() - interval '2 years'
    WHERE normalized = 'other'"
people() {
	sql -c "SET ROLE pypiwatch" -c "SELECT pypiwatch.people_end($1, $2, $3)"
}
[ "$(people 0 0 100)" = 0 ] || fail "0 is for ever"
[ "$(people 31536000 0 1)" = 1 ] || fail "one at a time"
[ "$(people 31536000 31536000 100)" = 2 ] || fail "an author and an owner"
[ "$(people 31536000 31536000 100)" = 0 ] || fail "twice"
is "evil" "SELECT string_agg(DISTINCT normalized, ' ') FROM pypiwatch.release
    WHERE author = 'A'"
is 0 "SELECT count(*) FROM pypiwatch.project_role WHERE normalized = 'other'"
exit $bad
