/* SPDX-License-Identifier: Apache-2.0 */
/*
 * shape - how a source looks: names made not to be told apart, code
 * pushed out of sight.
 * Runs in: worker child, command.
 */
#include <string.h>

#include "flow/names.h"
#include "flow/scopes.h"
#include "flow/state.h"
#include "python/lex.h"

#define GAP_PUSHED 100		/* blanks inside a line that hide code */
#define TABS_PUSHED 12		/* they count for eight */
#define INDENT_PUSHED 160	/* blanks before it; generated tables: 120 */
#define LONG_LINE 2000

static void
note_name(struct flow *f, const struct node *n)
{
	const uint8_t *text = f->tree->source.text;
	struct word_text w = tree_word(f->tree, n->name);

	f->shape->names++;
	if (flow_traits(f, n->name) & NAME_ODD)
		f->shape->odd_names++;
	if (n->kind == NODE_NAME && text[n->at] >= 0x80 && w.len != 0 &&
	    w.text[0] < 0x80 && w.len + 2 < n->end - n->at)
		f->shape->folded_names++;
}

static void
note_names(struct flow *f)
{
	for (uint32_t i = 1; i < f->tree->nnodes; i++) {
		const struct node *n = &f->tree->nodes[i];

		if (n->kind == NODE_NAME || n->kind == NODE_ATTR ||
		    n->kind == NODE_PARAM || n->kind == NODE_DEF ||
		    n->kind == NODE_CLASS)
			note_name(f, n);
	}
}

/* Is there a run of `most` such bytes?  One of them stands at a multiple. */
static bool
has_run(const uint8_t *line, size_t len, uint8_t byte, size_t most)
{
	for (size_t i = most - 1, from, to; i < len; i += most) {
		if (line[i] != byte)
			continue;
		for (from = i; from > 0 && line[from - 1] == byte; from--)
			continue;
		for (to = i; to < len && line[to] == byte; to++)
			continue;
		if (to - from >= most)
			return true;
	}
	return false;
}

/* Could code be pushed right on this line? */
static bool
may_push(const uint8_t *line, size_t len)
{
	return has_run(line, len, '\t', TABS_PUSHED) ||
	    has_run(line, len, ' ', GAP_PUSHED);
}

/* Tells which line it is, if any: not in brackets or texts, no comment. */
static uint32_t
pushed_line(const struct flow *f)
{
	struct lex_token t;
	struct lexer l;
	bool first = true;
	uint32_t open = 0;	/* brackets around the token */

	lex_open(&l, f->tree->source.text, f->tree->source.size);
	for (; lex_next(&l, &t); open = l.open) {
		if (t.kind == LEX_NEWLINE || t.kind == LEX_INDENT ||
		    t.kind == LEX_DEDENT) {
			first = first || t.kind == LEX_NEWLINE;
			continue;
		}
		if (open == 0 && t.gap >= (first ? INDENT_PUSHED :
		    GAP_PUSHED))
			return t.line;
		first = false;
	}
	return 0;
}

static void
look_shape(struct flow *f)
{
	const uint8_t *at = f->tree->source.text;
	const uint8_t *stop = at + f->tree->source.size;
	bool pushed = false;
	uint32_t line = 1;

	while (at < stop) {
		const uint8_t *end = memchr(at, '\n', (size_t)(stop - at));

		if (end == NULL)
			end = stop;
		if (end - at > LONG_LINE && f->shape->long_line == 0)
			f->shape->long_line = line;
		pushed = pushed || may_push(at, (size_t)(end - at));
		line++;
		at = end + 1;
	}
	if (pushed)
		f->shape->gap_line = pushed_line(f);
	note_names(f);
}

/* It is that of the source, whoever looks. */
/* A name for others: one that no private one begins, and nothing uses here. */
static bool
is_offered(struct flow *f, const struct binding *b)
{
	const struct flow_scope *s = b->kind == BINDING_DEF ?
	    &f->scopes[b->extra] : NULL;
	size_t len;
	const char *name = flow_spelled(f, b->name, &len);

	if (b->scope != 0 || len == 0 || *name == '_')
		return false;
	if (s != NULL)
		return !s->reached;
	return (b->kind == BINDING_VALUE || b->kind == BINDING_PART) &&
	    !flow_name(f, b->name)->mentioned;
}

static void
look_offers(struct flow *f)
{
	if (!f->file->program || f->ntold == 0)
		return;
	flow_find_mentioned(f);
	for (uint32_t b = 1; b < f->tree->nbindings && !f->shape->offers; b++)
		f->shape->offers = is_offered(f, &f->tree->bindings[b]);
}

void
flow_look_shape(struct flow *f)
{
	struct flow_shape *s = f->shape;

	look_offers(f);
	for (uint32_t bits = f->spelled; bits != 0; bits &= bits - 1)
		s->spelled++;
	if (s->spelled != 0)
		s->spelled_line = tree_line(f->tree, f->spelled_at);
	if (f->shape_known) {
		s->names = f->looks_like.names;
		s->odd_names = f->looks_like.odd_names;
		s->folded_names = f->looks_like.folded_names;
		s->gap_line = f->looks_like.gap_line;
		s->long_line = f->looks_like.long_line;
		return;
	}
	look_shape(f);
	f->looks_like = (struct flow_looks){ s->names, s->odd_names,
	    s->folded_names, s->gap_line, s->long_line };
	f->shape_known = true;
}
