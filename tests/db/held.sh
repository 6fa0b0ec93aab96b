#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Looking back in SQL: what is held changes nothing until it is applied, and
# what happened since is not undone by it.
. "$(dirname "$0")/setup.sh"
schema_apply
failed=0
says() {	# WANT NAME QUERY
	got=$(sql -c "$3" 2>&1 | tail -n 1) || :
	[ "$got" = "$1" ] || { echo "FAIL: $2: wanted '$1', got '$got'"
		failed=1; }
}
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
	says t "stored" "UPDATE pypiwatch.task SET lease_owner = 1;
	    SELECT bool_and(pypiwatch.scan_store(id, 1, $(scan "$2")))
	    FROM pypiwatch.task"
	run "SELECT pypiwatch.rescan_feed(10)"
	run "SELECT pypiwatch.rescan_feed(10)"
}
end="SELECT pypiwatch.held_end((SELECT max(id) FROM pypiwatch.rescan)"

# ---- held is no history; applied it is
file a 1 0
look a 90
says "0 0 0 r2" "held" "SELECT (SELECT count(*) FROM pypiwatch.scan) || ' ' ||
    (SELECT count(*) FROM pypiwatch.detection) || ' ' || score || ' ' || ruleset
    FROM pypiwatch.upload"
run "$end, true, 1)"
says "1 90 90" "applied" "SELECT (SELECT count(*) FROM pypiwatch.scan) || ' ' ||
    u.score || ' ' || d.score FROM pypiwatch.upload u, pypiwatch.detection d"
# What says nothing new is stored at once, and what failed only in history.
look a 91
says "2 91" "no news" "SELECT (SELECT count(*) FROM pypiwatch.scan) || ' ' ||
    score FROM pypiwatch.upload"
exit $failed
