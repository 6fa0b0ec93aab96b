/* SPDX-License-Identifier: Apache-2.0 */
/*
 * blank - source without what does not run.
 *
 * Takes: source.  Gives: a copy with comments and docstrings blanked.
 * Runs in: worker child, command.
 */
#include "python/blank.h"

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

/* Texts that stand alone on a logical line. */
struct alone {
	size_t		 from, to;
	bool		 fresh;		/* nothing else on the line so far */
};

static void
take(struct alone *a, uint8_t *out, const struct lex_token *t, bool keep)
{
	switch (t->kind) {
	case LEX_STRING:
		if (a->to == 0)
			a->from = t->start;
		a->to = a->fresh ? t->end : 0;
		break;
	case LEX_NEWLINE:
	case LEX_END:
		if (a->fresh && a->to != 0 && !keep)
			blank_range(out, a->from, a->to);
		__attribute__((fallthrough));
	case LEX_INDENT:
	case LEX_DEDENT:
		*a = (struct alone){ .fresh = true };
		break;
	default:
		a->fresh = false;
		break;
	}
}

uint8_t *
blank_copy(const uint8_t *data, size_t size)
{
	bool keep = memmem(data, size, "__doc__", 7) != NULL, more = true;
	uint8_t *out = mem_alloc(size + 1);
	struct alone alone = { .fresh = true };
	struct lex_token t;
	struct lexer l;

	memcpy(out, data, size);
	lex_open(&l, data, size);
	l.comments = true;
	while (more) {
		more = lex_next(&l, &t);
		if (t.kind == LEX_COMMENT)
			blank_range(out, t.start, t.end);
		else
			take(&alone, out, &t, keep);
	}
	return out;
}
