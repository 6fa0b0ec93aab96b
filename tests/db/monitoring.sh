#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The alert rules and the dashboard against a real Prometheus that scrapes the
# real pypiwatch-web: every query is understood and every metric it names is
# there.
. "$(dirname "$0")/setup.sh"
# shellcheck source=tests/db/web_start.sh
. "$top_srcdir/tests/db/web_start.sh"
for tool in promtool prometheus; do
	command -v $tool > /dev/null || { echo "$tool is missing"; exit 77; }
done
etc=$top_srcdir/etc/monitoring
promtool check rules "$etc/pypiwatch-alerts.yml"
(cd "$etc" && promtool test rules pypiwatch-alerts.test.yml)

schema_apply
sql > /dev/null <<'SQL'
INSERT INTO pypiwatch.source_health (source, ok, last_ok_at)
    VALUES ('changelog', true, now()), ('rss', true, now());
INSERT INTO pypiwatch.cursor (source, serial, begin_serial, epoch)
    VALUES ('changelog', 7, 1, 1);
INSERT INTO pypiwatch.coverage (source, period, items)
    VALUES ('changelog', date_trunc('hour', now()), 5);
INSERT INTO pypiwatch.sink (name, type, min_severity, enabled)
    VALUES ('soc', 'webhook', 'high', true);
SQL
work=$(mktemp -d)
port=$((20000 + $$ % 20000)) prometheus_port=$((40000 + $$ % 20000))
web_start "$work" "$port"
cat > "$work/prometheus.yml" <<CONF
global: {scrape_interval: 1s, evaluation_interval: 1s}
rule_files: ["$etc/pypiwatch-alerts.yml"]
scrape_configs:
  - job_name: pypiwatch
    static_configs: [{targets: ["127.0.0.1:$port"]}]
CONF
prometheus --config.file="$work/prometheus.yml" \
    --storage.tsdb.path="$work/data" --log.level=warn \
    --web.listen-address="127.0.0.1:$prometheus_port" 2> "$work/prom.log" &
prometheus_pid=$!
trap 'kill $prometheus_pid $standin; rm -rf "$work"; cluster_end' EXIT

bad=0
ask() {	# ask QUERY: how many series answer
	curl -s --data-urlencode "query=$1" \
	    "http://127.0.0.1:$prometheus_port/api/v1/query" |
	    jq -r 'if .status == "success" then .data.result | length else .error end'
}
web_wait "http://127.0.0.1:$port"
for _ in $(seq 100); do
	[ "$(ask pypiwatch_database_up)" = 1 ] && break
	sleep 0.3
done

# A rate needs two scrapes; what cannot have an answer yet must be understood.
jq -r '.panels[].targets[].expr' "$etc/pypiwatch-grafana.json" > "$work/queries"
while read -r query; do
	for _ in $(seq 20); do
		answer=$(ask "$query")
		[ "$answer" = 0 ] || break
		sleep 0.3
	done
	case $answer in
	''|0|*[!0-9]*)
		echo "dashboard: $query: $answer"
		bad=1 ;;
	esac
done < "$work/queries"
[ -s "$work/queries" ] || bad=1

# Every metric that a rule names is one that pypiwatch-web exports.
curl -s "http://127.0.0.1:$port/metrics" > "$work/metrics"
for metric in $(grep -o 'pypiwatch_[a-z0-9_]*' "$etc/pypiwatch-alerts.yml" | sort -u); do
	grep -q "^$metric" "$work/metrics" || {
		echo "alerts: $metric is not exported"
		bad=1
	}
done
exit $bad
