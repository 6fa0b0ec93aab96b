#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Replays the golden sources, and what crashed once, through fuzz_python, whole
# and cut.
set -eu
build=${top_builddir:-.} golden=${top_srcdir:-.}/tests/golden
if nm "$build/tests/fuzz/fuzz_python" 2>/dev/null | grep -q LLVMFuzzerRunDriver
then
	args=-runs=0	# libFuzzer: load the corpus and end
else
	args=
fi
"$build/tests/fuzz/fuzz_python" $args "$golden/python" \
    "${top_srcdir:-.}/tests/fixtures/python"
