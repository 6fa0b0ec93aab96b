#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Every source file says under which licence it is, in its first three lines.
set -eu
cd "${top_srcdir:-.}"

missing=$(find lib daemon tests sql etc man systemd -type f \( \
    -name '*.[ch]' -o -name '*.sh' -o -name '*.sql' -o -name '*.awk' -o \
    -name '*.py' -o -name '*.yar' -o -name '*.conf' -o -name '*.[1-8]' -o \
    -name '*.service' -o -name run -o -name fetch-real \) |
    while read -r file; do
	head -n 3 "$file" | grep -q 'SPDX-License-Identifier: Apache-2.0' ||
	    echo "$file"
    done)
if [ -n "$missing" ]; then
	echo "no SPDX line:"
	echo "$missing"
	exit 1
fi
