#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# base/db against a real server.
. "$(dirname "$0")/setup.sh"
"${top_builddir:-.}/tests/db/test_db"
