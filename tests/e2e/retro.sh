#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Looking back: what history says under other priors, weights, names and
# rules is shown before anybody is told, from stored findings, by fetching
# again, and from kept archives.
# shellcheck source=tests/e2e/harness.sh
. "${top_srcdir:-.}/tests/e2e/harness.sh"
cd "$work"
mkdir rules.d
"$top_builddir/pypiwatch" evidence key "$work/key" > out
config_extra="evidence { key-file = \"$work/key\" }"

# shellcheck source=tests/command.sh
. "$top_srcdir/tests/command.sh"
told() { check "detections, alerts, deliveries" "$1" "$(sql "SELECT
    (SELECT count(*) FROM analyst.detections) || ' ' || (SELECT count(*)
    FROM pypiwatch.alert WHERE detection_id IS NOT NULL) || ' ' ||
    (SELECT count(*) FROM pypiwatch.delivery WHERE detection_id IS NOT NULL
    AND sink = 'hook')")"; }

# At first nothing is thought to be malicious.
cluster_start
index_start --releases 2
receiver_start
config_write
sed -i 's|^judge {|judge { prior = 0.00001|' pypiwatch.conf
cp "$top_srcdir/etc/weights.conf" weights.conf
sed -i "s|weights-file = \"[^\"]*\"|weights-file = \"$work/weights.conf\"|" \
    pypiwatch.conf
migrate
daemon_start
mark
tell 'release ordinary 12' 'release pycryptoenv'
wait_quiet 120
told "0 0 0"

run 2 retro; says "say judge, samples"
run 2 retro burn; says "is not judge"
run 2 retro apply; says "number of a look back"
run 2 retro apply x; says "not the number"
run 2 retro apply 7; says "nothing is held of 7"
run 2 retro list --since 1d; says "belong to judge"
run 2 retro judge --project 'no name'; says "not a name"
run 2 rescan --project x --hold --alert; says "exclude each other"
run 0 retro list; shows "nothing is held"
run 0 retro judge; shows "0 verdicts would tell something"

# ---- another prior: shown, told to nobody, then applied
sed -i 's|prior = 0.00001|prior = 0.5|' pypiwatch.conf
run 0 retro judge --since 1d --project PyCryptoEnv
shows "2 files, 2 verdicts would tell something"; shows "would alert"
shows "pycryptoenv"
id=$(sed -n 's/^look back \([0-9]*\):.*/\1/p' out)
told "0 0 0"
run 0 retro drop "$id"; shows "2 verdicts were dropped"
run 2 retro apply "$id"; says "nothing is held"
told "0 0 0"
# What is suppressed counts as little as for the daemon.
run 0 suppress add --project pycryptoenv --reason ours
run 0 retro judge; shows "0 verdicts would tell something"
run 0 suppress remove 1
run 0 retro judge
id=$(sql "SELECT max(rescan_id) FROM pypiwatch.held_verdict")
run 0 suppress add --project pycryptoenv --reason ours
run 0 retro apply "$id"; shows "0 verdicts are in force"; shows "2 are not"
run 0 suppress remove 2
told "0 0 0"
run 0 retro judge --format json
check "what would alert" "pycryptoenv would alert" "$(jq -r \
    '"\(.project) \(.what)"' out | sort -u)"
id=$(sql "SELECT max(rescan_id) FROM pypiwatch.held_verdict")
scans=$(sql "SELECT count(*) FROM pypiwatch.scan")
told "0 0 0"
run 0 retro apply "$id"; shows "2 verdicts are in force"
told "1 1 1"
check "history" $((scans + 2)) "$(sql "SELECT count(*) FROM pypiwatch.scan")"
check "on record" "retro" "$(sql "SELECT action FROM analyst.audit
    WHERE what = 'rescan $id'")"
wait_sql 60 1 "SELECT count(*) FROM pypiwatch.delivery
    WHERE state = 'delivered' AND sink = 'hook' AND detection_id = 1"
run 0 retro judge; shows "0 verdicts would tell something"

# ---- the daemon judges by the new one from here on
daemon_stop
daemon_start

# ---- other names: one to protect that an ordinary project resembles
name=$(sql "SELECT normalized FROM pypiwatch.upload WHERE NOT alert
    AND length(normalized) > 6
    AND outcome = 'scanned' ORDER BY id LIMIT 1")
before=$(sql "SELECT object->'names' FROM pypiwatch.upload
    WHERE normalized = '$name' LIMIT 1")
run 0 protect add "${name}s"
run 0 retro judge --project "$name" --format json
check "a look-alike of a protected name" "$name would alert" "$(jq -r \
    '"\(.project) \(.what)"' out | head -n 1)"
check "nothing changed meanwhile" "$before" "$(sql "SELECT object->'names'
    FROM pypiwatch.upload WHERE normalized = '$name' LIMIT 1")"
run 0 retro apply "$(sql "SELECT max(rescan_id) FROM pypiwatch.held_verdict")"
check "the release resembles it" "${name}s" "$(sql "SELECT lookalike_of
    FROM analyst.detections WHERE normalized = '$name'")"
run 0 protect remove "${name}s"
run 0 retro judge --project "$name" --format json
check "and no longer" "would alert no more" "$(jq -r .what out | head -n 1)"
run 0 retro apply "$(sql "SELECT max(rescan_id) FROM pypiwatch.held_verdict")"
run 0 retro judge; shows "0 verdicts would tell something"

# ---- other rules: fetched again and held; the rest is stored as always
daemon_stop
cat > rules.d/own.yar <<'RULE'
rule own_everything { strings: $a = "Metadata-Version" condition: $a }
RULE
sed -i "s|local-directory = \"\"|local-directory = \"$work/rules.d\"|" \
    pypiwatch.conf
echo 'rule own_everything 0.95 anywhere the test wants it to alert' >> \
    weights.conf
"$top_builddir/pypiwatchd" -n -c pypiwatch.conf > trial 2>&1 || fail "$(cat trial)"
detections=$(sql "SELECT count(*) FROM analyst.detections")
before=$(sql "SELECT count(*) FROM analyst.detections WHERE score >= 60")
alerts=$(sql "SELECT count(*) FROM pypiwatch.alert WHERE detection_id > 0")
daemon_start
run 0 rescan --rules-changed --wait; shows "is held"; shows "retro list"
id=$(sql "SELECT max(id) FROM pypiwatch.rescan")
check "told nobody" "$detections $alerts" "$(sql "SELECT (SELECT count(*)
    FROM analyst.detections) || ' ' || (SELECT count(*) FROM pypiwatch.alert
    WHERE detection_id > 0)")"
held=$(sql "SELECT count(*) FROM pypiwatch.held_verdict
    WHERE rescan_id = $id AND ended_at IS NULL")
[ "$held" -gt 5 ] || check "held" "more than 5" "$held"
run 0 retro list "$id" --format json
check "listed" "$held" "$(wc -l < out | tr -d ' ')"
run 0 rescan --list --format json
check "in the list" "$held" "$(head -n 1 out | jq -r .held)"
run 0 rescan --rules-changed; shows "no such file"
# What was looked at since is not overwritten.
stale=$(sql "UPDATE pypiwatch.upload SET scanned_at = now() + interval '1 s'
    WHERE id = (SELECT upload_id FROM pypiwatch.held_verdict
	WHERE rescan_id = $id AND NOT was_alert ORDER BY id LIMIT 1)
    RETURNING id")
run 0 retro apply "$id"; shows "$((held - 1)) verdicts are in force"
shows "1 are not: the file was looked at since"
check "stale" "$stale stale" "$(sql "SELECT upload_id || ' ' || ended
    FROM pypiwatch.held_verdict WHERE ended = 'stale' AND rescan_id = $id")"
check "told now" t "$(sql "SELECT count(*) > $detections
    FROM analyst.detections")"
check "the rule is found" t "$(sql "SELECT count(*) > 0 FROM analyst.findings
    WHERE rule = 'own_everything'")"

# ---- kept archives: no file of theirs is on any disk or index any more
daemon_stop
rm rules.d/own.yar
sed -i '/own_everything/d' weights.conf
kill "$index_pid"
run 0 retro samples --project pycryptoenv
shows "2 files, 0 verdicts would tell something"
run 0 suppress add --project pycryptoenv --reason ours
run 0 retro samples --project pycryptoenv
shows "2 files, 2 verdicts would tell something"; shows "would alert no more"
run 0 suppress remove 3
run 0 retro samples --format json
check "the rule is gone" "would alert no more" "$(jq -r .what out | sort |
    uniq -c | sort -rn | head -n 1 | sed 's/^ *[0-9]* //')"
check "pycryptoenv still alerts" 0 "$(jq -s '[.[] | select(.project ==
    "pycryptoenv" and .what == "would alert no more")] | length' out)"
check "not taken out by anybody" 0 "$(sql "SELECT count(*) FROM analyst.audit
    WHERE action = 'sample'")"
id=$(sql "SELECT max(rescan_id) FROM pypiwatch.held_verdict")
run 0 retro apply "$id"
check "as before the rule" "$before" "$(sql "SELECT count(*)
    FROM analyst.detections WHERE score >= 60")"
mv key elsewhere
run 2 retro samples; says "key: No such file"
e2e_done
