#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Replays lists of dependencies, whole and cut, through the fuzzer of lib/deps.
set -eu
build=${top_builddir:-.} golden=${top_srcdir:-.}/tests/golden
if nm "$build/tests/fuzz/fuzz_deps" 2>/dev/null | grep -q LLVMFuzzerRunDriver
then
	args=-runs=0	# libFuzzer: load the corpus and end
else
	args=
fi
"$build/tests/fuzz/fuzz_deps" $args "$golden/deps"
