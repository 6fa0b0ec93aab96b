/* SPDX-License-Identifier: Apache-2.0 */
/*
 * given - functions that a function gives: def around(f): def inner():
 * ...; return inner.  What stands in the inner one runs when what was given is
 * called, and not when it is given.
 *
 * Takes: the tree.  Gives: how often what stands behind a name is called where
 * the name stands, and who decides whether it is called once more.
 * Runs in: worker child, command.
 */
#include "base/mem.h"
#include "base/str.h"
#include "flow/functions.h"
#include "flow/names.h"
#include "flow/state.h"

#define CALLS_MOST 8		/* f(1)(2)(3): more are as good as all */
#define GIVEN_DEEP 4		/* return wraps(f)(inner) if a else (b, c) */

static void
take(struct flow *f, uint32_t node, struct flow_taken t)
{
	if (node == 0)
		return;
	if (f->ntaken == f->taken_room) {
		f->taken_room = f->taken_room == 0 ? 16 : 2 * f->taken_room;
		f->taken = mem_grow(f->taken, f->taken_room,
		    sizeof(*f->taken));
	}
	f->taken[f->ntaken++] = t;
	f->taken_of[node] = f->ntaken;
}

/* f(1)(2): the f, and two calls. */
static uint32_t
called_name(const struct flow *f, uint32_t node, uint8_t *calls)
{
	*calls = 0;
	while (flow_at(f, node)->kind == NODE_CALL && *calls < CALLS_MOST) {
		node = flow_at(f, node)->kid;
		++*calls;
	}
	return flow_at(f, node)->kind == NODE_NAME ||
	    flow_at(f, node)->kind == NODE_ATTR ? node : 0;
}

/* @f, @f(1): f is called as the definition runs, what it gives is called by who
 * calls what is decorated. */
static void
find_decorators(struct flow *f, const struct node *def)
{
	uint32_t scope = 0, name;
	uint8_t calls;

	for (uint32_t k = def->kid; k != 0; k = flow_at(f, k)->next)
		if (flow_at(f, k)->kind == NODE_BLOCK)
			scope = flow_at(f, k)->name;
	for (uint32_t k = def->kid; k != 0 && scope != 0;
	    k = flow_at(f, k)->next) {
		if (flow_at(f, k)->kind != NODE_DECORATOR)
			continue;
		name = called_name(f, flow_at(f, k)->kid, &calls);
		take(f, name, (struct flow_taken){ .calls = calls,
		    .decorates = scope + 1 });
	}
}

/* f(1), of which nobody takes what it gives. */
static void
find_statements(struct flow *f, const struct node *block)
{
	uint8_t calls;

	for (uint32_t k = block->kid; k != 0; k = flow_at(f, k)->next) {
		uint32_t name;

		if (flow_at(f, k)->kind != NODE_CALL)
			continue;
		name = called_name(f, k, &calls);
		take(f, name, (struct flow_taken){
		    .calls = (uint8_t)(calls - 1) });
	}
}

/* Python asks for these itself. */
static bool
is_asked_for(const struct flow *f, uint32_t name)
{
	size_t len;
	const char *text = flow_spelled(f, name, &len);

	return len > 2 && text[0] == '_' && text[1] == '_';
}

/* g = f(1), but for what a class holds: what f gives is called by who uses
 * g. */
static void
find_bound(struct flow *f, const struct node *assign)
{
	uint32_t to = assign->kid, value = to != 0 ? flow_at(f, to)->next : 0;
	uint32_t b, name;
	uint8_t calls;

	if (value == 0 || flow_at(f, value)->next != 0 ||
	    flow_at(f, value)->kind != NODE_CALL ||
	    flow_at(f, to)->kind != NODE_NAME)
		return;
	b = tree_lookup(f->tree, to);
	name = called_name(f, value, &calls);
	if (b == 0 || name == 0 || f->scopes[f->tree->bindings[b].scope].kind ==
	    SCOPE_CLASS || is_asked_for(f, flow_at(f, to)->name) ||
	    flow_name(f, flow_at(f, name)->name)->defined == 0)
		return;
	flow_name(f, flow_at(f, to)->name)->bound = true;
	take(f, name, (struct flow_taken){ .calls = (uint8_t)(calls - 1),
	    .bound = flow_at(f, to)->name });
}

/* inner.calls = 0: what a function is told of itself calls nothing. */
static void
hush_attributes(struct flow *f, const struct node *assign)
{
	for (uint32_t k = assign->kid; k != 0; k = flow_at(f, k)->next) {
		uint32_t name = flow_at(f, k)->kind == NODE_ATTR &&
		    flow_at(f, k)->next != 0 ? flow_at(f, k)->kid : 0, b;

		b = name != 0 && flow_at(f, name)->kind == NODE_NAME ?
		    tree_lookup(f->tree, name) : 0;
		if (b != 0 && f->tree->bindings[b].kind == BINDING_DEF &&
		    f->scopes[f->tree->bindings[b].extra].kind ==
		    SCOPE_FUNCTION)
			f->hushed[name] = HUSHED;
	}
}

/* wraps(f), staticmethod, cast: what goes in comes out, and is not called. */
static bool
is_clear(const struct flow *f, uint32_t callee)
{
	static const char *const clear[] = { "wraps", "update_wrapper",
	    "staticmethod", "classmethod", "cast" };
	const struct node *n = flow_at(f, callee);
	size_t i = 0;

	if (n->kind == NODE_CALL)
		n = flow_at(f, n->kid);
	if (n->kind != NODE_NAME && n->kind != NODE_ATTR)
		return false;
	while (i < ARRAY_LEN(clear) && !flow_word_is(f, n->name, clear[i]))
		i++;
	return i < ARRAY_LEN(clear);
}

static bool
holds(uint8_t kind)
{
	return kind == NODE_TERNARY || kind == NODE_TUPLE ||
	    kind == NODE_LIST || kind == NODE_DICT || kind == NODE_BOOL;
}

/* return inner, and what stands for it. */
static void
find_given(struct flow *f, uint32_t node, int deep)
{
	const struct node *n = flow_at(f, node);
	uint32_t b = n->kind == NODE_NAME ? tree_lookup(f->tree, node) : 0;

	if (b != 0 && f->tree->bindings[b].kind == BINDING_DEF &&
	    f->scopes[f->tree->bindings[b].scope].kind == SCOPE_FUNCTION)
		take(f, node, (struct flow_taken){ .gives = true });
	if (deep == GIVEN_DEEP || (!holds(n->kind) && !(n->kind ==
	    NODE_CALL && is_clear(f, n->kid))))
		return;
	for (uint32_t k = n->kind == NODE_CALL ? flow_at(f, n->kid)->next :
	    n->kid; k != 0; k = flow_at(f, k)->next)
		find_given(f, k, deep + 1);
}

/* contextlib's, or one of Python's own that change no call. */
static bool
keeps_waiting(const struct flow *f, uint32_t decorator)
{
	const struct node *n = flow_at(f, flow_at(f, decorator)->kid);
	const struct node *of = n->kind == NODE_ATTR ? flow_at(f, n->kid) : n;
	uint32_t b = of->kind == NODE_NAME ? tree_lookup(f->tree,
	    n->kind == NODE_ATTR ? n->kid : flow_at(f, decorator)->kid) : 0;
	const struct binding *at = &f->tree->bindings[b];

	if (of->kind != NODE_NAME)
		return false;
	if (b == 0)
		return n == of && (flow_word_is(f, n->name, "staticmethod") ||
		    flow_word_is(f, n->name, "classmethod"));
	if (!flow_word_is(f, n->name, "contextmanager") &&
	    !flow_word_is(f, n->name, "asynccontextmanager"))
		return false;
	return n == of ? at->kind == BINDING_FROM &&
	    flow_word_is(f, at->extra, "contextlib") :
	    at->kind == BINDING_IMPORT &&
	    flow_word_is(f, of->name, "contextlib");
}

/* A decorator may start what it is given, as asyncio's once did. */
static void
find_lazy(struct flow *f, uint32_t scope)
{
	const struct tree_scope *s = &f->tree->scopes[scope];
	bool lazy = s->kind == SCOPE_FUNCTION && s->node != 0;

	for (uint32_t k = lazy ? flow_at(f, s->node)->kid : 0; k != 0;
	    k = flow_at(f, k)->next)
		if (flow_at(f, k)->kind == NODE_DECORATOR)
			lazy = lazy && keeps_waiting(f, k);
	f->scopes[scope].lazy = lazy;
}

void
flow_find_given(struct flow *f)
{
	f->nlambdas = 0;
	f->taken_of = mem_array(f->tree->nnodes, sizeof(*f->taken_of));
	for (uint32_t n = 1; n < f->tree->nnodes; n++) {
		const struct node *at = flow_at(f, n);

		switch (at->kind) {
		case NODE_DEF:
		case NODE_CLASS:
			find_decorators(f, at);
			break;
		case NODE_BLOCK:
			find_statements(f, at);
			break;
		case NODE_ASSIGN:
			find_bound(f, at);
			flow_note_lambda(f, n);
			hush_attributes(f, at);
			break;
		case NODE_YIELD:
		case NODE_YIELD_FROM:
			find_lazy(f, at->name);
			break;
		case NODE_RETURN:
			if (at->kid != 0)
				find_given(f, at->kid, 0);
			flow_note_lambda(f, n);
			break;
		default:
			break;
		}
	}
}

bool
flow_is_given(const struct flow *f, uint32_t node)
{
	return f->taken_of[node] != 0 && f->taken[f->taken_of[node] - 1].gives;
}

uint8_t
flow_calls_given(struct flow *f, uint32_t node)
{
	const struct flow_taken *t;
	const struct flow_scope *s;

	if (f->taken_of[node] == 0)
		return GIVEN_ALL;
	t = &f->taken[f->taken_of[node] - 1];
	s = t->decorates != 0 ? &f->scopes[t->decorates - 1] : NULL;
	/* What an installer's command calls runs with it. */
	if (s != NULL && (s->reached || s->command))
		return GIVEN_ALL;
	if (t->bound != 0 && flow_name(f, t->bound)->used == f->look)
		return GIVEN_ALL;
	return t->calls;
}

bool
flow_give(struct flow_scope *s, uint8_t calls)
{
	if (!s->reached || calls <= s->given)
		return false;
	s->given = calls;
	return true;
}
