/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fold_gather - lists and texts that an object gathers: self.x += y and
 * self.x.append(y) in whatever methods, with what those are called with.
 *
 * Which call comes first is taken from the text; attributes of that name are
 * one and the same for all objects, as elsewhere in fold.
 * Runs in: worker child, command.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "python/fold_state.h"
#include "python/modules.h"

#define ADDED_MOST 400		/* values that calls and loops add, of one
				   source */
#define OPERANDS_MOST 12	/* of "%s\n" % line: a variable among them */

struct gathered {
	uint32_t	*first[2];	/* of words: place in tree.grown + 1; of
					   attributes, of names */
	uint32_t	*next;		/* ... of the one after it, of
					   that name */
	uint32_t	*memo;		/* by the first one's place */
	uint32_t	 words;
	uint32_t	*called;	/* of words: the first call by
					   that name */
	uint32_t	*call_next;	/* of nodes */
	uint32_t	 nodes, added;
};

static uint32_t
target_of(const struct fold *f, uint32_t grown)
{
	uint32_t kid = fold_at(f, grown)->kid;

	return fold_at(f, grown)->kind == NODE_CALL ? fold_at(f, kid)->kid :
	    kid;
}

static struct gathered *
index_of(struct fold *f)
{
	struct gathered *g = f->gathered;
	uint32_t n = f->tree->ngrown;

	if (g != NULL)
		return g;
	g = f->gathered = mem_alloc(sizeof(*g));
	g->words = f->tree->words.room;
	for (int k = 0; k < 2; k++)
		g->first[k] = mem_array(g->words, sizeof(**g->first));
	g->next = mem_array((size_t)n + 1, sizeof(*g->next));
	g->memo = mem_array((size_t)n + 1, sizeof(*g->memo));
	for (uint32_t i = n; i > 0; i--) {
		const struct node *target = fold_at(f, target_of(f,
		    f->tree->grown[i - 1]));
		uint32_t *first = &g->first[target->kind == NODE_NAME][
		    target->name];

		g->next[i] = *first;
		*first = i;
	}
	return g;
}

void
fold_gathered_free(struct fold *f)
{
	struct gathered *g = f->gathered;

	if (g == NULL)
		return;
	free(g->first[0]);
	free(g->first[1]);
	free(g->next);
	free(g->memo);
	free(g->called);
	free(g->call_next);
	free(g);
}

size_t
fold_gathered_memory(const struct fold *f)
{
	const struct gathered *g = f->gathered;

	return g == NULL ? 0 : sizeof(*g) + (3 * (size_t)g->words +
	    2 * ((size_t)f->tree->ngrown + 1) + g->nodes) * sizeof(*g->next);
}

/* ---- what methods are called with --------------------------------------- */

/* Calls by the last part of their name, in order: a node's operands come
 * before it, so that of a.line(x).line(y) the first is first. */
static void
find_calls(struct fold *f, struct gathered *g)
{
	g->nodes = f->tree->nnodes;
	g->called = mem_array(g->words, sizeof(*g->called));
	g->call_next = mem_array(g->nodes, sizeof(*g->call_next));
	for (uint32_t n = g->nodes; n-- > 1;) {
		const struct node *callee;

		if (fold_at(f, n)->kind != NODE_CALL)
			continue;
		callee = fold_at(f, fold_at(f, n)->kid);
		if ((callee->kind != NODE_ATTR && callee->kind != NODE_NAME) ||
		    callee->name >= g->words)
			continue;
		g->call_next[n] = g->called[callee->name];
		g->called[callee->name] = n;
	}
}

/* The argument in the place of a parameter, by its place or name; or 0. */
static uint32_t
argument_of(const struct fold *f, uint32_t call, uint32_t place,
    uint32_t name)
{
	uint32_t k = fold_at(f, fold_at(f, call)->kid)->next, at = 0;

	for (; k != 0; k = fold_at(f, k)->next) {
		if (fold_at(f, k)->kind == NODE_STAR ||
		    fold_at(f, k)->kind == NODE_DSTAR)
			return 0;
		if (fold_at(f, k)->kind == NODE_KEYWORD) {
			if (fold_at(f, k)->name == name)
				return fold_at(f, k)->kid;
		} else if (at++ == place) {
			return k;
		}
	}
	return 0;
}

/* ---- what is added ------------------------------------------------------ */

/* One statement: `value` is what a parameter or a loop's name stands for. */
struct growth {
	uint32_t	 node, argument;
	uint32_t	 name;		/* that parameter's or name's
					   word, or 0 */
	struct value	 value;
};

static bool
is_plain(const struct value *v)
{
	return value_is_text(v) || v->kind == VALUE_INT ||
	    v->kind == VALUE_UNKNOWN;
}

/* Objects that hold objects are trees, and going through one has no end. */
static struct value
added(struct fold *f, const struct growth *g)
{
	struct value v = g->name == 0 ? fold_in(f, g->argument, NULL) :
	    fold_with(f, g->argument, g->name, g->value);

	if (v.kind != VALUE_LIST)
		return is_plain(&v) ? v : value_unknown();
	for (uint32_t i = 0; i < v.len; i++)
		if (!is_plain(&v.items[i]))
			return value_unknown();
	return v;
}

/* Of a value that does not fit nothing is known afterwards. */
static struct value
grow(struct fold *f, const struct growth *g, struct value v)
{
	struct value item = added(f, g), *items;
	bool one = fold_at(f, g->node)->kind == NODE_CALL && tree_word(f->tree,
	    fold_at(f, fold_at(f, g->node)->kid)->name).text[0] == 'a';
	size_t n;

	if (value_is_text(&v))
		return one ? value_unknown() : value_extend(f, g->node, v,
		    item);
	if (one)
		return value_append(f, g->node, v, item);
	if (item.kind == VALUE_UNKNOWN ||
	    !value_items(f, g->node, item, &items, &n))
		return value_unknown();
	for (size_t i = 0; i < n && v.kind == VALUE_LIST; i++)
		v = value_append(f, g->node, v, items[i]);
	return v;
}

/* The parameter or name of a loop that an argument is made of: its binding,
 * or 0. */
static uint32_t
variable_in(const struct fold *f, uint32_t argument)
{
	uint32_t stack[OPERANDS_MOST], n = 0, b;
	int looked = 0;

	stack[n++] = argument;
	while (n > 0 && looked++ < OPERANDS_MOST) {
		uint32_t at = stack[--n];

		b = fold_at(f, at)->kind == NODE_NAME ?
		    tree_lookup(f->tree, at) : 0;
		if (b != 0 && (f->tree->bindings[b].kind == BINDING_PARAM ||
		    f->tree->bindings[b].kind == BINDING_ITEM))
			return b;
		if (fold_at(f, at)->kind == NODE_NAME)
			continue;
		for (uint32_t k = fold_at(f, at)->kid; k != 0 &&
		    n < OPERANDS_MOST; k = fold_at(f, k)->next)
			stack[n++] = k;
	}
	return 0;
}

/* for x in ITEMS: self.list.append(x) */
static struct value
grow_by_items(struct fold *f, struct growth *g, uint32_t list, struct value v)
{
	struct value all = fold_in(f, list, NULL), *items;
	size_t n;

	if (all.kind == VALUE_UNKNOWN || !value_items(f, list, all, &items,
	    &n))
		return value_unknown();
	for (size_t i = 0; i < n && f->gathered->added < ADDED_MOST; i++) {
		f->gathered->added++;
		g->value = items[i];
		v = grow(f, g, v);
	}
	return v;
}

/* What other modules call that function with. */
static struct value
grow_by_told(struct fold *f, struct growth *g, uint32_t method, struct value v)
{
	uint32_t told = words_add(&f->tree->words,
	    (const uint8_t *)MODULES_TOLD, strlen(MODULES_TOLD), true);
	const uint8_t *at, *end;
	struct value all;

	if (!modules_member(f, told, method, false, &all))
		return v;
	for (at = all.bytes, end = at + all.len; at < end &&
	    f->gathered->added < ADDED_MOST; at += g->value.len + 1) {
		g->value = value_text(VALUE_STR, at, strlen((const char *)at));
		f->gathered->added++;
		v = grow(f, g, v);
	}
	return v;
}

/* def line(self, x): self.list.append(x), for all calls of it whose argument
 * is known. */
static struct value
grow_by_calls(struct fold *f, struct growth *g, const struct binding *b,
    struct value v)
{
	const struct tree_scope *scope = &f->tree->scopes[b->scope];
	uint32_t method = fold_at(f, scope->node)->name;
	bool bound = f->tree->scopes[scope->parent].kind == SCOPE_CLASS;
	struct gathered *all = f->gathered;

	if (fold_at(f, scope->node)->kind != NODE_DEF ||
	    method >= all->words || (bound && b->extra == 0))
		return value_unknown();
	if (all->called == NULL)
		find_calls(f, all);
	for (uint32_t call = all->called[method]; call != 0 &&
	    all->added < ADDED_MOST; call = all->call_next[call]) {
		uint32_t argument = argument_of(f, call, b->extra -
		    (bound ? 1 : 0), b->name);

		g->value = argument != 0 ? fold_in(f, argument, NULL) :
		    value_unknown();
		if (g->value.kind == VALUE_UNKNOWN)
			continue;
		all->added++;
		v = grow(f, g, v);
	}
	return b->extra != (bound ? 1 : 0) ? v : grow_by_told(f, g, method, v);
}

static struct value
grow_once(struct fold *f, uint32_t node, struct value v)
{
	uint32_t kid = fold_at(f, node)->kid, b;
	struct growth g = { .node = node, .argument = fold_at(f, kid)->next };
	const struct binding *variable;

	if (g.argument == 0 || fold_at(f, g.argument)->next != 0 ||
	    (fold_at(f, node)->kind == NODE_AUGMENT && fold_at(f, node)->op !=
	    '+'))
		return value_unknown();
	b = variable_in(f, g.argument);
	if (b == 0)
		return grow(f, &g, v);
	variable = &f->tree->bindings[b];
	g.name = variable->name;
	return variable->kind == BINDING_PARAM ?
	    grow_by_calls(f, &g, variable, v) :
	    grow_by_items(f, &g, variable->value, v);
}

static struct value
grow_all(struct fold *f, uint32_t first, struct value base)
{
	struct value v = base;

	for (uint32_t i = first; i != 0 && v.kind != VALUE_UNKNOWN;
	    i = f->gathered->next[i])
		v = grow_once(f, f->tree->grown[i - 1], v);
	return v.kind == VALUE_UNKNOWN ? base : value_put_together(f,
	    f->tree->grown[first - 1], "function", v);
}

struct value
fold_gathered(struct fold *f, uint32_t name, bool attribute,
    struct value base)
{
	struct gathered *g = index_of(f);
	uint32_t first = name < g->words ? g->first[!attribute][name] : 0;
	uint32_t *memo = &g->memo[first];

	if (first == 0 || (!value_is_text(&base) && (base.kind != VALUE_LIST ||
	    base.flags & (VALUE_TUPLE | VALUE_SET))))
		return base;
	if (*memo >= MEMO_FIRST)
		return f->values[*memo];
	if (*memo == MEMO_BUSY || f->depth == FOLD_DEPTH_MAX)
		return base;
	*memo = MEMO_BUSY;
	f->depth++;
	base = grow_all(f, first, base);
	f->depth--;
	*memo = fold_keep(f, &base);
	return base;
}
