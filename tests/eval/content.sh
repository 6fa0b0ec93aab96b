#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# make eval-content: detection quality on inert fixtures, honest look-alikes
# and, when $REAL names a folder of them (tests/fetch-real makes one), real
# archives; $REAL_MORE and $REAL_TOOLS name two more folders, each of which is
# told apart (tools for testing break-ins belong into the last).  These sets
# are told apart: the first, the third, the fourth and the fifth, which rules are
# mended by, the held one, of which little was read, the sixth, of which
# whoever wrote rules knows what it showed as missed, and no text, the seventh,
# the eighth, the tenth and the eleventh, of which what went wrong was read
# once, after their first sight, as of the twelfth to the eighteenth, the
# ninth, of which three texts were seen, the nineteenth and the twentieth, of
# which nobody read any, and two of what somebody has to call, of which the second is unread
# (those, the ninth, the eleventh, the twelfth and the twentieth have no honest
# half):
# docs/detection.md has their history.
# What went wrong in all but the first is counted, and named with HELD_NAMES=yes,
# THIRD_NAMES=yes and so on up to TWENTIETH_NAMES=yes, CALLED_NAMES=yes and
# CALLEDTWO_NAMES=yes only.  CONTENT_FIXTURES names another
# folder with hostile/ and honest/ instead of all of them.
set -eu
. "$(dirname "$0")/work.sh"

# one_set TITLE FOLDER [REAL ...]
one_set() {
	title=$1 set=$2
	shift 2
	echo "=== $title"
	# Hostile and honest; a set may have but one half.
	python3 "$here/pack.py" "$work/archives" "$set"/ho*/*.txt
	python3 "$here/eval.py" "$top_builddir/pypiwatch" "$work/conf" \
	    "$work/archives" "$@"
	rm -rf "$work/archives"
	echo
}

set -- ${REAL:+"$REAL"} ${REAL_MORE:+"$REAL_MORE"} ${REAL_TOOLS:+"$REAL_TOOLS"}
if [ -n "${CONTENT_FIXTURES:-}" ]; then
	one_set "$CONTENT_FIXTURES" "$CONTENT_FIXTURES" "$@"
else
	one_set "first set" "$here" "$@"
	for name in held third fourth fifth sixth seventh eighth ninth tenth \
	    eleventh twelfth thirteenth fourteenth fifteenth sixteenth \
	    seventeenth eighteenth nineteenth twentieth called \
	    calledtwo; do
		eval "EVAL_NAMES=\${$(echo $name | tr a-z A-Z)_NAMES:-no}"
		export EVAL_NAMES
		one_set "$name set" "$here/$name"
	done
fi
