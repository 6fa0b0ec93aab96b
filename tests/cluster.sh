# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh
#
# cluster.sh - a private PostgreSQL cluster for a test.  Source it, then:
#
#	cluster_start		starts one, or exits 77 without PostgreSQL;
#				sets cluster_conninfo and exports PGHOST,
#				PGUSER and PGDATABASE (an empty database)
#	cluster_stop		stops the server (fast), keeps the data
#	cluster_again		starts it again
#	cluster_createdb NAME	one more database; prints its conninfo
#	cluster_end		stops it and removes everything
#
# cluster_options, if set, are more options of the server.
#
# Its Unix socket is in a short directory of its own under /tmp (a socket's
# path holds 107 bytes); there is no TCP unless cluster_listen, an address of a
# network of our own, was set before.  The server refuses root, so root
# runs it as user postgres or nobody.  The superuser is `postgres`, and any
# local user may connect as anybody: it is a test's own.

cluster_bin() {
	for dir in ${PYPIWATCH_PG_BIN:+"$PYPIWATCH_PG_BIN"} \
	    /usr/lib/postgresql/*/bin /usr/local/pgsql/bin; do
		[ -x "$dir/initdb" ] && { echo "$dir"; return; }
	done
	dir=$(command -v initdb) && dirname "$dir"
}

cluster_as() {
	if [ "$(id -u)" = 0 ]; then
		(cd / && setpriv --reuid="$cluster_user" \
		    --regid="$(id -g "$cluster_user")" --clear-groups "$@")
	else
		"$@"
	fi
}

cluster_start() {
	cluster_pg=$(cluster_bin)
	if [ -z "$cluster_pg" ]; then
		echo "PostgreSQL is not installed" >&2
		exit 77
	fi
	cluster_user=nobody
	id postgres > /dev/null 2>&1 && cluster_user=postgres
	cluster_dir=$(mktemp -d /tmp/pgw.XXXXXX)
	[ "$(id -u)" = 0 ] && chown "$cluster_user" "$cluster_dir"
	chmod 755 "$cluster_dir"
	if ! cluster_as "$cluster_pg/initdb" -D "$cluster_dir/data" \
	    -U postgres -A trust -E UTF8 --locale=C --no-sync \
	    > "$cluster_dir.log" 2>&1; then
		cat "$cluster_dir.log" >&2
		exit 1
	fi
	mv "$cluster_dir.log" "$cluster_dir/initdb.log"
	[ -z "${cluster_listen:-}" ] ||
	    echo "host all all $cluster_listen/24 trust" \
	    >> "$cluster_dir/data/pg_hba.conf"
	PGHOST=$cluster_dir PGUSER=postgres PGDATABASE=pypiwatch
	export PGHOST PGUSER PGDATABASE
	unset PGPORT PGPASSWORD PGSERVICE PGHOSTADDR PGOPTIONS || :
	cluster_again
	"$cluster_pg/createdb" pypiwatch
	# shellcheck disable=SC2034
	cluster_conninfo="host=$PGHOST user=$PGUSER dbname=$PGDATABASE"
}

cluster_again() {
	cluster_as "$cluster_pg/pg_ctl" -D "$cluster_dir/data" -s -w \
	    -l "$cluster_dir/data/server.log" -o "-k '$cluster_dir' \
	    -c listen_addresses=${cluster_listen:-} -c fsync=off -c full_page_writes=off \
	    -c shared_buffers=32MB -c max_connections=40 \
	    ${cluster_options:-}" start || {
		cat "$cluster_dir/data/server.log" >&2
		exit 1
	}
}

cluster_stop() {
	cluster_as "$cluster_pg/pg_ctl" -D "$cluster_dir/data" -s -w \
	    -m "${1:-fast}" stop
}

cluster_createdb() {
	"$cluster_pg/createdb" "$1"
	echo "host=$PGHOST user=$PGUSER dbname=$1"
}

cluster_end() {
	[ -n "${cluster_dir:-}" ] || return 0
	cluster_stop immediate > /dev/null 2>&1 || :
	rm -rf "$cluster_dir"
	cluster_dir=
}
