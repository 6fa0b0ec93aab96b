/* SPDX-License-Identifier: Apache-2.0 */
/*
 * listed - tables of functions of which only the keys are asked:
 * click.Choice(list(SENDERS)), ", ".join(SENDERS), for name in SENDERS.
 *
 * Takes: the tree.  Gives: where a name stands that takes no function out of
 * the table which it stands for, in flow.hushed.  A table's keys are texts as
 * they stand there: one that was made under a function as its key hands it out.
 * Runs in: worker child, command.
 */
#include <string.h>

#include "base/str.h"
#include "flow/functions.h"
#include "flow/names.h"
#include "flow/state.h"

#define BINDINGS_MOST 16	/* of one name: each x[i] = y is one */
#define KEYS_MOST 128		/* of a table, which is asked for often */

/* ---- tables ------------------------------------------------------------- */

/* f.__name__ is a text, too. */
static bool
is_text_key(const struct flow *f, uint32_t key)
{
	const struct node *n = flow_at(f, key);

	return n->kind == NODE_STRING || n->kind == NODE_STRINGS ||
	    n->kind == NODE_NUMBER || (n->kind == NODE_ATTR &&
	    flow_word_is(f, n->name, "__name__"));
}

/* {"a": f}, {f.__name__: f for f in all}, dict(a=f) */
static bool
has_text_keys(const struct flow *f, uint32_t value)
{
	const struct node *n = flow_at(f, value);
	uint32_t k = n->kid;
	int keys = 0;

	if (n->kind == NODE_CALL) {
		if (flow_at(f, k)->kind != NODE_NAME ||
		    !flow_word_is(f, flow_at(f, k)->name, "dict") ||
		    tree_lookup(f->tree, k) != 0)
			return false;
		while ((k = flow_at(f, k)->next) != 0)
			if (flow_at(f, k)->kind != NODE_KEYWORD ||
			    keys++ == KEYS_MOST)
				return false;
		return true;
	}
	if (n->kind == NODE_DICTCOMP)
		return is_text_key(f, k);
	if (n->kind != NODE_DICT)
		return false;
	for (; k != 0; k = flow_at(f, flow_at(f, k)->next)->next)
		if (!is_text_key(f, k) || keys++ == KEYS_MOST)
			return false;
	return true;
}

bool
flow_was_only(const struct flow *f, uint32_t b,
    bool (*is)(const struct flow *, uint32_t value))
{
	bool was = false;

	for (int n = 0; b != 0; b = f->tree->bindings[b].before) {
		const struct binding *at = &f->tree->bindings[b];

		if (n++ == BINDINGS_MOST)
			return false;
		if (at->kind == BINDING_AUGMENT && flow_at(f,
		    at->value)->kind != NODE_AUGMENT)
			continue;	/* x[i] = y */
		if (at->kind != BINDING_VALUE || !is(f, at->value))
			return false;
		was = true;
	}
	return was;
}

/* Every value that the name was ever given is such a table. */
static bool
are_keyed(const struct flow *f, uint32_t b)
{
	return flow_was_only(f, b, has_text_keys);
}

bool
flow_is_keyed(const struct flow *f, uint32_t name)
{
	return are_keyed(f, tree_binding(f->tree, 0, name));
}

/* exec(...), of which the word is in every source; getattr(x, key)(). */
static bool
calls_unnamed(const struct flow *f, uint32_t node)
{
	const struct node *n = flow_at(f, node);
	uint32_t second;

	if (n->kind == NODE_NAME || n->kind == NODE_ATTR)
		return n->name == WORD_EXEC;
	if (n->kind != NODE_CALL || flow_at(f, n->kid)->kind != NODE_NAME ||
	    !flow_word_is(f, flow_at(f, n->kid)->name, "getattr"))
		return n->kind == NODE_EXEC;
	second = flow_at(f, n->kid)->next;
	second = second != 0 ? flow_at(f, second)->next : 0;
	return second != 0 && flow_at(f, second)->kind != NODE_STRING;
}

bool
flow_calls_by_name(struct flow *f)
{
	static const char *const words[] = { "globals", "locals", "vars",
	    "modules", "eval" };

	if (f->by_name == 0) {
		f->by_name = 1;
		for (uint32_t n = 1; n < f->tree->nnodes; n++)
			if (calls_unnamed(f, n))
				f->by_name = 2;
		for (size_t i = 0; i < ARRAY_LEN(words); i++)
			if (words_find(&f->tree->words, words[i],
			    strlen(words[i])) != 0)
				f->by_name = 2;
	}
	return f->by_name == 2;
}

/* ---- who asks ----------------------------------------------------------- */

/* The name, or the attribute, is asked for keys alone. */
static void
ask_keys(struct flow *f, uint32_t node)
{
	const struct node *n = flow_at(f, node);
	uint32_t b = n->kind == NODE_NAME ? tree_lookup(f->tree, node) :
	    n->kind == NODE_ATTR ? tree_attribute(f->tree, n->name) : 0;
	bool outside = n->kind == NODE_NAME ? b != 0 &&
	    f->tree->bindings[b].kind == BINDING_FROM :
	    n->kind == NODE_ATTR && b == 0;

	/* What the name of another module stands for is asked later. */
	if (outside && !flow_calls_by_name(f))
		f->hushed[node] |= HUSHED_KEYS;
	else if (b != 0 && are_keyed(f, b) && !flow_calls_by_name(f))
		f->hushed[node] |= HUSHED;
}

/* list(T), sorted(T): Python's own, of which nobody made another. */
static bool
lists_keys(const struct flow *f, uint32_t callee)
{
	static const char *const names[] = { "any", "enumerate", "frozenset",
	    "iter", "len", "list", "max", "min", "reversed", "set", "sorted",
	    "tuple" };
	char text[FLOW_NAME_MOST + 1];

	return tree_lookup(f->tree, callee) == 0 && str_index(names,
	    ARRAY_LEN(names), flow_string(f, flow_at(f, callee)->name,
	    text)) >= 0;
}

/* Choice(T) of a library that reads command lines. */
static bool
offers_keys(struct flow *f, uint32_t callee)
{
	return flow_word_is(f, flow_at(f, callee)->name, "Choice") &&
	    flow_origin(f, callee) == ORIGIN_LIBRARY;
}

static void
look_call(struct flow *f, uint32_t callee)
{
	const struct node *n = flow_at(f, callee);
	bool name = n->kind == NODE_NAME, method = n->kind == NODE_ATTR;

	if (method && n->next == 0 && flow_word_is(f, n->name, "keys"))
		ask_keys(f, n->kid);
	if (n->next != 0 && ((name && lists_keys(f, callee)) || (method &&
	    flow_word_is(f, n->name, "join")) || ((name || method) &&
	    offers_keys(f, callee))))
		ask_keys(f, n->next);
	for (uint32_t k = n->next; k != 0; k = flow_at(f, k)->next)
		if (flow_at(f, k)->kind == NODE_KEYWORD &&
		    flow_word_is(f, flow_at(f, k)->name, "choices") &&
		    method && flow_word_is(f, n->name, "add_argument"))
			ask_keys(f, flow_at(f, k)->kid);
}

void
flow_look_listed(struct flow *f, uint32_t node)
{
	const struct node *n = flow_at(f, node);

	if (n->kind == NODE_CALL)
		look_call(f, n->kid);
	else if (n->kind == NODE_FOR || n->kind == NODE_CLAUSE ||
	    (n->kind == NODE_COMPARE && n->name == KW_IN))
		ask_keys(f, flow_at(f, n->kid)->next);
}
