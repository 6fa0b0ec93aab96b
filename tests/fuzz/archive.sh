#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Replays every file of tests/unit/test_archive.c, and what the fuzzer once
# broke unpack with, through tests/fuzz/fuzz_archive.
set -eu
: "${top_srcdir:=.}" "${top_builddir:=.}"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/corpus"
"$top_builddir/tests/unit/test_archive" --corpus "$work/corpus"
for hex in "$top_srcdir"/tests/fuzz/archive/*.hex; do
	[ -e "$hex" ] || continue
	xxd -r -p "$hex" "$work/corpus/$(basename "$hex" .hex)"
done
"$top_builddir/tests/fuzz/fuzz_archive" "$work/corpus"
