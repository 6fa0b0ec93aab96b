#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What pip would install is delivered, however the archive is damaged.
# usage: pip_view.sh [SEED [COUNT]]
set -eu
: "${top_srcdir:=.}" "${top_builddir:=.}"
command -v python3 >/dev/null || exit 77
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/corpus"
"$top_builddir/tests/unit/test_archive" --corpus "$work/corpus"
python3 "$top_srcdir/tests/fuzz/pip_view.py" \
	"$top_builddir/tests/tools/entries" "$work/corpus" "$work" \
	"${1:-1}" "${2:-600}"
