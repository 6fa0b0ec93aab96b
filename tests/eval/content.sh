#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# make eval-content: detection quality on inert fixtures, honest look-alikes
# and, when $REAL names a folder of them (tests/fetch-real makes one), real
# archives.  CONTENT_FIXTURES names another folder with hostile/ and honest/.
set -eu
top_srcdir=${top_srcdir:-$(cd "$(dirname "$0")/../.." && pwd)}
top_builddir=${top_builddir:-$PWD}
here=$top_srcdir/tests/eval/content
fixtures=${CONTENT_FIXTURES:-$here}
work=$(mktemp -d "${TMPDIR:-/tmp}/pypiwatch-eval.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM HUP
python3 "$here/pack.py" "$work/archives" "$fixtures"/hostile/*.txt \
    "$fixtures"/honest/*.txt
cat > "$work/conf" <<CONF
lookalike { popular-names-file = "$top_srcdir/etc/popular-names.txt" }
rules { directory = "$top_srcdir/etc/rules" local-directory = "" }
judge { weights-file = "$top_srcdir/etc/weights.conf" }
daemon { sandbox-required = no }
CONF
python3 "$here/eval.py" "$top_builddir/pypiwatch" "$work/conf" \
    "$work/archives" ${REAL:+"$REAL"}
