#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# make bench-sql [FILES=10000000]: every example of pypiwatch-sql(7) on so many
# made-up files and a tenth as many detections, in a cluster of its own.  Says
# the time of each (warm, planning included, the best of three) and what its
# plan begins with; the plans are in the folder PLANS.  Ten million files take
# some 20 GB below /tmp and a quarter of an hour.
. "$(dirname "$0")/../db/setup.sh"
files=${FILES:-10000000}
plans=${PLANS:-sql-plans}
most=${MOST:-50}

cluster_stop
# As a server for it is set up: memory, and a disk that seeks.
cluster_options="-c shared_buffers=2GB -c random_page_cost=1.1"
cluster_options="$cluster_options -c effective_cache_size=8GB"
cluster_options="$cluster_options -c max_wal_size=16GB -c wal_level=minimal"
cluster_options="$cluster_options -c max_wal_senders=0 -c autovacuum=off"
cluster_options="$cluster_options -c checkpoint_timeout=1h"
cluster_again
schema_apply > /dev/null
begun=$(date +%s)
sql -v files="$files" -f "$top_srcdir/tests/db/history.sql" > /dev/null
sql -c "VACUUM"
echo "made in $(($(date +%s) - begun)) s"
sql -F ' ' -c "SELECT (SELECT count(*) FROM pypiwatch.upload) || ' files, ' ||
    (SELECT count(*) FROM pypiwatch.detection) || ' detections, ' ||
    pg_size_pretty(pg_database_size(current_database()))"
sql -c "CREATE ROLE ann LOGIN; GRANT pypiwatch_analyst TO ann"

rm -rf "$plans"
mkdir "$plans"
awk -v dir="$plans" -f "$top_srcdir/tests/db/recipes.awk" \
    "$top_srcdir/man/pypiwatch-sql.7"
slow=0
for f in "$plans"/*.sql; do
	grep -q '^CREATE ROLE\|^GRANT' "$f" && continue
	name=$(basename "$f" .sql)
	{ echo 'BEGIN;'; echo "EXPLAIN (ANALYZE, BUFFERS)"; cat "$f"
	    echo 'ROLLBACK;'; } | PGUSER=ann sql > "$plans/$name.plan"
	ms=$({ printf '\\timing on\n\\o /dev/null\nBEGIN;\n'
	    cat "$f" "$f" "$f"; echo 'ROLLBACK;'; } | PGUSER=ann sql -f - |
	    sed -n 's/^Time: \([0-9.]*\) ms.*/\1/p' | sed '1d;$d' | sort -n |
	    head -n 1)
	flag=
	if [ "${ms%.*}" -ge "$most" ]; then
		flag=' SLOW'
		slow=$((slow + 1))
	fi
	printf '%-6s%8.1f ms%s  %.60s\n%18s%.62s\n' "$name" "$ms" "$flag" \
	    "$(cat "$plans/${name%.*}.title")" '' \
	    "$(head -n 1 "$plans/$name.plan" | sed 's/  *(cost.*//')"
done
echo "$slow slower than $most ms"
[ "$slow" = 0 ]
