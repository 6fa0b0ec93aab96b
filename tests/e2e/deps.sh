#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What a team uses, with the real daemon: a hostile release of something in use
# and one that imitates it are "ours" in every alert, in each language, and are
# looked at first; a harmless release whose name is like it does not alert.
# shellcheck source=tests/e2e/harness.sh
. "${top_srcdir:-.}/tests/e2e/harness.sh"
cluster_start
index_start --releases 2
receiver_start
for l in ja ko zh_CN; do
	config_extra="$config_extra
sink \"$l\" {
	type = \"slack\"
	url-file = \"$work/slack.url\"
	language = $l
	match = \"ours:yes\"
	campaigns = apart
	rate = 0
	allow-private = true
}"
done
config_daemon="locale-directory = \"$top_builddir/po/locale\""
config_write
migrate
cd "$work"
printf 'colorfade-tools\npycrypto==2.6.1\nacme-datalib\n' > requirements.txt
"$top_builddir/pypiwatch" -c pypiwatch.conf deps add --list shop \
    --team Payments requirements.txt > out || fail "deps add: $(cat out)"
daemon_start
mark

# A source archive that does nothing at all, under a name like one in use.
mkdir folder
python3 - << 'PY'
import io, tarfile
with tarfile.open("folder/acme-datalibb-1.0.tar.gz", "w:gz") as t:
    for name, body in (("PKG-INFO", b"Metadata-Version: 2.1\n"
            b"Name: acme-datalibb\nVersion: 1.0\nSummary: inert\n"),
            ("acme_datalibb/__init__.py", b"")):
        m = tarfile.TarInfo("acme-datalibb-1.0/" + name)
        m.size = len(body)
        t.addfile(m, io.BytesIO(body))
PY
tell 'release pycryptoenv' 'release setup-downloader' "folder $work/folder"
wait_quiet 120
check "alerts" "colorfade-tools pycryptoenv" "$(sql "SELECT
    string_agg(project, ' ' ORDER BY project) FROM analyst.detections")"
check "alike, and no more" "acme-datalib f" "$(sql "SELECT p.lookalike_of || ' '
    || bool_or(u.score >= 60 OR u.score = 0)::text::char(1)
    FROM pypiwatch.project p JOIN pypiwatch.upload u USING (normalized)
    WHERE p.normalized = 'acme-datalibb' GROUP BY p.lookalike_of")"
wait_sql 60 10 "SELECT count(*) FROM analyst.deliveries d
    JOIN analyst.alerts a ON a.id = d.alert_id
    WHERE a.type = 'detection.opened' AND d.status = 'delivered'"
check "in the payload" "colorfade-tools shop Payments
pycrypto shop Payments" "$(jq -r 'select(.path == "/hook").body | fromjson |
    select(.type == "detection.opened").data | "\(.ours) \(
    .used_by[0].list) \(.used_by[0].team)"' received | sort)"
jq -r 'select(.path == "/slack").body' received > chats
for words in 'Concerns us: colorfade-tools' '自組織に関係' '利用中: shop (Payments)' \
    '우리 조직 관련' '사용 중: shop (Payments)' '与我方有关' \
    '正在使用：shop (Payments)' 'in use: shop (Payments)' \
    '単純な暗号' '단순한 암호' '简单'; do
	grep -qF "$words" chats || check "in a chat" "$words" "$(head -c 1500 chats)"
done
status=0
"$top_builddir/pypiwatch" -c pypiwatch.conf deps check > out || status=$?
check "known against it" 1 $status
grep -q '^detected    colorfade-tools (shop): colorfade-tools 0.0.1' out ||
    check "detected" it "$(cat out)"
grep -q '^imitated    pycrypto 2.6.1 (shop): pycryptoenv 1.0.7' out ||
    check "imitated" it "$(cat out)"
check_invariants
e2e_done
