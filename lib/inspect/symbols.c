/* SPDX-License-Identifier: Apache-2.0 */
/*
 * symbols - interned texts, and what names stand for, while flow reads.
 * Runs in: worker child, command.  Bounded: what does not fit is not known.
 */
#include "inspect/symbols.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/mem.h"

#define HEADS 4096		/* a power of two */

void
symbols_init(struct symbols *s)
{
	*s = (struct symbols){ 0 };
	s->text_heads = mem_array(HEADS, sizeof(*s->text_heads));
	s->row_heads = mem_array(HEADS, sizeof(*s->row_heads));
	s->ntexts = s->nrows = 1;	/* 0 means none */
	s->texts_room = s->rows_room = 256;
	s->texts = mem_array(s->texts_room, sizeof(*s->texts));
	s->rows = mem_array(s->rows_room, sizeof(*s->rows));
	s->room = 8192;
	s->bytes = mem_alloc(s->room);
}

void
symbols_release(struct symbols *s)
{
	free(s->bytes);
	free(s->texts);
	free(s->rows);
	free(s->text_heads);
	free(s->row_heads);
}

static uint32_t
hash_of(const void *bytes, size_t len)
{
	const unsigned char *at = bytes;
	uint32_t h = 2166136261u;

	for (size_t i = 0; i < len; i++)
		h = (h ^ at[i]) * 16777619u;
	return h;
}

uint32_t
symbols_intern(struct symbols *s, const void *bytes, size_t len)
{
	uint32_t hash = hash_of(bytes, len), *head = &s->text_heads[hash &
	    (HEADS - 1)];

	for (uint32_t i = *head; i != 0; i = s->texts[i].next)
		if (s->texts[i].hash == hash && s->texts[i].len == len &&
		    memcmp(s->bytes + s->texts[i].at, bytes, len) == 0)
			return i;
	if (s->ntexts >= FLOW_TEXTS_MAX || s->used + len + 1 > FLOW_BYTES_MAX)
		return 0;
	if (s->used + len + 1 > s->room) {
		s->room = 2 * (s->used + len + 1);
		s->bytes = mem_resize(s->bytes, s->room);
	}
	if (s->ntexts == s->texts_room) {
		s->texts_room *= 2;
		s->texts = mem_grow(s->texts, s->texts_room,
		    sizeof(*s->texts));
	}
	s->texts[s->ntexts] = (struct interned){ .at = s->used, .len = len,
	    .hash = hash, .next = *head };
	memcpy(s->bytes + s->used, bytes, len);
	s->bytes[s->used + len] = '\0';
	s->used += len + 1;
	*head = (uint32_t)s->ntexts++;
	return *head;
}

const char *
symbols_text(const struct symbols *s, uint32_t text)
{
	return s->bytes + s->texts[text].at;
}

uint32_t
symbols_of(struct symbols *s, uint32_t scope, uint32_t name, bool make)
{
	uint32_t *head = &s->row_heads[(scope * 31 + name * 2654435761u) >> 7 &
	    (HEADS - 1)];

	if (name == 0)
		return 0;
	for (uint32_t i = *head; i != 0; i = s->rows[i].next)
		if (s->rows[i].scope == scope && s->rows[i].name == name)
			return i;
	if (!make || s->nrows >= FLOW_SYMBOLS_MAX)
		return 0;
	if (s->nrows == s->rows_room) {
		s->rows_room *= 2;
		s->rows = mem_grow(s->rows, s->rows_room, sizeof(*s->rows));
	}
	s->rows[s->nrows] = (struct symbol){ .scope = scope, .name = name,
	    .next = *head };
	*head = (uint32_t)s->nrows++;
	return *head;
}
