/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fold_call - calls: whose name is resolved, and what comes out.
 * Runs in: worker child, command.
 */
#include <string.h>

#include "python/fold_state.h"

/* f(**{"a": 1}): as many as there is room for, and texts alone; false for what
 * does not fit. */
static bool
add_table(struct fold *f, struct arguments *a, const struct value *table)
{
	if (table->kind != VALUE_DICT ||
	    table->len / 2 > FOLD_KEYWORDS - a->nkeywords)
		return false;
	for (uint32_t i = 0; i + 1 < table->len; i += 2) {
		const struct value *key = &table->items[i];

		if (key->kind != VALUE_STR || (key->flags & VALUE_OPEN))
			return false;
		a->names[a->nkeywords] = words_add(&f->tree->words, key->bytes,
		    key->len, true);
		a->keywords[a->nkeywords++] = table->items[i + 1];
	}
	return true;
}

static void
add_argument(struct fold *f, struct arguments *a, uint32_t node,
    struct env *env)
{
	const struct node *n = fold_at(f, node);
	struct value v, *items;
	size_t count;

	if (n->kind == NODE_KEYWORD) {
		if (a->nkeywords == FOLD_KEYWORDS) {
			a->whole = false;
			return;
		}
		a->names[a->nkeywords] = n->name;
		a->keywords[a->nkeywords++] = fold_in(f, n->kid, env);
		return;
	}
	if (n->kind == NODE_DSTAR) {
		v = fold_in(f, n->kid, env);
		a->whole = add_table(f, a, &v) && a->whole;
		return;
	}
	if (n->kind != NODE_STAR) {
		if (a->n == FOLD_ARGUMENTS)
			a->whole = false;
		else
			a->at[a->n++] = fold_in(f, node, env);
		return;
	}
	/* f(*items) */
	v = fold_in(f, n->kid, env);
	if (v.kind == VALUE_UNKNOWN || !value_items(f, node, v, &items,
	    &count)) {
		a->whole = false;
		return;
	}
	for (size_t i = 0; i < count; i++) {
		if (a->n == FOLD_ARGUMENTS) {
			a->whole = false;
			return;
		}
		a->at[a->n++] = items[i];
	}
}

/* "x" called: "x()". */
static struct value
path_called(struct fold *f, const struct value *callee,
    const struct arguments *a)
{
	struct word_text w = tree_word(f->tree, callee->word);
	char path[FOLD_PATH_MAX + 2];
	struct value v;

	if (w.len + 2 > FOLD_PATH_MAX)
		return value_unknown();
	memcpy(path, w.text, w.len);
	memcpy(path + w.len, "()", 2);
	v = value_path(f, path, w.len + 2);
	v.flags |= callee->flags & VALUE_HIDDEN;
	v.len = record_of_call(f, callee, a);
	return v;
}

static struct value
apply(struct fold *f, struct value callee, struct arguments *a)
{
	struct value v;
	bool known = false;

	if (callee.kind == VALUE_METHOD)
		fold_charge(f, &callee.items[0]);
	for (uint32_t i = 0; i < a->n; i++)
		fold_charge(f, &a->at[i]);
	switch (callee.kind) {
	case VALUE_PATH:
		a->path = callee.word;
		v = function_call(f, a, &known);
		known = known || across_call(f, a, &v);
		return known ? v : path_called(f, &callee, a);
	case VALUE_METHOD:
		a->self = callee.items[0];
		a->path = callee.word;
		if (a->self.kind == VALUE_OBJECT)
			return object_call(f, a);
		return method_call(f, a);
	case VALUE_CODE:
		a->closure = callee.flags & VALUE_BOUND ? 0 : callee.word;
		a->plain = (callee.flags & VALUE_PLAIN) != 0;
		if (record_call(f, callee, "__call__", a, &v))
			return v;
		a->bound = (callee.flags & VALUE_BOUND) != 0;
		if (a->bound && callee.len != 0)
			a->self = record_object(f, callee.len);
		return run_function(f, (uint32_t)callee.i, a);
	case VALUE_OBJECT:
		a->self = callee;
		a->path = WORD_NONE;
		return object_call(f, a);
	default:
		return value_unknown();
	}
}

struct value
fold_apply(struct fold *f, struct value callee, struct arguments *a)
{
	struct value v;

	/* A partial() of a partial() of ... has no nodes within each other. */
	if (f->depth == FOLD_DEPTH_MAX)
		return fold_skip(f, SKIP_DEPTH, a->node);
	f->depth++;
	v = apply(f, callee, a);
	f->depth--;
	return v;
}

struct value
fold_call(struct fold *f, uint32_t node, struct env *env)
{
	uint32_t function = fold_at(f, node)->kid;
	struct value callee = fold_in(f, function, env);
	struct arguments a;	/* large: only what counts is set */
	bool many = false;

	if (callee.kind == VALUE_UNKNOWN)
		return callee;
	a.node = node;
	a.path = a.n = a.nkeywords = 0;
	a.self = value_unknown();
	a.whole = true;
	a.bound = a.holes = false;
	a.env = env;
	for (uint32_t k = fold_at(f, function)->next; k != 0;
	    k = fold_at(f, k)->next) {
		if (many && fold_at(f, k)->kind != NODE_KEYWORD)
			continue;
		add_argument(f, &a, k, env);
		many = a.n == FOLD_ARGUMENTS;
	}
	return fold_apply(f, callee, &a);
}
