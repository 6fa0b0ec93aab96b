/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tree_stmt - compound statements, and the blocks that all stand in.
 * Runs in: worker child, command.
 */
#include <string.h>

#include "python/tree_state.h"

/* ---- blocks ------------------------------------------------------------- */

static bool
block_push(struct parser *p, enum block_kind kind, uint32_t node,
    uint32_t scope, uint32_t owner)
{
	uint32_t loop = p->nblocks != 0 && scope == p->scope ?
	    block_now(p)->loop : 0;
	uint8_t what = node_of(p, owner)->kind;

	if (p->nblocks == PYTHON_BLOCKS_MAX) {
		p->tree->deep = true;
		return false;
	}
	if (loop == 0 && (what == NODE_FOR || what == NODE_WHILE))
		loop = owner;
	p->blocks[p->nblocks++] = (struct block){ .kind = (uint8_t)kind,
	    .node = node, .scope = p->scope, .loop = loop };
	p->scope = scope;
	return true;
}

static void
block_pop(struct parser *p)
{
	struct block b = p->blocks[p->nblocks - 1];

	if (p->nblocks == 1)
		return;
	p->nblocks--;
	p->scope = b.scope;
	node_of(p, b.node)->end = p->before;
	if (b.kind == BLOCK_MORE) {
		block_now(p)->body = b.body;
		block_now(p)->last = b.last;
	}
}

static void
pop_inline(struct parser *p)
{
	while (block_now(p)->kind == BLOCK_INLINE)
		block_pop(p);
}

/* An indent that no colon asked for: the block goes on. */
static void
more_indent(struct parser *p)
{
	struct block b = *block_now(p);

	if (block_push(p, BLOCK_MORE, b.node, p->scope, 0)) {
		block_now(p)->body = b.body;
		block_now(p)->last = b.last;
	} else {
		p->lost++;
	}
}

static void
dedent(struct parser *p)
{
	if (p->lost != 0) {
		p->lost--;
		return;
	}
	pop_inline(p);
	block_pop(p);
}

uint32_t
statement_new(struct parser *p, enum node_kind kind)
{
	uint32_t n = node_new(p, kind, p->t.start);

	parser_next(p);
	return n;
}

void
statement_add(struct parser *p, uint32_t node, const struct list *kids)
{
	struct block *b = block_now(p);

	if (node == 0)
		return;
	if (kids != NULL) {
		node_of(p, node)->kid = kids->head;
		b->last = *kids;
	} else {
		b->last = (struct list){ 0 };
	}
	list_add(p, &b->body, node);
	node_of(p, b->node)->kid = b->body.head;
}

/*
 * The block behind a header.  `owner` was added already; `kids` are its list,
 * or that of the statement it continues.
 */
static void
body(struct parser *p, uint32_t owner, struct list *kids, uint32_t scope)
{
	uint32_t node = node_new(p, NODE_BLOCK, p->t.start);
	bool indented;

	if (node == 0 || owner == 0)
		return;
	node_of(p, node)->name = scope;
	node_of(p, node)->flags = node_of(p, owner)->kind;
	list_add(p, kids, node);
	if (node_of(p, owner)->kid == 0)
		node_of(p, owner)->kid = node;
	if (parser_op(p, ':'))
		parser_next(p);
	if (p->t.kind != LEX_NEWLINE) {
		(void)block_push(p, BLOCK_INLINE, node, scope, owner);
		return;
	}
	parser_next(p);
	indented = p->t.kind == LEX_INDENT;
	if (!indented) {
		pop_inline(p);
		return;
	}
	parser_next(p);
	if (!block_push(p, BLOCK_INDENTED, node, scope, owner))
		p->lost++;
}

/* ---- compound statements ------------------------------------------------ */

static void
add_body(struct parser *p, uint32_t node, struct list *kids, uint32_t scope)
{
	struct block *b = block_now(p);

	statement_add(p, node, kids);
	body(p, node, &b->last, scope);
	if (node != 0 && node_of(p, node)->kid == 0)
		node_of(p, node)->kid = b->last.head;
}

static void
on_condition(struct parser *p, enum node_kind kind)
{
	uint32_t n = statement_new(p, kind);
	struct list kids = { 0 };

	list_add(p, &kids, expression(p, 0));
	add_body(p, n, &kids, p->scope);
}

static void
on_for(struct parser *p)
{
	uint32_t n = statement_new(p, NODE_FOR), target, source;
	struct list kids = { 0 };

	target = expression(p, STAGE_NO_IN);
	list_add(p, &kids, target);
	if (p->t.kind == LEX_NAME && p->word == KW_IN)
		parser_next(p);
	source = expression(p, 0);
	list_add(p, &kids, source);
	bind_target(p, target, BINDING_ITEM, source);
	add_body(p, n, &kids, p->scope);
}

/* else, elif, except, finally: go on with the statement before them. */
static void
on_continued(struct parser *p, enum node_kind kind)
{
	struct block *b = block_now(p);
	uint32_t n = statement_new(p, kind);
	struct list kids = { 0 };

	if (n == 0)
		return;
	if (kind == NODE_ELIF || kind == NODE_EXCEPT) {
		uint32_t test = expression(p, 0);

		list_add(p, &kids, test);
		if (p->t.kind == LEX_NAME && p->word == KW_AS) {
			uint32_t name;

			parser_next(p);
			name = expression(p, STAGE_SINGLE);
			list_add(p, &kids, name);
			bind_target(p, name, BINDING_OTHER, 0);
		}
	}
	node_of(p, n)->kid = kids.head;
	if (b->last.head != 0) {
		list_add(p, &b->last, n);
	} else {
		list_add(p, &b->body, n);
		node_of(p, b->node)->kid = b->body.head;
	}
	body(p, n, &kids, p->scope);
}

static uint32_t
with_item(struct parser *p)
{
	uint32_t at = p->t.start, value = expression(p, STAGE_SINGLE), n;
	uint32_t target;
	struct list kids = { 0 };

	if (p->t.kind != LEX_NAME || p->word != KW_AS || value == 0)
		return value;
	parser_next(p);
	target = expression(p, STAGE_SINGLE);
	list_add(p, &kids, value);
	list_add(p, &kids, target);
	n = node_new(p, NODE_AS, at);
	if (n == 0)
		return 0;
	node_of(p, n)->kid = kids.head;
	bind_target(p, target, BINDING_OTHER, value);
	return n;
}

static void
on_with(struct parser *p)
{
	uint32_t n = statement_new(p, NODE_WITH);
	struct list kids = { 0 };

	list_add(p, &kids, with_item(p));
	while (parser_op(p, ',')) {
		parser_next(p);
		list_add(p, &kids, with_item(p));
	}
	add_body(p, n, &kids, p->scope);
}

static void
on_def(struct parser *p)
{
	uint32_t n = statement_new(p, NODE_DEF), name = WORD_NONE, scope;
	uint32_t outer = p->scope, params = 0;
	struct list kids = p->decorators;

	p->decorators = (struct list){ 0 };
	if (n == 0)
		return;
	if (p->t.kind == LEX_NAME) {
		name = p->word;
		parser_next(p);
	}
	node_of(p, n)->name = name;
	scope = scope_new(p, SCOPE_FUNCTION, n);
	(void)bind(p, BINDING_DEF, outer, name, n, scope,
	    node_of(p, n)->at);
	if (parser_op(p, '['))
		list_add(p, &kids, parameters(p, FRAME_LIST, 0));
	if (parser_op(p, '(')) {
		params = parameters(p, FRAME_PARAMS, STAGE_DEF);
		list_add(p, &kids, params);
		bind_parameters(p, params, scope);
	}
	if (parser_op(p, OP_ARROW)) {
		parser_next(p);
		list_add(p, &kids, expression(p, STAGE_SINGLE));
	}
	add_body(p, n, &kids, scope);
}

static void
on_class(struct parser *p)
{
	uint32_t n = statement_new(p, NODE_CLASS), scope;
	struct list kids = p->decorators;

	p->decorators = (struct list){ 0 };
	if (n == 0)
		return;
	if (p->t.kind == LEX_NAME) {
		node_of(p, n)->name = p->word;
		parser_next(p);
	}
	if (parser_op(p, '['))
		list_add(p, &kids, parameters(p, FRAME_LIST, 0));
	if (parser_op(p, '(')) {
		uint32_t bases = parameters(p, FRAME_CALL, 0);

		if (bases != 0)
			node_of(p, bases)->kind = NODE_TUPLE;
		list_add(p, &kids, bases);
	}
	scope = scope_new(p, SCOPE_CLASS, n);
	(void)bind(p, BINDING_DEF, p->scope, node_of(p, n)->name, n, scope,
	    node_of(p, n)->at);
	add_body(p, n, &kids, scope);
}

static void
on_decorator(struct parser *p)
{
	uint32_t n = statement_new(p, NODE_DECORATOR), value = expression(p, 0);

	if (n == 0)
		return;
	node_of(p, n)->kid = value;
	list_add(p, &p->decorators, n);
	if (p->t.kind == LEX_NEWLINE)
		parser_next(p);
}

/* ---- match -------------------------------------------------------------- */

/* The logical line ends with a colon. */
static bool
ends_with_colon(struct parser *p)
{
	struct lexer copy = p->lex;
	struct lex_token t;
	bool colon = false;

	copy.comments = false;
	while (lex_next(&copy, &t) && t.kind != LEX_NEWLINE)
		colon = t.kind == LEX_OP && t.op == ':' && copy.open == 0;
	return colon;
}

static bool
begins_operand(const struct lex_token *t, uint32_t word)
{
	switch (t->kind) {
	case LEX_NAME:
		return !WORD_IS_KEYWORD(word) || word == KW_NOT ||
		    word == KW_LAMBDA || word == KW_NONE || word == KW_TRUE ||
		    word == KW_FALSE || word == KW_AWAIT;
	case LEX_NUMBER:
	case LEX_STRING:
	case LEX_FORMAT:
		return true;
	case LEX_OP:
		return t->op == '{' || t->op == '~' || t->op == '`' ||
		    t->op == OP_ELLIPSIS;
	default:
		return false;
	}
}

static bool
is_match(struct parser *p, bool begins)
{
	struct lex_token t;
	uint32_t word;

	if (!begins)
		return false;
	(void)parser_peek(p, &t, &word);
	return (begins_operand(&t, word) || (t.kind == LEX_OP && (t.op == '(' ||
	    t.op == '[' || t.op == '-' || t.op == '*'))) && ends_with_colon(p);
}

static void
on_match(struct parser *p)
{
	uint32_t n = statement_new(p, NODE_MATCH);
	struct list kids = { 0 };

	list_add(p, &kids, expression(p, 0));
	add_body(p, n, &kids, p->scope);
}

/* Names that a pattern captures. */
static void
bind_pattern(struct parser *p, uint32_t first, uint32_t last)
{
	for (uint32_t n = first; n < last; n++)
		if (node_of(p, n)->kind == NODE_NAME)
			(void)bind(p, BINDING_OTHER, p->scope,
			    node_of(p, n)->name, 0, 0, node_of(p, n)->at);
}

static void
on_case(struct parser *p)
{
	uint32_t n = statement_new(p, NODE_CASE), first = p->tree->nnodes;
	struct list kids = { 0 };

	p->pattern = true;
	list_add(p, &kids, expression(p, STAGE_NO_IN));
	p->pattern = false;
	bind_pattern(p, first, p->tree->nnodes);
	if (p->t.kind == LEX_NAME && p->word == KW_IF) {
		parser_next(p);
		list_add(p, &kids, expression(p, 0));
	}
	add_body(p, n, &kids, p->scope);
}

/* ---- any statement ------------------------------------------------------ */

static bool
next_is_operand(struct parser *p)
{
	struct lex_token t;
	uint32_t word;

	(void)parser_peek(p, &t, &word);
	return begins_operand(&t, word) || (t.kind == LEX_OP &&
	    t.op == OP_RIGHT && p->word == WORD_PRINT);
}

static void
on_async(struct parser *p)
{
	struct lex_token t;
	uint32_t word;

	(void)parser_peek(p, &t, &word);
	if (t.kind == LEX_NAME && (word == KW_DEF || word == KW_FOR ||
	    word == KW_WITH))
		parser_next(p);
	else
		expression_statement(p);
}

static bool
compound_statement(struct parser *p)
{
	switch (p->word) {
	case KW_DEF:
		on_def(p);
		return true;
	case KW_CLASS:
		on_class(p);
		return true;
	case KW_ASYNC:
		on_async(p);
		return true;
	case KW_IF:
	case KW_WHILE:
		on_condition(p, p->word == KW_IF ? NODE_IF : NODE_WHILE);
		return true;
	case KW_FOR:
		on_for(p);
		return true;
	case KW_TRY: {
		uint32_t n = statement_new(p, NODE_TRY);

		add_body(p, n, &(struct list){ 0 }, p->scope);
		return true;
	}
	case KW_WITH:
		on_with(p);
		return true;
	case KW_ELIF:
		on_continued(p, NODE_ELIF);
		return true;
	case KW_ELSE:
		on_continued(p, NODE_ELSE);
		return true;
	case KW_EXCEPT:
		on_continued(p, NODE_EXCEPT);
		return true;
	case KW_FINALLY:
		on_continued(p, NODE_FINALLY);
		return true;
	default:
		return false;
	}
}

/* Words that are names unless what follows says otherwise. */
static bool
soft_statement(struct parser *p, bool begins)
{
	switch (p->word) {
	case WORD_PRINT:
	case WORD_EXEC:
		if (!next_is_operand(p))
			return false;
		word_statement(p,
		    p->word == WORD_PRINT ? NODE_PRINT : NODE_EXEC);
		return true;
	case WORD_TYPE:
		if (next_is_operand(p))
			parser_next(p);
		return false;
	case WORD_MATCH:
		if (!is_match(p, begins))
			return false;
		on_match(p);
		return true;
	case WORD_CASE:
		if (!begins || node_of(p, block_now(p)->node)->flags !=
		    NODE_MATCH)
			return false;
		on_case(p);
		return true;
	default:
		return false;
	}
}

static void
statement(struct parser *p, bool begins)
{
	if (p->t.kind == LEX_NAME) {
		if (WORD_IS_KEYWORD(p->word) ? compound_statement(p) ||
		    simple_statement(p) : p->word < WORD_COUNT &&
		    soft_statement(p, begins))
			return;
	} else if (parser_op(p, ';')) {
		parser_next(p);
		return;
	} else if (parser_op(p, '@')) {
		on_decorator(p);
		return;
	}
	expression_statement(p);
}

void
module(struct parser *p)
{
	bool begins = true;

	p->tree->nscopes = 1;	/* the module's own, zeroed */
	p->tree->top = node_new(p, NODE_BLOCK, 0);
	(void)block_push(p, BLOCK_INDENTED, p->tree->top, 0, 0);
	parser_next(p);
	while (p->t.kind != LEX_END) {
		switch (p->t.kind) {
		case LEX_NEWLINE:
			pop_inline(p);
			parser_next(p);
			begins = true;
			break;
		case LEX_INDENT:
			more_indent(p);
			parser_next(p);
			begins = true;
			break;
		case LEX_DEDENT:
			dedent(p);
			parser_next(p);
			begins = true;
			break;
		default:
			statement(p, begins);
			begins = p->t.kind == LEX_INDENT ||
			    p->t.kind == LEX_DEDENT || (p->nblocks > 1 &&
			    block_now(p)->kind != BLOCK_INLINE &&
			    node_of(p, block_now(p)->node)->kid == 0);
			break;
		}
	}
	while (p->nblocks > 1)
		block_pop(p);
	node_of(p, p->tree->top)->end = p->t.end;
}
