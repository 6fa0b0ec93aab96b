/* SPDX-License-Identifier: Apache-2.0 */
/*
 * blank - source without what does not run.
 *
 * Takes: source.  Gives: a copy with comments and docstrings blanked.
 * Runs in: worker child, command.
 */
#include "python/blank.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "python/lex.h"

static void
blank_range(uint8_t *out, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++)
		if (out[i] != '\n' && out[i] != '\r')
			out[i] = ' ';
}

static void
add(struct blanks *b, uint32_t from, uint32_t to, bool text)
{
	if (b->n == b->room) {
		b->room = b->room == 0 ? 32 : 2 * b->room;
		b->all = mem_grow(b->all, b->room, sizeof(*b->all));
	}
	b->all[b->n++] = (struct blank_range){ from, to, text };
}

void
blanks_take(struct blanks *b, const struct lex_token *t)
{
	switch (t->kind) {
	case LEX_COMMENT:
		add(b, t->start, t->end, false);
		break;
	case LEX_STRING:
		if (b->to == 0)
			b->from = t->start;
		b->to = b->used ? 0 : t->end;
		break;
	case LEX_NEWLINE:
	case LEX_END:
		if (!b->used && b->to != 0)
			add(b, b->from, b->to, true);
		__attribute__((fallthrough));
	case LEX_INDENT:
	case LEX_DEDENT:
		b->to = 0;
		b->used = false;
		break;
	default:
		b->used = true;
		break;
	}
}

void
blanks_release(struct blanks *b)
{
	free(b->all);
	*b = (struct blanks){ 0 };
}

uint8_t *
blanks_copy(const struct blanks *b, const uint8_t *data, size_t size)
{
	bool keep = memmem(data, size, "__doc__", 7) != NULL;
	uint8_t *out = mem_alloc(size + 1);

	memcpy(out, data, size);
	for (size_t i = 0; i < b->n; i++)
		if (!b->all[i].text || !keep)
			blank_range(out, b->all[i].from, b->all[i].to);
	return out;
}

uint8_t *
blank_copy(const uint8_t *data, size_t size)
{
	struct blanks b = { 0 };
	struct lex_token t;
	struct lexer l;
	uint8_t *out;
	bool more;

	lex_open(&l, data, size);
	l.comments = true;
	do {
		more = lex_next(&l, &t);
		blanks_take(&b, &t);
	} while (more);
	out = blanks_copy(&b, data, size);
	blanks_release(&b);
	return out;
}
