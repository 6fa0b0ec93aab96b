#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# bench_names, then the same hits from PostgreSQL: pg_trgm with a GIN index as
# a filter before levenshtein(), and fuzzystrmatch alone.  PostgreSQL knows no
# swaps, so what it must find is what brute force finds without them.
set -eu
names=$1
top_srcdir=${top_srcdir:-$(cd "$(dirname "$0")/../.." && pwd)}
build=${top_builddir:-.}
# shellcheck source=tests/cluster.sh
. "$top_srcdir/tests/cluster.sh"
work=$(mktemp -d /tmp/bench-names.XXXXXX)
trap 'cluster_end; rm -rf "$work"' EXIT
trap 'exit 1' INT TERM HUP
"$build/tests/bench/bench_names" "$names" "$work" > "$work/out" || {
	cat "$work/out"
	exit 1
}
grep -v CORE_US "$work/out"
core=$(sed -n 's/CORE_US=//p' "$work/out")
cluster_start
chmod 755 "$work"
"$cluster_pg/psql" -X -q -A -t -v ON_ERROR_STOP=1 -v core="$core" <<EOF
SET client_min_messages = warning;
CREATE EXTENSION pg_trgm;
CREATE EXTENSION fuzzystrmatch;
CREATE TABLE target (id integer, name text);
CREATE TABLE sample (id integer, name text);
CREATE TABLE hit (sample integer, target integer);
\\copy target FROM '$work/targets.tsv'
\\copy sample FROM '$work/sample.tsv'
\\copy hit FROM '$work/hits.tsv'
CREATE INDEX ON target USING gin (name gin_trgm_ops);
ANALYZE;
-- Names of 8 letters at distance 2 share at least 3 trigrams of 15.
SET pg_trgm.similarity_threshold = 0.15;
SET enable_seqscan = off;
CREATE TABLE trgm (sample integer, target integer, us double precision);
CREATE TABLE fuzzy (sample integer, target integer, us double precision);
DO \$\$
DECLARE
	s record;
	start timestamptz;
	found integer[];
	round integer;
BEGIN
	FOR round IN 1..3 LOOP FOR s IN SELECT * FROM sample LOOP
		start := clock_timestamp();
		found := ARRAY(SELECT t.id FROM target t WHERE t.name % s.name
		    AND levenshtein_less_equal(t.name, s.name, 2) <= 2);
		INSERT INTO trgm SELECT s.id, unnest(found || NULL::integer),
		    extract(epoch FROM clock_timestamp() - start) * 1e6;
	END LOOP; END LOOP;
	SET LOCAL enable_seqscan = on;
	FOR round IN 1..3 LOOP FOR s IN SELECT * FROM sample LOOP
		start := clock_timestamp();
		found := ARRAY(SELECT t.id FROM target t
		    WHERE levenshtein_less_equal(t.name, s.name, 2) <= 2);
		INSERT INTO fuzzy SELECT s.id, unnest(found || NULL::integer),
		    extract(epoch FROM clock_timestamp() - start) * 1e6;
	END LOOP; END LOOP;
END \$\$;
SELECT format('%s: %s us a name, %s times the core; hits %s and %s, %s',
    r.label, round(r.us::numeric), round((r.us / :core)::numeric), r.n, h.n,
    CASE WHEN r.missing = 0 AND r.n = h.n THEN 'equal' ELSE 'DIFFERENT' END)
FROM (SELECT count(*) AS n FROM hit) h, (
	SELECT 'pg_trgm, GIN' AS label,
	    (SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY us) FROM trgm
		WHERE target IS NULL) AS us,
	    (SELECT count(*) FROM (SELECT DISTINCT sample, target FROM trgm
		WHERE target IS NOT NULL) x) AS n,
	    (SELECT count(*) FROM (SELECT sample, target FROM hit EXCEPT
		SELECT sample, target FROM trgm) x) AS missing
	UNION ALL SELECT 'fuzzystrmatch',
	    (SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY us) FROM fuzzy
		WHERE target IS NULL),
	    (SELECT count(*) FROM (SELECT DISTINCT sample, target FROM fuzzy
		WHERE target IS NOT NULL) x),
	    (SELECT count(*) FROM (SELECT sample, target FROM hit EXCEPT
		SELECT sample, target FROM fuzzy) x)) r;
EOF
