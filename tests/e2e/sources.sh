#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# sources.sh [RELEASES [SOURCE...]]: each source alone follows so many
# releases, with late files, removals, yanks and bursts among them, and loses
# what analyst.coverage and analyst.gaps say it may lose, and nothing else.
# SOURCE is changelog, rss or simple; all three by default.
# shellcheck source=tests/e2e/harness.sh
. "${top_srcdir:-.}/tests/e2e/harness.sh"
releases=${1:-${SOURCES_RELEASES:-130}}
[ $# -eq 0 ] || shift
[ $# -gt 0 ] || set -- changelog rss simple

history_served() {
	curl -fsS --max-time 60 "$index_url/_ledger" > "$work/ledger"
	history "$quiet_from" > "$work/history"
}

# Served, stored, missing of one kind; the missing ones that lie within a gap
# that nobody filled; and any others, of which there may be none.
judge() {
	kind=$1
	shown=$(sql "SELECT bool_or('$kind' = ANY (shows))
	    FROM analyst.coverage")
	awk -F'\t' -v kind="$kind" '$1 == kind' "$work/history" \
	    > "$work/served"
	sql "COPY (SELECT kind, normalized, coalesce(version, ''),
	    coalesce(filename, '') FROM analyst.events) TO STDOUT" |
	    LC_ALL=C sort -u > "$work/stored"
	awk -F'\t' 'FILENAME == ARGV[1] { have[$1 FS $2 FS $3 FS $4] = 1; next }
	    !($1 FS $2 FS $3 FS $4 in have)' "$work/stored" "$work/served" \
	    > "$work/missing"
	sql "COPY (SELECT coalesce(extract(epoch FROM from_at), 0),
	    extract(epoch FROM to_at) FROM analyst.gaps
	    WHERE repaired_at IS NULL AND '$kind' = ANY
	    (pypiwatch.source_shows(source))) TO STDOUT" > "$work/windows"
	awk -F'\t' 'FILENAME == ARGV[1] { from[NR] = $1; to[NR] = $2; n = NR; next }
	    { for (i = 1; i <= n; i++)
		if ($5 >= from[i] - 1 && $5 <= to[i] + 1) next
	      print }' "$work/windows" "$work/missing" > "$work/others"
	predicted=$(($(wc -l < "$work/missing") - $(wc -l < "$work/others")))
	if [ "$shown" != t ]; then
		predicted=$(wc -l < "$work/missing")
		: > "$work/others"
	fi
	printf '  %-28s %7d %7d %7d %9d %7d%s\n' "$kind" \
	    "$(wc -l < "$work/served")" \
	    "$(($(wc -l < "$work/served") - $(wc -l < "$work/missing")))" \
	    "$(wc -l < "$work/missing")" "$predicted" \
	    "$(wc -l < "$work/others")" \
	    "$([ "$shown" = t ] || echo '  (not shown by it)')"
	check "$kind missing beyond what coverage says" 0 \
	    "$(wc -l < "$work/others")"
}

# Files that stand in the index at the end: each has its verdict, unless its
# release was missed.
judge_files() {
	ledger "$quiet_from"
	jq -r --argjson from "$quiet_from" '.files[] | select(.serial > $from
	    and .ended == 0) | [.project, .filename, .sha256, .version] |
	    @tsv' "$work/ledger" > "$work/listed"
	sql "COPY (SELECT normalized, version FROM analyst.releases) TO
	    STDOUT" > "$work/known"
	awk 'FILENAME == ARGV[1] { gone[$1 " " $2 " " $3] = 1; next }
	    $1 " " $2 " " $3 in gone { print $1 "\t" $4 }' \
	    "$work/files.missing" "$work/listed" |
	    LC_ALL=C sort -u > "$work/unread"
	LC_ALL=C sort "$work/known" | LC_ALL=C comm -12 - "$work/unread" \
	    > "$work/others"
	printf '  %-28s %7d %7d %7d %9d %7d\n' files \
	    "$(wc -l < "$work/files.served")" \
	    "$(($(wc -l < "$work/files.served") -
	    $(wc -l < "$work/files.missing")))" \
	    "$(wc -l < "$work/files.missing")" \
	    "$(wc -l < "$work/files.missing")" "$(wc -l < "$work/others")"
	check "releases known but not whole" 0 "$(wc -l < "$work/others")"
	[ ! -s "$work/others" ] || head -n 5 "$work/others"
}

# Everything that was heard of has an outcome.
settled() {
	sql_is 0 "SELECT (SELECT count(*) FROM pypiwatch.upload
	    WHERE outcome IS NULL) + (SELECT count(*) FROM pypiwatch.resolve)"
}

# The source read the index since, twice.
caught_up() {
	sleep 3
	wait_for 300 "all that was heard of to have an outcome" settled
}

# Steady releases as the feeds can hold them, everything else that happens to
# a release, and one burst that they cannot.
publish() {
	left=$1
	burst=$(($1 / 4 > 120 ? $1 / 4 : 120))	# a feed holds 100
	while [ "$left" -gt "$burst" ]; do
		n=$((left - burst < 15 ? left - burst : 15))
		tell "release ordinary $n"
		left=$((left - n))
		sleep 1.5
	done
	tell 'release late-wheel' 'release pycryptoenv' 'release init-exfil'
	caught_up
	tell 'late-wheel slowrelease'
	history_served
	name=$(jq -r '[.files[] | select(.kind == "ordinary" and
	    .serial > '"$quiet_from"')][0] | "\(.name) \(.version)"' \
	    "$work/ledger")
	tell "yank $name" 'role pycryptoenv add Maintainer mallory'
	caught_up
	tell "unyank $name" 'quarantine pycryptoenv'
	caught_up
	tell 'remove project pycryptoenv' "remove release $name"
	tell "burst $left"
}

follow() {
	sources_only "$1"
	e2e_start --seed 11 --releases 30
	history_served
	publish "$releases"
	caught_up
	# The second look at a release of the feed, whose time has not come yet.
	sql "UPDATE pypiwatch.release SET look_at = '-infinity'
	    WHERE look_at IS NOT NULL AND normalized = 'slowrelease'"
	[ "$1" != rss ] || sleep 12
	caught_up
	history_served
	printf '%-30s %7s %7s %7s %9s %7s\n' "$1 alone, $releases releases" \
	    served stored missing predicted other
	for kind in create 'new release' 'add file' 'remove file' \
	    'remove release' 'remove project' 'yank release' \
	    'unyank release' 'project quarantined' 'add role'; do
		judge "$kind"
	done
	judge_files
	sql "SELECT format('  gap of %s: %s s, %s', source,
	    coalesce(round(extract(epoch FROM to_at - from_at), 1)::text,
	    '?'), why) FROM analyst.gaps ORDER BY to_at"
	[ "$1" != rss ] || check "the burst left a gap" t "$(sql "SELECT
	    count(*) > 0 FROM analyst.gaps
	    WHERE source = 'rss'")"
	[ "$1" = rss ] || check "gaps" 0 "$(sql "SELECT count(*)
	    FROM analyst.gaps")"
	check "verdict of the hostile one" critical "$(sql "SELECT severity
	    FROM analyst.detections WHERE project = 'pycryptoenv'")"
	check_invariants
	daemon_stop
}

for source; do
	# shellcheck disable=SC2086
	kill $index_pid $receiver_pid 2> /dev/null || :
	[ -z "$index_pid" ] || cluster_end
	follow "$source"
done
e2e_done
