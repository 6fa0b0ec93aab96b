#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Names in the database: what analysts are told, who is excused, whose releases
# come first, and which projects rise.
. "$(dirname "$0")/setup.sh"
schema_apply

fail() {
	echo "FAIL: $*" >&2
	exit 1
}

says() {
	expected=$1
	got=$(sql -c "$2") || fail "$2"
	[ "$got" = "$expected" ] || fail "$2 says '$got', not '$expected'"
}

# Techniques: a name that is one, and one that is near and is not.
sql -c "CREATE TABLE rows (name text, target text, want text)"
sql <<'EOF'
\copy rows FROM stdin
setup-tools	setuptools	separator
reqeusts	requests	transposition
resquets	requests	two-edits
reqests	requests	omission
requewsts	requests	insertion
reqquests	requests	repetition
reqmests	requests	replacement
djang0	django	homoglyph
nurnpy	numpy	homoglyph
flasks	flask	plural
urllib4	urllib	version
learn-scikit	scikit-learn	word-order
python-requests2	requests	python-affix
dateutil-python	python-dateutil	word-order
pycryptoenv	pycrypto	affix
charset	charset-normalizer	word-drop
tensrflwo	tensorflow	\N
numpy	requests	\N
EOF
says "" "SELECT name, target, want, pypiwatch.name_technique(name, target)
    FROM rows
    WHERE pypiwatch.name_technique(name, target) IS DISTINCT FROM want"

# The likeliest target first, whatever has more letters in common.
sql -c "INSERT INTO pypiwatch.target (normalized, kind, rank) VALUES
    ('requests', 'popular', 7), ('requests-oauthlib', 'popular', 150),
    ('request', 'popular', 9000), ('numpy', 'popular', 15)"
sql -c "INSERT INTO pypiwatch.project (normalized, display)
    VALUES ('reqeusts-seen', 'reqeusts-seen')"
says "requests|transposition|t" "SELECT project, technique, score >= 60
    FROM analyst.similar_names('reqeusts') LIMIT 1"
says "requests" "SELECT project FROM analyst.similar_names('Reqeusts') LIMIT 1"
says "seen" "SELECT kind FROM analyst.similar_names('reqeusts')
    WHERE project = 'reqeusts-seen'"
# What shares no three letters with it, or stands within longer words.
sql -c "INSERT INTO pypiwatch.target (normalized, kind, rank) VALUES
    ('flask', 'popular', 40), ('pyyaml', 'popular', 17);
    INSERT INTO pypiwatch.import_name (normalized, project, rank)
    VALUES ('yaml', 'pyyaml', 17)"
says "flask|transposition|t" "SELECT project, technique, score >= 60
    FROM analyst.similar_names('falsk') LIMIT 1"
says "requests|affix" "SELECT project, technique
    FROM analyst.similar_names('my-very-own-requests') LIMIT 1"
says "pyyaml|import|import-name" "SELECT project, kind, technique
    FROM analyst.similar_names('yaml') WHERE kind = 'import'"
says 0 "SELECT count(*) FROM analyst.similar_names('yamls')
    WHERE kind = 'import'"
# A part of the name is misspelled; a word that is known is no slip, unless it
# wants a plural's s beside one that looks official.
sql -c "INSERT INTO pypiwatch.word (normalized, kind, project) VALUES
    ('plus', 'lure', NULL), ('solana', 'brand', NULL), ('aws', 'brand', NULL),
    ('requests', 'word', NULL), ('request', 'english', NULL),
    ('ethereum', 'word', NULL), ('minutes', 'word', NULL),
    ('minute', 'english', NULL), ('subprocess', 'stdlib', NULL),
    ('sqlite3', 'stdlib', NULL), ('cv2', 'import', 'opencv-python')"
sql -c "INSERT INTO pypiwatch.target (normalized, kind, rank) VALUES
    ('opencv-python', 'popular', 300), ('python-dateutil', 'popular', 12),
    ('torch', 'popular', 307), ('urllib3', 'popular', 4)"
first() {
	says "$2" "SELECT project, kind, technique
	    FROM analyst.similar_names('$1') WHERE technique IS NOT NULL LIMIT 1"
}
first requsets-plus "requests|popular|edit-affix"
first request-plus "requests|popular|edit-affix"
says 0 "SELECT count(*) FROM analyst.similar_names('request-polka')
    WHERE project = 'requests' AND technique = 'edit-affix'"
first pytorhc "torch|popular|edit-affix"
first dateuitl "python-dateutil|popular|edit-affix"
first urlib "urllib3|popular|edit-affix"
says 0 "SELECT count(*) FROM analyst.similar_names('urlibs')
    WHERE project = 'urllib3' AND technique = 'edit-affix'"
# Known without any list.
first etherim "ethereum|word|two-edits"
says 0 "SELECT count(*) FROM analyst.similar_names('ethereum')
    WHERE kind = 'word'"
first python-minutes "minutes|word|python-affix"
says 0 "SELECT count(*) FROM analyst.similar_names('minutes-x')
    WHERE kind = 'word'"
first subprcoess "subprocess|stdlib|transposition"
first python-sqlite "sqlite3|stdlib|stdlib"
says 0 "SELECT count(*) FROM analyst.similar_names('subprocess-run')
    WHERE kind = 'stdlib'"
first solana-wallet "solana|brand|brand"
first solanawallets "solana|brand|brand"
first aws-tools "aws|brand|brand"
says 0 "SELECT count(*) FROM analyst.similar_names('lawsuit')
    WHERE kind = 'brand'"
first cv2 "opencv-python|import|import-name"
says 0 "SELECT count(*) FROM analyst.similar_names('cv3')
    WHERE kind = 'import'"
says 0 "SELECT count(*) FROM analyst.similar_names('numpy')
    WHERE project = 'numpy'"
says 0 "SELECT count(*) FROM analyst.similar_names('qqzzxxjj')"
sql -c "SELECT * FROM analyst.similar_names(repeat('ab-', 3000))" > /dev/null
sql -c "SELECT * FROM analyst.similar_names('')" > /dev/null
sql -c "SELECT * FROM analyst.similar_names(NULL)" > /dev/null

# Excused: who owns both, and who was there first.
sql -c "INSERT INTO pypiwatch.project (normalized, display, created_at) VALUES
    ('mine', 'mine', now()), ('older', 'older', now() - interval '9 years'),
    ('target', 'target', now() - interval '1 year')"
sql -c "INSERT INTO pypiwatch.project_role (normalized, actor, role, revoked_at)
    VALUES ('mine', 'jo', 'Owner', NULL), ('target', 'jo', 'Owner', NULL),
    ('other', 'al', 'Owner', NULL), ('target', 'al', 'Owner', now())"
says '["target"]' "SELECT pypiwatch.names_excused('mine', '{target,requests}')"
says '["target"]' "SELECT pypiwatch.names_excused('older', '{target}')"
says '[]' "SELECT pypiwatch.names_excused('other', '{target,none}')"
says '[]' "SELECT pypiwatch.names_excused('nobody', '{}')"

# Under watch for as long as nobody says that it is harmless.
sql -c "INSERT INTO pypiwatch.project (normalized, display, lookalike_of,
    first_seen_at) VALUES ('reqeusts', 'reqeusts', 'requests',
    now() - interval '1 year')"
says "0 3" "SELECT pypiwatch.priority_of(w, NULL, '2') || ' ' ||
    pypiwatch.priority_of(m, NULL, '2') FROM pypiwatch.project w,
    pypiwatch.project m WHERE w.normalized = 'reqeusts'
    AND m.normalized = 'mine'"
sql -c "INSERT INTO pypiwatch.detection (normalized, project, version, score,
    severity, triage_status) VALUES ('reqeusts', 'reqeusts', '1', 60, 'high',
    'benign')"
says 3 "SELECT pypiwatch.priority_of(w, NULL, '2') FROM pypiwatch.project w
    WHERE w.normalized = 'reqeusts'"

# Rising: five names of three other owners; its owner's own do not count.
says "" "SELECT normalized FROM pypiwatch.rising_projects()"
sql -c "INSERT INTO pypiwatch.project (normalized, display)
    SELECT n, n FROM unnest('{newlib,newlib-a,newlib-b,newlib-c,d-newlib,
    newlib-e,ownlib,ownlib-a,ownlib-b,ownlib-c,ownlib-d,ownlib-e}'::text[]) n"
sql -c "INSERT INTO pypiwatch.project_role (normalized, actor, role) VALUES
    ('newlib', 'eve', 'Owner'), ('newlib-a', 'al', 'Owner'),
    ('newlib-b', 'al', 'Owner'), ('newlib-c', 'bo', 'Owner'),
    ('d-newlib', 'cy', 'Owner'), ('newlib-e', 'cy', 'Owner')"
sql -c "INSERT INTO pypiwatch.project_role SELECT n, 'me', 'Owner'
    FROM unnest('{ownlib,ownlib-a,ownlib-b,ownlib-c,ownlib-d,ownlib-e}'
    ::text[]) n"
says "newlib|5" "SELECT * FROM pypiwatch.rising_projects()"
says "newlib|rising|" "SELECT normalized, kind, rank FROM analyst.targets
    WHERE normalized IN ('newlib', 'ownlib')"
