/* SPDX-License-Identifier: Apache-2.0 */
/*
 * arena - memory that lives as long as one source does.
 * Runs in: worker child, command.
 */
#include "python/arena.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#define CHUNK_LEAST 4096
#define CHUNK_MOST (256 * 1024)
#define ALIGNED 16

struct arena_chunk {
	struct arena_chunk *next;
	size_t		 size;
	_Alignas(ALIGNED) unsigned char bytes[];
};

void
arena_init(struct arena *a, size_t most)
{
	*a = (struct arena){ .most = most };
}

void
arena_release(struct arena *a)
{
	while (a->chunks != NULL) {
		struct arena_chunk *next = a->chunks->next;

		free(a->chunks);
		a->chunks = next;
	}
}

static bool
add_chunk(struct arena *a, size_t size)
{
	size_t room = a->room < CHUNK_LEAST ? CHUNK_LEAST : 2 * a->room;
	struct arena_chunk *c;

	if (room > CHUNK_MOST)
		room = CHUNK_MOST;
	if (room < size)
		room = size;
	if (room > a->most || a->total > a->most - room)
		room = size;
	if (size > a->most || a->total > a->most - size) {
		a->full = true;
		return false;
	}
	c = malloc(sizeof(*c) + room);
	if (c == NULL)
		mem_exhausted(room);
	*c = (struct arena_chunk){ .next = a->chunks, .size = room };
	a->chunks = c;
	a->room = room;
	a->used = 0;
	a->total += room;
	return true;
}

void *
arena_take(struct arena *a, size_t size)
{
	void *p;

	if (size > SIZE_MAX - ALIGNED)
		return NULL;
	size = (size + ALIGNED - 1) & ~(size_t)(ALIGNED - 1);
	if ((a->chunks == NULL || a->room - a->used < size) &&
	    !add_chunk(a, size))
		return NULL;
	p = a->chunks->bytes + a->used;
	a->used += size;
	return p;
}

void *
arena_copy(struct arena *a, const void *bytes, size_t size)
{
	void *p = arena_take(a, size);

	if (p != NULL && size != 0)
		memcpy(p, bytes, size);
	return p;
}
