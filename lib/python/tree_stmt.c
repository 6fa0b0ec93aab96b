/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tree_stmt - statements and the blocks they stand in.
 * Runs in: worker child, command.
 */
#include <string.h>

#include "python/tree_state.h"

/* ---- blocks ------------------------------------------------------------------ */

static struct block *
block_now(struct parser *p)
{
	return &p->blocks[p->nblocks - 1];
}

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

/* A statement of the innermost block, with what it has so far. */
static void
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

/* ---- compound statements ------------------------------------------------------- */

static uint32_t
compound(struct parser *p, enum node_kind kind)
{
	uint32_t n = node_new(p, kind, p->t.start);

	parser_next(p);
	return n;
}

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
	uint32_t n = compound(p, kind);
	struct list kids = { 0 };

	list_add(p, &kids, expression(p, 0));
	add_body(p, n, &kids, p->scope);
}

static void
on_for(struct parser *p)
{
	uint32_t n = compound(p, NODE_FOR), target, source;
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
	uint32_t n = compound(p, kind);
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
	uint32_t n = compound(p, NODE_WITH);
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
	uint32_t n = compound(p, NODE_DEF), name = WORD_NONE, scope;
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
	uint32_t n = compound(p, NODE_CLASS), scope;
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
	uint32_t n = compound(p, NODE_DECORATOR), value = expression(p, 0);

	if (n == 0)
		return;
	node_of(p, n)->kid = value;
	list_add(p, &p->decorators, n);
	if (p->t.kind == LEX_NEWLINE)
		parser_next(p);
}

/* ---- match ------------------------------------------------------------------------ */

/* The logical line ends with a colon. */
static bool
ends_with_colon(struct parser *p)
{
	struct lexer copy = p->lex;
	struct lex_token t;
	bool colon = false;

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
	uint32_t n = compound(p, NODE_MATCH);
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
	uint32_t n = compound(p, NODE_CASE), first = p->tree->nnodes;
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

/* ---- imports ------------------------------------------------------------------------ */

/* "a.b.c", with what blanks stand in it left out. */
static uint32_t
dotted(struct parser *p, bool dots_first)
{
	uint8_t name[256];
	size_t len = 0;

	for (;;) {
		size_t n = p->t.end - p->t.start;

		if (p->t.kind == LEX_NAME && !WORD_IS_KEYWORD(p->word)) {
			struct word_text w = tree_word(p->tree, p->word);

			n = w.len;
			if (len + n < sizeof(name))
				memcpy(name + len, w.text, n);
		} else if (parser_op(p, '.') || (dots_first &&
		    parser_op(p, OP_ELLIPSIS))) {
			if (len + n < sizeof(name))
				memset(name + len, '.', n);
		} else {
			break;
		}
		len += len + n < sizeof(name) ? n : 0;
		parser_next(p);
	}
	return len == 0 ? WORD_NONE :
	    words_add(&p->tree->words, name, len, true);
}

static uint32_t
first_part(struct parser *p, uint32_t name)
{
	struct word_text w = tree_word(p->tree, name);
	const uint8_t *dot = w.len != 0 ? memchr(w.text, '.', w.len) : NULL;

	return dot == NULL ? name : words_add(&p->tree->words, w.text,
	    (size_t)(dot - w.text), false);
}

static uint32_t
alias_name(struct parser *p, uint32_t alias, uint32_t name)
{
	uint32_t as;

	if (p->t.kind != LEX_NAME || p->word != KW_AS)
		return name;
	parser_next(p);
	if (p->t.kind != LEX_NAME)
		return name;
	name = p->word;
	as = leaf(p, NODE_NAME);
	parser_next(p);
	if (alias != 0)
		node_of(p, alias)->kid = as;
	return name;
}

static uint32_t
import_one(struct parser *p)
{
	uint32_t n = node_new(p, NODE_ALIAS, p->t.start), name, as;

	name = dotted(p, false);
	if (n == 0 || name == WORD_NONE)
		return 0;
	node_of(p, n)->name = name;
	as = alias_name(p, n, WORD_NONE);
	(void)bind(p, BINDING_IMPORT, p->scope, as != WORD_NONE ? as :
	    first_part(p, name), n, 0, node_of(p, n)->at);
	return n;
}

static void
on_import(struct parser *p)
{
	uint32_t n = compound(p, NODE_IMPORT);
	struct list kids = { 0 };

	list_add(p, &kids, import_one(p));
	while (parser_op(p, ',')) {
		parser_next(p);
		list_add(p, &kids, import_one(p));
	}
	statement_add(p, n, &kids);
}

static uint32_t
from_one(struct parser *p, uint32_t module)
{
	uint32_t n = node_new(p, NODE_ALIAS, p->t.start), as;

	if (n == 0)
		return 0;
	node_of(p, n)->name = p->t.kind == LEX_NAME ? p->word : WORD_STAR;
	node_of(p, n)->end = p->t.end;
	parser_next(p);
	as = alias_name(p, n, node_of(p, n)->name);
	(void)bind(p, BINDING_FROM, p->scope, as, n, module,
	    node_of(p, n)->at);
	return n;
}

static void
on_from(struct parser *p)
{
	uint32_t n = compound(p, NODE_FROM), module = dotted(p, true);
	struct list kids = { 0 };

	if (n != 0)
		node_of(p, n)->name = module;
	if (p->t.kind == LEX_NAME && p->word == KW_IMPORT)
		parser_next(p);
	for (;;) {
		if (parser_op(p, '(') || parser_op(p, ')') ||
		    parser_op(p, ','))
			parser_next(p);
		else if (parser_op(p, '*') || (p->t.kind == LEX_NAME &&
		    !WORD_IS_KEYWORD(p->word)))
			list_add(p, &kids, from_one(p, module));
		else
			break;
	}
	statement_add(p, n, &kids);
}

/* ---- simple statements ---------------------------------------------------------------- */

static void
on_names(struct parser *p, bool global)
{
	uint32_t n = compound(p, NODE_GLOBAL);
	uint32_t scope = global ? 0 : p->tree->scopes[p->scope].parent;

	while (p->t.kind == LEX_NAME && !WORD_IS_KEYWORD(p->word)) {
		if (p->scope != 0)
			(void)bind(p, BINDING_GLOBAL, p->scope, p->word, n,
			    scope, p->t.start);
		parser_next(p);
		if (parser_op(p, ','))
			parser_next(p);
	}
	statement_add(p, n, NULL);
}

/* A word and expressions: return, del, raise ... from, assert, print. */
static void
on_word(struct parser *p, enum node_kind kind)
{
	uint32_t n = compound(p, kind);
	struct list kids = { 0 };

	if (kind == NODE_PRINT && parser_op(p, OP_RIGHT))
		parser_next(p);
	list_add(p, &kids, expression(p, 0));
	if (kind == NODE_RAISE && p->t.kind == LEX_NAME &&
	    p->word == KW_FROM) {
		parser_next(p);
		list_add(p, &kids, expression(p, 0));
	}
	if (n != 0 && kind == NODE_EXEC)
		node_of(p, n)->name = p->scope;
	statement_add(p, n, &kids);
}

static void
on_assign(struct parser *p, uint32_t target, uint32_t at)
{
	struct list kids = { target, target };
	uint32_t n, value = 0;

	while (parser_op(p, '=')) {
		parser_next(p);
		value = expression(p, 0);
		list_add(p, &kids, value);
	}
	n = node_new(p, NODE_ASSIGN, at);
	if (n == 0)
		return;
	for (uint32_t k = target; k != kids.tail && value != 0;
	    k = node_of(p, k)->next)
		bind_target(p, k, BINDING_VALUE, value);
	statement_add(p, n, &kids);
}

static void
on_augment(struct parser *p, uint32_t target, uint32_t at)
{
	uint8_t op = p->t.of;
	struct list kids = { target, target };
	uint32_t n;

	parser_next(p);
	list_add(p, &kids, expression(p, 0));
	n = node_new(p, NODE_AUGMENT, at);
	if (n == 0)
		return;
	node_of(p, n)->op = op;
	if (node_of(p, target)->kind == NODE_NAME) {
		(void)bind(p, BINDING_AUGMENT, p->scope,
		    node_of(p, target)->name, n, block_now(p)->loop, at);
	} else {
		bind_target(p, target, BINDING_OTHER, n);
	}
	statement_add(p, n, &kids);
}

static void
on_annotation(struct parser *p, uint32_t target, uint32_t at)
{
	struct list kids = { target, target };
	uint32_t n, value = 0;

	parser_next(p);
	list_add(p, &kids, expression(p, 0));
	if (parser_op(p, '=')) {
		parser_next(p);
		value = expression(p, 0);
		list_add(p, &kids, value);
	}
	n = node_new(p, NODE_ANNOTATE, at);
	if (value != 0)
		bind_target(p, target, BINDING_VALUE, value);
	statement_add(p, n, &kids);
}

/* x.append(y) alone makes another x of it, as x += [y] does. */
static void
on_change(struct parser *p, uint32_t call)
{
	static const char *const methods[] = { "append", "extend", "insert",
	    "reverse" };
	uint32_t function = node_of(p, call)->kid, name;
	struct word_text w;

	if (node_of(p, call)->kind != NODE_CALL ||
	    node_of(p, function)->kind != NODE_ATTR)
		return;
	name = node_of(p, function)->kid;
	w = tree_word(p->tree, node_of(p, function)->name);
	for (size_t i = 0; i < sizeof(methods) / sizeof(*methods); i++)
		if (node_of(p, name)->kind == NODE_NAME &&
		    w.len == strlen(methods[i]) &&
		    memcmp(w.text, methods[i], w.len) == 0)
			(void)bind(p, BINDING_AUGMENT, p->scope,
			    node_of(p, name)->name, call, block_now(p)->loop,
			    node_of(p, call)->at);
}

static void
on_expression(struct parser *p)
{
	uint32_t at = p->t.start, before = p->t.start, value;

	value = expression(p, 0);
	if (value != 0 && parser_op(p, '='))
		on_assign(p, value, at);
	else if (value != 0 && parser_op(p, OP_AUGMENTED))
		on_augment(p, value, at);
	else if (value != 0 && parser_op(p, ':'))
		on_annotation(p, value, at);
	else if (value != 0) {
		statement_add(p, value, NULL);
		on_change(p, value);
	}
	if (p->t.start == before && p->t.kind != LEX_NEWLINE &&
	    p->t.kind != LEX_END && p->t.kind != LEX_DEDENT &&
	    p->t.kind != LEX_INDENT)
		parser_next(p);
}

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
		on_expression(p);
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
		uint32_t n = compound(p, NODE_TRY);

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

static void
bare_word(struct parser *p, enum node_kind kind)
{
	uint32_t n = compound(p, kind);

	statement_add(p, n, NULL);
}

static bool
simple_statement(struct parser *p)
{
	static const struct { uint8_t word, kind; } words[] = {
		{ KW_RETURN, NODE_RETURN }, { KW_DEL, NODE_DEL },
		{ KW_RAISE, NODE_RAISE }, { KW_ASSERT, NODE_ASSERT },
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		if (p->word != words[i].word)
			continue;
		on_word(p, words[i].kind);
		return true;
	}
	switch (p->word) {
	case KW_PASS:
		bare_word(p, NODE_PASS);
		return true;
	case KW_BREAK:
		bare_word(p, NODE_BREAK);
		return true;
	case KW_CONTINUE:
		bare_word(p, NODE_CONTINUE);
		return true;
	case KW_IMPORT:
		on_import(p);
		return true;
	case KW_FROM:
		on_from(p);
		return true;
	case KW_GLOBAL:
	case KW_NONLOCAL:
		on_names(p, p->word == KW_GLOBAL);
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
		on_word(p, p->word == WORD_PRINT ? NODE_PRINT : NODE_EXEC);
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
	on_expression(p);
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
