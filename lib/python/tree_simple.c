/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tree_simple - statements that have no block.
 * Runs in: worker child, command.
 */
#include <string.h>

#include "base/mem.h"
#include "python/tree_state.h"

/* ---- imports ------------------------------------------------------------ */

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

/* Where the name stands that an import binds: it is no use of that name. */
static uint32_t
bound_at(struct parser *p, uint32_t alias)
{
	uint32_t as = node_of(p, alias)->kid;

	return node_of(p, as != 0 ? as : alias)->at;
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
	    first_part(p, name), n, 0, bound_at(p, n));
	return n;
}

static void
on_import(struct parser *p)
{
	uint32_t n = statement_new(p, NODE_IMPORT);
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
	(void)bind(p, BINDING_FROM, p->scope, as, n, module, bound_at(p, n));
	return n;
}

static void
on_from(struct parser *p)
{
	uint32_t n = statement_new(p, NODE_FROM), module = dotted(p, true);
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

/* ---- simple statements -------------------------------------------------- */

static void
on_names(struct parser *p, bool global)
{
	uint32_t n = statement_new(p, NODE_GLOBAL);
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
void
word_statement(struct parser *p, enum node_kind kind)
{
	uint32_t n = statement_new(p, kind);
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

/* self.x += y, self.x.append(y): which object's x that is, nobody knows here.
 * LINES.append(y) of a list that the function does not make. */
static void
note_grown(struct parser *p, uint32_t grown, uint32_t node)
{
	struct tree *t = p->tree;
	const struct node *n = node_of(p, grown);
	uint32_t self = n->kind == NODE_ATTR ? n->kid : 0;

	if (self != 0 ? node_of(p, self)->kind != NODE_NAME ||
	    (node_of(p, self)->name != WORD_SELF &&
	    node_of(p, self)->name != WORD_CLS) : n->kind != NODE_NAME ||
	    p->scope == 0 || tree_binding(t, p->scope, n->name) != 0)
		return;
	if (t->ngrown == t->grown_room) {
		t->grown_room = t->grown_room == 0 ? 16 : 2 * t->grown_room;
		t->grown = mem_grow(t->grown, t->grown_room,
		    sizeof(*t->grown));
	}
	t->grown[t->ngrown++] = node;
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
		note_grown(p, target, n);
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
	else if (node_of(p, target)->kind == NODE_NAME &&
	    p->tree->scopes[p->scope].kind == SCOPE_CLASS)
		(void)bind(p, BINDING_FIELD, SCOPE_ATTRIBUTES,
		    node_of(p, target)->name, 0, 0, at);
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
	for (size_t i = 0; i < sizeof(methods) / sizeof(*methods); i++) {
		if (w.len != strlen(methods[i]) ||
		    memcmp(w.text, methods[i], w.len) != 0)
			continue;
		note_grown(p, name, call);
		if (node_of(p, name)->kind == NODE_NAME)
			(void)bind(p, BINDING_AUGMENT, p->scope,
			    node_of(p, name)->name, call, block_now(p)->loop,
			    node_of(p, call)->at);
	}
}

void
expression_statement(struct parser *p)
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

static void
bare_word(struct parser *p, enum node_kind kind)
{
	uint32_t n = statement_new(p, kind);

	statement_add(p, n, NULL);
}

bool
simple_statement(struct parser *p)
{
	static const struct { uint8_t word, kind; } words[] = {
		{ KW_RETURN, NODE_RETURN }, { KW_DEL, NODE_DEL },
		{ KW_RAISE, NODE_RAISE }, { KW_ASSERT, NODE_ASSERT },
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		if (p->word != words[i].word)
			continue;
		word_statement(p, words[i].kind);
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
