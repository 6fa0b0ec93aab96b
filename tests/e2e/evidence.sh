#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Archives of detections: sealed in the database, taken out as a zip that
# unzip and 7z open, under keys that can be changed, within size and time.
# shellcheck source=tests/e2e/harness.sh
. "${top_srcdir:-.}/tests/e2e/harness.sh"
for tool in unzip script; do
	command -v $tool > /dev/null || { echo "$tool is missing"; exit 77; }
done
cd "$work"

# shellcheck source=tests/command.sh
. "$top_srcdir/tests/command.sh"

config_extra="evidence { key-file = \"$work/key\" }"
"$top_builddir/pypiwatch" evidence key "$work/key" > out
shows "now seals with key"
check "mode of the key" 600 "$(stat -c %a key)"
first=$(sed -n 's/.*with key \([0-9a-f]*\)$/\1/p' out)
e2e_start --releases 2

# ---- the command's own errors
run 2 evidence; says "say key, list or rewrap"
run 2 evidence burn; says "is not key, list or rewrap"
run 2 evidence list nothing; says "number of one detection"
run 2 evidence list --rotate; says "belongs to key"
run 2 evidence key; says "key exists; --rotate"
run 0 evidence list; shows "no archive is kept"
run 2 sample; says "number of one detection"
run 2 sample one; says "not the number"
run 2 sample 1; says "no archive of detection 1 is kept"

# ---- kept, and only what alerts
tell 'release ordinary 5' 'release hostile'
wait_quiet 120
files=$(sql "SELECT count(*) FROM pypiwatch.upload WHERE alert")
check "what alerts is kept" "$files" \
    "$(sql "SELECT count(*) FROM analyst.evidence WHERE complete")"
check "nothing else is" 0 "$(sql "SELECT count(*) FROM analyst.evidence e
    WHERE NOT EXISTS (SELECT FROM pypiwatch.upload u WHERE u.alert
    AND u.sha256 = e.sha256 AND u.size = e.size)")"
id=$(sql "SELECT detection_id FROM analyst.evidence
    WHERE normalized = 'pycryptoenv' LIMIT 1")
run 0 evidence list --format json
check "listed" "$files $first" "$(jq -rs '"\(length) \(.[0].key)"' out)"

# What stands in the database is no archive: no magic number of any, and no
# name of a member.
check "sealed" 0 "$(sql "SELECT count(*) FROM pypiwatch.evidence_part
    WHERE substring(sealed FROM 1 FOR 2) IN ('\x1f8b', 'PK', 'BZ')
    OR position('setup.py'::bytea IN sealed) > 0
    OR position('pycryptoenv'::bytea IN sealed) > 0")"

# ---- taken out
run 0 sample "$id"; shows "password infected"
zip=pypiwatch-sample-$id.zip
check "mode of the sample" 600 "$(stat -c %a "$zip")"
run 2 sample "$id"; says "exists, and is not overwritten"
# A link is not followed either.
ln -s nowhere link
run 2 sample --output link "$id"; says "link: "
[ ! -e nowhere ] || check "a link is followed" no yes
check "without the password" bad "$(unzip -qq -P wrong -d x "$zip" \
    < /dev/null > /dev/null 2>&1 && echo good || echo bad)"
unzip -qq -P infected -d unzipped "$zip" || check "unzip" opens fails
if command -v 7zz > /dev/null || command -v 7z > /dev/null; then
	"$(command -v 7zz || command -v 7z)" x -pinfected -o7z "$zip" > 7z.log ||
	    check "7z" opens "$(cat 7z.log)"
	diff -r unzipped 7z || check "unzip and 7z" agree differ
else
	echo "7z is not installed"
	exit 77
fi
for member in unzipped/*; do
	case $member in
	*.bin | unzipped/manifest.json) ;;
	*) check "a member's name" harmless "$member" ;;
	esac
done
jq -e --argjson id "$id" '.schema == "pypiwatch.sample/1" and
    .detection_id == $id and (.warning | test("never")) and
    (.files | length > 0)' unzipped/manifest.json > /dev/null ||
    check manifest good "$(cat unzipped/manifest.json)"
jq -r '.files[] | "\(.member) \(.sha256) \(.filename)"' \
    unzipped/manifest.json | while read -r member sha256 filename; do
	check "digest of $filename" "$sha256" \
	    "$(sha256sum "unzipped/$member" | cut -d' ' -f1)"
	url=$(sql "SELECT url FROM pypiwatch.upload WHERE sha256 = '$sha256'
	    AND filename = '$filename'")
	curl -fsS "$url" | cmp - "unzipped/$member" || echo differs
done > members
check "as the index served them" "" "$(cat members)"
one=$(jq -r '.files[0].filename' unzipped/manifest.json)
run 0 sample --file "$one" --output one.zip "$id"; shows "1 archive of"
run 2 sample --file nothing.whl --output none.zip "$id"; says "no file nothing"
[ ! -e none.zip ] || check "nothing is written" none some
controls=$command_controls command_controls=
run 0 sample --output - "$id"
command_controls=$controls
unzip -tqq -P infected out || check "a pipe" zip other
script -qec "'$top_builddir/pypiwatch' -c pypiwatch.conf sample --output - $id" \
    /dev/null > terminal 2>&1 && check "a terminal" refused taken
grep -q "not written to a terminal" terminal ||
    check "a terminal" refused "$(head -c 300 terminal)"

# ---- an analyst has no table, but the key opens what the views give
sql "CREATE ROLE ann LOGIN" > /dev/null
sql "GRANT pypiwatch_analyst TO ann" > /dev/null
sed 's/user=postgres/user=ann/' pypiwatch.conf > ann.conf
"$top_builddir/pypiwatch" -c ann.conf sample --output ann.zip "$id" > out 2>&1 ||
    check "analyst" sample "$(cat out)"
unzip -tqq -P infected ann.zip || check "analyst's zip" good bad
"$top_builddir/pypiwatch" -c ann.conf evidence rewrap > out 2>&1 &&
    check "analyst: rewrap" refused done

check "both are on record" "ann postgres" "$(sql "SELECT string_agg(DISTINCT
    role, ' ' ORDER BY role) FROM analyst.audit WHERE action = 'sample'
    AND what = 'detection $id' AND detail ? 'sha256'")"

# ---- keys: none, another one, one that was lost and found
mv key kept.key
run 2 sample --output no.zip "$id"; says "key: No such file"
run 0 evidence key; second=$(sed -n 's/.*with key \([0-9a-f]*\)$/\1/p' out)
run 2 sample --output no.zip "$id"; says "is sealed under key $first, which"
[ ! -e no.zip ] || check "nothing is left behind" none some
run 2 evidence rewrap; says "$first"
cat kept.key >> key
run 0 sample --output both.zip "$id"
run 0 evidence rewrap; shows "$files archives are under key $second now"
run 0 evidence rewrap; shows "0 archives"
sed -n '/^pypi/{p;q;}' key > only
cp only key
run 0 sample --output second.zip "$id"
run 0 evidence key --rotate; shows "evidence rewrap"
third=$(sed -n 's/.*with key \([0-9a-f]*\);.*/\1/p' out)
check "mode of the key" 600 "$(stat -c %a key)"
run 0 evidence rewrap; shows "$files archives are under key $third now"
chmod 644 key
run 2 sample --output no.zip "$id"; says "open to every user"
chmod 600 key

# ---- altered in the database
sql "UPDATE pypiwatch.evidence_part SET sealed = set_byte(sealed, 5,
    get_byte(sealed, 5) # 1) WHERE n = 0"
run 2 sample --output no.zip "$id"; says "part 0 of what is kept"
[ ! -e no.zip ] || check "nothing is left behind" none some
sql "UPDATE pypiwatch.evidence_part SET sealed = set_byte(sealed, 5,
    get_byte(sealed, 5) # 1) WHERE n = 0"
run 0 sample --output again.zip "$id"
sql "UPDATE pypiwatch.evidence SET version = '9' || version"
sql "UPDATE pypiwatch.detection_key SET version = '9' || version"
run 2 sample --output no.zip "$id"; says "was altered"
sql "UPDATE pypiwatch.evidence SET version = substr(version, 2)"
sql "UPDATE pypiwatch.detection_key SET version = substr(version, 2)"

# ---- through kills: either whole, or done again
daemon_stop
sql "DELETE FROM pypiwatch.evidence"
run 0 rescan --since 1d
daemon_start
for i in 1 2 3; do
	sleep 0.5
	daemon_stop KILL
	daemon_start
done
wait_sql 120 0 "SELECT count(*) FROM pypiwatch.rescan
    WHERE finished_at IS NULL"
check "each file that alerts, whole" 0 "$(sql "SELECT count(*)
    FROM pypiwatch.upload u WHERE u.alert AND NOT EXISTS (SELECT
    FROM analyst.evidence e WHERE e.complete AND e.sha256 = u.sha256
    AND e.normalized = u.normalized)")"
run 0 evidence list --format json
jq -r '.detection' out | sort -u | while read -r one; do
	timeout 60 "$top_builddir/pypiwatch" -c pypiwatch.conf sample \
	    --output "all-$one.zip" "$one" > /dev/null || echo "$one fails"
	unzip -tqq -P infected "all-$one.zip" || echo "$one is bad"
done > members 2>&1
check "every sample opens" "" "$(cat members)"

# ---- in several parts: the same with a member of random bytes, inert as all
daemon_stop
sed -i 's/^evidence {/evidence { file-bytes = 4MiB/' pypiwatch.conf
daemon_start
mkdir big
python3 - unzipped big << 'PY'
import glob, io, os, sys, tarfile
for size, name in ((2500000, 'bigevil'), (5000000, 'hugeevil')):
    for path in glob.glob(sys.argv[1] + '/*.bin'):
        if not tarfile.is_tarfile(path):
            continue
        with tarfile.open(path) as old, tarfile.open('%s/%s-1.0.tar.gz' % (
                sys.argv[2], name), 'w:gz') as new:
            for m in old.getmembers():
                data = old.extractfile(m) if m.isfile() else None
                m.name = m.name.replace('pycryptoenv-1.0.7', name + '-1.0', 1)
                new.addfile(m, data)
            m = tarfile.TarInfo(name + '-1.0/table.dat')
            m.size = size
            new.addfile(m, io.BytesIO(os.urandom(size)))
PY
run 0 ingest big
check "in parts" "3 3" "$(sql "SELECT parts || ' ' || stored
    FROM pypiwatch.evidence WHERE normalized = 'bigevil'")"
check "too large to be kept, and alerts" "0 1" "$(sql "SELECT (SELECT count(*)
    FROM pypiwatch.evidence WHERE normalized = 'hugeevil') || ' ' ||
    (SELECT count(*) FROM pypiwatch.detection
    WHERE normalized = 'hugeevil')")"
big=$(sql "SELECT id FROM pypiwatch.detection WHERE normalized = 'bigevil'")
run 0 sample --output big.zip "$big"
unzip -qq -p -P infected big.zip "*.bin" | cmp - big/bigevil-1.0.tar.gz ||
    check "parts" whole other
sql "DELETE FROM pypiwatch.evidence_part WHERE n = 1"
run 2 sample --output no.zip "$big"; says "part 1 of what is kept"
[ ! -e no.zip ] || check "nothing is left behind" none some

# ---- time and size: the oldest go first, half ones too
rows() { sql "SELECT count(*) FROM pypiwatch.evidence"; }
n=$(rows)
sql "UPDATE pypiwatch.evidence SET kept_at = now() - interval '2 years'
    WHERE id = (SELECT min(id) FROM pypiwatch.evidence)"
check "too old" 1 "$(sql "SELECT pypiwatch.evidence_run(31536000,
    1000000000, 100)")"
check "the rest stays" $((n - 1)) "$(rows)"
sql "UPDATE pypiwatch.evidence SET stored = 0, kept_at = now() -
    interval '2 days' WHERE id = (SELECT min(id) FROM pypiwatch.evidence)"
check "half" 1 "$(sql "SELECT pypiwatch.evidence_run(0, 1000000000, 100)")"
least=$(sql "SELECT id FROM pypiwatch.evidence ORDER BY kept_at, id LIMIT 1")
total=$(sql "SELECT sum(size) - 1 FROM pypiwatch.evidence")
check "one too many" 1 "$(sql "SELECT pypiwatch.evidence_run(0, $total, 100)")"
check "it was the oldest" 0 "$(sql "SELECT count(*) FROM pypiwatch.evidence
    WHERE id = $least")"
check "of no detection" 1 "$(sql "UPDATE pypiwatch.evidence
    SET normalized = 'nobody', kept_at = now() - interval '2 days'
    WHERE id = (SELECT max(id) FROM pypiwatch.evidence)" && sql "SELECT
    pypiwatch.evidence_run(0, 1000000000, 100)")"
check "parts go along" 0 "$(sql "SELECT count(*) FROM pypiwatch.evidence_part
    WHERE evidence_id NOT IN (SELECT id FROM pypiwatch.evidence)")"

# ---- a key that cannot be used stops no one but the new config
chmod 644 key
kill -HUP "$daemon_pid"
wait_for 60 "the refusal" grep -q "open to every user" daemon.log
chmod 600 key
check_invariants
e2e_done
