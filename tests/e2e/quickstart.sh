#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# quickstart.sh - first contact, as a plain user, from a fresh copy of the tree
# in a path with spaces and in the C locale: the demo says what README shows,
# SQL and the command agree, a second start is quick, nothing is left running.
# Run by tests/run, not by `make check`: it builds the tree once more.
set -euo pipefail
here=$(cd "$(dirname "$0")/../.." && pwd)
user=$(id -un)
[ "$(id -u)" != 0 ] || user=nobody

work=$(mktemp -d "/tmp/pypiwatch first contact.XXXXXX")
state=$(mktemp -d /tmp/pwq.XXXXXX)
cleanup() {
	code=$?
	pkill -u "$user" -f "$state/" 2>/dev/null || true
	[ $code = 0 ] || tail -n 40 "$state"/*.out || true
	rm -rf "$work" "$state"
	exit $code
}
trap cleanup EXIT
if git -C "$here" rev-parse --git-dir >/dev/null 2>&1; then
	git -C "$here" ls-files -z |
	    tar -C "$here" --null -T - -cf - | tar -C "$work" -xf -
else
	tar -C "$here" --exclude 'build*' -cf - . | tar -C "$work" -xf -
fi
run() {
	if [ "$(id -u)" = 0 ]; then
		setpriv --reuid=nobody --regid="$(id -g nobody)" --clear-groups \
		    env -i PATH="$PATH" HOME="$state" TMPDIR=/tmp LC_ALL=C "$@"
	else
		env LC_ALL=C HOME="$state" "$@"
	fi
}
[ "$(id -u)" != 0 ] || chown -R nobody: "$work" "$state"
fail() { echo "FAIL: $*"; exit 1; }

cd "$work"
run ./quickstart --demo --state "$state" >"$state/demo.out" 2>&1 ||
    fail "the demo exits with $?"

# Ports, paths, times and scores differ from run to run; the words do not.
plain() {
	sed -e 's/^ *//; s/ *$//' -e 's|/[^ ]*|PATH|g' -e 's/[0-9][0-9.:]*/N/g' \
	    -e 's/  */ /g'
}
plain <"$state/demo.out" >"$state/said"
sed -n '/^    Watching/,/^      1 |/p' README | plain |
    grep -vxF -e '' -e '...' >"$state/promised"
[ "$(wc -l <"$state/promised")" -ge 10 ] || fail "README shows no demo"
while IFS= read -r line; do
	grep -qxF -- "$line" "$state/said" || fail "README promises: $line"
done <"$state/promised"
grep -q '^ALERT  *critical.*pycryptoenv' <(grep -m 1 ^ALERT "$state/demo.out") ||
    fail "pycryptoenv is not the first alert"
grep -q '^passed.*seen by: changelog, rss' "$state/demo.out" ||
    fail "no ordinary release passed, seen by both sources"
! pgrep -u "$user" -f "$state/" >/dev/null || fail "something is left running"

# A real start without PyPI in reach: says so, ends by itself; again is quick.
for turn in first second; do
	began=$SECONDS
	run ./quickstart --state "$state" --for 18 >"$state/$turn.out" 2>&1 ||
	    fail "the $turn start exits with $?"
	grep -q 'contact' "$state/$turn.out" || fail "$turn: nothing on --contact"
	echo "$turn start: $((SECONDS - began)) s"
done
! grep -q 'Building\|Making' "$state/second.out" || fail "second start rebuilds"
echo "first contact is as README says"
