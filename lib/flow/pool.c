/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pool - functions that objects of a class are given and call: Step(read)
 * | Step(send), pipe.add(f), Stage(lambda x: f(x)).
 *
 * Nobody says which object keeps which of them, so where a method calls what it
 * was given, or what objects keep, that is each function that an object of the
 * class was ever handed, in whatever module.  What comes of it goes where the
 * method hands it on.
 * Takes: a call.  Gives: what its class was given; what calling that gives.
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
#include "flow/state.h"

#define CALLS_MOST 4000		/* of pools, in one pass */
#define HEIRS_DEEP 4		/* a class of a class ... */
#define POOLED_NAME (FLOW_NAME_MOST + 16)

/* ---- what a class is given ----------------------------------------------- */

/* socket.getfqdn: a library's, that is asked for something. */
static bool
gives_marks(struct flow *f, uint32_t name)
{
	const struct fact *fact = name != 0 && (flow_traits(f, name) &
	    NAME_DOTTED) ? flow_fact(f, name) : NULL;

	return fact != NULL && *fact->name != '?' &&
	    fact->deed == DEED_NONE && fact->gives != 0;
}

/* "pkg.steps.read"; "pkg.steps#12" of a function that has no name outside of
 * what stands around it, "pkg.steps@340" of a lambda; "=socket.getfqdn". */
static bool
spell_function(struct flow *f, const struct frame *fr, size_t i,
    char out[POOLED_NAME])
{
	const struct taint *v = &fr->args[i];
	const struct flow_scope *s = v->code != 0 ? &f->scopes[v->code - 1] :
	    NULL;
	char name[FLOW_NAME_MOST + 1];
	const struct world_name *outside;

	if (flow_at(f, fr->nodes[i])->kind == NODE_LAMBDA)
		return snprintf(out, POOLED_NAME, "%s@%u", flow_module(f),
		    fr->nodes[i]) < POOLED_NAME;
	if (s != NULL)
		return s->kind == SCOPE_FUNCTION && snprintf(out, POOLED_NAME,
		    "%s#%u", flow_module(f), v->code - 1) < POOLED_NAME;
	if (gives_marks(f, v->name))
		return snprintf(out, POOLED_NAME, "=%s", flow_string(f,
		    v->name, name)) < POOLED_NAME;
	outside = v->name != 0 && (flow_traits(f, v->name) & NAME_DOTTED) ?
	    flow_outside(f, v->name) : NULL;
	return outside != NULL && outside->function && snprintf(out,
	    POOLED_NAME, "%s", flow_string(f, v->name, name)) < POOLED_NAME;
}

/* The class of which one is made, or whose object's method is called: "" for
 * none. */
static void
class_called(struct flow *f, const struct frame *fr, char out[POOLED_NAME])
{
	const struct flow_scope *s = fr->callee.code != 0 ?
	    &f->scopes[fr->callee.code - 1] : NULL;
	char name[FLOW_NAME_MOST + 1], *end;
	const struct world_name *outside;
	size_t len;

	*out = '\0';
	if (s != NULL && s->kind == SCOPE_FUNCTION)
		s = &f->scopes[s->parent];
	if (s != NULL) {
		if (s->kind == SCOPE_CLASS && snprintf(out, POOLED_NAME,
		    "%s.%s", flow_module(f), flow_string(f, s->name, name)) >=
		    POOLED_NAME)
			*out = '\0';
		return;
	}
	if (fr->callee.name == 0 ||
	    !(flow_traits(f, fr->callee.name) & NAME_DOTTED))
		return;
	outside = flow_outside(f, fr->callee.name);
	if (outside == NULL || (!outside->type && !outside->function))
		return;
	(void)flow_string(f, fr->callee.name, name);
	end = strstr(name, "().");
	len = end != NULL ? (size_t)(end - name) : strlen(name);
	if (end != NULL || outside->type)
		(void)snprintf(out, POOLED_NAME, "%.*s", (int)len, name);
}

/* Of what the class is a kind of, the methods call it. */
static void
add_for_bases(struct flow *f, const char *class, const char *function)
{
	const char *base = class;

	for (int i = 0; base != NULL && i < HEIRS_DEEP; i++) {
		const struct world_name *n;

		world_pool_add(f->file->world, base, function);
		n = world_own(f->file->world, base);
		base = n != NULL ? n->base : NULL;
	}
}

void
flow_pool_note(struct flow *f, const struct frame *fr)
{
	char class[POOLED_NAME], function[POOLED_NAME];
	bool asked = false;

	if (f->file->world == NULL || fr->later ||
	    flow_at(f, fr->node)->kind != NODE_CALL)
		return;
	for (size_t i = 0; i < fr->nargs; i++)
		flow_take_function(f, fr->nodes[i], &fr->args[i]);
	for (size_t i = 0; i < fr->nargs; i++) {
		if (!spell_function(f, fr, i, function))
			continue;
		if (!asked)
			class_called(f, fr, class);
		asked = true;
		if (*class == '\0')
			return;
		add_for_bases(f, class, function);
	}
}

/* ---- where it is called -------------------------------------------------- */

/* f(x) of a parameter, a loop or something that nobody knows; self.f(x),
 * other.f(x), self.f[0](x) of what is set as an attribute in this source. */
static bool
may_be_given(const struct flow *f, uint32_t callee)
{
	const struct node *n = flow_at(f, callee);
	uint32_t b;

	if (n->kind == NODE_INDEX)
		n = flow_at(f, n->kid);
	if (n->kind == NODE_ATTR)
		return tree_attribute(f->tree, n->name) != 0;
	b = n->kind == NODE_NAME ? tree_lookup(f->tree, callee) : 0;
	return b != 0 && n == flow_at(f, callee) &&
	    (f->tree->bindings[b].kind == BINDING_PARAM ||
	    f->tree->bindings[b].kind == BINDING_ITEM ||
	    f->tree->bindings[b].kind == BINDING_VALUE) &&
	    f->tree->scopes[f->tree->bindings[b].scope].kind != SCOPE_MODULE;
}

/* The class that a method stands in, as others name it, or NULL. */
static const struct world_pool *
pool_of(struct flow *f, uint32_t scope)
{
	char class[POOLED_NAME], name[FLOW_NAME_MOST + 1];

	while (scope != 0 && scope != f->main &&
	    f->scopes[scope].kind != SCOPE_CLASS)
		scope = f->scopes[scope].parent;
	if (scope == 0 || scope == f->main || snprintf(class, POOLED_NAME,
	    "%s.%s", flow_module(f), flow_string(f, f->scopes[scope].name,
	    name)) >= POOLED_NAME)
		return NULL;
	return world_pool(f->file->world, class);
}

/* "pkg.steps#12" of this module: what stands behind the mark; else NULL. */
static const char *
of_here(const struct flow *f, const char *function, char mark)
{
	size_t len = strlen(flow_module(f));

	return strncmp(function, flow_module(f), len) == 0 &&
	    function[len] == mark ? function + len + 1 : NULL;
}

static void
call_one(struct flow *f, const struct frame *fr, const char *function,
    struct taint *out)
{
	const char *at = of_here(f, function, '#');
	struct world_name *outside;
	struct taint v = { 0 };
	uint32_t number, word;

	if (at != NULL) {
		number = (uint32_t)strtoul(at, NULL, 10);
		if (number == fr->scope || number >= f->main)
			return;
		flow_refer_scope(f, fr->node, number);
		v = flow_own_call(f, fr, number);
	} else if ((at = of_here(f, function, '@')) != NULL) {
		number = (uint32_t)strtoul(at, NULL, 10);
		if (number < f->tree->nnodes)
			(void)flow_call_lambda_at(f, fr, number, &v);
	} else if (*function == '=') {
		word = flow_word(f, function + 1);
		v = flow_known_call(f, fr, flow_fact(f, word), word);
	} else if (strpbrk(function, "#@") == NULL) {
		word = flow_word(f, function);
		outside = flow_outside(f, word);
		if (outside == NULL || !outside->function)
			return;
		flow_note_outside(f, fr->scope, word, 0);
		v = flow_call_outside(f, fr, outside);
	}
	taint_add(out, &v, MARKS_ALL);
}

void
flow_pool_call(struct flow *f, const struct frame *fr, struct taint *out)
{
	uint32_t callee = flow_at(f, fr->node)->kid;
	const struct world_pool *p;

	if (f->file->world == NULL || f->file->world->npools == 0 ||
	    fr->later || flow_at(f, fr->node)->kind != NODE_CALL ||
	    f->npooled >= CALLS_MOST || !may_be_given(f, callee))
		return;
	p = pool_of(f, fr->scope);
	for (size_t i = 0; p != NULL && i < p->n; i++, f->npooled++)
		call_one(f, fr, p->functions[i], out);
}
