#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The systemd unit is well formed and its exposure stays below 2.0.
set -eu
if ! command -v systemd-analyze >/dev/null; then
	echo "systemd-analyze is not installed"
	exit 77
fi
cd "${top_builddir:-.}/systemd"
exposure=$(systemd-analyze security --offline=true pypiwatchd.service |
    sed -n 's/.*Overall exposure level[^:]*: \([0-9.]*\).*/\1/p')
echo "exposure $exposure"
awk -v e="$exposure" 'BEGIN { exit !(e != "" && e < 2.0) }'
for call in seccomp landlock_create_ruleset landlock_add_rule \
    landlock_restrict_self; do
	grep -q "^SystemCallFilter=.*$call" pypiwatchd.service || {
		echo "$call is not allowed by name"
		exit 1
	}
done
