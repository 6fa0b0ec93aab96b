#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# names_sql.sh FOLDER [-v]: for how many names analyst.similar_names() puts the
# same target first as check-name.  Asked are 200 names that score 20 or more,
# stated imitations before reported ones before ordinary ones, no target more
# than three times; the first 5,000 popular names are the targets.  -v lists
# those that differ.
names=$1 verbose=${2:-}
top_srcdir=${top_srcdir:-$(cd "$(dirname "$0")/../.." && pwd)}
build=$(cd "${top_builddir:-.}" && pwd)
# shellcheck source=tests/db/setup.sh
. "$top_srcdir/tests/db/setup.sh"
work=$(mktemp -d /tmp/names-sql.XXXXXX)
trap 'cluster_end; rm -rf "$work"' EXIT
"$build/tests/db/test_migrate" "$cluster_conninfo" "$top_srcdir/sql" > /dev/null

grep -v '^#' "$names/popular_top15000.tsv" | sed -n '2,5001p' |
    cut -f 1-3 > "$work/popular.tsv"
cat > "$work/conf" <<EOC
lookalike { popular-names-file = "$work/popular.tsv" }
daemon { sandbox-required = no }
EOC
for set in positives.tsv malicious_names.tsv ordinary_names.txt; do
	cut -f 1 "$names/$set" | grep -v '[_ ]name$\|^name$\| '
done | awk '!seen[$0]++' > "$work/all"
"$build/pypiwatch" -c "$work/conf" check-name --format json - \
    < "$work/all" 2> "$work/err" | sed -n 's/^{"name":"\([^"]*\)".*"score":\([0-9]*\),"alert".*"matches":\[{"target":"\([^"]*\)".*"technique":"\([^"]*\)".*/\1	\2	\3/p' |
    awk -F '\t' '$2 >= 20 && ++n[$3] <= 3 && ++all <= 200' > "$work/asked"
[ -s "$work/asked" ] || { cat "$work/err" >&2; exit 1; }
sql -c "CREATE TABLE list (rank integer, name text, downloads bigint)"
sql -c "CREATE TABLE asked (name text, score integer, target text)"
sql -c "\\copy list FROM '$work/popular.tsv'" \
    -c "\\copy asked FROM '$work/asked'"
sql -c "INSERT INTO pypiwatch.target (normalized, kind, rank)
    SELECT pypiwatch.normalize(name), 'popular', rank FROM list
    ON CONFLICT DO NOTHING; ANALYZE pypiwatch.target"
sql -c "CREATE TABLE answer AS SELECT a.*, clock_timestamp() AS at,
    (SELECT row(s.project, s.technique, s.score)::text
    FROM analyst.similar_names(a.name) s LIMIT 1) AS row,
    (SELECT s.project FROM analyst.similar_names(a.name) s LIMIT 1) AS first
    FROM asked a"
[ "$verbose" != -v ] ||
	sql -c "SELECT name, score, target, row FROM answer
	    WHERE target IS DISTINCT FROM first"
sql -c "SELECT count(*) FILTER (WHERE target = first) || ' of ' || count(*) ||
    ' names have the same target first, ' ||
    round(extract(epoch FROM max(at) - min(at)) * 500 / count(*)) ||
    ' ms a name' FROM answer"
