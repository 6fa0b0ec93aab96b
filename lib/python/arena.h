/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PYTHON_ARENA_H
#define PYTHON_ARENA_H

/*
 * arena - memory that lives as long as one source does.
 *
 * Chunks are handed out from the front and freed all at once.  `most` bounds
 * the sum: what would exceed it, or what the machine has not got, is refused,
 * and `full` says so from then on.
 */
#include <stdbool.h>
#include <stddef.h>

struct arena_chunk;

struct arena {
	struct arena_chunk *chunks;
	size_t		 used, room;	/* of the newest chunk */
	size_t		 total, most;
	bool		 full;
};

void	 arena_init(struct arena *, size_t most);
void	 arena_release(struct arena *);
/* Not zeroed, aligned for anything; NULL when the bound is reached. */
void	*arena_take(struct arena *, size_t);
void	*arena_copy(struct arena *, const void *, size_t);

#endif
