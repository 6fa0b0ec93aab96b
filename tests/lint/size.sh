#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Functions and files of a size that is read at one sitting: half of the
# functions under 17 lines, as CONTRIBUTING says, none beyond 100, no source file
# of 1,000, and no line of lib beyond 80 columns.  Prints how long they are, and
# each that is too long.
set -eu
cd "${top_srcdir:-.}"

wide=
for file in $(find lib -name '*.[ch]' | sort); do
	expand "$file" | awk -v file="$file" '
	length > 80 {
		print file ":" FNR ": " length " columns"
		wide = 1
	}
	END { exit wide }' || wide=yes
done
[ -z "$wide" ] || exit 1

find lib daemon tests -name '*.c' | sort | xargs awk '
FNR == 1 {
	name = ""
}
FNR == 1000 {
	print FILENAME ": 1,000 lines and more"
	bad = 1
}
# The return type stands on a line of its own.
/^[a-z_][A-Za-z0-9_]*\(/ {
	name = $0
	sub(/\(.*/, "", name)
	from = FNR
}
/^}/ && name != "" {
	n = FNR - from + 1
	all++
	short += n < 17
	long += n > 60
	if (n > most)
		most = n
	if (n > 100) {
		print FILENAME ":" from ": " name " has " n " lines"
		bad = 1
	}
	name = ""
}
END {
	printf "%d functions: %d %% under 17 lines, %d above 60, the longest" \
	    " has %d\n", all, 100 * short / all, long, most
	exit bad || 2 * short < all
}'
