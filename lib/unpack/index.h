/* SPDX-License-Identifier: Apache-2.0 */
#ifndef UNPACK_INDEX_H
#define UNPACK_INDEX_H

/*
 * index - the names of an archive's members.
 *
 * Sorting instead of hashing: nobody outside can choose names that make it
 * slow.  Bounded by UNPACK_INDEX_MAX names and UNPACK_NAMES_MAX bytes; what
 * does not fit is not indexed, and `full` says so.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

struct index_item {
	uint32_t	 at, len;	/* in names */
	uint32_t	 value;		/* the owner's */
};

struct index {
	struct buf	 names;
	struct index_item *items;
	size_t		 n, room;
	bool		 full, sorted;
};

void	index_add(struct index *, const void *name, size_t len, uint32_t value);
void	index_sort(struct index *);	/* by name, then by value */
/* After index_sort: the first item of that name, or NULL. */
struct index_item *index_get(const struct index *, const void *, size_t);
const char *index_name(const struct index *, const struct index_item *);
bool	index_same(const struct index *, const struct index_item *,
	    const struct index_item *);
void	index_release(struct index *);

#endif
