#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# docs/flow.md is the map of lib/flow: every file of lib/flow/files.am stands in
# its table, a .c in one room alone, and whatever file the map names is there.
set -eu
cd "${top_srcdir:-.}"
map=docs/flow.md
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
bad=0

quoted() { grep -oE '`[a-z_]+(\.h)?`' | tr -d '`' | sort; }

grep -oE 'lib/flow/[a-z_]+\.[ch]' lib/flow/files.am | sed 's|.*/||' |
    sort > "$work/files"
grep '^| .*`' "$map" > "$work/table"
cut -d '|' -f 2 "$work/table" | quoted > "$work/headers"
cut -d '|' -f 3 "$work/table" | quoted | sed 's/$/.c/' > "$work/sources"
# Headers of all rooms, taint.h, stand in what is said before and after.
grep -oE '`[a-z_]+\.h`' "$map" | tr -d '`' >> "$work/headers"

{ sort -u "$work/headers"; cat "$work/sources"; } | sort > "$work/named"
comm -23 "$work/files" "$work/named" > "$work/missing"
comm -13 "$work/files" "$work/named" > "$work/over"
sed "s|^|$map lacks lib/flow/|" "$work/missing"
sed "s|^|$map names what is gone, or twice: |" "$work/over"
[ ! -s "$work/missing" ] && [ ! -s "$work/over" ] || bad=1

# In the drawing and the text: flow.c, inspect/code_rules.c, package/build.c.
for name in $(grep -oE '[a-z_/]+\.[ch]\b' "$map" | sort -u); do
	[ -e "lib/$name" ] || [ -e "lib/flow/$name" ] ||
	    [ -e "lib/inspect/$name" ] ||
	    { echo "$map names $name, which is gone"; bad=1; }
done
exit $bad
