#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Looking back in SQL: what is held changes nothing until it is applied, and
# what happened since is not undone by it.
. "$(dirname "$0")/setup.sh"
schema_apply
run() { sql -c "$1" > /dev/null; }

# file NAME NUMBER SCORE: was looked at an hour ago
file() {
	run "INSERT INTO pypiwatch.upload (normalized, version, filename, state,
	    outcome, sha256, url, seen_at, scanned_at, score, alert, object)
	    VALUES ('$1', '1', '$1-1', 'done', 'scanned',
		repeat('$2', 64), 'u', now(), now() - interval '1 hour', $3,
		$3 >= 60, '{\"findings\": []}')"
}
# scan SCORE: as scan_store takes it, with one finding
scan() {
	echo "'{\"outcome\": \"scanned\", \"ruleset\": \"r2\", \"ms\": 1,
	    \"score\": $1, \"alert\": $([ "$1" -lt 60 ] && echo false ||
	    echo true), \"reasons\": [{\"text\": \"mary@example.org\"}],
	    \"object\": {\"findings\": [{\"rule\": \"xor-1\",
	    \"category\": \"c\", \"path\": \"a-1/a/x.py\", \"weight\": 0.5,
	    \"context\": \"import\", \"text\": \"by mary@example.org\"}]}}'"
}
look() {	# NAME SCORE: a rescan that holds, of that project
	run "SELECT pypiwatch.rescan_ask('$1', NULL, NULL, true)"
	run "SELECT pypiwatch.rescan_feed(10)"
	answers t "stored" "UPDATE pypiwatch.task SET lease_owner = 1;
	    SELECT bool_and(pypiwatch.scan_store(id, 1, $(scan "$2")))
	    FROM pypiwatch.task"
	run "SELECT pypiwatch.rescan_feed(10)"
	run "SELECT pypiwatch.rescan_feed(10)"
}
end="SELECT pypiwatch.held_end((SELECT max(id) FROM pypiwatch.rescan)"

# ---- held is no history; applied it is
file a 1 0
look a 90
answers "0 0 0 r2" "held" "SELECT (SELECT count(*) FROM pypiwatch.scan) || ' ' ||
    (SELECT count(*) FROM pypiwatch.detection) || ' ' || score || ' ' || ruleset
    FROM pypiwatch.upload"
run "$end, true, 1, true)"
answers "1 90 90" "applied" "SELECT (SELECT count(*) FROM pypiwatch.scan) || ' ' ||
    u.score || ' ' || d.score FROM pypiwatch.upload u, pypiwatch.detection d"
# What says nothing new is stored at once, and what failed only in history.
look a 91
answers "2 91" "no news" "SELECT (SELECT count(*) FROM pypiwatch.scan) || ' ' ||
    score FROM pypiwatch.upload"
answers "true {} applied retro 1" "what ended" "SELECT (ended_at IS NOT NULL) || ' '
    || scan || ' ' || ended || ' ' || (SELECT string_agg(action || ' ' ||
    (detail->>'verdicts'), ',') FROM analyst.audit) FROM pypiwatch.held_verdict"

# ---- what is suppressed after it was held stays so
suppress() {
	run "SELECT analyst.suppress('ours', $1)"
}
ended() {	# WANT NAME: the file keeps what it was, or not
	answers "$1" "$2" "$end, true, 1, false); SELECT h.ended || ' ' || u.score
	    || ' ' || (u.ruleset = 'r2') FROM pypiwatch.held_verdict h
	    JOIN pypiwatch.upload u ON u.id = h.upload_id
	    ORDER BY h.id DESC LIMIT 1"
	run "UPDATE pypiwatch.suppression SET removed_at = now();
	    UPDATE pypiwatch.upload SET score = 0, alert = false, ruleset = 'r1',
	    object = '{\"findings\": [], \"ruleset\": \"r1\"}',
	    scanned_at = now() - interval '1 hour' WHERE normalized = 'b'"
}
file b 2 0
look b 90
ended "applied 90 true" "nothing suppressed"
n=0
while IFS='|' read -r want what; do
	n=$((n + 1))
	look b 90
	suppress "$what"
	ended "$want" "suppressed: $what"
done <<'LIST'
stale 0 false|'b'
stale 0 false|'b', rule => 'xor-*'
stale 0 false|path => '*.py', rule => 'x?r-1'
stale 0 false|'b', 'a/x.py'
stale 0 false|'b', 'a-1/a/x.py'
stale 0 false|sha256 => repeat('2', 64)
applied 90 true|'b', 'x.py'
applied 90 true|'b', rule => 'xor_1'
applied 90 true|'b', 'a/%.py'
applied 90 true|'c', rule => 'xor-*'
LIST
# What did not count, and is not suppressed any more, counts.
suppress "'b'"
look b 90
run "UPDATE pypiwatch.held_verdict SET scan = jsonb_set(scan,
    '{object,findings,0,suppressed}', jsonb_build_object('id', (SELECT max(id)
    FROM pypiwatch.suppression)))  - 'reasons' WHERE ended_at IS NULL"
answers "" "under it still" "SELECT x.* FROM pypiwatch.held_verdict h
    JOIN pypiwatch.upload u ON u.id = h.upload_id
    CROSS JOIN LATERAL (SELECT 1) x
    WHERE ended_at IS NULL AND pypiwatch.held_stale(h, u)"
run "UPDATE pypiwatch.suppression SET removed_at = now()"
ended "stale 0 false" "no longer suppressed"
answers "$((n + 2))" "all of them are empty" "SELECT count(*)
    FROM pypiwatch.held_verdict WHERE upload_id = 2 AND scan = '{}'"

# A rescan's file that does not match waits behind all else at the index too.
run "SELECT pypiwatch.rescan_ask('b', NULL, NULL, true)"
run "SELECT pypiwatch.rescan_feed(10)"
answers later "a rescan's mismatch" "UPDATE pypiwatch.task SET lease_owner = 1;
    SELECT pypiwatch.task_unmatched(id, 1, 'x') FROM pypiwatch.task"
answers infinity "its turn" "SELECT turn_at FROM pypiwatch.resolve"
exit $failed
