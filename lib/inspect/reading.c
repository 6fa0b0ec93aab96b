/* SPDX-License-Identifier: Apache-2.0 */
/*
 * reading - one Python source as lib/python reads it.
 * Runs in: worker child, command.
 */
#include "inspect/reading.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/mem.h"
#include "python/fold.h"
#include "python/lex.h"
#include "python/modules.h"
#include "python/tree.h"

#define DENSE (READING_PIECE_MAX / 8)	/* tokens: code, and no large text */

/*
 * Where a piece ends: before a statement of the top level if there is one, else
 * before any; a text that is larger than a piece stays whole.
 */
static size_t
piece_of(const uint8_t *data, size_t size)
{
	size_t top = 0, any = 0, tokens = 0;
	bool fresh = true;
	struct lex_token t;
	struct lexer l;

	if (size <= READING_PIECE_MAX)
		return size;
	lex_open(&l, data, size);
	while (lex_next(&l, &t)) {
		if (t.kind == LEX_NEWLINE || t.kind == LEX_INDENT ||
		    t.kind == LEX_DEDENT) {
			fresh = fresh || t.kind == LEX_NEWLINE;
			continue;
		}
		tokens++;
		if (fresh && t.line_start > READING_PIECE_MAX / 2) {
			any = t.line_start;
			if (t.start == t.line_start)
				top = any;
		}
		fresh = false;
		if (t.end < READING_PIECE_MAX && tokens < 4 * DENSE)
			continue;
		if (top != 0 || (any != 0 && tokens >= DENSE))
			return top != 0 ? top : any;
		if (tokens >= 4 * DENSE)
			return t.end;
	}
	return size;
}

struct reading *
reading_new(const void *data, size_t size)
{
	struct reading *r = mem_alloc(sizeof(*r));

	r->taken = piece_of(data, size);
	r->tree = tree_read(data, r->taken);
	r->fold = fold_new(r->tree);
	return r;
}

void
reading_free(struct reading *r)
{
	if (r == NULL)
		return;
	fold_free(r->fold);
	tree_free(r->tree);
	free(r);
}

void
reading_use(struct reading *r, const struct modules *modules,
    const char *name, bool is_package)
{
	if (r->fold == NULL || r->fold->modules != modules) {
		fold_free(r->fold);
		r->fold = fold_new(r->tree);
	}
	modules_use(modules, name, is_package, r->fold);
}

size_t
reading_rest(struct reading *r)
{
	fold_free(r->fold);
	r->fold = NULL;
	return tree_memory(r->tree);
}
