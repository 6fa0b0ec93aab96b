#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# pypiwatch(1) lists every value that the JSON of the command may hold:
# categories, techniques, kinds of package, contexts; and every command and
# option there is.
set -eu
cd "${top_srcdir:-.}"
page=man/pypiwatch.1
bad=0

listed() {	# the value stands on the page as a word of its own
	tr -c 'a-z0-9-' '\n' < "$page" | grep -qx -e "-*$1"
}

want() {	# kind; values on standard input
	while read -r value; do
		listed "$value" && continue
		echo "$page does not list the $1 $value"
		bad=1
	done
}

quoted() { grep -oE '"[a-z]+(-[a-z]+)*"' | tr -d '"' | sort -u; }

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
{
	grep -hE '^[[:space:]]*category = "' etc/rules/*.yar | quoted
	cat lib/inspect/*.c lib/inspect/*/*.c lib/unpack/*.c | grep -oE '\.category = "[^"]*"' |
	    quoted
	# Rows of tables: rule, category, tactic.
	cat lib/inspect/*.c lib/inspect/*/*.c | tr '\n' ' ' |
	    grep -oE '"[a-z-]+",[[:space:]]*"[a-z-]+",[[:space:]]*"TA[0-9]+"' |
	    sed -E 's/^"[^"]*",[[:space:]]*("[^"]*").*/\1/' | quoted
} | sort -u > "$work/category"
sed -n '/names\[PACKAGETYPE_COUNT\]/,/};/p' lib/data/upload.c | quoted \
    > "$work/packagetype"
sed -n '/CONTEXT_COUNT\] = {/,/};/p' lib/data/finding.c | quoted \
    > "$work/context"
cat lib/names/technique.c | grep -oE 'TECHNIQUE\("[a-z-]+"' |
    quoted > "$work/technique"
cat daemon/cmd_*.c | grep -oE '\{ "[a-z-]+", (no|required)_argument' | quoted \
    > "$work/option"
cat daemon/cmd_*.c | grep -oE '^const struct command [a-z_]+ = \{ "[a-z-]+"' |
    quoted > "$work/command"
for kind in category packagetype context technique option command; do
	[ -s "$work/$kind" ] || { echo "no values of $kind found"; bad=1; }
	want "$kind" < "$work/$kind"
done
exit $bad
