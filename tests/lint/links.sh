#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A program's link line is part of its sandbox: what it must not need itself;
# and no name stands for two functions.
# A library may still bring another one along (Debian's libarchive brings
# libxml2); without calls from our own code that is out of anybody's reach.
set -eu
cd "${top_builddir:-.}"

# program	libraries it may not need
rules='pypiwatchd curl pq xml2 archive yara ssl
pypiwatch-poll pq archive yara
pypiwatch-queue curl xml2 archive yara
pypiwatch-fetch pq xml2 archive yara jansson
pypiwatch-worker curl pq xml2 resolv ssl
pypiwatch-alert pq xml2 archive yara
pypiwatch-web curl archive yara'

bad=0
echo "$rules" | while read -r program never; do
	[ -x "$program" ] || continue
	needed=$(readelf -d "$program" | sed -n 's/.*(NEEDED).*\[lib\([^.]*\).*/\1/p')
	for library in $never; do
		for have in $needed; do
			case $have in
			"$library" | "$library"-*)
				echo "$program needs lib$have"
				exit 1
				;;
			esac
		done
	done
done || bad=1

# The worker must not be able to ask for a name's address.
if [ -x pypiwatch-worker ] && readelf -W --dyn-syms pypiwatch-worker |
    grep -E 'UND (getaddrinfo|gethostby|res_|getnameinfo)'; then
	bad=1
fi

# The linker takes the first of two functions of one name, and says nothing.
twice=$(for library in lib*.a; do
	nm -g --defined-only "$library" 2>/dev/null
done | awk '$2 == "T" || $2 == "D" || $2 == "B" { print $3 }' | sort |
    uniq -d)
if [ -n "$twice" ]; then
	echo "stands twice in our libraries: $twice"
	bad=1
fi
exit $bad
