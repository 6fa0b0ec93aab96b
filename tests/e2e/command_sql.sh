#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The command with a database: migrate, detections, show, triage, status,
# queue, coverage, protect, previews.
top_srcdir=${top_srcdir:-$(cd "$(dirname "$0")/../.." && pwd)}
# shellcheck source=tests/e2e/harness.sh
. "$top_srcdir/tests/e2e/harness.sh"
# Its log says which statements were asked.
cluster_options="-c log_min_duration_statement=0"
cluster_start
cd "$work"
echo https://hooks.example.invalid/T/secret > url
chmod 600 url
cat > conf <<CONF
database { conninfo = "$cluster_conninfo" }
sink "chat" { type = "slack" url-file = "$work/url" }
CONF

# shellcheck source=tests/command.sh
. "$top_srcdir/tests/command.sh"
conf=conf
ask() { "$cluster_pg/psql" -X -q -A -t -v ON_ERROR_STOP=1 -c "$1"; }

# ---- before and after migrating
for command in status queue coverage detections "protect list"; do
	# shellcheck disable=SC2086
	run 2 $command; says "pypiwatch migrate"
done
run 2 migrate --sql /nonexistent; says "/nonexistent"
run 0 migrate --sql "$top_srcdir/sql"; shows "from version 0"
run 0 migrate --sql "$top_srcdir/sql"; shows "already"

# ---- nothing yet
run 0 status; shows "this kernel offers"; shows "no daemon runs"
run 0 queue; shows "nothing waits"
run 0 queue --dead; shows "nothing was given up"
run 0 coverage; shows "nothing was polled"
run 0 detections; shows "no detections"
run 0 detections --format json; lines 0
run 0 detections --format csv; lines 1
run 0 protect list; shows "no names"
run 2 show 1; says "no detection 1"
run 2 triage 1 confirmed; says "no detection"
run 2 sinks preview chat 1; says "no alert"

# ---- two detections, one with text that would act on a terminal or a sheet
ask "
INSERT INTO pypiwatch.project (normalized, display, lookalike_of)
VALUES ('reqeusts', 'Reqeusts', 'requests'), ('other', 'other', NULL);
INSERT INTO pypiwatch.release (normalized, version)
VALUES ('reqeusts', '1.0'), ('other', '2');
INSERT INTO pypiwatch.detection (normalized, project, version, score,
    severity, reasons, lookalike_of, first_detected_at)
VALUES ('reqeusts', 'Reqeusts', '1.0', 97, 'critical',
    '[{\"rule\": \"r\", \"category\": \"c\", \"points\": 60,
    \"text\": \"steals <b>everything</b>\"}]', 'requests', now()),
('other', E'=cmd\\x1b[31m', '2', 62, 'high', '[]', NULL,
    now() - interval '3 days');
UPDATE pypiwatch.detection SET sequence = 1 WHERE id = 1;
INSERT INTO pypiwatch.alert (detection_id, sequence, type, severity, payload)
VALUES (1, 1, 'detection.opened', 'critical', '{\"type\": \"detection.opened\",
    \"data\": {\"detection_id\": 1, \"project\": \"Reqeusts\",
    \"version\": \"1.0\", \"score\": 97, \"severity\": \"critical\"}}');
INSERT INTO pypiwatch.delivery (alert_id, sink, detection_id, state, attempt,
    dead_reason) VALUES (1, 'chat', 1, 'dead', 9, 'HTTP 410');
INSERT INTO pypiwatch.coverage (source, period, polls, gaps)
VALUES ('rss', date_trunc('hour', now()), 7, 1);
INSERT INTO pypiwatch.source_health (source, ok, last_ok_at, why)
VALUES ('changelog', false, now(), 'HTTP 503');"
run 0 detections; shows "Reqeusts 1.0"; shows "looks like requests"
shows "steals <b>everything</b>"; shows '=cmd\u{1b}[31m'
run 0 detections --format json; lines 2
jq -es '.[0].id == 1 and .[0].score == 97 and .[0].severity == "critical" and
    .[0].reasons[0].points == 60 and .[0].lookalike_of == "requests" and
    .[0].triage_status == "open" and .[0].pypi_status == "live" and
    (.[0].first_detected_at | test("^20.*Z$")) and
    .[0].upload_to_alert_s == null' out > /dev/null ||
    check "detections as JSON" good "$(cat out)"
run 0 detections --format json --since 24h; lines 1
run 0 detections --format json --since 2020-01-01T00:00:00Z; lines 2
run 0 detections --format json --min-severity critical; lines 1
run 0 detections --format json --project REQEUSTS; lines 1
run 0 detections --format json --status confirmed; lines 0
run 0 detections --format csv
python3 - out << 'PY' || check "CSV" good "$(cat out)"
import csv, sys
rows = list(csv.DictReader(open(sys.argv[1], newline='')))
assert len(rows) == 2 and rows[0]['score'] == '97'
assert rows[1]['project'].startswith("'="), rows[1]
PY
run 0 show 1; shows "Reqeusts 1.0"; shows "looks like requests"
shows "HTTP 410"
run 0 show --format json 1
jq -e '.id == 1 and (.deliveries | length) == 1' out > /dev/null ||
    check "show as JSON" good "$(cat out)"
run 0 sinks preview chat 1
sed '1,/^$/d' out | jq -e '.text | startswith("CRITICAL: Reqeusts 1.0")' \
    > /dev/null || check preview good "$(cat out)"
asked() { cluster_as cat "$cluster_dir/data/server.log" |
	grep -c 'execute .*pypiwatch\.person' || :; }
before=$(asked)
run 0 show 1; run 0 status; run 0 tune; run 0 queue
check "who runs it, of what only reads" "$before" "$(asked)"
run 0 triage 1 confirmed --note "it's real"
check "who runs it" $((before + 1)) "$(asked)"
check "who ran it" "triage $(id -un)" "$(ask "SELECT action || ' ' || person
    FROM analyst.audit")"
check "triage" "confirmed|it's real" \
    "$(ask "SELECT verdict, note FROM pypiwatch.triage")"
run 0 detections --format json --status confirmed; lines 1
run 0 status; shows "source changelog"; shows "failing"; shows "HTTP 503"
run 0 status --format json
jq -es 'map(select(.part == "source changelog")) | .[0].state == "failing"' \
    out > /dev/null || check "status as JSON" good "$(cat out)"
run 0 queue --dead; shows "deliver to chat"; shows "HTTP 410"
run 0 coverage --format json
jq -e '.source == "rss" and .polls == 7 and .gaps == 1' out > /dev/null ||
    check coverage good "$(cat out)"

# ---- muting
ask "INSERT INTO pypiwatch.sink (name, type, min_severity, enabled)
    VALUES ('chat', 'slack', 'high', true)"
run 2 mute; says "add, list, remove"
run 2 mute add --reason x; says "--sink"
run 2 mute add --sink chat; says "--reason"
run 2 mute add --sink nobody --reason x; says 'no sink "nobody"'
run 2 mute add --match 'colour:red' --reason x; says "none of the keys"
run 2 mute add --match '(project:a' --reason x; says "MATCHING"
run 2 mute add --sink chat --reason x --until 1y; says "time span"
run 2 mute add --sink chat --reason x --until 200d; says "three months"
run 2 mute remove 7; says "no mute 7"
run 0 mute list; shows "nothing is muted"
run 0 mute add --sink chat --match 'project:acme-* or rule:x' --until 2h \
    --reason "it's known"
shows "mute 1"
run 0 mute list; shows "project:acme-* or rule:x"; shows "it's known"
run 0 mute list --format json
check "a mute" "chat in force $(id -un)" \
    "$(jq -r '"\(.sink) \(.state) \(.owner)"' out)"
run 0 mute remove 1
run 0 mute list; shows "nothing"
run 0 mute list --all; shows "removed by postgres"
check "recorded" "mute unmute $(id -un)" "$(ask "SELECT string_agg(action, ' '
    ORDER BY id) || ' ' || min(person) FROM analyst.audit
    WHERE action LIKE '%mute'")"

# ---- protected names
run 0 protect add Our_Tool second
cat >> conf <<CONF
lookalike { popular-names-file = "$top_srcdir/etc/popular-names.txt" }
CONF
run 1 check-name --format json our-tooll
check "a name in the database" our-tool "$(jq -r '.matches[0].target' out)"
run 1 check-name reqeusts; shows "requests"
printf '1\trequests\t1\n' > list
run 0 check-name --targets list our-tooll
run 0 protect list --format json; lines 2
check "protected" "our-tool" "$(head -n 1 out | jq -r .name)"
run 2 protect add "no name"; says "not a valid"
run 0 protect remove second
run 2 protect remove second; says "not protected"

# ---- published advisories: a folder, a URL, what is none
run 2 advisories refresh; says "judge.advisories"
run 0 advisories list; shows "no advisories"
mkdir -p osv/pypi
cat > osv/pypi/one.json <<JSON
{"id": "MAL-2024-1", "modified": "2024-09-10T00:00:00Z", "published":
 "2024-09-09T00:00:00Z", "summary": "Malicious code in reqeusts", "affected": [
 {"package": {"ecosystem": "PyPI", "name": "Reqeusts"}, "ranges": [{"type":
 "ECOSYSTEM", "events": [{"introduced": "0"}]}]}]}
JSON
echo '{"id": "PYSEC-1"}' > osv/other.json
echo 'not JSON' > osv/README
run 0 advisories refresh osv; shows "1 advisories"; shows "1 new or changed; 1 about others"
run 0 advisories refresh osv/pypi/one.json; shows "0 new or changed"
run 0 advisories list --format json
check "its detection" 1 "$(jq -r .detection out)"
check "what is true by now" advisory "$(ask "SELECT truth
    FROM analyst.detections WHERE normalized = 'reqeusts'")"
echo '{' > osv/bad.json
run 2 advisories refresh osv; says "osv/bad.json: not JSON"; shows "1 advisories"
run 2 advisories refresh /nonexistent; says "/nonexistent"
run 2 advisories refresh http://127.0.0.1:9/all.json; says "127.0.0.1:9"
sed 's/2024-09-10T/2024-09-11T/; s/"summary"/"withdrawn": "2024-09-11T00:00:00Z", "summary"/' \
    osv/pypi/one.json > osv/all.json
# More than are stored at once.
jq -n '[range(450) | {id: "MAL-2023-\(.)", modified: "2023-01-01T00:00:00Z",
    affected: [{package: {ecosystem: "PyPI", name: "gone-\(.)"},
    versions: ["1.0"]}]}]' > osv/many.list
python3 -u -m http.server --bind 127.0.0.1 --directory osv 0 > port 2> /dev/null &
server=$!
for _ in 1 2 3 4 5 6 7 8 9 10; do
	[ -s port ] && break
	sleep 0.3
done
port=$(sed -n 's/.*port \([0-9]*\).*/\1/p' port)
cp conf conf.saved
echo "judge { advisories = \"http://127.0.0.1:$port/all.json\" }" >> conf
run 0 advisories refresh; shows "1 new or changed"
run 2 advisories refresh "http://127.0.0.1:$port/none"; says "404"
run 0 advisories refresh "http://127.0.0.1:$port/many.list"
shows "450 advisories"; shows "450 new or changed"
kill $server
mv conf.saved conf
run 0 advisories list; shows "MAL-2024-1"
check "withdrawn" "" "$(ask "SELECT advisory FROM analyst.detections
    WHERE normalized = 'reqeusts'")"

# ---- what we use
run 2 deps; says "add, list, remove, check"
run 2 deps add; says "needs a file"
run 2 deps add nowhere.txt; says "nowhere.txt"
run 2 deps add --list 'a b' err; says "letters"
run 0 deps list; shows "no list"
run 0 deps check; shows "nothing against"
printf 'Acme_DataLib==1.0\n-r more/x.txt\nother\n' > requirements.txt
run 2 deps add requirements.txt; says "requirements.txt:2: -r more/x.txt"
mkdir more
echo 'reqeusts' > more/x.txt
run 0 deps add --list shop --team Payments requirements.txt
shows "list shop: 3 names"
printf '{"bomFormat":"CycloneDX","components":[{"purl":"pkg:pypi/x@1"}]}' \
    > bom.json
run 0 deps add bom.json; shows "list default: 1 names"
echo '{}' > some.json
run 2 deps add some.json; says "some.json:1: this JSON"
run 2 deps add requirements.txt err.txt; says "err.txt"
run 0 deps list --format json; lines 2
run 0 deps list --list shop --format json; lines 3
check "a name and its version" "acme-datalib 1.0" \
    "$(head -n 1 out | jq -r '"\(.name) \(.version)"')"
run 1 check-name --format json acme-datalibb
check "a name in use" acme-datalib "$(jq -r '.matches[0].target' out)"
run 1 deps check --list shop; shows "detected"; shows "Reqeusts 1.0"
run 1 deps check --format json
check "found" "shop reqeusts detected yes 97" "$(head -n 1 out |
    jq -r '"\(.list) \(.uses) \(.what) \(.bad) \(.score)"')"
run 0 deps check --list default
# Another version is used than the one that was detected.
printf 'reqeusts==2.0\n' > other.txt
run 0 deps add --list shop other.txt
run 0 deps check --list shop; shows "detected"
printf 'reqeusts==1.0.0\n' > other.txt
run 0 deps add --list shop other.txt
run 1 deps check --list shop
check "the team stays" "Payments 1" "$(ask "SELECT team || ' ' || count(*)
    FROM analyst.deps WHERE list = 'shop' GROUP BY team")"
ask "UPDATE pypiwatch.project SET status = 'quarantined'
    WHERE normalized = 'other'"
echo other > other.txt
run 0 deps add --list o other.txt
run 1 deps check --list o; shows "quarantined"; shows "as a whole"
run 0 deps remove o shop
run 2 deps remove o; says "no list o"
check "recorded" 7 "$(ask "SELECT count(*) FROM analyst.audit
    WHERE action = 'deps'")"

# ---- an analyst reads the views, and is told what is missing for the rest
ask "CREATE ROLE ann LOGIN; GRANT pypiwatch_analyst TO ann"
sed 's/user=postgres/user=ann/' conf > ann
grep -v '^lookalike' ann > ann.conf && mv ann.conf ann
echo "lookalike { popular-names-file = \"$top_srcdir/etc/popular-names.txt\" }" \
    >> ann
# As duration_text writes it: "2.9 s", "14 s", "3 min", in seconds between.
passed() {
	sed -E 's/(^|[^0-9.])[0-9]+(\.[0-9])? (s|min)( ago)?($|[^a-z])/\1TIME\5/g' "$1"
}
for command in status "status --format json" queue "queue --dead" coverage \
    detections "detections --format csv" "show 1" "show --format json 1" \
    "triage 1 open" "protect list" "deps list" "sinks preview chat 1"; do
	status=0
	# shellcheck disable=SC2086
	"$top_builddir/pypiwatch" -c ann $command > out 2> err || status=$?
	check "analyst: $command" 0 $status
	check "analyst: $command" "" "$(cat err)"
	# The same as the owner sees, but for the time that passed.
	[ "$command" = "triage 1 open" ] || {
		# shellcheck disable=SC2086
		"$top_builddir/pypiwatch" -c conf $command > owner
		check "analyst: $command, as the owner" \
		    "$(passed owner)" \
		    "$(passed out)"
	}
done
status=0
"$top_builddir/pypiwatch" -c ann check-name --format json our-tooll > out \
    2> err || status=$?
check "analyst: check-name" 1 $status
check "analyst: a name in the database" our-tool \
    "$(jq -r '.matches[0].target' out)"
# What changes things is not theirs.
for command in "protect add more" "migrate --sql $top_srcdir/sql"; do
	status=0
	# shellcheck disable=SC2086
	"$top_builddir/pypiwatch" -c ann $command > out 2> err || status=$?
	check "analyst: $command" 2 $status
done
says "owner"
e2e_done
