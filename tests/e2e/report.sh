#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Reports to PyPI: the form's link; the API at a terminal only, after "yes";
# one at a time; what is not confirmed, or gone, is not reported.
# shellcheck source=tests/e2e/harness.sh
. "${top_srcdir:-.}/tests/e2e/harness.sh"
command -v script > /dev/null || { echo "script is missing"; exit 77; }
cluster_start
cd "$work"
python3 "$top_srcdir/tests/e2e/danger_api.py" api.port api.log &
index_pid=$!	# ends with the test
wait_for 20 "the API" test -s api.port
: > api.log
api=http://127.0.0.1:$(cat api.port)
echo pypi-AgENdGVzdC5pbnZhbGlk > token
chmod 600 token
cat > form.conf <<CONF
database { conninfo = "$cluster_conninfo" }
CONF
cat > api.conf <<CONF
database { conninfo = "$cluster_conninfo" }
report { url = "$api" token-file = "$work/token" }
CONF

# shellcheck source=tests/command.sh
. "$top_srcdir/tests/command.sh"
conf=form.conf
exec < /dev/null

# At a terminal: what is typed first, then the arguments.
typed() {
	echo "$1" > keys
	wanted=$2
	shift 2
	printf '#!/bin/sh\nexec timeout --foreground 60 "%s/pypiwatch" -c %s' \
	    "$top_builddir" "$conf" > at
	printf ' "%s"' "$@" >> at
	chmod +x at
	status=0
	script -qec ./at /dev/null < keys > out 2>&1 || status=$?
	check "status of $* at a terminal: $(cat out)" "$wanted" "$status"
}
sent() { check "requests" "$1" "$(wc -l < api.log | tr -d ' ')"; }

"$top_builddir/pypiwatch" -c form.conf migrate --sql "$top_srcdir/sql" \
    > out 2>&1 || fail "migrate: $(cat out)"
sql "
INSERT INTO pypiwatch.project (normalized, display) VALUES ('evil', 'Evil'),
    ('gone', 'gone'), ('forbidden', 'forbidden'), ('busy', 'busy'),
    ('broken', 'broken'), ('moved', 'moved'), ('corp/in', 'in'),
    ('removed', 'removed'), ('open', 'open');
INSERT INTO pypiwatch.detection (normalized, project, version, score, severity,
    reasons, lookalike_of, pypi_status) SELECT normalized, display, '1.0', 90,
    'critical', '[{\"rule\": \"r\", \"category\": \"c\", \"points\": 90,
    \"text\": \"runs \\u202e \\\"it\\\" & more\"}]', 'requests',
    CASE normalized WHEN 'removed' THEN 'removed' ELSE 'live' END
    FROM pypiwatch.project ORDER BY normalized = 'evil' DESC, normalized;
INSERT INTO pypiwatch.upload (normalized, version, filename, state, outcome,
    sha256, url, scanned_at, score, alert, object) SELECT normalized, version,
    'evil-1.0.tar.gz', 'done', 'scanned', repeat('a', 64),
    'https://files.example.invalid/packages/aa/bb/ccdd/evil-1.0.tar.gz#x',
    now(), 90, true, '{\"findings\": [{\"path\": null}, {\"line\": 7,
    \"path\": \"evil-1.0/a b/setup.py\"}]}' FROM pypiwatch.detection" > /dev/null
sql "SELECT analyst.triage(id, 'confirmed', NULL) FROM pypiwatch.detection
    WHERE normalized <> 'open'" > /dev/null
of() { sql "SELECT id FROM pypiwatch.detection WHERE normalized = '$1'"; }
evil=$(of evil)

# ---- by the form: nothing is sent
run 2 report; says "one detection at a time"
run 2 report 1 2; says "one detection at a time"
run 2 report one; says "not the number"
run 2 report 999; says "no detection 999"
run 2 report --kind virus 1; says "--kind takes malware"
run 2 report --summary "" 1; says "--summary takes"
run 2 report "$(of open)"; says "only what is confirmed"
run 2 report "$(of corp/in)"; says "of index corp"
run 2 report "$(of removed)"; says "PyPI has removed it already"
run 2 report --api "$evil"; says "report.token-file is not set"
run 0 report "$evil"
shows "Nothing was sent."
shows "https://pypi.org/project/evil/submit-malware-report/?inspector_link=https%3A%2F%2Finspector.pypi.io%2Fproject%2Fevil%2F1.0%2Fpackages%2Faa%2Fbb%2Fccdd%2Fevil-1.0.tar.gz%2Fevil-1.0%2Fa%2520b%2Fsetup.py%23line.7&summary=runs%20%5Cu%7B202e%7D%20%22it%22%20%26%20more%3B%20the%20name%20resembles%20requests"
run 0 report --summary 'a & b' "$evil"; shows "&summary=a%20%26%20b"
check "on record" "form form" "$(sql "SELECT string_agg(detail->>'via', ' ')
    FROM analyst.audit WHERE action = 'report' AND what = 'detection $evil'")"

# ---- by the API: a person, at a terminal, who types yes
conf=api.conf
run 2 report --api "$evil"; says "needs a person at a terminal"
for word in no y "" Yes "yes please"; do
	typed "$word" 2 report --api "$evil"
	shows "nothing was sent"
done
sent 0
typed yes 2 report --api "$(of open)"; shows "only what is confirmed"
typed yes 0 report --api --kind spam "$evil"
shows "POST $api/danger-api/projects/evil/observations"
shows '"kind": "is_spam"'
shows "Authorization: (the token)"
shows "PyPI took it (HTTP 202)"
grep -q AgEN out && check "the token" hidden shown
sent 1
# What was shown is what was sent.
tr -d '\r' < out | sed -n '/^{/,/^}/p' > shown
jq -r .body api.log | diff - shown > /dev/null ||
    check "what was sent" "$(cat shown)" "$(jq -r .body api.log)"
check "as documented" "is_spam true" "$(jq -r '.body | fromjson |
    "\(.kind) \(.inspector_url | startswith("https://inspector.pypi.io/project/evil/1.0/packages/"))"' api.log)"
typed yes 2 report --api "$evil"; shows "--again reports it once more"
sent 1
typed yes 0 report --api --again "$evil"
sent 2
check "on record" "api:null api:PyPI took it (HTTP 202)" "$(sql "SELECT
    string_agg(via || ':' || answer, ' ') FROM (SELECT detail->>'via' AS via,
    coalesce(detail->>'answer', 'null') AS answer FROM analyst.audit
    WHERE action = 'report' AND detail->>'kind' = 'spam' ORDER BY id) x")"

# ---- refusals say what they mean, act on no terminal, and are on record
for project in gone:404 forbidden:403 busy:429 broken:500 moved:307; do
	typed yes 2 report --api "$(of "${project%:*}")"
	shows "(HTTP ${project#*:})"
	LC_ALL=C grep -q "$(printf '\033')" out && check "escapes" none some
done
sent 7
check "refusals on record" 5 "$(sql "SELECT count(*) FROM analyst.audit
    WHERE action = 'report' AND detail->>'answer' NOT LIKE '%202%'")"
echo pypi-other > token
typed yes 2 report --api --again "$evil"; shows "does not let this token"
chmod 644 token
typed yes 2 report --api --again "$evil"; shows "open to every user"
chmod 600 token
sed -i 's|url = .* token|url = "http://pypi.example.invalid" token|' api.conf
run 2 report --api "$evil"; says "a token is sent by https://"
sed -i 's|url = .* token|url = "http://127.0.0.1:1" token|' api.conf
typed yes 2 report --api --again "$evil"; shows "no answer: "
sent 8

# ---- an analyst may
sql "CREATE ROLE ann LOGIN" > /dev/null
sql "GRANT pypiwatch_analyst TO ann" > /dev/null
sed 's/user=postgres/user=ann/' form.conf > ann.conf
conf=ann.conf
run 0 report "$evil"
check "the analyst, on record" ann "$(sql "SELECT role FROM analyst.audit
    ORDER BY id DESC LIMIT 1")"
e2e_done
