#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Replays samples of every format that fuzz_decode knows, and what it once
# broke on, through tests/fuzz/fuzz_decode.
set -eu
: "${top_srcdir:=.}" "${top_builddir:=.}"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 "$top_srcdir/tests/fuzz/decode_corpus.py" "$work/corpus" \
    "$top_srcdir/tests/fixtures/bytecode.txt"
for hex in "$top_srcdir"/tests/fuzz/decode/*.hex; do
	[ -e "$hex" ] || continue
	xxd -r -p "$hex" "$work/corpus/$(basename "$hex" .hex)"
done
if nm "$top_builddir/tests/fuzz/fuzz_decode" 2>/dev/null |
    grep -q LLVMFuzzerRunDriver
then
	"$top_builddir/tests/fuzz/fuzz_decode" -runs=0 "$work/corpus"
else
	"$top_builddir/tests/fuzz/fuzz_decode" "$work/corpus"
fi
