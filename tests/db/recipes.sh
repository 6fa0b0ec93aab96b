#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Every example of pypiwatch-sql(7) runs on made-up history, as an analyst, and
# shows something there.
. "$(dirname "$0")/setup.sh"
schema_apply > /dev/null
sql -v files=40000 -f "$top_srcdir/tests/db/history.sql" > /dev/null
sql -c "CREATE ROLE ann LOGIN; GRANT pypiwatch_analyst TO ann"
mkdir "$cluster_dir/recipes"
awk -v dir="$cluster_dir/recipes" -f "$top_srcdir/tests/db/recipes.awk" \
    "$top_srcdir/man/pypiwatch-sql.7"
bad=0
n=0
for f in "$cluster_dir"/recipes/*.sql; do
	n=$((n + 1))
	title=$(cat "$(dirname "$f")/$(basename "$f" | cut -d. -f1).title")
	who=ann
	statements=$f
	grep -q '^CREATE ROLE\|^GRANT' "$f" && {
		who=postgres
		statements="${f%.*.sql}.1.sql ${f%.*.sql}.2.sql"
	}
	# Undone afterwards: some also change things.
	# shellcheck disable=SC2086
	if ! { echo 'BEGIN;'; cat $statements; echo 'ROLLBACK;'; } |
	    PGUSER=$who sql -f - > "$cluster_dir/rows" 2> "$cluster_dir/err"
	then
		echo "$title: $(cat "$cluster_dir/err")"
		bad=1
	elif [ $who = ann ] && [ ! -s "$cluster_dir/rows" ]; then
		echo "$title: shows nothing:"
		cat "$f"
		bad=1
	fi
done
echo "$n statements"
[ "$n" -ge 20 ] || bad=1
exit $bad
