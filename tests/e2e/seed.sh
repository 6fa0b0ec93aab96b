#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Seeding: the newest releases of popular projects become history behind what
# is new, over a kill; what would alert is held, what is younger than a day is
# not, and every file that is taken ends.
# shellcheck source=tests/e2e/harness.sh
. "${top_srcdir:-.}/tests/e2e/harness.sh"
cd "$work"
# shellcheck source=tests/command.sh
. "$top_srcdir/tests/command.sh"
detected() { check "detections $1" "$2" "$(sql "SELECT
    coalesce(string_agg(project, ' ' ORDER BY project), '')
    FROM analyst.detections")"; }
held() { sql "SELECT count(DISTINCT u.normalized) FROM pypiwatch.held_verdict h
    JOIN pypiwatch.upload u ON u.id = h.upload_id WHERE h.ended_at IS NULL"; }

# Forty days ago many projects were released, one of them malicious; an hour
# ago another.  Then the daemon begins.
cluster_start
index_start --seed 9
receiver_start
tell 'ago 40' 'burst 45' 'release pycryptoenv' 'ago 0' \
    'release setup-downloader'
config_write
migrate
daemon_start
mark
curl -fsS "$index_url/simple/" -H \
    'Accept: application/vnd.pypi.simple.v1+json' |
    jq -r '.projects[].name' > names
sed -i "s|popular-names-file = \"[^\"]*\"|popular-names-file = \"$work/popular\"|" \
    pypiwatch.conf
grep -q "$work/popular" pypiwatch.conf || fail "no list in the config"
projects=$(wc -l < names)
awk -v OFS='\t' '{ print NR, $1, 100000 - NR }' names > popular
# One that the index lists and no longer gives out.
gone=$(grep -v 'colorfade\|pycrypto' names | tail -1)
tell "quarantine $gone"

run 2 seed --top 0; says "from 1 to"
run 0 seed --list; shows "no seed was asked for"
run 2 seed --stop 7; says "no seed 7"
mv popular away
run 2 seed; says "popular-names-file"
mv away popular

# ---- some of them, and a stop
run 0 seed --top 5
shows "the first 5 of $projects"; shows "5 of them are not known yet"
shows "retro list 1"
wait_sql 60 done "SELECT CASE WHEN finished_at IS NOT NULL THEN 'done' END
    FROM pypiwatch.rescan"
run 0 seed --list --format json
check "the first seed" "5 5 done" "$(jq -r '"\(.done) \(.total) \(.state)"' out)"
run 0 rescan --list; shows "nothing was asked"

# ---- all, over a kill, with something new first
tell 'fault simple 503 count 3' 'fault json 503 count 3'
run 0 seed --top 20000; shows "seed 2: "
tell 'release init-exfil'
wait_sql 60 t "SELECT after_id > 0 FROM pypiwatch.rescan WHERE id = 2"
# What was delivered but not yet recorded is told again (at least once).
resent_most=1
kill -9 "$(pgrep -P "$daemon_pid" -f 'pypiwatch: queue' || pgrep -P \
    "$daemon_pid" -f pypiwatch-queue)"
wait_sql 180 done "SELECT CASE WHEN finished_at IS NOT NULL THEN 'done' END
    FROM pypiwatch.rescan WHERE id = 2"
wait_quiet 120
run 0 seed --list --format json
check "the second" "done $((projects - 5))" \
    "$(jq -r 'select(.id == 2) | "\(.state) \(.total)"' out)"
check "projects with a file" $((projects - 1)) "$(sql "SELECT count(DISTINCT
    u.normalized) FROM pypiwatch.upload u WHERE u.state = 'done' AND
    u.normalized IN ($(sed "s/.*/pypiwatch.normalize('&')/" names |
    paste -sd,))")"
check "files without an end" 0 "$(sql "SELECT count(*) FROM pypiwatch.upload
    WHERE state <> 'done' OR outcome IS NULL")"
check "left behind" "0 0 0" "$(sql "SELECT (SELECT count(*)
    FROM pypiwatch.resolve) || ' ' || (SELECT count(*) FROM pypiwatch.task) ||
    ' ' || (SELECT count(*) FROM pypiwatch.seed_name)")"
check "files of one kind" 0 "$(sql "SELECT count(*) FROM (SELECT FROM
    pypiwatch.upload WHERE normalized = 'pycryptoenv'
    GROUP BY version, packagetype HAVING count(*) > 1) x")"

run 0 status; shows "seed 2 "; shows "done, "; shows "pypiwatch retro list 2"
# What is old waits for a person, what is new does not.
detected "so far" "cloudconf-reader colorfade-tools"
check "held" 1 "$(held)"
check "its findings" t "$(sql "SELECT count(*) > 3 FROM analyst.findings
    WHERE project = 'pycryptoenv'")"
run 0 retro list 2; shows "pycryptoenv"; shows "would alert"
run 0 retro apply 2
detected "after all" "cloudconf-reader colorfade-tools pycryptoenv"
check_invariants
daemon_stop
run 0 seed --top 20000; shows "1 of them are not known yet"
run 0 status; shows "begins when nothing newer waits"
run 0 seed --stop 3
run 0 seed --list --format json
check "the third" "stopped 0" "$(jq -r 'select(.id == 3) | "\(.state) \(.done)"' \
    out)"
run 0 seed --top 5; shows "are known already"
e2e_done
