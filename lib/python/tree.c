/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tree - a tolerant syntax tree of one Python source, with scopes.
 *
 * Takes: bytes.  Gives: struct tree.
 * Runs in: worker child, command.
 */
#include "python/tree.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "python/tree_state.h"

#define LINE_STEP 256		/* bytes between two marks */
#define WORDS_MOST (64u << 20)	/* bytes of names that are copies */

/* ---- tokens ------------------------------------------------------------- */

/* Letters that NFKC makes a keyword of still make a name. */
static uint32_t
word_of(struct parser *p, const struct lex_token *t)
{
	const uint8_t *text = p->lex.text + t->start;

	if (t->kind != LEX_NAME)
		return WORD_NONE;
	return t->wide ? words_add_wide(&p->tree->words, text,
	    t->end - t->start) : words_add(&p->tree->words, text,
	    t->end - t->start, false);
}

void
parser_next(struct parser *p)
{
	p->before = p->t.end;
	if (p->tree->cut)
		p->t = (struct lex_token){ .kind = LEX_END,
		    .start = p->before, .end = p->before };
	else
		do {
			(void)lex_next(&p->lex, &p->t);
			blanks_take(&p->tree->blanks, &p->t);
		} while (p->t.kind == LEX_COMMENT);
	p->word = word_of(p, &p->t);
}

bool
parser_peek(struct parser *p, struct lex_token *t, uint32_t *word)
{
	struct lexer copy = p->lex;
	bool more;

	copy.comments = false;
	more = lex_next(&copy, t);
	*word = word_of(p, t);
	return more;
}

/* ---- nodes -------------------------------------------------------------- */

uint32_t
node_new(struct parser *p, enum node_kind kind, uint32_t at)
{
	struct tree *t = p->tree;

	if (t->nnodes == t->nodes_room) {
		if (t->nnodes >= PYTHON_NODES_MAX) {
			t->cut = true;
			p->t.kind = LEX_END;
			return 0;
		}
		t->nodes_room *= 2;
		t->nodes = mem_grow(t->nodes, t->nodes_room,
		    sizeof(*t->nodes));
	}
	t->nodes[t->nnodes] = (struct node){ .kind = (uint8_t)kind, .at = at,
	    .end = p->before };
	return t->nnodes++;
}

void
list_add(struct parser *p, struct list *l, uint32_t node)
{
	if (node == 0)
		return;
	if (l->tail != 0)
		p->tree->nodes[l->tail].next = node;
	else
		l->head = node;
	l->tail = node;
}

/* ---- lines -------------------------------------------------------------- */

/* Line breaks of [from, to); a lone CR is one too. */
static uint32_t
count_breaks(const uint8_t *text, size_t from, size_t to, bool returns)
{
	uint32_t n = 0;

	for (size_t i = from; i < to; i++)
		n += text[i] == '\n';
	for (size_t i = from; returns && i < to; i++)
		n += text[i] == '\r' && text[i + 1] != '\n';
	return n;
}

/* From break to break, which is quicker than byte by byte. */
static void
mark_lines(struct tree *t)
{
	const uint8_t *text = t->source.text, *at = text;
	size_t n = t->source.size / LINE_STEP + 1, mark = 0;
	uint32_t line = 1;

	t->returns = memchr(text, '\r', t->source.size) != NULL;
	t->line_marks = mem_array(n, sizeof(*t->line_marks));
	if (t->returns) {
		t->line_marks[0] = 1;
		for (size_t i = 1; i < n; i++)
			t->line_marks[i] = t->line_marks[i - 1] +
			    count_breaks(text, (i - 1) * LINE_STEP,
			    i * LINE_STEP, true);
		return;
	}
	while (at != NULL) {
		at = memchr(at, '\n', t->source.size - (size_t)(at - text));
		for (; mark < n && (at == NULL ||
		    mark * LINE_STEP <= (size_t)(at - text)); mark++)
			t->line_marks[mark] = line;
		line++;
		at = at != NULL ? at + 1 : NULL;
	}
}

uint32_t
tree_line(const struct tree *t, uint32_t at)
{
	size_t mark = at / LINE_STEP;

	if (at > t->source.size)
		return 0;
	return t->line_marks[mark] + count_breaks(t->source.text,
	    mark * LINE_STEP, at, t->returns);
}

/* ---- the whole ---------------------------------------------------------- */

struct tree *
tree_read(const void *bytes, size_t size)
{
	struct tree *t = mem_alloc(sizeof(*t));
	struct parser *p = mem_alloc(sizeof(*p));

	python_source_read(&t->source, bytes, size);
	arena_init(&t->arena, WORDS_MOST);
	words_init(&t->words, &t->arena, t->source.size);
	t->nodes_room = (uint32_t)(t->source.size / 8) + 64;
	if (t->nodes_room > PYTHON_NODES_MAX)
		t->nodes_room = PYTHON_NODES_MAX;
	t->nodes = mem_grow(NULL, t->nodes_room, sizeof(*t->nodes));
	t->nodes[0] = (struct node){ 0 };
	t->nnodes = t->nbindings = 1;
	t->bindings_room = t->scopes_room = 64;
	t->bindings = mem_array(t->bindings_room, sizeof(*t->bindings));
	t->scopes = mem_array(t->scopes_room, sizeof(*t->scopes));
	t->mask = 255;
	t->slots = mem_array(t->mask + 1, sizeof(*t->slots));

	p->tree = t;
	p->frames_room = 32;
	p->frames = mem_array(p->frames_room, sizeof(*p->frames));
	p->blocks = mem_grow(NULL, PYTHON_BLOCKS_MAX, sizeof(*p->blocks));
	p->retag = 4 * (uint64_t)t->source.size + 1024;
	lex_open(&p->lex, t->source.text, t->source.size);
	p->lex.comments = true;
	module(p);
	settle(t);
	free(p->frames);
	free(p->blocks);
	free(p);
	mark_lines(t);
	return t;
}

void
tree_free(struct tree *t)
{
	if (t == NULL)
		return;
	free(t->nodes);
	free(t->scopes);
	free(t->bindings);
	free(t->slots);
	free(t->grown);
	free(t->line_marks);
	blanks_release(&t->blanks);
	words_release(&t->words);
	arena_release(&t->arena);
	python_source_release(&t->source);
	free(t);
}

uint8_t *
tree_blank(const struct tree *t, const void *bytes, size_t size)
{
	if (t->cut || t->source.converted || t->source.bom ||
	    t->source.size != size)
		return NULL;
	return blanks_copy(&t->blanks, bytes, size);
}

size_t
tree_memory(const struct tree *t)
{
	return sizeof(*t) + t->source.size + t->arena.total +
	    t->nodes_room * sizeof(*t->nodes) +
	    t->scopes_room * sizeof(*t->scopes) +
	    t->bindings_room * sizeof(*t->bindings) +
	    ((size_t)t->mask + 1 + t->source.size / LINE_STEP + 1) * 4 +
	    t->words.room * sizeof(*t->words.texts) +
	    t->grown_room * sizeof(*t->grown) +
	    t->blanks.room * sizeof(*t->blanks.all) +
	    ((size_t)t->words.mask + 1) * 4;
}
