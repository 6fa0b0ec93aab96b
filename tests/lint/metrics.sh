#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Metrics: what pypiwatch-web writes, its table of types, docs/operations.md
# and what rules and dashboard ask for are the same names.
set -eu
cd "${top_srcdir:-.}"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
bad=0
names() { grep -oE "$1" | grep -oE 'pypiwatch_[a-z0-9_]+' | sort -u; }

{
	sed -n '/VIEW pypiwatch_web.metrics/,$p' sql/web.sql |
	    grep -oE "'pypiwatch_[a-z0-9_]+'"
	tr '\n' ' ' < lib/web/site.c |
	    grep -oE 'metrics_add\(&w, "pypiwatch_[a-z0-9_]+"'
} | names '.*' > "$work/written"
sed -n '/known\[\] = {/,/^};/p' lib/web/metrics.c | tr '\n' ' ' |
    grep -oE '"pypiwatch_[a-z0-9_]+", "(gauge|counter)"' |
    sed 's/"\(.*\)", "\(.*\)"/\1 \2/' | sort > "$work/types"
grep -oE '^\| `pypiwatch_[a-z0-9_]+` \| (gauge|counter) \|' docs/operations.md |
    sed 's/^| `\(.*\)` | \(.*\) |$/\1 \2/' > "$work/listed"
[ -s "$work/written" ] || { echo "no metrics found"; bad=1; }
cut -d ' ' -f 1 "$work/types" | diff -u --label lib/web/metrics.c \
    --label "what is written" - "$work/written" || bad=1
diff -u --label docs/operations.md --label lib/web/metrics.c \
    "$work/listed" "$work/types" || bad=1
# Counters, and only they, end in _total (Prometheus).
awk '($1 ~ /_total$/) != ($2 == "counter") { print $1 " is a " $2; bad = 1 }
    END { exit bad }' "$work/types" || bad=1
cat etc/monitoring/*.yml etc/monitoring/*.json |
    grep -oE 'pypiwatch_[a-z0-9_]+' | sort -u |
    comm -23 - "$work/written" > "$work/unknown"
[ ! -s "$work/unknown" ] || {
	echo "etc/monitoring asks for what is not there:"
	cat "$work/unknown"
	bad=1
}
exit $bad
