#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Replays the golden answers, whole and cut, through the fuzzers of lib/poll.
set -eu
build=${top_builddir:-.} golden=${top_srcdir:-.}/tests/golden
if nm "$build/tests/fuzz/fuzz_rss" 2>/dev/null | grep -q LLVMFuzzerRunDriver
then
	args=-runs=0	# libFuzzer: load the corpus and end
else
	args=
fi
"$build/tests/fuzz/fuzz_changelog" $args "$golden/changelog"
"$build/tests/fuzz/fuzz_rss" $args "$golden/rss"
"$build/tests/fuzz/fuzz_release_json" $args "$golden/release" "$golden/simple"
"$build/tests/fuzz/fuzz_simple_index" $args "$golden/simple_index"
