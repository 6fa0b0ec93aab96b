#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Exports: valid by the schemas in tests/golden/schemas, the same bytes each
# time, only what may leave, and nothing of a package's making that acts on the
# reader.
. "$(dirname "$0")/setup.sh"
schema_apply
work=$(mktemp -d)
trap 'rm -rf "$work"; cluster_end' EXIT
bad=0
python=python3
"$python" -c 'import jsonschema' 2> /dev/null || python=/usr/bin/python3
"$python" -c 'import jsonschema' 2> /dev/null || {
	echo "python3-jsonschema is not installed" >&2
	exit 77
}

fail() {
	echo "FAIL: $*"
	bad=1
}

printf 'database { conninfo = "%s" }\n' "$cluster_conninfo" > "$work/conf"
check() { [ "$2" = "$3" ] || fail "$1: wanted '$2', got '$3'"; }
cd "$work"
# shellcheck source=tests/command.sh
. "$top_srcdir/tests/command.sh"
conf=conf
is() { [ "$1" = "$2" ] || fail "$3: '$2', not '$1'"; }

validate() {	# schema, file: one JSON text, or one a line
	"$python" - "$top_srcdir/tests/golden/schemas/$1.json" "$work/$2" \
	    << 'PY' || fail "$1 is not valid"
import json, sys
from jsonschema import Draft202012Validator
schema = json.load(open(sys.argv[1]))
Draft202012Validator.check_schema(schema)
text = open(sys.argv[2], encoding='utf-8', newline='\n').read()
try:
    texts = [json.loads(text)]
except ValueError:
    texts = [json.loads(line) for line in text.split('\n') if line]
wrong = 0
for t in texts:
    for e in Draft202012Validator(schema).iter_errors(t):
        print('/'.join(map(str, e.absolute_path)), e.message[:300])
        wrong += 1
sys.exit(wrong > 0 or not texts)
PY
}

# ---- nothing, and wrong words
run 2 export; says "say osv"
run 2 export csv; says "is not osv"
run 2 export vectors --for pip; says "belongs to blocklist"
run 0 export vectors
is 0 "$(wc -c < "$work/out")" "no vector"
run 2 export osv --status open; says "no --status"
run 2 export sarif --for pip; says "belongs to blocklist"
run 2 export blocklist --for npm; says "--for takes pip"
run 0 export osv
is 0 "$(wc -c < "$work/out")" "no record"
for format in sarif stix; do
	run 0 export $format
	cp "$work/out" "$work/$format"
	validate $format $format
done
run 0 export blocklist
is 0 "$(wc -c < "$work/out")" "no line"

# ---- detections of each kind, with texts that would act on a reader
sql -f - > /dev/null << 'SQL'
INSERT INTO pypiwatch.project (normalized, display) VALUES
    ('evil', 'Evil'), ('half', 'half'), ('odd', E'odd\x1b[31m'),
    ('corp/inner', 'inner'), ('was', 'was'), ('open', 'open');
INSERT INTO pypiwatch.release (normalized, version) VALUES ('evil', '1.0'),
    ('evil', '1.1'), ('half', '1.0'), ('half', '2.0'), ('odd', E'1"\n[x]'),
    ('corp/inner', '1'), ('was', '1'), ('open', '1+x');
INSERT INTO pypiwatch.detection (normalized, project, version, score,
    severity, reasons, lookalike_of, first_detected_at, updated_at)
    SELECT r.normalized, p.display, r.version, 90, 'critical',
	'[{"rule": "xor-executable", "category": "hidden-executable",
	"points": 60, "text": "hides [a](https://x.example.invalid) <b>*file*</b>"},
	{"rule": "r", "category": "c", "points": 30, "text": "\u202etxt"}]',
	'requests', '2026-11-01 10:00:00Z', '2026-11-02 10:00:00Z'
    FROM pypiwatch.release r JOIN pypiwatch.project p USING (normalized)
    WHERE (r.normalized, r.version) <> ('half', '2.0')
    ORDER BY r.normalized, r.version;
INSERT INTO pypiwatch.upload (normalized, version, filename, state, outcome,
    sha256, size, url, scanned_at, score, alert, object)
    SELECT d.normalized, d.version, CASE WHEN d.normalized = 'odd'
	THEN E'odd-1\n; rm -rf *.tar.gz'
	ELSE split_part(d.normalized || '/', '/', 1) || '-' || d.version
	|| '.tar.gz' END, 'done', 'scanned',
	encode(sha256((d.normalized || d.version)::bytea), 'hex'), 10,
	'https://files.example.invalid/packages/aa/bb/cc/x.tar.gz',
	'2026-11-01 10:00:00Z', 90, true, jsonb_build_object('schema',
	'pypiwatch.scan/1', 'file', d.normalized || '-1.tar.gz', 'sha256',
	encode(sha256((d.normalized || d.version)::bytea), 'hex'), 'outcome',
	'scanned', 'score', 90, 'alert', true, 'names', '[]'::jsonb, 'findings',
	'[{"rule": "xor-executable", "category": "hidden-executable",
	"tactic": "TA0005", "context": "install", "path": "evil-1.0/a b.py",
	"line": 7, "layers": ["xor:0xe8"], "weight": 0.9, "novel": true,
	"text": "hides <b>a file</b>", "snippet": "x"},
	{"rule": "r", "category": "c", "context": "odd", "path": null,
	"line": null, "weight": 0.1, "novel": false, "text": ""}]'::jsonb,
	'indicators', '[{"type": "url", "value": "https://x.example.invalid/a"},
	{"type": "url", "value": "https://x.example.invalid/a"},
	{"type": "domain", "value": "x.example.invalid"},
	{"type": "ip", "value": "192.0.2.7"}, {"type": "ip",
	"value": "2001:db8::7"}, {"type": "email", "value": "a@b.invalid"}]'
	::jsonb)
    FROM pypiwatch.detection d;
SELECT analyst.triage(id, 'confirmed', 'a "note"') FROM pypiwatch.detection
    WHERE normalized IN ('evil', 'was', 'corp/inner', 'odd');
SELECT pg_sleep(0.01);
SELECT analyst.triage(id, 'false_positive', NULL) FROM pypiwatch.detection
    WHERE normalized = 'was';
SQL

for format in osv sarif stix; do
	run 0 export $format
	cp "$work/out" "$work/$format"
	validate $format $format
	run 0 export $format
	cmp "$work/out" "$work/$format" || fail "$format differs the second time"
done

# ---- osv: what is confirmed on PyPI, and what no longer is
run 0 export osv
says "1 of another index than PyPI left out"
is "evil:1.0 evil:1.1 odd:1\"\\u{a}[x] was:1" "$(jq -r '.affected[0] |
    "\(.package.name):\(.versions[0])"' "$work/osv" | sort | tr '\n' ' ' |
    sed 's/ $//')" "confirmed ones"
is was "$(jq -r 'select(.withdrawn) | .affected[0].package.name' \
    "$work/osv")" "withdrawn ones"
is true "$(jq -s 'map(.details | test("\\[a\\]\\(") or test("[^\\\\]<b")) | any |
    not' "$work/osv")" "no markup of a package"
is "192.0.2.7 2001:db8::7" "$(head -n 1 "$work/osv" | jq -r \
    '.affected[0].database_specific.iocs.ip_addresses | join(" ")')" addresses
is 1 "$(head -n 1 "$work/osv" | jq \
    '.affected[0].database_specific.iocs.urls | length')" "each URL once"

# ---- sarif
is "2 6" "$(jq -r '.runs[0] | "\(.tool.driver.rules | length) \([.results[] |
    select(.level == "error")] | length)"' "$work/sarif")" "rules, errors"
is "evil-1.0/a%20b.py 7" "$(jq -r '[.runs[0].results[].locations[0] |
    .physicalLocation | select(.region) | "\(.artifactLocation.uri)
    \(.region.startLine)"] | unique | .[0]' "$work/sarif" |
    tr -s '\n ' ' ' | sed 's/ $//')" "a place"

# ---- stix: references lead somewhere, ids are stable and unique
"$python" - "$work/stix" << 'PY' || fail "stix"
import json, sys, uuid
b = json.load(open(sys.argv[1]))
ids = [o['id'] for o in b['objects']]
assert len(ids) == len(set(ids)), 'ids repeat'
for o in b['objects']:
    for k in ('source_ref', 'target_ref', 'created_by_ref'):
        assert k not in o or o[k] in ids, o
    assert 'modified' not in o or o['modified'] >= o['created'], o
    if o['type'] in ('url', 'domain-name', 'ipv4-addr', 'ipv6-addr'):
        want = uuid.uuid5(uuid.UUID('00abedb4-aa42-466c-9c01-fed23315a9b7'),
                          json.dumps({'value': o['value']},
                                     separators=(',', ':')))
        assert o['id'].endswith('--' + str(want)), o
kinds = [o['type'] for o in b['objects']]
assert kinds.count('malware') == 6 and kinds.count('indicator') == 6, kinds
assert kinds.count('url') == 1 and kinds.count('ipv6-addr') == 1, kinds
PY

# ---- blocklists: sorted, each once, no line of a package's making
list() {
	run 0 export blocklist --for "$@"
	tr '\n' ' ' < "$work/out" | sed 's/ $//'
}
is "evil!=1.0 evil!=1.1 half!=1.0 open!=1+x" "$(list pip)" pip
is "evil!=1.0 evil!=1.1" "$(list pip --status confirmed)" "confirmed only"
is "was!=1" "$(list pip --status false_positive)" "of one verdict"
is "" "$(list pip --since 2026-11-20T00:00:00Z)" "since"
is "evil open" "$(list names)" names
is "pkg:pypi/evil@1.0 pkg:pypi/evil@1.1 pkg:pypi/half@1.0 pkg:pypi/open@1%2Bx" \
    "$(list purl)" purl
is 6 "$(list sha256 | wc -w)" sha256
is "corp-1.tar.gz evil-1.0.tar.gz evil-1.1.tar.gz half-1.0.tar.gz open-1+x.tar.gz" \
    "$(list files)" files
is "**/corp-1.tar.gz" "$(list artifactory | cut -d' ' -f1)" artifactory
run 0 export blocklist --for nexus
echo "/packages/open/1+x/open-1+x.tar.gz" | grep -qEf "$work/out" ||
    fail "nexus misses a path"
echo "/packages/open/1+x/open-11x.tar.gz" | grep -qEf "$work/out" &&
    fail "nexus blocks another"
run 0 export blocklist --for bandersnatch
"$python" - "$work/out" << 'PY' || fail "bandersnatch"
import configparser, sys
c = configparser.ConfigParser()
c.read(sys.argv[1])
assert c['plugins']['enabled'].split() == ['blocklist_project',
                                           'blocklist_release']
assert c['blocklist']['packages'].split() == ['evil', 'half==1.0', 'open'], \
    c['blocklist']['packages']
PY

# ---- vectors: of what is known, all files of a detection, over pages
sql -f - > /dev/null << 'SQL'
INSERT INTO pypiwatch.features (sha256, ruleset, features)
    SELECT sha256, '2026.1+test', '{"vector": {"xor-executable.install": 1,
	"file.bytes": 10, "metadata.urls": 0}}' FROM pypiwatch.upload;
INSERT INTO pypiwatch.campaign (id, why, releases) OVERRIDING SYSTEM VALUE
    VALUES (9, 'author a@b', 2);
INSERT INTO pypiwatch.campaign_member (campaign_id, detection_id)
    SELECT 9, id FROM pypiwatch.detection WHERE normalized = 'was';
UPDATE pypiwatch.upload SET uploaded_at = '2025-06-01Z';
SQL
run 0 export vectors
is 5 "$(wc -l < "$work/out")" "vectors of what is known"
is 1 "$(jq -rs 'map(.schema) | unique | length' "$work/out")" "one schema"
is "was-1.tar.gz benign campaign 9 2025 1 10" "$(jq -r 'select(.label ==
    "benign") | "\(.file) \(.label) \(.family) \(.year
    ) \(.features."xor-executable.install") \(.features."file.bytes")"' \
    "$work/out")" "a false positive"
is "malicious null" "$(jq -r 'select(.file == "evil-1.0.tar.gz") |
    "\(.label) \(.family)"' "$work/out")" "a confirmed one"
cp "$work/out" "$work/vectors"
run 0 export vectors
cmp "$work/out" "$work/vectors" || fail "vectors differ the second time"
run 0 export vectors --status false_positive
is 1 "$(wc -l < "$work/out")" "vectors of one verdict"
run 0 export vectors --since 2026-11-20T00:00:00Z
is 0 "$(wc -l < "$work/out")" "vectors since"
sql -Ac "SELECT count(*) FROM analyst.export_page('vectors', NULL, NULL, NULL,
    1, 2)" > "$work/page"
is 2 "$(cat "$work/page")" "vectors of a page"

# ---- pip itself keeps them out
if "$python" -m pip --version > /dev/null 2>&1; then
	mkdir "$work/index"
	"$python" - "$work/index" << 'PY'
import sys, zipfile
for name, version in (('evil', '1.0'), ('half', '1.0'), ('half', '2.0')):
    info = '%s-%s.dist-info/' % (name, version)
    with zipfile.ZipFile('%s/%s-%s-py3-none-any.whl' % (sys.argv[1], name,
            version), 'w') as z:
        z.writestr(name + '.py', '# inert\n')
        z.writestr(info + 'METADATA', 'Metadata-Version: 2.1\nName: %s\n'
                   'Version: %s\n' % (name, version))
        z.writestr(info + 'WHEEL', 'Wheel-Version: 1.0\nGenerator: t\n'
                   'Root-Is-Purelib: true\nTag: py3-none-any\n')
        z.writestr(info + 'RECORD', '')
PY
	list pip > /dev/null
	pip() {
		"$python" -m pip --disable-pip-version-check download -q \
		    --no-index --find-links "$work/index" -c "$work/out" \
		    -d "$work/got" "$@" > "$work/pip.log" 2>&1
	}
	pip half || fail "pip: $(cat "$work/pip.log")"
	is half-2.0-py3-none-any.whl "$(ls "$work/got")" "pip takes the other"
	pip evil && fail "pip takes what is blocked"
fi

# ---- an analyst may, and it is on record
sql -c "CREATE ROLE ann LOGIN; GRANT pypiwatch_analyst TO ann" > /dev/null
sed -i 's/user=postgres/user=ann/' "$work/conf"
run 0 export stix
cmp "$work/out" "$work/stix" || fail "an analyst gets something else"
is "ann stix" "$(sql -F ' ' -c "SELECT role, what FROM analyst.audit
    WHERE action = 'export' ORDER BY id DESC LIMIT 1")" "the audit"
exit $bad
