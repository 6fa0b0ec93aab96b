/* SPDX-License-Identifier: Apache-2.0 */
/*
 * arena - memory that lives as long as one source does.
 * Runs in: worker child, command.
 */
#include "python/arena.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

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

/* Of exactly that size; NULL when it does not fit. */
static struct arena_chunk *
chunk_new(struct arena *a, size_t size)
{
	struct arena_chunk *c = NULL;

	if (size <= a->most && a->total <= a->most - size)
		c = malloc(sizeof(*c) + size);
	if (c == NULL) {
		a->full = true;
		return NULL;
	}
	*c = (struct arena_chunk){ .size = size };
	a->total += size;
	return c;
}

static bool
add_chunk(struct arena *a, size_t size)
{
	size_t room = a->room < CHUNK_LEAST ? CHUNK_LEAST : 2 * a->room;
	struct arena_chunk *c;

	if (room > CHUNK_MOST)
		room = CHUNK_MOST;
	if (room < size || room > a->most || a->total > a->most - room)
		room = size;
	c = chunk_new(a, room);
	if (c == NULL)
		return false;
	c->next = a->chunks;
	a->chunks = c;
	a->room = room;
	a->used = 0;
	return true;
}

/* What is large stands alone, and the newest chunk goes on being filled. */
static void *
take_alone(struct arena *a, size_t size)
{
	struct arena_chunk *c = chunk_new(a, size);

	if (c == NULL)
		return NULL;
	c->next = a->chunks->next;
	a->chunks->next = c;
	return c->bytes;
}

void *
arena_take(struct arena *a, size_t size)
{
	void *p;

	if (size > SIZE_MAX - ALIGNED)
		return NULL;
	size = (size + ALIGNED - 1) & ~(size_t)(ALIGNED - 1);
	if (a->chunks != NULL && size > CHUNK_MOST / 2 &&
	    a->room - a->used < size)
		return take_alone(a, size);
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
