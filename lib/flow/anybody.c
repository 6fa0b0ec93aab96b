/* SPDX-License-Identifier: Apache-2.0 */
/*
 * anybody - calls of which nobody knows whom they call: op(x), item.run(x)
 * of what a list, registry or caller gave.
 *
 * In a small package that is each function which is handed on or kept anywhere
 * in it, and each method of that name.  Marks go there and come out; nothing
 * runs earlier by it, for nobody knows that it is called.
 * Takes: a call.  Gives: what it may give; marks of parameters.
 * Runs in: worker child, command.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "flow/anybody.h"
#include "flow/calls.h"
#include "flow/functions.h"
#include "flow/names.h"
#include "flow/neighbours.h"
#include "flow/senders.h"
#include "flow/state.h"
#include "flow/values.h"

#define ANYBODY_MOST 6000	/* functions that may be called, in one pass */
#define METHODS_MOST 16		/* of one name */
#define DISPLAY_DEEP 6		/* KEPT.get(x, ())[0] */

/* What is worth it of a method's name alone. */
#define MARKS_SOMEBODY (MARK_SECRET | MARK_PRIVATE | MARK_TOKEN | \
    MARK_ENVIRON | MARK_HUNTED | MARK_SPIED)

/* ... or of what may be called, by what it is told. */
#define MARKS_TO_ANYBODY (MARKS_ANYBODYS | MARKS_LOCK | MARK_TRAFFIC | \
    MARK_CLIENTS | MARK_PASSED | MARK_REQUEST)

/* Has the function of this source a place for each argument, and all that it
 * needs? */
static bool
fits_here(const struct flow *f, const struct frame *fr, uint32_t scope)
{
	bool enough = fr->nargs >= f->scopes[scope].needs;

	for (size_t i = 0; i < fr->nargs; i++)
		if (flow_is_unpacked(f, fr, i))
			enough = true;
		else if (flow_parameter(f, fr, i, scope) < 0)
			return false;
	return enough;
}

static bool
fits_there(const struct flow *f, const struct frame *fr,
    const struct world_name *n)
{
	bool enough = fr->nargs >= n->needs;
	char name[FLOW_NAME_MOST + 1];

	for (size_t i = 0; i < fr->nargs; i++)
		if (flow_is_unpacked(f, fr, i))
			enough = true;
		else if (world_parameter(n, i, fr->keywords[i] != 0 ?
		    flow_string(f, fr->keywords[i], name) : NULL) < 0)
			return false;
	return enough;
}

static void
call_here(struct flow *f, const struct frame *fr, uint32_t scope,
    struct taint *out)
{
	struct taint v;

	if (scope == fr->scope || scope >= f->main ||
	    (f->scopes[scope].kind == SCOPE_FUNCTION &&
	    !fits_here(f, fr, scope)))
		return;
	v = flow_own_call(f, fr, scope);
	taint_add(out, &v, MARKS_ALL);
}

static void
call_there(struct flow *f, const struct frame *fr, uint32_t name,
    struct taint *out)
{
	struct world_name *n = flow_outside(f, name);
	struct taint v;

	/* Tests and set-up scripts stand beside the package. */
	if (n == NULL || !n->function || !flow_is_ours(f, n->name) ||
	    (!n->type && !fits_there(f, fr, n)))
		return;
	flow_note_maybe(f, fr->scope, name);
	v = flow_call_outside(f, fr, n);
	taint_add(out, &v, MARKS_ALL);
}

/* partial(f, x)(y) */
static void
call_partial(struct flow *f, const struct frame *fr, uint32_t node,
    struct taint *out)
{
	uint32_t first = node < f->tree->nnodes && flow_is_partial(f, node) ?
	    flow_at(f, flow_at(f, node)->kid)->next : 0;
	struct frame wide = *fr;

	if (first == 0)
		return;
	flow_take_partial(f, &wide, node);
	if (f->vals[first].code != 0)
		call_here(f, &wide, f->vals[first].code - 1, out);
	else
		call_there(f, &wide, f->vals[first].name, out);
}

static void
call_one(struct flow *f, const struct frame *fr, const char *function,
    struct taint *out)
{
	const char *at = flow_function_here(f, function);
	const char *name = strchr(function, ':');
	struct taint v = { 0 };
	uint32_t number = at != NULL ? (uint32_t)strtoul(at + 1, NULL, 10) : 0;

	if (at != NULL && *at == '%') {
		call_partial(f, fr, number, out);
	} else if (at != NULL && *at == '#') {
		call_here(f, fr, number, out);
	} else if (at != NULL) {
		if (number < f->tree->nnodes && flow_call_lambda_at(f, fr,
		    number, &v))
			taint_add(out, &v, MARKS_ALL);
	} else if (name != NULL && name[1] != '\0') {
		call_there(f, fr, flow_word(f, name + 1), out);
	}
}

/* Files, connections and texts have such methods: what those of the package
 * give comes only of what was made by nobody knows whom. */
static bool
is_pythons(struct flow *f, uint32_t object, uint32_t method)
{
	static const char *const methods[] = { "read", "readline", "readlines",
	    "recv", "recvfrom", "accept", "send", "write", "next", "close",
	    "fileno", "decode", "encode", "format", "join", "split", "strip",
	    "open", "makefile", "flush", "seek", "search", "match", "group" };
	char name[FLOW_NAME_MOST + 1];
	uint32_t b = flow_at(f, object)->kind == NODE_NAME ?
	    tree_lookup(f->tree, object) : 0;

	return (b == 0 || f->tree->bindings[b].kind != BINDING_VALUE) &&
	    str_index(methods, ARRAY_LEN(methods), flow_string(f, method,
	    name)) >= 0;
}

static void
call_taken(struct flow *f, const struct frame *fr, struct taint *out)
{
	const struct world *w = f->file->world;

	for (size_t i = 0; i < w->ntaken && f->nanybody < ANYBODY_MOST;
	    i++, f->nanybody++)
		call_one(f, fr, w->taken[i], out);
}

/* Each method of that name, of whatever class. */
static void
call_methods(struct flow *f, const struct frame *fr, uint32_t method,
    struct taint *out)
{
	struct world_name *methods[METHODS_MOST];
	char name[FLOW_NAME_MOST + 1];
	uint32_t next = flow_name(f, method)->defined;
	size_t len = strlen(flow_module(f)), n;

	for (; next != 0; next = f->scopes[next - 1].same_name)
		if (f->scopes[f->scopes[next - 1].parent].kind == SCOPE_CLASS &&
		    f->nanybody++ < ANYBODY_MOST)
			call_here(f, fr, next - 1, out);
	n = flow_methods_outside(f, flow_string(f, method, name), methods,
	    METHODS_MOST);
	for (size_t i = 0; i < n && f->nanybody++ < ANYBODY_MOST; i++)
		if (strncmp(methods[i]->name, flow_module(f), len) != 0 ||
		    methods[i]->name[len] != '.' ||
		    strchr(methods[i]->name + len + 1, '.') !=
		    strrchr(methods[i]->name, '.'))
			call_there(f, fr, flow_word(f, methods[i]->name), out);
}

/* deliver.delay(x), pull.s(x): of a function that a library's decorator made an
 * object of. */
static void
call_as_object(struct flow *f, const struct frame *fr, uint32_t base,
    struct taint *out)
{
	const struct taint *v = &f->vals[base];
	const struct world_name *n = v->code == 0 && v->name != 0 &&
	    (flow_traits(f, v->name) & NAME_DOTTED) ? flow_outside(f,
	    v->name) : NULL;

	if (v->code != 0 && f->scopes[v->code - 1].kind == SCOPE_FUNCTION)
		call_here(f, fr, v->code - 1, out);
	else if (n != NULL && n->function && !n->type)
		call_there(f, fr, v->name, out);
}

/* op(x), self.op(x) of what nobody knows. */
static bool
is_given(const struct flow *f, uint32_t callee)
{
	const struct node *n = flow_at(f, callee);
	uint32_t row = n->kind == NODE_ATTR ? flow_row_of_attribute(f,
	    n->name) : 0;

	return flow_is_unknown(f, &f->vals[callee]) && (n->kind != NODE_ATTR ||
	    (row != 0 && flow_is_unknown(f, &f->rows[row])));
}

/* STEPS[name](x), for step in STEPS: step(x), of functions that stand there;
 * false: nobody knows all of them. */
static bool
call_displayed(struct flow *f, const struct frame *fr, uint32_t callee,
    struct taint *out)
{
	uint32_t b = flow_at(f, callee)->kind == NODE_NAME ?
	    tree_lookup(f->tree, callee) : 0;
	uint32_t of = flow_at(f, callee)->kind == NODE_INDEX ? flow_displayed(f,
	    flow_at(f, callee)->kid) : b != 0 &&
	    f->tree->bindings[b].kind == BINDING_ITEM ? flow_displayed(f,
	    f->tree->bindings[b].value) : 0, k;
	bool dict = of != 0 && flow_at(f, of)->kind == NODE_DICT;
	char function[TAKEN_NAME];

	if (of == 0)
		return false;
	for (k = flow_at(f, of)->kid; k != 0; k = flow_at(f, k)->next) {
		k = dict ? flow_at(f, k)->next : k;
		if (k == 0 || f->nanybody++ >= ANYBODY_MOST ||
		    !flow_spell_function(f, k, &f->vals[k], function))
			return false;
		call_one(f, fr, function, out);
	}
	return true;
}

/* for step in KEPT.get(event, ()): step(x), of a table of this source in which
 * functions of this source may stand: hooks.c knows. */
static bool
is_of_table(struct flow *f, uint32_t callee)
{
	uint32_t b = flow_at(f, callee)->kind == NODE_NAME ?
	    tree_lookup(f->tree, callee) : 0, at, table;

	if (b == 0 || f->tree->bindings[b].kind != BINDING_ITEM)
		return false;
	at = f->tree->bindings[b].value;
	for (int deep = 0; deep < DISPLAY_DEEP && at != 0 &&
	    flow_at(f, at)->kind != NODE_NAME; deep++)
		at = flow_at(f, at)->kid;
	table = at != 0 && flow_at(f, at)->kind == NODE_NAME ?
	    flow_at(f, at)->name : 0;
	if (table == 0 || !flow_name(f, table)->table)
		return false;
	for (size_t i = 0; i < f->file->world->ntaken; i++)
		if (flow_function_here(f, f->file->world->taken[i]) != NULL)
			return true;
	return false;
}

/* What is worth following to who may be meant.  Whom an answer chooses, it may
 * tell what to do: assistants call their tools so. */
static void
keep_worth(struct flow *f, uint32_t callee, struct frame *fr)
{
	const struct node *n = flow_at(f, callee);
	uint64_t keep = MARKS_TO_ANYBODY, chosen = f->vals[callee].marks;

	if (n->kind == NODE_ATTR)
		chosen |= f->vals[n->kid].marks;
	if (chosen & (MARK_NETWORK | MARK_SOCKET))
		keep &= ~(uint64_t)(MARK_NETWORK | MARK_DECODED);
	for (size_t i = 0; i < fr->nargs; i++) {
		uint64_t mask = keep | (flow_is_address(f, fr->args[i].text) ?
		    MARKS_ADDRESS : 0);

		fr->args[i].marks &= mask;
		fr->args[i].own &= mask;
	}
	fr->all.marks &= keep | MARKS_ADDRESS;
	fr->all.own &= keep | MARKS_ADDRESS;
}

void
flow_call_anybody(struct flow *f, const struct frame *call,
    struct taint *given)
{
	uint32_t callee = flow_at(f, call->node)->kid;
	const struct node *n = flow_at(f, callee);
	struct frame worth;
	struct taint result = { 0 }, *out = &result;
	const struct frame *fr = &worth;

	/* held.c knows what those do. */
	if (call->later || (f->vals[callee].held & HELD_ACTS) ||
	    flow_at(f, call->node)->kind != NODE_CALL ||
	    f->nanybody >= ANYBODY_MOST || !flow_is_small(f))
		return;
	worth = *call;
	keep_worth(f, callee, &worth);
	if (n->kind == NODE_ATTR && flow_is_unknown(f, &f->vals[n->kid]) &&
	    !flow_is_container_method(f, n->name))
		call_methods(f, fr, n->name, out);
	else if (n->kind == NODE_ATTR)
		call_as_object(f, fr, n->kid, out);
	if (n->kind == NODE_ATTR && is_pythons(f, n->kid, n->name))
		result = (struct taint){ 0 };
	if (is_given(f, callee) && !call_displayed(f, fr, callee, out) &&
	    !is_of_table(f, callee)) {
		call_taken(f, fr, out);
		call_methods(f, fr, flow_word(f, "__call__"), out);
	}
	/* for stage in stages: x = stage(x) */
	f->twice = f->twice || (out->marks & ~fr->all.marks) != 0;
	/* Nobody knows whether functions are in it. */
	out->held = out->held_own = 0;
	taint_add(given, out, MARKS_ANYBODYS | MARKS_ADDRESS);
}

/* Of the one method of that name, which takes all that it is given. */
void
flow_call_somebody(struct flow *f, const struct frame *fr, struct taint *out)
{
	const struct node *n = flow_at(f, flow_at(f, fr->node)->kid);
	char name[FLOW_NAME_MOST + 1];
	struct world_name *methods[2];
	struct taint v;
	uint32_t here;

	if (fr->later || flow_at(f, fr->node)->kind != NODE_CALL ||
	    n->kind != NODE_ATTR || !flow_is_small(f) ||
	    !flow_is_unknown(f, &f->vals[n->kid]) ||
	    (fr->nargs > 0 && flow_is_container_method(f, n->name)) ||
	    flow_methods_outside(f, flow_string(f, n->name, name), methods,
	    2) != 1)
		return;
	here = flow_own_method(f, flow_word(f, methods[0]->name));
	v = here != 0 ? flow_own_call(f, fr, here - 1) :
	    flow_call_outside(f, fr, methods[0]);
	taint_add(out, &v, MARKS_SOMEBODY);
}
