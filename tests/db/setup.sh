# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh
# Sourced by the database tests: a cluster with the schema in it, and psql.
set -eu
top_srcdir=${top_srcdir:-$(cd "$(dirname "$0")/../.." && pwd)}
# shellcheck source=tests/cluster.sh
. "$top_srcdir/tests/cluster.sh"
trap cluster_end EXIT
trap 'exit 1' INT TERM HUP
cluster_start
export PGOPTIONS='-c client_min_messages=warning'

sql() {
	"$cluster_pg/psql" -X -q -A -t -v ON_ERROR_STOP=1 "$@"
}

# answers WANT NAME QUERY: the last line that it prints, or its error.
failed=0
answers() {
	got=$(sql -c "$3" 2>&1 | tail -n 1) || :
	[ "$got" = "$1" ] || {
		echo "FAIL: $2: wanted '$1', got '$got'"
		failed=1
	}
}

# The scripts, in the order in which `pypiwatch migrate` applies them.
schema_apply() {
	sql -1 -f "$top_srcdir/sql/migration.sql"
	for f in "$top_srcdir"/sql/schema/[0-9]*.sql; do
		n=$(basename "$f" | sed 's/^0*\([0-9]*\)_.*/\1/')
		sql -1 -f "$f" -c "INSERT INTO pypiwatch.migration
		    VALUES ($n, '$(basename "$f")')"
	done
	schema_again
}

schema_again() {
	for f in functions listings deps alerts health ingest popular rescan seed \
	    backfill retention truth names suppress retro mute analyst explain history \
	    erase evidence export web roles; do
		sql -1 -f "$top_srcdir/sql/$f.sql"
	done
}
