#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The command without a database: options, exit statuses, errors, formats,
# files, folders, standard input, the index, sinks.
top_srcdir=${top_srcdir:-$(cd "$(dirname "$0")/../.." && pwd)}
# shellcheck source=tests/e2e/harness.sh
. "$top_srcdir/tests/e2e/harness.sh"
command -v python3 > /dev/null || { echo "python3 is missing"; exit 77; }
index_start --hostile all --releases 3
receiver_start
mkdir "$work/a folder"
cd "$work/a folder"
echo our-own-tool > protected
cat > conf <<CONF
pypi { url = "$index_url" files-url = "$index_url/" }
lookalike {
	popular-names-file = "$top_srcdir/etc/popular-names.txt"
	protected-names-file = "$PWD/protected"
}
rules { directory = "$top_srcdir/etc/rules" local-directory = "" }
judge { weights-file = "$top_srcdir/etc/weights.conf" }
daemon { sandbox-required = no }
sink "hook" {
	type = "webhook" url-file = "$work/hook.url"
	secret-file = "$work/secret" allow-private = yes
}
sink "chat" {
	type = "slack" url-file = "$work/slack.url" allow-private = yes
	enabled = no
}
sink "closed" { type = "slack" url-file = "$work/slack.url" }
sink "lost" { type = "slack" url-file = "$work/nowhere" }
CONF

# shellcheck source=tests/command.sh
. "$top_srcdir/tests/command.sh"
conf=conf
command_controls='[\001-\010\013-\037]'

# ---- help and wrong usage
run 2
says "usage: pypiwatch"
run 0 --version; shows "pypiwatch "
run 0 --help; shows "detections"; shows "Examples:"
run 0 help; shows "Commands:"
for command in scan check-name detections show triage status queue coverage \
    sinks protect config migrate; do
	run 0 help $command; shows "usage: pypiwatch"
	run 0 $command --help; shows "usage: pypiwatch"
	run 0 $command --version; shows "pypiwatch "
	run 2 $command --no-such-option
	says "pypiwatch $command --help"
done
run 2 detecions; says 'did you mean "detections"?'
run 2 "$(printf 'x\033[31m')"; says 'no command'
run 2 seed --top none; says "--top takes a number"
run 2 seed x; says "takes no argument"
run 2 help nothing-like-it; says 'no command'
run 2 scan; says "scan needs"
run 2 scan --format xml x; says "human, json or sarif"
run 2 scan --profile --vectors x; says "--profile goes with"
run 2 scan --label malicious x; says "go with --vectors"
run 2 scan --vectors --year soon x; says "--year takes a year"
run 2 check-name; says "needs a name"
run 2 show; says "number of one detection"
run 2 show x; says "not the number"
run 2 triage 1 maybe; says "no verdict"
run 2 detections --since yesterday; says "time span"
run 2 detections --min-severity worst; says "none, low, medium, high or critical"
run 2 detections --status x
run 2 detections x; says 'takes no argument "x"'
run 2 protect; says "add, list, remove"
run 2 protect add; says "needs a name"
run 2 config; says "show"
echo 'nonsense {' > bad
status=0
"$top_builddir/pypiwatch" -c bad config show > out 2> err || status=$?
check "bad config" 2 $status
says "bad:"
status=0
"$top_builddir/pypiwatch" -c absent config show > out 2> err || status=$?
check "absent config" 2 $status
says "absent"
run 0 config show; shows "alert-score"; shows "$index_url"

# ---- a database that is not there
echo 'database { conninfo = "host=/nonexistent dbname=x" }' > nodb
for command in status queue coverage detections "show 1" "protect list" \
    "triage 1 open" migrate; do
	status=0
	# shellcheck disable=SC2086
	"$top_builddir/pypiwatch" -c nodb $command > out 2> err || status=$?
	check "$command without a database" 2 $status
	says "database"
	says "conninfo"
done

# ---- names
run 1 check-name reqeusts; shows "requests"; shows "transposition"
run 0 check-name requests; shows "itself"
run 0 check-name qqwwzzxy-unlike-anything
run 2 check-name -- "-x"; shows "not a valid name"
run 1 check-name -- reqeusts "a b"
run 1 check-name our-own-tooll; shows "protected"
evil=$(printf 'a\033[31m\342\200\256<!channel>\n"x\\')
run 2 check-name --format json -- "$evil" "$(printf '\377')" ""
lines 3
jq -es 'all(.[]; .normalized == null and .matches == [] and .why != null and
    .score == 0 and .alert == false)' out > /dev/null || check json good bad
printf 'reqeusts\r\n\n%0500d\nflask\n' 0 > names
status=0
"$top_builddir/pypiwatch" -c conf check-name --format json - < names > out ||
    status=$?
check "names of standard input" 1 $status
check "their answers" \
    "reqeusts transposition true,null null false,flask null false" \
    "$(jq -r '"\(.normalized) \(.matches[0].technique) \(.alert)"' out | paste -sd,)"
printf '1\tmy-target\t5\n' > targets
run 1 check-name --targets targets --format json my-targett
check "target" my-target "$(jq -r '.matches[0].target' out)"
run 0 check-name --targets targets colroama
run 2 check-name --targets absent x; says "absent"

# ---- files
"$top_builddir/simindex" --write "$PWD" --hostile pycryptoenv > /dev/null
"$top_builddir/simindex" --write "$PWD" --releases 1 > /dev/null
good=$(ls -- *.whl | grep -v pycryptoenv)
cp pycryptoenv-1.0.7.tar.gz evil.keep
run 1 scan pycryptoenv-1.0.7.tar.gz; shows "pycrypto"; shows "ALERT"
shows "critical"; shows "data: "; shows "xor:0x"
run 1 scan --format json pycryptoenv-1.0.7.tar.gz "$good"
lines 2
jq -es '.[0].severity == "critical" and .[0].alert and
    .[0].schema == "pypiwatch.scan/1" and .[0].project == "pycryptoenv" and
    .[0].version == "1.0.7" and .[0].packagetype == "sdist" and
    (.[0].sha256 | test("^[0-9a-f]{64}$")) and .[0].outcome == "scanned" and
    (.[0].findings | map(.rule) | index("xor-executable") != null) and
    (.[0].names[0].target == "pycrypto") and
    .[1].alert == false and .[1].packagetype == "wheel"' out > /dev/null ||
    check "scan objects" good "$(head -c 1500 out)"
run 0 scan "$good"; shows "nothing notable"
run 2 scan absent.tar.gz --no-network; shows "NOT SCANNED"
run 2 scan ./absent.tar.gz; shows "No such file"
# What it took: every stage, every rule, and the sum of the stages.
run 1 scan --profile pycryptoenv-1.0.7.tar.gz "$good"
shows "Cost of 2 files"; shows "unpacking"; shows "python code"; shows "judging"
shows "ns a byte"
run 1 scan --profile --format json pycryptoenv-1.0.7.tar.gz
# Finer than the ticks of a process's clock.
check "costs of stages" true "$(jq '[.profile.stages[] | select(.stage |
    IN("unpacking", "python code", "rules", "anomalies", "modules", "views"))
    | .ms > 0] | all and length == 6' out)"
check "profile" "true true true true true" "$(jq -r '.profile | "\(
    [.stages[].stage] | index("unpacking") == 0) \(
    ([.stages[].ms] | add) as $sum | ($sum - .ms | fabs) < 0.01 * .ms + 0.01
    ) \([.stages[], .rules[]] | all(.ms >= 0)) \(
    [.rules[].ms] | . == (sort | reverse)) \(
    (.rules | length) > 45 and .rule_bytes > 0)"' out)"
run 0 scan --format json "$good"
check "no profile unasked" null "$(jq .profile out)"

# A vector is the same twice, and holds what was given and found.
run 1 scan --vectors --label malicious --family lazarus --year 2024 \
    pycryptoenv-1.0.7.tar.gz
cp out first
check "vector" "pypiwatch.vector/1 malicious lazarus 2024 sdist scanned" \
    "$(jq -r '"\(.schema) \(.label) \(.family) \(.year) \(.packagetype
    ) \(.outcome)"' out)"
check "its id" "$(sha256sum < pycryptoenv-1.0.7.tar.gz | cut -d ' ' -f 1)" \
    "$(jq -r .id out)"
check "its features" "1 true true" "$(jq -r '.features |
    "\(."xor-executable.data") \(."name.affix" > 0) \(."file.bytes" > 0)"' out)"
check "all numbers" true "$(jq '[.features[] | type == "number"] | all' out)"
run 1 scan --vectors --label malicious --family lazarus --year 2024 \
    pycryptoenv-1.0.7.tar.gz
cmp -s first out || check "vector twice" same different
run 0 scan --vectors "$good"
check "no label" "null null null" "$(jq -r '"\(.label) \(.family) \(.year)"' out)"

run 2 scan --format json ./absent.tar.gz
check "absent" "unscannable 0 null" \
    "$(jq -r '"\(.outcome) \(.score) \(.sha256)"' out)"
run 1 scan ./absent.tar.gz pycryptoenv-1.0.7.tar.gz
printf 'no archive' > broken-1.0.tar.gz
run unclean scan --format json broken-1.0.tar.gz
check "broken" unscannable "$(jq -r .outcome out)"
: > empty-1.0-py3-none-any.whl
run unclean scan empty-1.0-py3-none-any.whl
head -c 3000 pycryptoenv-1.0.7.tar.gz > short-1.0.tar.gz
run unclean scan short-1.0.tar.gz
mkfifo pipe-1.0.tar.gz
run 2 scan pipe-1.0.tar.gz; shows "not a regular file"
nasty=$(printf 'n\033[31m<b>"\\-1.0.tar.gz')
cp "$good" "$nasty"
run any scan --format json "./$nasty"
jq -e . out > /dev/null || check "nasty name" json "$(cat out)"
if [ "$(id -u)" != 0 ]; then
	cp "$good" closed-1.0.tar.gz
	chmod 0 closed-1.0.tar.gz
	run 2 scan closed-1.0.tar.gz; shows "Permission denied"
	rm -f closed-1.0.tar.gz
fi
# What the previous release had is old news.
run 0 scan --format json --baseline pycryptoenv-1.0.7.tar.gz \
    pycryptoenv-1.0.7.tar.gz || :
jq -e '.score < 60 and (.findings | all(.novel | not))' out > /dev/null ||
    check baseline lower "$(jq -c '[.score, .findings[].novel]' out)"

# ---- standard input
status=0
"$top_builddir/pypiwatch" -c conf scan --stdin-name pycryptoenv-1.0.7.tar.gz \
    --format json - < evil.keep > out 2> err || status=$?
check "scan -" "1 pycryptoenv-1.0.7.tar.gz critical" \
    "$status $(jq -r '"\(.file) \(.severity)"' out)"
status=0
"$top_builddir/pypiwatch" -c conf scan - < /dev/null > out 2> err || status=$?
check "scan - of nothing" 2 $status

# ---- folders
mkdir tree many none
tar xzf pycryptoenv-1.0.7.tar.gz -C tree --strip-components=1
run 1 scan --format json tree
check tree "tree null pycryptoenv 1.0.7 pycrypto" "$(jq -r '"\(.packagetype)
\(.sha256) \(.project) \(.version) \(.names[0].target)"' out | paste -sd' ')"
jq -e '.findings | map(.path) | index("pycryptoenv/test.py") != null' out \
    > /dev/null || check "paths of a tree" relative "$(cat out)"
ln -s /etc/passwd tree/link
ln -s / tree/root
mkdir -p "tree/$(printf '%0120d' 0)/$(printf '%0120d' 1)"
echo 'x = 1' > "tree/$(printf '%0120d' 0)/$(printf '%0120d' 1)/deep.py"
run 1 scan --format json tree
check "tree with links" scanned "$(jq -r .outcome out)"
mkdir -p many/sub
cp "$good" many/
cp pycryptoenv-1.0.7.tar.gz many/sub/
echo text > many/readme.txt
run 1 scan --format json many; lines 2
run 2 scan none; shows "neither"

# ---- SARIF
run 1 scan --format sarif pycryptoenv-1.0.7.tar.gz "$good" broken-1.0.tar.gz
jq -e '.version == "2.1.0" and (.runs | length) == 1 and
    (.runs[0] | .tool.driver.name == "pypiwatch" and
    (.results | length) > 3 and
    ([.results[].ruleIndex] | max) < (.tool.driver.rules | length) and
    ([.results[].locations[0].physicalLocation.artifactLocation.index] | max)
    < (.artifacts | length) and
    (. as $r | all(.results[]; .ruleId == $r.tool.driver.rules[.ruleIndex].id
    and (.level | IN("error", "warning", "note")) and
    (.message.text | length) > 0 and
    (.partialFingerprints.primaryLocationLineHash | test("^[0-9a-f]{16}:1$"))
    )) and all(.artifacts[]; .location.uri | test("^[A-Za-z0-9._~!/%-]*$")) and
    .invocations[0].executionSuccessful == false)' out > /dev/null ||
    check SARIF good "$(head -c 2000 out)"

# ---- the index
run 1 scan --format json pycryptoenv==1.0.7; lines 2
check "of the index" "critical critical" \
    "$(jq -r .severity out | paste -sd' ')"
run 1 scan pycryptoenv
run 2 scan no-such-project-at-all; shows "knows no such release"
run 2 scan pycryptoenv==9.9.9
run 2 scan --no-network pycryptoenv; shows "no-network"
run 2 scan "$(printf 'a\nb==<x>')"; shows "NAME"
sed 's/^pypi .*/pypi { url = "http:\/\/127.0.0.1:1" timeout = 5 }/' conf > nonet
status=0
"$top_builddir/pypiwatch" -c nonet scan pycryptoenv > out 2> err || status=$?
check "index down" 2 $status
shows "cannot ask the index"

# ---- sinks
run 0 sinks list; shows "hook: webhook"; shows "switched off"
shows "not usable"
for file in out err; do
	if grep -q "/slack\|/hook\|whsec" $file; then
		check "secrets shown" no "$(cat $file)"
	fi
done
run 0 sinks list --format json; lines 4
jq -es 'map(.name) == ["hook", "chat", "closed", "lost"]' out > /dev/null ||
    check "sinks as JSON" good "$(cat out)"
run 0 sinks test hook; shows "took the test"
run 0 sinks test chat; shows "took the test"
run 2 sinks test closed; says "closed"; says "allow-private"
run 2 sinks test lost; says "not usable"
run 2 sinks test nobody; says "sinks list"
run 2 sinks; run 2 sinks test; run 2 sinks preview chat x
run 0 sinks preview hook; shows "webhook-signature: v1,"
sed '1,/^$/d' out | jq -e '.type == "detection.opened"' > /dev/null ||
    check "preview" good "$(cat out)"
run 0 sinks preview chat
sed '1,/^$/d' out | jq -e '.blocks | length > 3' > /dev/null ||
    check "preview" good "$(cat out)"
check "what the receiver got" "2 0" \
    "$(curl -sS "$receiver_url/_stats" | jq -r '"\(.accepted) \(.bad_signatures)"')"

# ---- a worker that is broken, or of another build
mkdir alone
cp "$top_builddir/pypiwatch" alone/
printf '#!/bin/sh\nexit 1\n' > alone/pypiwatch-worker
chmod 755 alone/pypiwatch-worker
status=0
alone/pypiwatch -c conf scan "$good" > out 2> err || status=$?
check "broken worker" 2 $status
says "pypiwatch-worker does not start"
sed "s|directory = \"$top_srcdir/etc/rules\"|directory = \"/nonexistent\"|" \
    conf > norules
status=0
"$top_builddir/pypiwatch" -c norules scan "$good" > out 2> err || status=$?
check "no rules" 2 $status
says "rules"
e2e_done
