#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The queue on a real database, with satellites played by the test.
. "$(dirname "$0")/setup.sh"
schema_apply
unset PGOPTIONS
"${top_builddir:-.}/tests/db/test_queue"
