/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INSPECT_COMPILED_H
#define INSPECT_COMPILED_H

/* compiled - compiled Python against its source, or in its stead. */
#include <stddef.h>
#include <stdint.h>

struct buf;
struct compiled;
struct inspection;
struct view;

void	compiled_free(struct compiled *);
/* Code that a source holds as bytes: no source says what is in it. */
void	compiled_code(struct inspection *, const struct view *, const uint8_t *,
	    size_t);
/* "a/__pycache__/b.cpython-311.pyc" and "a/b.pyc" both come from "a/b.py". */
void	compiled_source_path(const char *pyc, size_t len, struct buf *out);

#endif
