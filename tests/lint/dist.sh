#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# `make dist` takes every file of the repository.  Outside of one there is
# nothing to compare with.
set -eu
build=${top_builddir:-build}
top=${top_srcdir:-.}
if ! git -C "$top" ls-files --error-unmatch configure.ac >/dev/null 2>&1; then
	echo "not a repository"
	exit 0
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# Folders of EXTRA_DIST stand for all below them.
printf 'include Makefile\nprint-dist:\n\t@echo %s | tr " " "\\n"\n' \
    '$(patsubst $(srcdir)/%,%,$(DISTFILES))' |
    make -s -C "$build" -f - print-dist > "$work/dist"
git -C "$top" ls-files | sort > "$work/files"
awk 'NR == FNR { dist[$0] = 1; next }
	{ for (path = $0; ; sub("/[^/]*$", "", path)) {
		if (path in dist) next
		if (path !~ /\//) break
	} if ($0 !~ /(^|\/)\.gitignore$/) print "make dist lacks " $0 }' \
    "$work/dist" "$work/files" > "$work/lacks"
cat "$work/lacks"
[ ! -s "$work/lacks" ]
