/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INSPECT_COMPILED_H
#define INSPECT_COMPILED_H

/* compiled - compiled Python against its source, or in its stead. */
#include <stddef.h>

struct buf;
struct compiled;

void	compiled_free(struct compiled *);
/* "a/__pycache__/b.cpython-311.pyc" and "a/b.pyc" both come from "a/b.py". */
void	compiled_source_path(const char *pyc, size_t len, struct buf *out);

#endif
