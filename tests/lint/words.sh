#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What alerts say in other languages: every text of lib/alert/words.c and no
# other, none fuzzy, the same terms throughout (po/terms.tsv), punctuation of
# the language; a sentence for every rule of etc/weights.conf, of the English
# one that etc/rules/ has now, and for every part of the daemon that may not be
# well; and every technique of look-alike names has words.
set -eu
cd "${top_srcdir:-.}"
for tool in xgettext msgcmp msgcat msgfmt python3; do
	command -v $tool > /dev/null || { echo "$tool is missing"; exit 77; }
done
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
bad=0
fail() { echo "$*"; bad=1; }
export LC_ALL=C.UTF-8

xgettext --from-code=UTF-8 --no-wrap -kN_ -o "$work/words.pot" \
    lib/alert/words.c
# msgid and msgstr of each text on one line, by tab; without the header.
flat() {
	msgcat --no-wrap "$1" | awk '
	    /^msgid "/ { id = substr($0, 8, length($0) - 8) }
	    /^msgstr "/ && id != "" { print id "\t" substr($0, 9, length($0) - 9) }'
}
flat "$work/words.pot" | cut -f 1 | sort > "$work/texts"
[ -s "$work/texts" ] || fail "no texts found"

# What health.sql, suppress.sql and queue say is not well, and the roles.
grep -oE '\[ROLE_[A-Z]+\] = "[a-z]+"' lib/queue/satellites.c |
    cut -d '"' -f 2 > "$work/parts"
grep -ohE "health_part\('[^']+" sql/health.sql | cut -d "'" -f 2 >> "$work/parts"
printf '%s\n' recovered database host polling source sink suppressions \
    >> "$work/parts"
{ printf '%s\n' test example-rule	# pypiwatch sinks test
  awk '$1 == "rule" { print $2 }' etc/weights.conf
  sort -u "$work/parts" | sed 's/^/daemon:/'; } | sort > "$work/rules"
for language in ja ko zh_CN; do
	for po in po/rules/$language.po po/$language.po; do
		msgfmt --check --statistics -o /dev/null "$po" 2> "$work/said"
		! grep -q 'fuzzy\|untranslated' "$work/said" ||
		    fail "$po: $(cat "$work/said")"
	done
	flat po/rules/$language.po | cut -f 1 | sort |
	    diff "$work/rules" - > "$work/said" || {
		cat "$work/said"
		fail "po/rules/$language.po and etc/weights.conf differ, or health.sql"
	}
	# English and translation, by tab.
	msgcat --no-wrap po/rules/$language.po | awk '
	    /^#\. / { english = substr($0, 4) }
	    /^msgid "/ { id = substr($0, 8, length($0) - 8) }
	    /^msgstr "/ && id != "" { print id "\t" english "\t" \
	        substr($0, 9, length($0) - 9) }' > "$work/rules.$language"
	msgcmp "$po" "$work/words.pot" > "$work/said" 2>&1 || {
		cat "$work/said"
		fail "$po misses a text"
	}
	flat "$po" > "$work/$language"
	cut -f 1 "$work/$language" | sort | comm -23 - "$work/texts" \
	    > "$work/over"
	[ ! -s "$work/over" ] || fail "$po: nobody says: $(cat "$work/over")"
done

python3 - "$work" <<'PY' || bad=1
import glob, re, sys
work, bad = sys.argv[1], 0
languages = ["ja", "ko", "zh_CN"]
# Chinese sentences have marks of their own; Japanese ones a full stop.
wrong = {"zh_CN": r"[^\x00-\x7f] ?[,;:!?()]|[,;:!?(][^\x00-\x7f]",
         "ja": r"[\uff0c\uff0e]", "ko": r"[\u3001\u3002\uff08]"}
texts = {l: [line.rstrip("\n").split("\t") for line in
             open(f"{work}/{l}", encoding="utf-8")] for l in languages}
here_is = {}
for l in languages:
    for line in open(f"{work}/rules.{l}", encoding="utf-8"):
        rule, english, here = line.rstrip("\n").split("\t")
        texts[l].append([english, here])
        if here_is.setdefault(rule, [english, "{0}" in here]) != [
                english, "{0}" in here]:
            print(f"po/rules/{l}.po: {rule} is not as in other languages")
            bad = 1
for path in glob.glob("etc/rules/*.yar"):
    metas = re.findall(r'\bid = "([^"]+)"(?:(?!\bmeta:).)*?\btext = "([^"]+)"',
                       open(path, encoding="utf-8").read(), re.S)
    for rule, english in metas:
        if here_is.get(rule, [english])[0] != english:
            print(f"po/rules: {rule} says now: {english}")
            bad = 1
for l in languages:
    for english, here in texts[l]:
        if re.search(wrong[l], here) or (
                l == "ja" and re.search(r"[a-z}]\.$", english) and
                not here.endswith("\u3002")):
            print(f"po/{l}.po: punctuation: {here}")
            bad = 1
for row in open("po/terms.tsv", encoding="utf-8"):
    if row.startswith("#"):
        continue
    term, *here, meaning = row.rstrip("\n").split("\t")
    used = False
    for l, words in zip(languages, here, strict=True):
        for english, text in texts[l]:
            if not re.search(rf"(?<![\w.])({term})(?![\w.][a-z])\b",
                             english, re.I):
                continue
            used = True
            if not any(w in text for w in words.split("|")):
                print(f"po/{l}.po: not {words} for {term}: {text}")
                bad = 1
    if not used:
        print(f"po/terms.tsv: nothing says {term}")
        bad = 1
sys.exit(bad)
PY

grep -oE 'TECHNIQUE\("[a-z-]+"' lib/names/technique.c | cut -d '"' -f 2 |
while read -r technique; do
	grep -q "{ \"$technique\", W_" lib/alert/words.c ||
	    echo "lib/alert/words.c has no words for $technique"
done > "$work/techniques"
[ ! -s "$work/techniques" ] || { cat "$work/techniques"; bad=1; }
exit $bad
