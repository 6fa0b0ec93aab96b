/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pieces - names of what executes, starts or decodes, put together from
 * literals none of which holds one: "ex" + "ec", joined("url", "open").
 *
 * Takes: an expression and the text that it is.  Gives: which of those names.
 * Who is after none of them writes them whole; who searches others' code for
 * them, too.
 * Runs in: worker child, command.
 */
#include <string.h>

#include "flow/state.h"
#include "flow/values.h"
#include "python/pieces.h"

#define SPAN_MOST 400		/* of the source: a call with many letters */
#define QUOTES_LEAST 4		/* of two literals */

/* The part up to a dot stands in the expression. */
static bool
stands_whole(const char *span, size_t size, const char *word)
{
	for (size_t len; *word != '\0'; word += len + (word[len] == '.')) {
		len = strcspn(word, ".");
		if (memmem(span, size, word, len) == NULL)
			return false;
	}
	return true;
}

/* At least two literals, of which none is the name. */
static bool
is_in_pieces(const struct flow *f, uint32_t node, const char *word)
{
	const struct node *n = flow_at(f, node);
	const char *span = (const char *)f->tree->source.text + n->at;
	size_t size = n->end > n->at ? n->end - n->at : 0, quotes = 0;

	if (size == 0 || size > SPAN_MOST)
		return false;
	for (size_t i = 0; i < size; i++)
		quotes += span[i] == '"' || span[i] == '\'';
	return quotes >= QUOTES_LEAST && !stands_whole(span, size, word);
}

void
flow_look_pieces(struct flow *f, uint32_t node, const char *text, size_t len)
{
	uint8_t kind = flow_at(f, node)->kind;
	char word[PIECES_MOST + 1] = "";
	int name;

	if (kind != NODE_CALL && kind != NODE_BINARY &&
	    kind != NODE_STRINGS && kind != NODE_FORMAT)
		return;
	name = pieces_name(text, len);
	if (name < 0)
		return;
	memcpy(word, text, len);
	if (!is_in_pieces(f, node, word))
		return;
	f->spelled |= UINT32_C(1) << name;
	f->spelled_at = flow_at(f, node)->at;
}
