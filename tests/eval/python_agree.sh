#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A sample of what `make eval-python` compares: modules of the standard library
# that between them use all of the grammar.
set -eu
if ! python3 -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' \
    2>/dev/null; then
	echo "python3 is not CPython 3.11"
	exit 77
fi
lib=$(python3 -c 'import sysconfig; print(sysconfig.get_path("stdlib"))')
sample=
for name in ast asyncio/base_events argparse base64 contextlib dataclasses \
    datetime decimal difflib enum functools http/client inspect json/decoder \
    keyword locale os pickletools pydoc_data/topics re/_parser shutil socket \
    ssl statistics string subprocess tarfile this tokenize traceback turtle \
    typing urllib/request uuid xml/dom/minidom zipfile \
    encodings/mac_centeuro lib2to3/pytree; do
	[ ! -f "$lib/$name.py" ] || sample="$sample $lib/$name.py"
done
# shellcheck disable=SC2086
exec python3 "${top_srcdir:-.}/tests/eval/python_agree.py" \
    "${top_builddir:-.}/tests/tools/python_read" $sample
