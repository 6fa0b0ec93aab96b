#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Holds docs/floorplan.tsv: who may include whom, and where a library's header
# may stand.  Prints each wrong arrow, and each file that the table allows a
# header which it does not include; exits 1 if there is one.
set -eu
cd "${top_srcdir:-.}"

third_party='^(curl|event2|libpq-fe\.h|confuse\.h|openssl|sodium\.h|seccomp\.h|libxml|jansson\.h|archive\.h|archive_entry\.h|libdeflate\.h|zlib\.h|bzlib\.h|lzma\.h|yara\.h|yajl)'

grep -rnE '^[[:space:]]*#[[:space:]]*include' lib --include='*.c' --include='*.h' |
awk -v third="$third_party" '
BEGIN {
	FS = "\t"
	while ((getline line < "docs/floorplan.tsv") > 0) {
		if (line ~ /^#/)
			continue
		split(line, f, "\t")
		n = split(f[2], a, " ")
		known[f[1]] = 1
		for (i = 1; i <= n; i++)
			may[f[1], a[i]] = 1
		n = split(f[3], a, " ")
		for (i = 1; i <= n; i++) {
			split(a[i], b, ":")
			m = split(b[2], files, ",")
			for (j = 1; j <= m; j++)
				lib[f[1], b[1], files[j]] = 1
		}
	}
}
{
	match($0, /^[^:]*/)
	file = substr($0, 1, RLENGTH)
	n = split(file, p, "/")
	folder = p[1] "/" p[2]
	base = p[n]
	if (match($0, /"[^"]*"/)) {
		inc = substr($0, RSTART + 1, RLENGTH - 2)
		split(inc, q, "/")
		if (inc ~ /\// && !((folder, q[1]) in may)) {
			print file ": may not include \"" inc "\""
			bad = 1
		}
	} else if (match($0, /<[^>]*>/)) {
		inc = substr($0, RSTART + 1, RLENGTH - 2)
		if (inc ~ third) {
			split(inc, q, "/")
			if ((folder, q[1], base) in lib)
				used[folder, q[1], base] = 1
			else if (!((folder, q[1], "*") in lib)) {
				print file ": <" inc "> does not belong here"
				bad = 1
			}
		}
	}
	if (!(folder in known)) {
		print file ": folder is not in docs/floorplan.tsv"
		bad = 1
	}
}
END {
	for (l in lib) {
		split(l, q, SUBSEP)
		if (q[3] != "*" && !(l in used)) {
			print q[1] "/" q[3] ": includes no <" q[2] ">"
			bad = 1
		}
	}
	exit bad
}'
