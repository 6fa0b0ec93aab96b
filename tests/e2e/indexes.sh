#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# indexes.sh: a private index without serials behind a password, and a mirror
# with serials behind a token, are followed beside the main index, which has
# projects of the same names.
# shellcheck source=tests/e2e/harness.sh
. "${top_srcdir:-.}/tests/e2e/harness.sh"

# aside NAME OPTION...: one more simindex; its pid and URL in NAME_pid, NAME_url
others=''
aside() {
	aside_name=$1
	shift
	"$top_builddir/simindex" --port-file "$work/$aside_name.port" "$@" \
	    > /dev/null 2>> "$work/index.log" &
	others="$others $!"
	eval "${aside_name}_pid=$!"
	wait_for 20 "index $aside_name" test -s "$work/$aside_name.port"
	eval "${aside_name}_url=http://127.0.0.1:$(cat "$work/$aside_name.port")"
}
# shellcheck disable=SC2086
trap 'code=$?; kill $others 2> /dev/null; set +e; (exit $code); e2e_end' EXIT

# to NAME LINE...: lines for one of them
to() {
	eval "to_url=\$${1}_url"
	shift
	printf '%s\n' "$@" | curl -fsS --max-time 60 --data-binary @- \
	    "$to_url/_control" > /dev/null || fail "$to_url refused: $*"
}

files() {
	sql "SELECT coalesce(string_agg(index || ':' || filename || ':' ||
	    outcome, ' ' ORDER BY index, filename), '') FROM analyst.files
	    WHERE $1"
}

password='analyst:p4ss-w0rd-7c1' token='tok-9f27aa31'
(umask 077
    echo "$password" > "$work/corp.auth"
    echo "$token" > "$work/mirror.token"
    echo "analyst:wrong-5d" > "$work/wrong.auth")
aside corp --seed 21 --releases 4 --simple-only \
    --authorization "Basic $(printf %s "$password" | base64)"
aside mirror --seed 22 --releases 4 --authorization "Bearer $token"
indexes="index \"corp\" {
	url = \"$corp_url\"
	basic-auth-file = \"$work/corp.auth\"
	interval = 1 requests-per-second = 100
}
index \"mirror\" {
	url = \"$mirror_url\"
	bearer-file = \"$work/mirror.token\"
	interval = 1 requests-per-second = 100
}"
config_extra=$indexes
cluster_start
index_start --seed 21
receiver_start
config_write
migrate
daemon_start
wait_sql 60 2 "SELECT count(*) FROM pypiwatch.cursor
    WHERE source IN ('simple:corp', 'simple:mirror') AND complete"
check "what stood there is the past" 0 \
    "$(sql "SELECT count(*) FROM analyst.files")"
check "but known" 8 "$(sql "SELECT count(*) FROM pypiwatch.old_file
    WHERE normalized LIKE 'corp/%'")"

# The same project, with the same file names, on three indexes.
tell 'release pycryptoenv'
to corp 'release pycryptoenv'
to mirror 'release pycryptoenv'
wait_sql 120 3 "SELECT count(DISTINCT index) FROM analyst.files
    WHERE project = 'pycryptoenv' AND outcome = 'scanned'"
wait_sql 60 0 "SELECT count(*) FROM analyst.files WHERE outcome IS NULL"
check "three projects of one name" \
    "corp/pycryptoenv mirror/pycryptoenv pycryptoenv" \
    "$(sql "SELECT string_agg(normalized, ' ' ORDER BY normalized)
    FROM analyst.releases")"
check "a detection each" "corp mirror pypi" "$(sql "SELECT string_agg(index,
    ' ' ORDER BY index) FROM analyst.detections
    WHERE project = 'pycryptoenv' AND severity = 'critical'")"
check "told which" "corp - mirror - pypi https://pypi.org/project/pycryptoenv/1.0.7/" \
    "$(sql "SELECT string_agg((payload#>>'{data,index}') || ' ' ||
    coalesce(payload#>>'{data,links,pypi}', '-'), ' '
    ORDER BY payload#>>'{data,index}') FROM analyst.alerts
    WHERE type = 'detection.opened'")"

# Commands tell them apart.
run() {
	"$top_builddir/pypiwatch" -c "$work/pypiwatch.conf" "$@" 2>&1 || :
}
check "of that name" 3 "$(run detections --project Pycryptoenv --format json |
    wc -l)"
check "of one index" corp "$(run detections --project corp/PyCryptoEnv \
    --format json | jq -r .index)"
check "no such index" 1 "$(run detections --project x/a |
    grep -c 'no index "x" is configured')"
check "status where" 1 "$(run detections --project mirror/pycryptoenv |
    grep -c 'live on mirror')"
check "a note" 1 "$(run show "$(sql "SELECT id FROM analyst.detections
    WHERE index = 'corp'")" | grep -c '^On corp it is still there;')"
check "looked at again" 1 "$(run rescan --project corp/pycryptoenv --wait |
    grep -c 'is done: 2 of 2 files')"

# What happens on each is seen there and nowhere else.
for name in corp mirror; do
	to $name 'release ordinary 2' 'release changed-bytes'
	wait_sql 120 "scanned scanned" "SELECT string_agg(outcome, ' ')
	    FROM (SELECT outcome FROM analyst.files WHERE index = '$name'
	    AND normalized LIKE '%/shiftingsand') f"
	to $name 'yank pycryptoenv 1.0.7'
	wait_sql 60 yanked "SELECT status FROM analyst.releases
	    WHERE normalized = '$name/pycryptoenv'"
	# Other bytes get no serial, so only who reads every page sees them.
	[ $name = mirror ] || {
		to $name 'change-bytes shiftingsand'
		wait_sql 60 t "SELECT bool_or(changed_bytes)
		    FROM pypiwatch.upload
		    WHERE normalized = '$name/shiftingsand'"
	}
	to $name 'remove release pycryptoenv 1.0.7'
	wait_sql 60 removed "SELECT status FROM analyst.releases
	    WHERE normalized = '$name/pycryptoenv'"
	to $name 'remove project shiftingsand'
	wait_sql 60 removed "SELECT status FROM pypiwatch.project
	    WHERE normalized = '$name/shiftingsand'"
done
check "not on the main one" "live" "$(sql "SELECT status FROM analyst.releases
    WHERE normalized = 'pycryptoenv'")"

# While nobody looks, and then with the wrong password.
daemon_stop
to corp 'release setup-downloader'
sed -i "s/corp.auth/wrong.auth/" "$work/pypiwatch.conf"
daemon_start
wait_sql 60 t "SELECT count(*) = 1 FROM pypiwatch.source_health
    WHERE source = 'simple:corp' AND NOT ok AND why LIKE '%401%'"
check "nothing without the password" 0 "$(sql "SELECT count(*)
    FROM analyst.files WHERE normalized = 'corp/colorfade-tools'")"
daemon_stop
sed -i "s/wrong.auth/corp.auth/" "$work/pypiwatch.conf"
daemon_start
wait_sql 120 t "SELECT bool_and(outcome = 'scanned') FROM analyst.files
    WHERE normalized = 'corp/colorfade-tools'"
wait_sql 60 0 "SELECT count(*) FROM analyst.files WHERE outcome IS NULL"

# Everything that stands there, asked for.
check "the old ones were left alone" 0 "$(sql "SELECT count(*) FROM
    analyst.files f JOIN pypiwatch.old_file o USING (normalized, filename)")"
old=$(sql "SELECT string_agg(quote_literal(filename), ',')
    FROM pypiwatch.old_file WHERE normalized LIKE 'corp/%'")
daemon_stop
config_extra="$(printf '%s' "$indexes" |
    sed 's/interval = 1 /interval = 1 scan-existing = yes /')"
config_write
daemon_start
wait_sql 120 8 "SELECT count(*) FROM analyst.files WHERE index = 'corp'
    AND outcome = 'scanned' AND filename IN ($old)"

for secret in "$password" "$(printf %s "$password" | base64)" "$token" \
    p4ss-w0rd wrong-5d; do
	! grep -qF "$secret" "$work/daemon.log" || fail "a secret in the log"
	check "a secret in the database" 0 "$("$cluster_pg/pg_dump" |
	    grep -cF "$secret")"
done
check "dead files" "" "$(files "outcome IN ('dead', 'gone')")"
check_invariants
daemon_stop
e2e_done
