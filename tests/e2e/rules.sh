#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Rules of one's own: what is checked, listed and explained; files written for
# other tools fire unchanged, and what would parse binaries is refused.
# shellcheck source=tests/e2e/harness.sh
. "${top_srcdir:-.}/tests/e2e/harness.sh"
cd "$work"
mkdir rules.d rules
cp "$top_srcdir"/etc/rules/* rules/
cat > conf <<CONF
rules { directory = "$work/rules" local-directory = "$work/rules.d" }
judge { weights-file = "$top_srcdir/etc/weights.conf" }
lookalike { popular-names-file = "$top_srcdir/etc/popular-names.txt" }
daemon { sandbox-required = no }
CONF
# As rule collections have it: tags, hashes, dates, references, externals of
# disk scanners, private rules, hex strings, a harmless module.
cat > rules.d/collection.yar <<'RULE'
/* a collection for disks */
import "math"
import "hash"
private rule IsPython { strings: $a = "import " condition: $a at 0 or #a > 1 }
rule MAL_Stealer_Demo_Nov26 : STEALER FILE
{
	meta:
		description = "Detects a demo stealer"
		author = "Somebody Else"
		reference = "https://example.invalid/report"
		date = "2026-11-01"
		score = 75
		hash1 = "0000000000000000000000000000000000000000000000000000000000000000"
	strings:
		$s1 = "inert_demo_marker" ascii wide fullword nocase
		$x1 = { 69 6e 65 72 74 5f ?? 65 6d 6f }
	condition:
		filesize < 5MB and IsPython and all of them and
		not filename matches /\.log$/ and math.entropy(0, filesize) > 1
}
RULE
printf 'import "%s"\nrule a { condition: true }\n' pe > pe.yar
for module in elf macho dotnet dex magic cuckoo; do
	printf 'import "%s"\nrule a { condition: true }\n' $module > $module.yar
done
echo 'include "/etc/passwd"' > include.yar
echo 'rule x { condition: nothing }' > undefined.yar
head -c 2000 /dev/urandom > noise.yar
# shellcheck source=tests/command.sh
. "$top_srcdir/tests/command.sh"
conf=conf
command_controls='[\001-\010\013-\037]'

run 2 rules; says "rules knows"
run 0 rules list; shows "ns a byte each in the mean"
shows "collection.yar: Detects a demo stealer"
run 0 rules list --format json
check "every shipped rule" "$(cat rules/*.yar | grep -cE '^(private )?rule ')" \
    "$(jq -s 'map(select(.origin == "pypiwatch")) | length' out)"
check "fields" "operator-rule collection.yar true" "$(jq -r 'select(.rule ==
    "MAL_Stealer_Demo_Nov26") | "\(.category) \(.origin) \(.ns_per_byte >= 0)"' \
    out)"
# Whatever descriptors it was started with.
run 0 rules list --format json 3< /dev/null
check "as many" "$(cat rules/*.yar | grep -cE '^(private )?rule ')" \
    "$(jq -s 'map(select(.origin == "pypiwatch")) | length' out)"
run 0 rules explain discord-webhook; shows "says      a Discord webhook"
shows "weight    0.65"
run 0 rules explain MAL_Stealer_Demo_Nov26; shows "weight    0.50"
run 0 rules explain xor-executable; shows "no YARA rule"
run 2 rules explain nothing; says 'no rule "nothing"'

run 0 rules check rules.d/collection.yar; shows "good, 2 rules"
run 0 rules check "$top_srcdir"/etc/rules/*.yar
for module in pe elf macho dotnet; do
	run 1 rules check $module.yar
	says "import \"$module\" is not allowed: its parser reads hostile"
done
for module in dex magic cuckoo; do	# not all are built in everywhere
	run 1 rules check $module.yar
done
run 1 rules check include.yar; says "includes are disabled"
run 1 rules check undefined.yar; says "undefined.yar:1: undefined identifier"
run 1 rules check noise.yar
run 2 rules check nowhere.yar; says "nowhere.yar: No such file"
run 2 rules check --format json pe.yar rules.d/collection.yar nowhere.yar
check "each file" "bad good unreadable" "$(jq -r .state out | paste -sd' ' -)"

# It fires, unchanged; a bad one beside it is left out and named.
mkdir -p demo-1.0
printf 'Metadata-Version: 2.1\nName: demo\nVersion: 1.0\n' > demo-1.0/PKG-INFO
printf 'import os\nimport sys\nx = "inert_demo_marker"\n' > demo-1.0/setup.py
tar -czf demo-1.0.tar.gz demo-1.0
cp pe.yar rules.d/
run 0 rules list; says 'import "pe"'
status=0
"$top_builddir/pypiwatch" -c conf scan --format json demo-1.0.tar.gz > out \
    2> err || status=$?
check "fires" "operator-rule install Detects a demo stealer" "$(jq -r '
    .findings[] | select(.rule == "MAL_Stealer_Demo_Nov26") |
    "\(.category) \(.context) \(.text)"' out)"
# An upgrade of the shipped rules leaves the operator's alone, and changes
# what verdicts are stated to come from.
before=$(jq -r .ruleset out)
echo 'rule shipped_later { meta: category = "loader" tactic = "TA0002"
	text = "later" condition: false }' > rules/99-later.yar
"$top_builddir/pypiwatch" -c conf scan --format json demo-1.0.tar.gz > out \
    2> err || :
check "still fires" 1 "$(jq '[.findings[] | select(.rule ==
    "MAL_Stealer_Demo_Nov26")] | length' out)"
[ "$(jq -r .ruleset out)" != "$before" ] ||
    check "ruleset" "another" "$before"
e2e_done
