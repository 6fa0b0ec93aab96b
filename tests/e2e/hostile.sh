#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Every kind of hostile package that the index knows reaches the severity that
# it should; ordinary ones raise no alert.  Prints the table.
# shellcheck source=tests/e2e/harness.sh
. "${top_srcdir:-.}/tests/e2e/harness.sh"
e2e_start

tell 'release ordinary 30' 'release hostile'
wait_quiet 300
"$top_builddir/simindex" --list-hostile > "$work/kinds"
while IFS='	' read -r kind name version least most words after about; do
	case $after in
	late-wheel)	tell "late-wheel $name" ;;
	change-bytes)	tell "change-bytes $name" ;;
	esac
done < "$work/kinds"
wait_quiet 60 || e2e_failed=1

rank() {
	case $1 in
	none) echo 0 ;; low) echo 1 ;; medium) echo 2 ;; high) echo 3 ;;
	critical) echo 4 ;; *) echo -1 ;;
	esac
}
reached=0 all=0
while IFS='	' read -r kind name version least most words after about; do
	got=$(sql "SELECT coalesce(pypiwatch.severity_of(max(score)), '-')
	    FROM analyst.files WHERE normalized = '$name'
	    AND version = '$version'")
	said=$(sql "SELECT string_agg(DISTINCT rule, ' ' ORDER BY rule)
	    FROM analyst.findings WHERE normalized = '$name'")
	verdict=ok
	[ "$(rank "$got")" -ge "$(rank "$least")" ] || verdict=LOW
	[ "$most" = - ] || [ "$(rank "$got")" -le "$(rank "$most")" ] ||
	    verdict=HIGH
	all=$((all + 1))
	[ $verdict != ok ] || reached=$((reached + 1))
	[ $verdict = ok ] || e2e_failed=1
	printf '%-4s %-22s least %-8s got %-8s %s\n' "$verdict" "$kind" \
	    "$least" "$got" "$said"
done < "$work/kinds"
echo "$reached of $all kinds reach their severity"
sql "SELECT project || ' ' || version || ' ' || score || ' ' || reasons
    FROM analyst.detections d WHERE NOT EXISTS (SELECT FROM (VALUES
    $(cut -f 2 "$work/kinds" | sed "s/.*/('&')/" | paste -sd , -)) k (n)
    WHERE k.n = d.project)" > "$work/false"
check "ordinary releases that alert" "" "$(cat "$work/false")"
check_invariants
daemon_stop
e2e_done
