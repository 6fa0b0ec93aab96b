#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Views, functions, roles and comments of schema analyst (pgTAP), and the
# manual page: every column is in it.
. "$(dirname "$0")/setup.sh"
schema_apply
if [ ! -e "$("$cluster_pg/pg_config" --sharedir)/extension/pgtap.control" ]
then
	echo "pgTAP is not installed" >&2
	exit 77
fi
sql -f "$top_srcdir/tests/db/rows.sql" > /dev/null
page=$top_srcdir/man/pypiwatch-sql.7
bad=0
missing=$(sql -F ' ' -c "SELECT c.relname, a.attname FROM pg_class c
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
    WHERE c.relnamespace = 'analyst'::regnamespace" |
while read -r view column; do
	awk -v view="$view" -v column="$column" '
	/^\.Ss / { in_it = $2 == "analyst." view }
	in_it && $1 == ".It" && $3 == column { found = 1 }
	END { if (!found) print "pypiwatch-sql(7) lacks " view "." column }' \
	    "$page"
done)
if [ -n "$missing" ]; then
	echo "$missing"
	bad=1
fi
# The style complaints are about the other pages, which may not be installed.
if command -v mandoc > /dev/null && mandoc -Tlint "$page" 2> /dev/null |
    grep -v "referenced manual not found"; then
	bad=1
fi
sql -f "$top_srcdir/tests/db/views.sql" > "$cluster_dir/tap" || bad=1
if grep -q '^not ok\|^# Looks like' "$cluster_dir/tap"; then
	grep -v '^ok' "$cluster_dir/tap"
	bad=1
fi
grep -c '^ok' "$cluster_dir/tap" | sed 's/$/ pgTAP tests passed/'
exit $bad
