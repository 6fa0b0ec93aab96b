#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# lib/python's tree of each tests/golden/python/*.py is the one beside it:
# versions of Python that the python3 here is not, and what is none.
set -eu
read=$(cd "${top_builddir:-.}" && pwd)/tests/tools/python_read
cd "${top_srcdir:-.}/tests/golden/python"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
bad=0
for source in *.py; do
	"$read" tree "$source" > "$work/tree"
	diff -u "${source%.py}.tree" "$work/tree" || bad=1
done
exit $bad
