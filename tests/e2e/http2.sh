#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# http2.sh: an index and its files over HTTP/2 and TLS, from a server that
# speaks nothing else, with a certificate that only ca-file vouches for.
# shellcheck source=tests/e2e/harness.sh
. "${top_srcdir:-.}/tests/e2e/harness.sh"
command -v nghttpd > /dev/null || { echo "nghttpd is missing"; exit 77; }
nghttpd_pid=''
# shellcheck disable=SC2086
trap 'code=$?; kill $nghttpd_pid 2> /dev/null; set +e; (exit $code); e2e_end' EXIT
tree=$work/tree
mkdir -p "$tree/files" "$tree/simple"
"$top_builddir/simindex" --seed 5 --releases 6 --write "$tree/files"

# Pages as files: the server's table of types makes them JSON.
echo 'application/vnd.pypi.simple.v1+json html' > "$work/types"
(cd "$tree/files"
    for file in *; do
	name=${file%%-*}
	printf '%s\t%s\t%s\n' "$(echo "$name" | tr _ -)" "$file" \
	    "$(sha256sum < "$file" | cut -d' ' -f1)"
    done) > "$work/list"
jq -Rn '{meta: {"api-version": "1.0"}, projects: [inputs | split("\t")[0]] |
    unique | map({name: .})}' "$work/list" > "$tree/simple/index.html"
jq -r '.projects[].name' "$tree/simple/index.html" | while read -r name; do
	mkdir "$tree/simple/$name"
	jq -Rn --arg name "$name" '{meta: {"api-version": "1.0"}, name: $name,
	    files: [inputs | split("\t") | select(.[0] == $name) |
	    {filename: .[1], url: "../../files/\(.[1])",
	    hashes: {sha256: .[2]}}]}' "$work/list" \
	    > "$tree/simple/$name/index.html"
done

openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes \
    -days 2 -subj /CN=pypiwatch-test -addext subjectAltName=DNS:localhost \
    -keyout "$work/key.pem" -out "$work/cert.pem" 2> /dev/null
port=$(python3 -c 'import socket
s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
nghttpd -v -a 127.0.0.1 -d "$tree" --mime-types-file="$work/types" "$port" \
    "$work/key.pem" "$work/cert.pem" > "$work/nghttpd.log" 2>&1 &
nghttpd_pid=$!

config_pypi='changelog = no rss = no simple = no'
config_extra="index \"h2\" {
	url = \"https://localhost:$port\"
	interval = 1 requests-per-second = 100 scan-existing = yes
}"
followed_by=simple:h2
cluster_start
index_start
config_write
migrate
# Nobody vouches for it yet.
"$top_builddir/pypiwatchd" -c "$work/pypiwatch.conf" >> "$work/daemon.log" \
    2>&1 &
daemon_pid=$!
wait_sql 60 f "SELECT ok FROM pypiwatch.source_health
    WHERE source = 'simple:h2'"
daemon_stop
config_extra="$config_extra
http { ca-file = \"$work/cert.pem\" }"
config_write
daemon_start
wait_sql 120 12 "SELECT count(*) FROM analyst.files
    WHERE outcome = 'scanned' AND index = 'h2'"
wait_sql 60 0 "SELECT count(*) FROM analyst.files WHERE outcome IS NULL"
grep -q 'recv HEADERS frame' "$work/nghttpd.log" || fail "no HTTP/2 frame"
pages=$(grep -c ':path: /simple/' "$work/nghttpd.log")
connections=$(grep -o '^\[id=[0-9]*\]' "$work/nghttpd.log" | sort -u | wc -l)
echo "$pages pages and 12 files over $connections connections"
[ "$connections" -lt $((pages / 2)) ] || fail "connections are not shared"
daemon_stop
e2e_done
