#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The man pages are good mdoc, pypiwatch.conf(5) has every key of the config's
# table with its range and default and no other, and the sample config is one.
set -eu
table=${top_builddir:-build}/tests/lint/config_table
cd "${top_srcdir:-.}"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
bad=0

if command -v mandoc >/dev/null; then
	for page in man/*.[1-8]; do
		# The .Os line stands without a system's name, as it should.
		mandoc -Tlint -W all "$page" > "$work/lint" 2>&1 || :
		grep -v 'operating system explicitly specified\|referenced manual not found\|outdated mandoc.db' \
		    "$work/lint" > "$work/left" || continue
		cat "$work/left"
		bad=1
	done
else
	echo "mandoc is not installed"
	skip=yes
fi

# "section.key range; default X" of the table, and of the man page.
"$table" | awk '
	/^[a-z]+ .*{$/ { section = $1 }
	/^\t# / { said = substr($0, 4) }
	/^\t[a-z]/ { print section "." $1 " " said }' > "$work/table"
awk '
	/^\.Ss / { section = $2 }
	/^\.It Cm / { key = $3; if (section != "") wait = 1; said = ""; next }
	# A sentence may go over several lines.
	wait && !/; default / { said = /\.$/ ? "" : said $0 " " }
	wait && /; default / {
		sub(/\.$/, ""); print section "." key " " said $0; wait = 0 }
	/^\.Sh / { section = "" }' man/pypiwatch.conf.5 > "$work/page"
diff -u --label "the table in lib/base/config_rows.c" \
    --label man/pypiwatch.conf.5 "$work/table" "$work/page" || bad=1

"$table" etc/pypiwatch.conf || bad=1
# What the sample shows as a comment must be right too.
sed 's/^\([[:space:]]*\)#\([[:space:]]*\([a-z-]* = \|sink \|evidence \|}$\)\)/\1\2/' \
    etc/pypiwatch.conf > "$work/sample.conf"
"$table" "$work/sample.conf" || bad=1

[ $bad = 0 ] || exit 1
[ "${skip:-no}" = no ] || exit 77
