#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Sourced by the scripts of make eval-content and eval-split: the folders, a
# scratch one that goes with the shell, and the shipped rules as settings.
top_srcdir=${top_srcdir:-$(cd "$(dirname "$0")/../.." && pwd)}
top_builddir=${top_builddir:-$PWD}
here=$top_srcdir/tests/eval/content
work=$(mktemp -d "${TMPDIR:-/tmp}/pypiwatch-eval.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM HUP
cat > "$work/conf" <<CONF
lookalike { popular-names-file = "$top_srcdir/etc/popular-names.txt" }
rules { directory = "$top_srcdir/etc/rules" local-directory = "" }
judge { weights-file = "$top_srcdir/etc/weights.conf" }
daemon { sandbox-required = no }
CONF
