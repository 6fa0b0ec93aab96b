# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh
#
# harness.sh - the whole of pypiwatch against a private PostgreSQL, the
# simulated index and a receiver of alerts.  Source it, then:
#
#	index_start [OPTION...]	starts simindex
#	receiver_start		starts simreceiver: a webhook and a Slack
#	config_write		writes $work/pypiwatch.conf; what is in
#				$config_pypi and $config_daemon goes to those
#				sections, $config_extra to its end
#	sources_only SOURCE	changelog, rss or simple: follow with it alone
#	daemon_start		starts pypiwatchd and waits until it follows
#				by $followed_by
#	daemon_stop [SIGNAL]	ends it and waits for its end
#	tell LINE...		lines for the index, as of a scenario
#	receiver_tell LINE	a line for the receiver
#	sql QUERY		asks the database
#	wait_sql SECONDS WANT QUERY	until the answer is WANT
#	wait_quiet SECONDS	until the index and the database agree and no
#				file is without an outcome
#	check NAME WANT GOT	notes a failure
#	events_table NAME	a line: events served, stored, missing, twice
#
# All waiting asks again and again up to a bound; nothing is asserted about
# how long things take.  Everything ends with the script.
set -eu
top_srcdir=${top_srcdir:-$(cd "$(dirname "$0")/../.." && pwd)}
top_builddir=${top_builddir:-$PWD}
for tool in curl jq; do
	command -v $tool > /dev/null || { echo "$tool is missing"; exit 77; }
done
[ -x "$top_builddir/simindex" ] || { echo "no build in $top_builddir"; exit 1; }
# shellcheck source=tests/cluster.sh
. "$top_srcdir/tests/cluster.sh"

e2e_failed=0
index_pid='' receiver_pid='' daemon_pid=''
test_address=127.0.0.1
config_extra='' config_pypi='' config_daemon='' followed_by=changelog
work=$(mktemp -d "${TMPDIR:-/tmp}/pypiwatch-e2e.XXXXXX")
chmod 755 "$work"

e2e_end() {
	code=$?
	trap - EXIT INT TERM HUP
	[ -z "$daemon_pid" ] || daemon_stop KILL
	# shellcheck disable=SC2086
	kill $index_pid $receiver_pid 2> /dev/null || :
	if [ $code != 0 ] && [ $code != 77 ] && [ -s "$work/daemon.log" ]; then
		echo "--- end of the daemon's log"
		tail -n 60 "$work/daemon.log"
	fi
	cluster_end
	if [ -n "${E2E_KEEP:-}" ]; then
		echo "kept: $work"
	else
		rm -rf "$work"
	fi
	exit $code
}
trap e2e_end EXIT
trap 'exit 1' INT TERM HUP

e2e_done() {
	exit $e2e_failed
}

check() {
	if [ "$2" != "$3" ]; then
		echo "FAIL: $1: wanted '$2', got '$3'"
		e2e_failed=1
	fi
}

fail() {
	echo "FAIL: $*"
	exit 1
}

# wait_for SECONDS WHAT COMMAND...: until the command succeeds.
wait_for() {
	wait_until=$(($(date +%s) + $1))
	wait_what=$2
	shift 2
	until "$@"; do
		if [ "$(date +%s)" -ge "$wait_until" ]; then
			echo "waited too long for $wait_what"
			return 1
		fi
		sleep 0.2
	done
}

index_start() {
	rm -f "$work/index.port"
	"$top_builddir/simindex" --port-file "$work/index.port" \
	    --address "$test_address" "$@" \
	    > /dev/null 2>> "$work/index.log" &
	index_pid=$!
	wait_for 20 "the index" test -s "$work/index.port"
	index_url=http://$test_address:$(cat "$work/index.port")
}

receiver_start() {
	rm -f "$work/receiver.port"
	printf 'whsec_%s\n' AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE= \
	    > "$work/secret"
	chmod 600 "$work/secret"
	"$top_builddir/simreceiver" --port-file "$work/receiver.port" \
	    --address "$test_address" --log "$work/received" --secret-file "$work/secret" \
	    > /dev/null 2>> "$work/receiver.log" &
	receiver_pid=$!
	wait_for 20 "the receiver" test -s "$work/receiver.port"
	receiver_url=http://$test_address:$(cat "$work/receiver.port")
	echo "$receiver_url/hook" > "$work/hook.url"
	echo "$receiver_url/slack" > "$work/slack.url"
	chmod 600 "$work/hook.url" "$work/slack.url"
}

config_write() {
	echo acme-internal-billing > "$work/protected"
	cat > "$work/pypiwatch.conf" <<CONF
database { conninfo = "$cluster_conninfo" }
pypi {
	url = "$index_url"
	files-url = "$index_url/"
	contact = "ops@example.invalid"
	changelog-interval = 1
	rss-interval = 1
	requests-per-second = 100
	timeout = 5
	simple-interval = 1
$config_pypi
}
rules { directory = "$top_srcdir/etc/rules" local-directory = "" }
judge { weights-file = "$top_srcdir/etc/weights.conf" }
lookalike {
	popular-names-file = "$top_srcdir/etc/popular-names.txt"
	protected-names-file = "$work/protected"
}
daemon { sandbox-required = no $config_daemon }
CONF
	[ -e "$top_srcdir/etc/popular-names.txt" ] ||
	    sed -i '/popular-names-file/d' "$work/pypiwatch.conf"
	[ -z "$receiver_pid" ] || cat >> "$work/pypiwatch.conf" <<CONF
sink "hook" {
	type = "webhook"
	url-file = "$work/hook.url"
	secret-file = "$work/secret"
	min-severity = "low"
	# Tests count messages.
	campaigns = apart
	allow-private = true
}
sink "chat" {
	type = "slack"
	url-file = "$work/slack.url"
	min-severity = "high"
	campaigns = apart
	rate = 0
	allow-private = true
}
CONF
	printf '%s\n' "$config_extra" >> "$work/pypiwatch.conf"
}

# The database's owner is the superuser of a cluster made for this test.
migrate() {
	"$top_builddir/pypiwatch" -c "$work/pypiwatch.conf" migrate \
	    --sql "$top_srcdir/sql" > "$work/migrate.log" 2>&1 || {
		cat "$work/migrate.log"
		fail "migrate"
	}
}

daemon_start() {
	"$top_builddir/pypiwatchd" -c "$work/pypiwatch.conf" \
	    >> "$work/daemon.log" 2>&1 &
	daemon_pid=$!
	if [ "$followed_by" = rss ]; then
		follows="SELECT count(*) = 2 FROM pypiwatch.source_health
		    WHERE source LIKE 'rss%' AND ok"
	else
		follows="SELECT count(*) > 0 FROM pypiwatch.cursor
		    WHERE source = '$followed_by'"
	fi
	wait_sql 30 t "$follows" || fail "the daemon does not follow"
}

sources_only() {
	followed_by=$1
	case $1 in
	changelog) config_pypi='rss = no simple = no' ;;
	rss) config_pypi='changelog = no simple = no' ;;
	simple) config_pypi='changelog = no rss = no simple = yes' ;;
	*) fail "no source $1" ;;
	esac
}

daemon_stop() {
	kill -s "${1:-TERM}" "$daemon_pid" 2> /dev/null || :
	wait "$daemon_pid" 2> /dev/null || :
	daemon_pid=
}

tell() {
	printf '%s\n' "$@" | curl -fsS --max-time 60 --data-binary @- \
	    "$index_url/_control" > /dev/null || fail "index refused: $*"
}

receiver_tell() {
	curl -fsS --max-time 20 --data "$1" "$receiver_url/_control" \
	    > /dev/null || fail "receiver refused: $1"
}

sql() {
	"$cluster_pg/psql" -X -q -A -t -v ON_ERROR_STOP=1 -c "$1"
}

sql_is() {
	[ "$(sql "$2" 2> /dev/null)" = "$1" ]
}

wait_sql() {
	wait_for "$1" "'$2' of: $3" sql_is "$2" "$3"
}

# What the index published after serial $1, one line each: kind, project,
# version, file, time.
history() {
	jq -r --argjson from "$1" '
	def kind: if test("^add [^ ]+ file ") then "add file"
	    elif startswith("remove file ") then "remove file"
	    elif test("^add (Owner|Maintainer) ") then "add role"
	    elif test("^remove (Owner|Maintainer) ") then "remove role"
	    elif IN("create", "new release", "remove release",
		"remove project", "yank release", "unyank release",
		"project quarantined", "project quarantine cleared") then .
	    else "project changed" end;
	def file: if test("^add [^ ]+ file |^remove file ")
	    then split(" file ")[-1] else "" end;
	.events[] | select(.serial > $from) | [(.action | kind),
	    (.name | ascii_downcase | gsub("[-_.]+"; "-")), .version // "",
	    (.action | file), (.at_us / 1000000 | tostring)] | @tsv' \
	    "$work/ledger" | LC_ALL=C sort
}

# Kinds of events that the sources of this run show.
kinds_shown() {
	case $followed_by in
	rss) printf '%s\n' create 'new release' ;;
	simple*) printf '%s\n' create 'new release' 'add file' \
	    'remove file' 'remove release' 'remove project' 'yank release' \
	    'unyank release' 'project quarantined' \
	    'project quarantine cleared' ;;
	esac
}

# Events by serial; by what they say where the source has no serials.
ledger_events() {
	if [ "$followed_by" = changelog ]; then
		jq -r --argjson from "$1" \
		    '.events[] | select(.serial > $from) | .serial' \
		    "$work/ledger" | LC_ALL=C sort > "$work/events.served"
		sql "SELECT DISTINCT serial FROM pypiwatch.event
		    WHERE serial > $1" | LC_ALL=C sort > "$work/events.stored"
		return
	fi
	kinds_shown > "$work/kinds"
	history "$1" | awk -F'\t' 'FILENAME == ARGV[1] { shown[$1] = 1; next }
	    $1 in shown { print $1 FS $2 FS $3 FS $4 }' "$work/kinds" - |
	    LC_ALL=C sort -u > "$work/events.served"
	sql "COPY (SELECT kind, normalized, coalesce(version, ''),
	    coalesce(filename, '') FROM pypiwatch.event) TO STDOUT" |
	    LC_ALL=C sort -u > "$work/events.all"
	LC_ALL=C comm -12 "$work/events.served" "$work/events.all" \
	    > "$work/events.stored"
}

# What the index published since the daemon began, and what is stored.
ledger() {
	curl -fsS --max-time 60 "$index_url/_ledger" > "$work/ledger"
	ledger_events "${1:-0}"
	jq -r --argjson from "${1:-0}" '.files[] | select(.serial > $from and
	    .ended == 0) | "\(.project) \(.filename) \(.sha256)"' \
	    "$work/ledger" | LC_ALL=C sort > "$work/files.served"
	sql "SELECT normalized || ' ' || filename || ' ' || sha256
	    FROM pypiwatch.upload WHERE outcome IN ('scanned', 'partial',
	    'unscannable')" | LC_ALL=C sort > "$work/files.all"
	LC_ALL=C comm -12 "$work/files.served" "$work/files.all" \
	    > "$work/files.stored"
	LC_ALL=C comm -23 "$work/events.served" "$work/events.stored" \
	    > "$work/events.missing"
	LC_ALL=C comm -23 "$work/files.served" "$work/files.stored" \
	    > "$work/files.missing"
}

quiet() {
	ledger "${quiet_from:-0}" 2> /dev/null &&
	    [ ! -s "$work/events.missing" ] && [ ! -s "$work/files.missing" ] &&
	    sql_is 0 "SELECT (SELECT count(*) FROM pypiwatch.upload
		WHERE outcome IS NULL) + (SELECT count(*)
		FROM pypiwatch.resolve)"
}

wait_quiet() {
	wait_for "$1" "the database to agree with the index" quiet || {
		echo "events missing: $(wc -l < "$work/events.missing")"
		echo "files missing: $(wc -l < "$work/files.missing")"
		head -n 5 "$work/files.missing"
		sql "SELECT state, outcome, count(*), min(why)
		    FROM pypiwatch.upload GROUP BY 1, 2" || :
		return 1
	}
}

# From here on what the index publishes is asked for.
mark() {
	quiet_from=$(curl -fsS "$index_url/_ledger" | jq .serial)
}

events_twice() {
	sql "SELECT count(*) FROM (SELECT FROM pypiwatch.event
	    WHERE serial IS NOT NULL OR ('$followed_by' <> 'changelog'
	    AND kind IN ('create', 'new release', 'add file')) GROUP BY serial, CASE WHEN serial IS NULL
	    THEN concat_ws(' ', kind, normalized, version, filename) END
	    HAVING count(*) > 1) d"
}

# name, events served, stored, missing, stored twice; files likewise
events_table() {
	ledger "${quiet_from:-0}"
	printf '%-28s %7d %7d %7d %7d   %7d %7d %7d\n' "$1" \
	    "$(wc -l < "$work/events.served")" \
	    "$(wc -l < "$work/events.stored")" \
	    "$(wc -l < "$work/events.missing")" \
	    "$(events_twice)" \
	    "$(wc -l < "$work/files.served")" \
	    "$(wc -l < "$work/files.stored")" \
	    "$(wc -l < "$work/files.missing")"
}

# Every invariant that holds at rest, whatever happened before; resent_most is
# how many deliveries may have lost their answer.
resent_most=0
check_invariants() {
	check "events stored twice" 0 "$(events_twice)"
	check "files twice" 0 "$(sql "SELECT count(*) FROM (SELECT
	    FROM pypiwatch.upload GROUP BY normalized, filename
	    HAVING count(*) > 1) d")"
	check "tasks left" 0 "$(sql "SELECT count(*) FROM pypiwatch.task")"
	# A chat takes about one message a second.
	wait_sql 180 0 "SELECT count(*) FROM pypiwatch.delivery
	    WHERE state NOT IN ('delivered', 'dead')" || e2e_failed=1
	[ -z "$receiver_pid" ] || {
		curl -fsS "$receiver_url/_stats" > "$work/stats"
		resent=$(jq '[.acknowledged | to_entries[] |
		    select(.value > 1 and (.key | startswith("slack:") |
		    not))] | length' "$work/stats")
		echo "ids acknowledged twice: $resent, at most $resent_most"
		[ "$resent" -le "$resent_most" ] || {
			echo "FAIL: ids acknowledged twice"
			e2e_failed=1
		}
		check "bad signatures" 0 "$(jq .bad_signatures "$work/stats")"
	}
}

e2e_start() {
	cluster_start
	index_start "$@"
	receiver_start
	config_write
	migrate
	daemon_start
	mark
}
