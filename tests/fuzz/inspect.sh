#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Replays the little packages of tests/fixtures/shapes, and what broke once,
# through fuzz_inspect, whole and cut.  With a folder named: only fills it with
# these packages, one a file, as a corpus for libFuzzer.
set -eu
: "${top_srcdir:=.}" "${top_builddir:=.}"
work=${1:-$(mktemp -d)}
[ $# -gt 0 ] || trap 'rm -rf "$work"' EXIT
mkdir -p "$work"
for shapes in "$top_srcdir"/tests/fixtures/shapes/*.txt; do
	awk -v to="$work/$(basename "$shapes" .txt)-" '
	    /^=== / { if (file) close(file); file = to (++n); print "" >file; next }
	    file { print >file }' "$shapes"
done
[ $# -eq 0 ] || exit 0
for broke in "$top_srcdir"/tests/fuzz/inspect/*; do
	[ ! -e "$broke" ] || cp "$broke" "$work"
done
if nm "$top_builddir/tests/fuzz/fuzz_inspect" 2>/dev/null |
    grep -q LLVMFuzzerRunDriver
then
	"$top_builddir/tests/fuzz/fuzz_inspect" -runs=0 "$work"
else
	"$top_builddir/tests/fuzz/fuzz_inspect" "$work"
fi
