/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SHAPES_H
#define SHAPES_H

/* shapes - the little packages of tests/fixtures/shapes, in memory. */
#include <stdbool.h>

#include "base/buf.h"
#include "inspect_tools.h"

struct shape_member {
	char		*path;
	struct buf	 data;
};

struct shape {
	char		*name;
	bool		 wheel;
	struct shape_member *members;
	size_t		 n;
};

/* Fails the test when the file is not there. */
struct shape *shapes_read(const char *file, size_t *n);
void	shapes_free(struct shape *, size_t n);
/* A copy of the bytes becomes the last member. */
void	shape_add(struct shape *, const char *path, const void *, size_t);
struct shape *shape_copy(const struct shape *);

/*
 * Inspected and judged; `proper` metadata is what the index asks of every
 * upload, else it says nothing.  What was found is in *f, which the caller
 * releases, unless that is NULL.
 */
unsigned int shape_score(const struct inspect_tools *, const struct shape *,
	    bool proper, struct features *f);

#endif
