#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Whom somebody might imitate: a list that is fetched, by hand and daily, and
# refused when it is odd; names that are protected, and those that are ours.
# shellcheck source=tests/e2e/harness.sh
. "${top_srcdir:-.}/tests/e2e/harness.sh"
command -v python3 > /dev/null || { echo "python3 is missing"; exit 77; }
mkdir "$work/lists"
cd "$work"
python3 - > lists.log 2>&1 << 'PY' &
import functools, http.server
class H(http.server.SimpleHTTPRequestHandler):
    def do_GET(self):
        if self.path == '/busy':
            return self.send_error(503)
        super().do_GET()
s = http.server.ThreadingHTTPServer(('127.0.0.1', 0),
    functools.partial(H, directory='lists'))
open('lists.port', 'w').write(str(s.server_port))
s.serve_forever()
PY
lists_pid=$!
trap 'kept=$?; kill $lists_pid 2> /dev/null; (exit $kept); e2e_end' EXIT
wait_for 20 "the lists" test -s lists.port
url=http://127.0.0.1:$(cat lists.port)
python3 - << 'PY'
import json
def put(name, rows, whole=False):
    json.dump(rows if whole else {'last_update': 'x', 'rows': rows},
        open(f'lists/{name}', 'w'))
def rows(n, first=0):
    return [{'download_count': 10**9 - i, 'project': f'Name_{i:05}'}
        for i in range(first, first + n)]
put('good', rows(500))
put('same', rows(490, 10))
put('bare', [{'name': f'other-{i}', 'downloads': 900 - i}
    for i in range(200)], True)
put('shrunken', rows(350))
put('strange', rows(500, 400))
put('short', rows(99))
put('unsorted', rows(200)[::-1])
put('unnamed', rows(200) + [{'download_count': 1}])
put('negative', rows(200) + [{'project': 'x', 'download_count': -1}])
put('ugly', [{'project': '-' + r['project'], 'download_count': 1}
    for r in rows(200)])
put('norows', {'rows': 7}, True)
put('huge', [{'project': 'a', 'download_count': 1}] * 100001)
put('deep', 0)
open('lists/deep', 'w').write('[' * 100000)
open('lists/text', 'w').write('<html>')
PY
cluster_start
index_start --releases 1
config_write
migrate

use() {
	sed -i '/popular-url/d' pypiwatch.conf
	sed -i "s|^pypi {|&\n	popular-url = \"$url/$1\"|" pypiwatch.conf
}
# shellcheck source=tests/command.sh
. "$top_srcdir/tests/command.sh"
stored() { sql "SELECT count(*) FROM pypiwatch.target WHERE kind = 'popular'"; }

run 2 popular; says "popular knows: refresh, list"
run 2 popular refresh; says "pypi.popular-url is empty"
run 0 popular list; shows "none was fetched"
use good
run 0 popular refresh; shows "500 names"
run 0 popular list --format json
check "first" "1 name-00000 1000000000" "$(head -n 1 out |
    jq -r '"\(.rank) \(.name) \(.downloads)"')"
check "all" 500 "$(wc -l < out | tr -d ' ')"
run 0 popular list; shows "from $url/good"

# A list under the same URL that lost much is refused and said.
swap() { cp lists/good lists/kept; cp "lists/$1" lists/good; }
back() { mv lists/kept lists/good; }
swap same; run 0 popular refresh; check "a little other" 490 "$(stored)"; back
run 0 popular refresh
for odd in "shrunken:350 names, and the one before had 500" \
    "strange:of the first 500 names before" "short:too few" \
    "unsorted:not in order of downloads: see row 2" \
    "unnamed:row 201 names no project" "negative:row 201: its downloads" \
    "ugly:line 1: a name starts" "norows:has no rows" \
    "huge:more than 100000" "deep:not JSON" "text:not JSON"; do
	swap "${odd%%:*}"
	run 2 popular refresh; says "${odd#*:}"
	check "kept after ${odd%%:*}" 500 "$(stored)"
	back
done
use busy; run 2 popular refresh; says "HTTP status 503"
use nowhere; run 2 popular refresh; says "HTTP status 404"
use good
swap shrunken; run 2 popular refresh; says "add --force"
run 0 popular list; shows "came to nothing: it has 350 names"
run 0 popular refresh --force; check "by force" 350 "$(stored)"; back
# Another URL is a decision of the operator's.
use bare; run 0 popular refresh; check "another" 200 "$(stored)"

# By itself: at once when the URL is new, and daily.
use good
sql "UPDATE pypiwatch.popular_state SET tried_at = now() - interval '2 hours'"
daemon_start
wait_sql 60 500 "SELECT count(*) FROM pypiwatch.target WHERE kind = 'popular'"
check "not again" f "$(sql "SELECT url IS DISTINCT FROM '$url/good' OR
    tried_at < now() - interval '1 day' FROM pypiwatch.popular_state")"
daemon_stop
swap shrunken
sql "UPDATE pypiwatch.popular_state SET tried_at = now() - interval '25 hours'"
daemon_start
wait_sql 60 t "SELECT why LIKE 'it has 350 names%' FROM pypiwatch.popular_state"
check "the old one stays" 500 "$(stored)"
wait_for 20 "a word in the log" grep -q 'popular names is refused' daemon.log
back

# Names of the list, and protected ones, reach the workers: what imitates them
# alerts; what is ours, under its very name, is handed on as such.
run 0 protect add --owner our-own-tool
run 0 protect add internal-only-thing
run 0 protect list --format json
check "ours" "internal-only-thing false,our-own-tool true" "$(jq -r '"\(.name
    ) \(.owned)"' out | paste -sd, -)"
run 0 protect add our-own-tool
check "no longer ours" f "$(sql "SELECT owned FROM pypiwatch.target
    WHERE normalized = 'our-own-tool'")"
run 1 check-name --format json internal-only-thin
check "protected" internal-only-thing "$(jq -r '.matches[0].target' out)"
run 1 check-name --format json acme-internal-biling
check "of the file" acme-internal-billing "$(jq -r '.matches[0].target' out)"
daemon_stop
e2e_done
