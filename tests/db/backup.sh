#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# docs/operations.md, "Backup and restore", done: a dump of a database with
# history in it becomes another database with the same history, which
# `pypiwatch migrate` finds complete and the commands can read.
. "$(dirname "$0")/setup.sh"
schema_apply
sql -f "$top_srcdir/tests/db/rows.sql" > /dev/null
work=$(mktemp -d)
trap 'rm -rf "$work"; cluster_end' EXIT

"$cluster_pg/pg_dump" -Fc -f "$work/dump" pypiwatch
other=$(cluster_createdb restored)
"$cluster_pg/pg_restore" --exit-on-error -d restored "$work/dump"

bad=0
tables=$(sql -c "SELECT format('%I.%I', schemaname, tablename)
    FROM pg_tables WHERE schemaname = 'pypiwatch' ORDER BY 1")
for table in $tables; do
	query="SELECT count(*), md5(coalesce(string_agg(t::text, '|'
	    ORDER BY t::text), '')) FROM $table t"
	was=$(sql -c "$query")
	is=$(sql -d restored -c "$query")
	[ "$was" = "$is" ] || { echo "$table: $was became $is"; bad=1; }
done
[ "$(sql -d restored -c 'SELECT count(*) FROM analyst.detections')" -gt 0 ] ||
    { echo "no detections to restore"; bad=1; }

printf 'database { conninfo = "%s" }\n' "$other" > "$work/conf"
run() {
	"$top_builddir/pypiwatch" -c "$work/conf" "$@" > "$work/out" 2>&1 || {
		echo "$* failed after the restore:"
		cat "$work/out"
		bad=1
	}
}
run status
run detections --since 30d --format json
[ -s "$work/out" ] || { echo "no detections from the command"; bad=1; }
# Identities go on after the last one that was given out.
run_id=$(sql -d restored -c "INSERT INTO pypiwatch.alert (sequence, type,
    severity, payload) VALUES (1, 'test', 'low', '{}') RETURNING id")
[ "$run_id" -gt "$(sql -c 'SELECT coalesce(max(id), 0) FROM pypiwatch.alert')" ] ||
    { echo "an alert's id was given out twice"; bad=1; }
exit $bad
