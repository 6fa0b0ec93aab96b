#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Every statement that the programs run prepares against the schema, and says
# in its first lines what it promises.
. "$(dirname "$0")/setup.sh"
schema_apply
bad=0
for f in "$top_srcdir"/sql/statements/*.sql; do
	name=$(basename "$f" .sql)
	if ! sed -n 2p "$f" | grep -q '^-- .'; then
		echo "$name: the second line does not say what it promises"
		bad=1
	fi
	if ! { echo "PREPARE s AS"; cat "$f"; } | sql -f - > /dev/null; then
		echo "$name: does not prepare"
		bad=1
	fi
done
exit $bad
