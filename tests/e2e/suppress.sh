#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A false positive is triaged, what raised it is suppressed by the very command
# that triage prints: the detection is told to be suppressed, the next release
# is silent and its findings stay; after the end they count again.
# shellcheck source=tests/e2e/harness.sh
. "${top_srcdir:-.}/tests/e2e/harness.sh"
e2e_start --releases 2
cd "$work"

# shellcheck source=tests/command.sh
. "$top_srcdir/tests/command.sh"

run 2 suppress; says "add, list, remove"
run 2 suppress add; says "--project"
run 2 suppress add --project x; says "--reason"
run 2 suppress add --path '*/setup.py' --reason x; says "code in such a file"
run 2 suppress add --project x --reason x --until yesterday; says "time span"
run 2 suppress add --project x --reason x --until 900d; says "two years"
run 2 suppress remove x; says "not the number"
run 2 suppress remove 9; says "no suppression 9"
run 0 suppress list; shows "nothing is suppressed"

# The same package again under later versions.
repack() {
	python3 - "$1" "$work/again" <<'PY'
import io, os, sys, tarfile, urllib.request
url, out = sys.argv[1:]
data = urllib.request.urlopen(url, timeout=20).read()
os.makedirs(out, exist_ok=True)
for version in ("0.0.2", "0.0.3"):
    with tarfile.open(fileobj=io.BytesIO(data)) as old, tarfile.open(
            f"{out}/colorfade_tools-{version}.tar.gz", "w:gz") as new:
        for m in old:
            body = old.extractfile(m).read() if m.isfile() else None
            m.name = m.name.replace("0.0.1", version)
            if m.name.endswith("PKG-INFO"):
                body = body.replace(b"Version: 0.0.1",
                    b"Version: " + version.encode())
            m.size = len(body or b"")
            new.addfile(m, io.BytesIO(body) if body is not None else None)
PY
}
tell 'release setup-downloader'
wait_quiet 120
wait_sql 60 1 "SELECT count(*) FROM analyst.detections
    WHERE project = 'colorfade-tools'"
id=$(sql "SELECT id FROM analyst.detections")
repack "$(sql "SELECT url FROM pypiwatch.upload
    WHERE filename = 'colorfade_tools-0.0.1.tar.gz'")"
run 0 triage "$id" false-positive --note 'our own installer'
shows "pypiwatch suppress add --project 'colorfade-tools' --rule '"
check "triaged" false_positive "$(sql "SELECT triage_status
    FROM analyst.detections")"
run 0 triage "$id" open
sed -n 's/^  pypiwatch //p' <<SH > commands || :
$("$top_builddir/pypiwatch" -c pypiwatch.conf triage "$id" false_positive)
SH
"$top_builddir/pypiwatch" -c pypiwatch.conf triage "$id" open
[ -s commands ] || fail "no command was proposed"
# One whose first minute is over, and a database that refuses to store what it
# does: nothing of it is lost.
sql "CREATE FUNCTION early() RETURNS trigger LANGUAGE plpgsql AS \$\$
    BEGIN NEW.created_at := now() - interval '1 hour'; RETURN NEW; END \$\$;
    CREATE TRIGGER early BEFORE INSERT ON pypiwatch.suppression
    FOR EACH ROW EXECUTE FUNCTION early();
    CREATE FUNCTION never() RETURNS trigger LANGUAGE plpgsql AS \$\$
    BEGIN RAISE EXCEPTION 'not now'; END \$\$;
    CREATE TRIGGER never BEFORE UPDATE ON pypiwatch.upload
    FOR EACH ROW WHEN (OLD.alert AND NOT NEW.alert)
    EXECUTE FUNCTION never()"
while read -r line; do
	eval "set -- $line"
	run 0 "$@"; shows "suppression "
done < commands
wait_for 60 "the refusal" grep -q 'file_suppress: .*not now' daemon.log
sql "DROP TRIGGER never ON pypiwatch.upload"

# ---- the open detection
wait_sql 60 t "SELECT suppressed_by IS NOT NULL FROM analyst.detections"
wait_sql 60 1 "SELECT count(*) FROM analyst.deliveries d
    JOIN analyst.alerts a ON a.id = d.alert_id WHERE d.sink = 'hook'
    AND a.payload#>>'{data,change}' = 'suppressed'
    AND d.status = 'delivered'"
run 0 show "$id"; shows "suppressed by"
run 0 detections; shows "suppressed, see suppression"
run 0 suppress list --format json
check "listed" "colorfade-tools in force $(id -un)" "$(head -n 1 out |
    jq -r '"\(.project) \(.state) \(.owner)"')"

# ---- the next release
mkdir one two
mv again/colorfade_tools-0.0.2.tar.gz one
mv again/colorfade_tools-0.0.3.tar.gz two
tell "folder $work/one"
wait_quiet 120
check "silent" 1 "$(sql "SELECT count(*) FROM analyst.detections")"
check "and yet stored, marked" t "$(sql "SELECT count(*) > 0 AND
    bool_and(weight = 0 AND suppressed_owner = '$(id -un)'
	AND suppressed_until > now()) FROM analyst.findings
    WHERE version = '0.0.2' AND suppressed_by IS NOT NULL")"
check "in the object" t "$(sql "SELECT object->'findings' @>
    '[{\"suppressed\": {\"reason\": \"detection $id: false positive\"}}]'
    FROM pypiwatch.upload WHERE version = '0.0.2'")"

# ---- after the end
sql "UPDATE pypiwatch.suppression SET until = now()"
run 0 suppress list; shows "nothing"
run 0 suppress list --all; shows "over"
tell "folder $work/two"
wait_quiet 120
wait_sql 60 2 "SELECT count(*) FROM analyst.detections"
check "who did what" "suppress $(id -un) pypiwatch" "$(sql "SELECT DISTINCT
    action || ' ' || person || ' ' || application FROM analyst.audit
    WHERE action = 'suppress'")"
check_invariants
e2e_done
