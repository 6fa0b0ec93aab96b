#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# retention_large.sh [ROWS]: so many events over fourteen months, of which the
# oldest are dropped while events are stored.  Prints how long each part takes
# and how long storing waited; nothing is asserted about time.  Then the same
# while an analyst's query reads all months.
. "$(dirname "$0")/setup.sh"
rows=${1:-3000000}
schema_apply
bad=0
tmp=$cluster_dir.files
mkdir "$tmp"
trap 'kill $bench 2> /dev/null || :; cluster_end; rm -rf "$tmp"' EXIT
bench=''
is() {
	got=$(sql -F ' ' -c "$2")
	[ "$got" = "$1" ] || {
		echo "FAIL: '$got', not '$1': $2"
		bad=1
	}
}

echo "making $rows events over 14 months"
sql -c "SELECT pypiwatch.month_make('event', 'seen_at',
    pypiwatch.month_after(date_trunc('month', now(), 'UTC'), -n))
    FROM generate_series(0, 14) n" > /dev/null
sql -c "UPDATE pypiwatch.poll_lease SET epoch = 1" \
    -c "CREATE SEQUENCE public.serial START $((rows + 1))" \
    -c "CREATE TABLE public.took (ms double precision, said jsonb)" \
    -c "GRANT ALL ON public.took TO pypiwatch"
sql -f - << SQL
INSERT INTO pypiwatch.event (serial, kind, project, normalized, version,
    filename, actor, action, at, seen_at)
    SELECT n, 'add file', 'project-' || n % 50000, 'project-' || n % 50000,
	'1.' || n % 97, 'project-' || n % 50000 || '-1.' || n % 97 ||
	'.tar.gz', 'somebody', 'add source file', x.at, x.at
    FROM generate_series(1, $rows) n, LATERAL (SELECT
	pypiwatch.month_after(date_trunc('month', now(), 'UTC'), -14)
	+ (now() - pypiwatch.month_after(date_trunc('month', now(), 'UTC'),
	    -14)) * (n::double precision / $rows) AS at) x;
INSERT INTO pypiwatch.sighting (source, key, event_id, seen_at)
    SELECT 'changelog', serial, id, seen_at FROM pypiwatch.event;
VACUUM ANALYZE;
SQL
sql -c "SELECT '  ' || count(*) || ' months, ' || pg_size_pretty(
    sum(pg_total_relation_size(i.inhrelid))) || ' and sightings of ' ||
    pg_size_pretty(pg_total_relation_size('pypiwatch.sighting'))
    FROM pg_inherits i WHERE i.inhparent = 'pypiwatch.event'::regclass"

# What waited for a lock longer than that, whatever else the machine does.
sql -c "ALTER SYSTEM SET log_lock_waits = on" \
    -c "ALTER SYSTEM SET deadlock_timeout = '10ms'" \
    -c "ALTER SYSTEM SET log_line_prefix = '%a '" \
    -c "SELECT pg_reload_conf()" > /dev/null
# locks: waits of storing since the last call
locks_from=0
locks() {
	locks_to=$(wc -l < "$cluster_dir/data/server.log")
	sed -n "$((locks_from + 1)),${locks_to}p" "$cluster_dir/data/server.log" |
	    sed -n 's/^pgbench .* acquired .* after \([0-9.]*\) ms.*/\1/p' |
	    sort -n | awk '{ v[NR] = $1 } END { printf "    %d of them waited" \
		" more than 10 ms for a lock, the longest %.1f ms\n", NR,
		v[NR] }'
	locks_from=$locks_to
}

# One event at a time, fifty a second, as poll does at its busiest.
cat > "$tmp/store.sql" << 'SQL'
SELECT pypiwatch.events_store('changelog', 1, NULL, false, now(),
    jsonb_build_array(jsonb_build_object('n', 0, 'kind', 'create', 'project',
    'new-' || s, 'serial', s, 'key', s::text, 'at_us', 1)))
FROM nextval('public.serial') s;
SQL
# stored NAME SECONDS: until then or until bench_stop
stored() {
	# shellcheck disable=SC2086
	(cd "$tmp" && rm -f "$1".[0-9]* && exec "$cluster_pg/pgbench" -n -c 1 \
	    -R 50 -T "$2" -l --log-prefix="$1" -f store.sql > "$1.out" 2>&1) &
	bench=$!
	sleep 3		# past what a first call costs
}
# waits NAME: of all that was stored meanwhile, with what it waited for its turn
waits() {
	cat "$tmp/$1".[0-9]* | awk '$2 > 100 { print $3 / 1000 }' | sort -n |
	    awk -v name="$1" '{ v[NR] = $1 } END { printf "  storing, %-24s %6d" \
		" times: median %.1f, 99 of 100 within %.1f, longest %.1f ms\n",
		name ":", NR, v[int((NR + 1) / 2)], v[int(NR * 0.99)], v[NR] }'
	locks
}
# months DAYS: all there is to do, as the daemon's role
months() {
	sql -c "SET ROLE pypiwatch" -c "DO \$\$
	DECLARE
		began timestamptz;
		r jsonb;
	BEGIN
		FOR i IN 1 .. 100000 LOOP
			began := clock_timestamp();
			r := pypiwatch.retention_run($1 * 86400, 0, 0);
			COMMIT;
			INSERT INTO public.took VALUES (1000 * extract(epoch
			    FROM clock_timestamp() - began), r);
			COMMIT;
			EXIT WHEN NOT (r->>'more')::boolean;
		END LOOP;
	END \$\$"
}

stored alone 10
wait $bench
waits alone

stored 'months are dropped' 3600
months 365
kill -s ALRM $bench	# its time is over
wait $bench || :
bench=''
waits 'months are dropped'
sql -c "SELECT format('  %s pieces of work: median %s, longest %s ms', count(*),
    round(percentile_cont(0.5) WITHIN GROUP (ORDER BY ms)::numeric, 1),
    round(max(ms)::numeric, 1)) FROM public.took
    WHERE said->'did' = '[]'" -c "SELECT format('  %s: %s ms',
    CASE WHEN said->>'did' LIKE '%made%' THEN 'made ' ||
    jsonb_array_length(said->'did') || ' tables' ELSE said->'did'->>0 END,
    round(ms::numeric, 1)) FROM public.took WHERE said->'did' <> '[]'"

# Nothing is forgotten: what was dropped stays stored once.
is t "SELECT count(*) >= 2 FROM public.took WHERE said->>'did' LIKE '%dropped%'"
is 0 "SELECT count(*) FROM pypiwatch.event
    WHERE seen_at < date_trunc('month', now() - interval '365 days', 'UTC')"
is t "SELECT sum(last - first + 1) + (SELECT count(*)
    FROM pypiwatch.sighting) >= $rows FROM pypiwatch.sighting_range"
is 0 "SELECT pypiwatch.events_store('changelog', 1, NULL, false, now(),
    '[{\"n\":0,\"kind\":\"create\",\"project\":\"a\",\"serial\":7,
    \"at_us\":1,\"key\":\"7\"}]')"
is 0 "SELECT count(*) FROM (SELECT FROM pypiwatch.event GROUP BY serial
    HAVING count(*) > 1) d"

# Somebody reads all months for half a minute: dropping waits for it, and must
# not make storing wait too.
sql -c "DELETE FROM public.took"
sql -c "BEGIN" -c "SELECT count(*) FROM pypiwatch.event" \
    -c "SELECT pg_sleep(30)" -c "COMMIT" > /dev/null &
reader=$!
stored 'while somebody reads' 3600
tries=0
while kill -0 $reader 2> /dev/null; do
	months 334
	tries=$((tries + 1))
	sleep 1
done
kill -s ALRM $bench	# its time is over
wait $bench || :
bench=''
waits 'while somebody reads'
sql -c "SELECT format('  %s times: %s', count(*), said->>'why')
    FROM public.took WHERE said->>'why' IS NOT NULL GROUP BY said->>'why'"
months 334
is t "SELECT count(*) >= 1 FROM public.took
    WHERE said->>'did' LIKE '%dropped%'"
exit $bad
