#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Mails by `sinks test` through a real mail server into a maildir: over TLS or
# not at all, with a password, in two parts, and with errors that tell.
set -eu
top_srcdir=${top_srcdir:-$(cd "$(dirname "$0")/../.." && pwd)}
top_builddir=${top_builddir:-$PWD}
for tool in curl openssl python3; do
	command -v $tool > /dev/null || { echo "$tool is missing"; exit 77; }
done
# shellcheck source=tests/smtp.sh
. "$top_srcdir/tests/smtp.sh"
work=$(mktemp -d "${TMPDIR:-/tmp}/pypiwatch-mail.XXXXXX")
chmod 755 "$work"
trap 'smtp_end; rm -rf "$work"' EXIT
trap 'exit 1' INT TERM HUP
failed=0
fail() { echo "FAIL: $*"; failed=1; }

smtp_start "$work/smtp"
echo 'alerts:correct horse' > "$work/auth"
echo 'alerts:wrong horse' > "$work/wrong"
chmod 600 "$work/auth" "$work/wrong"

# sink NAME SERVER [KEY = VALUE]...
sink() {
	printf 'sink "%s" {\n\ttype = email\n\tserver = "%s"\n' "$1" "$2"
	printf '\tfrom = "pypiwatch@example.net"\n\tallow-private = yes\n'
	shift 2
	printf '\t%s\n' "$@" '}'
}
ca="ca-file = \"$smtp_ca\""
auth="auth-file = \"$work/auth\""
here=smtp://localhost:$smtp_port
{
	sink starttls "$here" "$ca" "$auth" 'to = "soc@localhost"'
	sink tls "smtps://127.0.0.1:$smtps_port" "$ca" "$auth" \
	    'to = "cert@localhost, soc@localhost"'
	sink clear "smtp://localhost:$smtp_clear_port" "$ca" "$auth" \
	    'to = "soc@localhost"'
	sink stranger "$here" "$auth" 'to = "soc@localhost"'
	sink wrong "$here" "$ca" "auth-file = \"$work/wrong\"" \
	    'to = "soc@localhost"'
	sink refused "$here" "$ca" "$auth" 'to = "refused@localhost"'
	sink later "$here" "$ca" "$auth" 'to = "later@localhost"'
	sink some "$here" "$ca" "$auth" \
	    'to = "refused@localhost, cert@localhost"'
	sink public "$here" "$ca" "$auth" 'to = "soc@localhost"' |
	    sed 's/allow-private = yes/allow-private = no/'
} > "$work/conf"

try() {
	timeout 60 "$top_builddir/pypiwatch" -c "$work/conf" sinks test "$1" \
	    > "$work/out" 2>&1
}
count() {	# BOX
	find "$(smtp_box "$1")/new" -type f 2> /dev/null | wc -l
}
arrive() {	# BOX N: waits for the Nth mail
	for _ in $(seq 100); do
		[ "$(count "$1")" -ge "$2" ] && return
		sleep 0.1
	done
	fail "mail $2 for $1 does not arrive"
}
refuses() {	# NAME PATTERN
	! try "$1" || fail "$1: a mail was taken"
	grep -qi -- "$2" "$work/out" || fail "$1 says: $(cat "$work/out")"
	! grep -q 'horse' "$work/out" || fail "$1 tells the password"
}

try starttls || fail "STARTTLS: $(cat "$work/out")"
arrive soc 1
try tls || fail "implicit TLS: $(cat "$work/out")"
arrive cert 1
arrive soc 2
# Never in clear, never to somebody else, never without the password.
refuses clear 'no TLS'
refuses stranger certificate
refuses wrong '535'
refuses refused '550.*no such person'
refuses later '451.*come back later'
refuses public 'not public'
# One who left does not cut off the others.
try some || fail "one of two: $(cat "$work/out")"
grep -q '550' "$work/out" || fail "one of two: the refusal is not told"
arrive cert 2
[ "$(count soc)" = 2 ] || fail "soc has $(count soc) mails instead of 2"
! grep -q 'P=esmtp[^s]' "$smtp_dir/log/mainlog" || fail "a mail came in clear"

python3 - "$(smtp_box soc)" <<'PY' || failed=1
import email, email.policy, email.utils, os, sys
box = os.path.join(sys.argv[1], "new")
ids = set()
for name in sorted(os.listdir(box)):
    raw = open(os.path.join(box, name), "rb").read()
    mail = email.message_from_bytes(raw, policy=email.policy.default)
    assert not mail.defects, mail.defects
    assert mail.get_content_type() == "multipart/alternative", mail.as_string()
    text, html = list(mail.iter_parts())
    assert text.get_content_type() == "text/plain"
    assert html.get_content_type() == "text/html"
    for part in text, html:
        assert part.get_content_charset() == "utf-8"
        assert "pypiwatch-example" in part.get_content(), part.get_content()
        assert "files.example.invalid" not in part.get_content()
    assert max(len(l) for l in raw.split(b"\n")) <= 998
    assert mail["From"] == "pypiwatch <pypiwatch@example.net>", mail["From"]
    assert mail["Subject"].startswith("[pypiwatch] TEST: pypiwatch-example")
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["MIME-Version"] == "1.0"
    assert email.utils.parsedate_to_datetime(mail["Date"]) is not None
    for field in "Date", "From", "To", "Subject", "Message-ID":
        assert len(mail.get_all(field)) == 1, field
    ids.add(mail["Message-ID"])
assert len(ids) == 2, ids
PY
exit $failed
