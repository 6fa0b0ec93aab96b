/* SPDX-License-Identifier: Apache-2.0 */
/*
 * reading - one Python source as lib/python reads it.
 * Runs in: worker child, command.
 */
#include "flow/reading.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/mem.h"
#include "flow/flow.h"
#include "python/fold.h"
#include "python/lex.h"
#include "python/modules.h"
#include "python/tree.h"

#define DENSE 8		/* bytes a token: code, and no large text */

/*
 * Where a piece ends: before a statement of the top level if there is one, else
 * before any; a text that is larger than a piece stays whole.
 */
static size_t
piece_of(const uint8_t *data, size_t size, size_t most)
{
	size_t top = 0, any = 0, tokens = 0;
	bool fresh = true;
	struct lex_token t;
	struct lexer l;

	if (size <= most)
		return size;
	lex_open(&l, data, size);
	while (lex_next(&l, &t)) {
		if (t.kind == LEX_NEWLINE || t.kind == LEX_INDENT ||
		    t.kind == LEX_DEDENT) {
			fresh = fresh || t.kind == LEX_NEWLINE;
			continue;
		}
		tokens++;
		if (fresh && t.line_start > most / 2) {
			any = t.line_start;
			if (t.start == t.line_start)
				top = any;
		}
		fresh = false;
		if (t.end < most && tokens < 4 * (most / DENSE))
			continue;
		if (top != 0 || (any != 0 && tokens >= most / DENSE))
			return top != 0 ? top : any;
		if (tokens >= 4 * (most / DENSE))
			return t.end;
	}
	return size;
}

/* What is left of a share, and the least of it. */
static size_t
left_of(size_t share, size_t held, size_t least)
{
	return held < share - least ? share - held : least;
}

static void
fold_again(struct reading *r)
{
	r->fold = fold_new(r->tree);
	fold_limit(r->fold, r->results);
	r->refolded++;
}

struct reading *
reading_new(const void *data, size_t size, size_t held)
{
	struct reading *r = mem_alloc(sizeof(*r));

	r->taken = piece_of(data, size, left_of(READING_PIECE_MAX,
	    held / TREE_MEMORY_TIMES, READING_PIECE_LEAST));
	r->results = left_of(FOLD_BYTES_MAX, held, FOLD_BYTES_LEAST);
	r->tree = tree_read(data, r->taken);
	fold_again(r);
	return r;
}

size_t
reading_memory(const struct reading *r)
{
	if (r == NULL)
		return 0;
	return tree_memory(r->tree) + (r->fold != NULL ? fold_memory(r->fold) :
	    0);
}

void
reading_free(struct reading *r)
{
	if (r == NULL)
		return;
	flow_free(r->flow);
	fold_free(r->fold);
	tree_free(r->tree);
	free(r);
}

void
reading_forget(struct reading *r)
{
	flow_free(r->flow);
	r->flow = NULL;
}

void
reading_use(struct reading *r, const struct modules *modules,
    const char *name, bool is_package)
{
	if (r->fold == NULL || (r->fold->modules != modules &&
	    (r->fold->modules != NULL || !fold_is_whole(r->fold) ||
	    !modules_change_nothing(modules, r->fold)))) {
		fold_free(r->fold);
		fold_again(r);
	}
	modules_use(modules, name, is_package, r->fold);
}

size_t
reading_folded(const struct reading *r)
{
	return r->fold != NULL && fold_is_whole(r->fold) ?
	    fold_memory(r->fold) : 0;
}

size_t
reading_rest(struct reading *r)
{
	fold_free(r->fold);
	r->fold = NULL;
	return reading_memory(r);
}
