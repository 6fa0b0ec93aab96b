#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Suppressions and the audit in SQL: what is refused, who may what, what a
# scan keeps of it, what ends it; the audit only grows.
. "$(dirname "$0")/setup.sh"
schema_apply
sql -f "$top_srcdir/tests/db/rows.sql" > /dev/null
refuses() {	# PATTERN QUERY
	if got=$(sql -c "$2" 2>&1); then
		echo "FAIL: $2 works: $got"
		failed=1
	fi
	case $got in
	*"$1"*) ;;
	*) echo "FAIL: $2 says '$got', not '$1'"; failed=1 ;;
	esac
}

# ---- what is no suppression
s() { echo "SELECT analyst.suppress($1)"; }
refuses 'needs a reason' "$(s "'', 'a'")"
refuses 'suppress everything' "$(s "'x'")"
refuses 'suppress everything' "$(s "'x', path => '*', rule => '*'")"
refuses 'not a project' "$(s "'x', 'a b'")"
refuses '64 hex' "$(s "'x', sha256 => 'abc'")"
refuses "rule's name" "$(s "'x', 'a', rule => 'a''b'")"
refuses 'next two years' "$(s "'x', 'a', until => now() - interval '1 s'")"
refuses 'next two years' "$(s "'x', 'a', until => now() + interval '3 y'")"
refuses 'control characters' "$(s "'x', 'a', path => E'a\\nb'")"
for path in setup.py '*/setup.py' '*.pth' 'x/__init__.py' 'lib/*' \
    'a.p*' 'a.so' 'x/entry_points.txt' '*.txt' 'pyproject.toml' 'a/' \
    'x.dist-info/METADATA' 'tests/data.zip' 'a.?y' 'a.PY' '*.*'; do
	refuses 'code in such a file runs' "$(s "'x', path => '$path'")"
done
for path in 'tests/words.txt' '*.md' 'docs/LICENSE' '*/blob.bin'; do
	answers t "path $path" "SELECT analyst.suppress('x', path => '$path') > 0"
done
answers t "not alone" "SELECT analyst.suppress('x', 'a', path => 'setup.py') > 0"
sql -c "TRUNCATE pypiwatch.suppression"

# ---- who may what
sql -c "CREATE ROLE ann LOGIN; GRANT pypiwatch_analyst TO ann;
    CREATE ROLE bot LOGIN; GRANT pypiwatch TO bot" > /dev/null
as() { who=$1; shift; PGUSER=$who sql "$@"; }
id=$(as ann -c "SET pypiwatch.person = 'Ann A.'" -c "SELECT analyst.suppress(
    'ours', 'PyCryptoEnv', 'pycryptoenv/test.py', 'xor-*')" | tail -n 1)
answers "pycryptoenv ann ann true" "kept" "SELECT normalized || ' ' || owner || ' '
    || created_by || ' ' || (in_force AND until > now() + interval '89 days')
    FROM analyst.suppressions WHERE id = $id" 
answers "suppress|suppression $id|ann|Ann A." "recorded" "SELECT action, what,
    role, person FROM analyst.audit ORDER BY id DESC LIMIT 1"
for query in "INSERT INTO pypiwatch.suppression (normalized, reason, owner,
    until) VALUES ('a', 'b', 'c', now())" "SELECT pypiwatch.audit_add('a', 'b')"
do
	got=$(as ann -c "$query" 2>&1) && { echo "FAIL: ann: $query"
		failed=1; }
done
for query in "UPDATE pypiwatch.audit SET role = 'x'" "DELETE FROM
    pypiwatch.audit" "TRUNCATE pypiwatch.audit" "INSERT INTO pypiwatch.audit
    (action, role) VALUES ('a', 'b')"; do
	got=$(as bot -c "$query" 2>&1) && { echo "FAIL: bot: $query"
		failed=1; }
done
answers t "the daemon may add" "SET ROLE bot;
    SELECT pypiwatch.audit_add('export', 'x', '{\"n\": null}') > 0"
answers "{}" "without nulls" "SELECT detail FROM analyst.audit
    ORDER BY id DESC LIMIT 1"
answers "f" "not for the web server" "SELECT has_table_privilege('pypiwatch_web',
    'analyst.audit', 'SELECT')"

# ---- for whom it holds
answers "1 0 0" "of" "SELECT jsonb_array_length(pypiwatch.suppressions_of(
    'pycryptoenv', 'x')) || ' ' || jsonb_array_length(
    pypiwatch.suppressions_of('other', 'x')) || ' ' || (SELECT count(*)
    FROM jsonb_array_elements(pypiwatch.suppressions_of('pycryptoenv', 'x')) s
    WHERE (s.value->>'alone')::boolean)"
sql -c "UPDATE pypiwatch.suppression SET until = now()"
answers 0 "over" "SELECT jsonb_array_length(pypiwatch.suppressions_of(
    'pycryptoenv', 'x'))"
refuses 'no suppression' "SELECT analyst.unsuppress($id)"
sql -c "UPDATE pypiwatch.suppression SET until = now() + interval '1 day'"

# ---- an open detection: file by file, told once
answers "1 pycryptoenv" "next" "SELECT n.detection_id || ' ' ||
    (n.object->>'project') FROM pypiwatch.suppression_next(8) n"
judged() {	# SCORE ALERT [ROW-VERSION]
	echo "SELECT pypiwatch.file_suppress(1, id, ${3:-xmin::text}, $id,
	    jsonb_build_object('score', $1, 'alert', $2, 'reasons',
	    '[]'::jsonb, 'object', jsonb_set(object,
	    '{findings,0,suppressed}', '{\"id\": $id}')))
	    FROM pypiwatch.upload WHERE normalized = 'pycryptoenv'"
}
answers "false 1" "another by now" "SELECT ($(judged 12 false "'1'")) || ' ' ||
    count(*) FROM pypiwatch.upload WHERE normalized = 'pycryptoenv' AND alert"
sql -c "$(judged 70 true)" > /dev/null
answers "70 high  score" "still alerts" "SELECT d.score || ' ' || d.severity || ' '
    || coalesce(d.suppressed_by::text, '') || ' ' || (SELECT
    payload#>>'{data,change}' FROM analyst.alerts ORDER BY id DESC LIMIT 1)
    FROM analyst.detections d"
sql -c "$(judged 12 false)" > /dev/null
sql -c "$(judged 12 false)" > /dev/null
answers "12 $id suppressed 1" "suppressed" "SELECT d.score || ' ' ||
    d.suppressed_by || ' ' || (SELECT payload#>>'{data,change}' || ' ' ||
    count(*) OVER () FROM analyst.alerts
    WHERE payload#>>'{data,change}' = 'suppressed')
    FROM analyst.detections d"
answers "ann 1" "findings stay, marked" "SELECT suppressed_owner || ' ' || count(*)
    FROM analyst.findings WHERE suppressed_by = $id AND weight = 0 GROUP BY
    suppressed_owner"
answers t "explained" "SELECT analyst.explain(1) LIKE '%suppressed by ann until %'"
answers "" "nothing next" "SELECT detection_id FROM pypiwatch.suppression_next(8)"
as ann -c "SELECT analyst.unsuppress($id)" > /dev/null
answers "unsuppress ann" "taken back" "SELECT action || ' ' || role
    FROM analyst.audit ORDER BY id DESC LIMIT 1"

# ---- a file that is looked at again, under a suppression and without
sql <<'SQL'
CREATE FUNCTION judge(points integer, by bigint) RETURNS void
LANGUAGE sql AS $$
	UPDATE pypiwatch.upload SET score = points, alert = points >= 60
	    WHERE normalized = 'pycryptoenv';
	SELECT pypiwatch.release_judge(u, 'pycryptoenv', '[]', NULL, by)
	    FROM pypiwatch.upload u WHERE normalized = 'pycryptoenv'
$$;
SQL
sql -c "SELECT judge(95, NULL)" > /dev/null
answers "95 open " "counts again" "SELECT score || ' ' || triage_status || ' ' ||
    coalesce(suppressed_by::text, '') FROM analyst.detections"
sql -c "SELECT judge(5, $id)" > /dev/null
answers "5 $id" "under it again" "SELECT score || ' ' || suppressed_by
    FROM analyst.detections"

# ---- a file that the database refuses: put aside, told once, tried again
sql -c "SELECT judge(95, NULL)" > /dev/null
sql -c "INSERT INTO pypiwatch.suppression (normalized, reason, owner, until)
    VALUES ('pycryptoenv', 'x', 'ann', now() + interval '1 day')"
aside=$(sql -c "SELECT max(id) FROM pypiwatch.suppression")
leave() { sql -c "SELECT pypiwatch.suppression_leave(1, id, xmin::text, $aside,
    'no, never') FROM pypiwatch.upload WHERE normalized = 'pycryptoenv'"; }
due() { sql -c "UPDATE pypiwatch.suppression_left SET again_at = now()"; }
next() { answers "$1" "$2" "SELECT concat_ws(' ', upload_id IS NOT NULL,
    upto IS NULL, again_ms > 0) FROM pypiwatch.suppression_next(8)"; }
next "t f" "the file is next"
[ "$(leave)" = 1 ] || { echo "FAIL: put aside"; failed=1; }
next "f f t" "it is not asked for again, but later"
sql -c "SELECT pypiwatch.suppression_done($aside, NULL)" \
    -c "UPDATE pypiwatch.suppression SET applied_at = now()
    WHERE id = $aside" > /dev/null
due
next "t t" "by itself, when all others are done"
next "f t t" "and not at once again"
told() { sql -c "SELECT pypiwatch.health_look(0)" > /dev/null
	answers "$1" "$2" "SELECT string_agg(type, ' ' ORDER BY id)
	    FROM analyst.alerts WHERE payload#>>'{data,part}' = 'suppressions'"
}
leave > /dev/null; told "" "twice may be anything"
leave > /dev/null; told daemon.degraded "told"
leave > /dev/null; told daemon.degraded "told once"
answers t "with the reason" "SELECT payload#>>'{data,text}' LIKE
    '%suppression $aside makes of a file of detection 1,%no, never'
    FROM analyst.alerts WHERE payload#>>'{data,part}' = 'suppressions'"
answers t "later each time" "SELECT again_at > now() + interval '10 minutes'
    FROM pypiwatch.suppression_left"
# It works again; or the file is another; or the suppression is over.
sql -c "$(judged 95 true | sed "s/, $id,/, $aside,/")" > /dev/null
told "daemon.degraded daemon.recovered" "over"
for change in "UPDATE pypiwatch.upload SET score = score
    WHERE normalized = 'pycryptoenv'" "UPDATE pypiwatch.suppression
    SET until = now() WHERE id = $aside" ; do
	leave > /dev/null
	answers 1 "put aside again" "SELECT count(*) FROM pypiwatch.suppression_left"
	sql -c "$change" -c "SELECT pypiwatch.health_look(0)" > /dev/null
	answers 0 "not any more" "SELECT count(*) FROM pypiwatch.suppression_left"
done

# ---- triage, and what it did before the audit was
sql -c "SELECT analyst.triage(1, 'false_positive', 'a note')" > /dev/null
answers "triage|detection 1|false_positive" "triage recorded" "SELECT action, what,
    detail->>'verdict' FROM analyst.audit ORDER BY id DESC LIMIT 1"

# ---- what leaves in pieces: any piece is on record, the next ones with it
sql -c "INSERT INTO pypiwatch.evidence (normalized, version, filename, sha256,
    size, parts, stored, key_id, salt, wrapped) VALUES ('pycryptoenv', '1.0.7',
    'f', repeat('a', 64), 3, 3, 3, repeat('0', 16), '', '');
    INSERT INTO pypiwatch.evidence_part SELECT 1, n, 'x'
    FROM generate_series(0, 2) n"
on_record() {	# WANT NAME ACTION QUERY...
	want=$1 name=$2 action=$3
	shift 3
	before=$(sql -c "SELECT count(*) FROM analyst.audit")
	for query; do
		as ann -c "SELECT count(*) FROM ($query) x" > "$cluster_dir/out"
	done
	answers "$want" "$name" "SELECT count(*) || ' ' || coalesce(max(what), '')
	    FROM analyst.audit WHERE action = '$action' AND id > (SELECT min(id)
	    + $before - 1 FROM analyst.audit) AND role = 'ann'"
}
part() { echo "SELECT analyst.evidence_part(1, $1)"; }
page() { echo "SELECT * FROM analyst.export_page('osv', NULL, NULL, NULL, $1, 9)"; }
on_record "1 detection 1" "parts behind the first" sample "$(part 1)" "$(part 2)"
on_record "1 detection 1" "all parts" sample "$(part 0)" "$(part 1)" "$(part 2)"
on_record "0 " "no part" sample "SELECT analyst.evidence_part(2, 0)"
on_record "1 osv" "a page behind the first" export "$(page 1)" "$(page 2)"
on_record "1 osv" "all pages" export "$(page 0)" "$(page 7)"
on_record "1 osv" "before the first page" export "$(page -1)"
n() { echo "SELECT analyst.report_note($1)"; }
refuses 'no detection 99' "$(n "99, '{\"via\": \"form\"}'")"
for wrong in '{}' '[]' 'null' '{"via": "mail"}' \
    '{"via": "api", "x": 1}'; do
	refuses 'that is no report' "$(n "1, '$wrong'")"
done
refuses 'that is no report' "$(n "1, NULL")"
refuses 'that is no report' "$(n "1, jsonb_build_object('via', 'api',
    'summary', repeat('x', 10000))")"
answers t "a report" "$(n "1, '{\"via\": \"api\", \"answer\": \"y\"}'") > 0"
exit $failed
