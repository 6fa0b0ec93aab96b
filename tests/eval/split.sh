#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# make eval-split: does it matter how a package is written?  The malicious
# wheels of the sets are written anew by each way of ways.py (constants and
# functions in modules of their own, in objects, in tables, in pieces ...),
# which changes nothing of what they do, and scanned again.  Printed is how many
# of those that were told are no longer; SPLIT_NAMES=yes names them, SPLIT_WAYS
# chooses ways.  SPLIT_SETS names the sets, by default all that were read.
set -eu
. "$(dirname "$0")/work.sh"
sets=${SPLIT_SETS:-. held third fourth fifth sixth seventh eighth tenth \
eleventh twelfth thirteenth}
mkdir "$work/all"
for set in $sets; do
	python3 "$here/pack.py" "$work/set" "$here/$set"/hostile/*.txt
	mv "$work/set"/*.whl "$work/all"
	cat "$work/set/labels.tsv" >> "$work/all/labels.tsv"
	rm -rf "$work/set"
done
python3 "$here/rewrite.py" "$top_builddir/pypiwatch" "$work/conf" "$work/all"
