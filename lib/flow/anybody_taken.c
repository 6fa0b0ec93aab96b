/* SPDX-License-Identifier: Apache-2.0 */
/*
 * anybody_taken - which functions are handed on or kept anywhere in a small
 * package: whoever calls what it does not know may call those.
 *
 * They stand in the world as texts that say in which module and where:
 *
 *	pkg.steps#12:pkg.steps.read	a function or class: its scope there,
 *					and its name for others, if it has one
 *	pkg.steps@340:pkg.steps.lambda@340	a lambda: its node
 *	pkg.steps%12:			a partial function: the call's node
 *	:pkg.steps.read			what another module has
 *
 * Takes: what is handed on, kept or decorated.  Gives: those texts.
 * Runs in: worker child, command.
 */
#include <stdio.h>
#include <string.h>

#include "flow/anybody.h"
#include "flow/functions.h"
#include "flow/names.h"
#include "flow/neighbours.h"
#include "flow/state.h"

bool
flow_is_partial(struct flow *f, uint32_t node)
{
	return flow_at(f, node)->kind == NODE_CALL && f->partials &&
	    (flow_traits(f, f->vals[flow_at(f, node)->kid].name) &
	    NAME_PARTIAL);
}

bool
flow_spell_function(struct flow *f, uint32_t node, const struct taint *v,
    char out[TAKEN_NAME])
{
	const struct flow_scope *s = v->code != 0 ? &f->scopes[v->code - 1] :
	    NULL;
	char whole[FLOW_WHOLE_MOST] = "", name[FLOW_NAME_MOST + 1];
	const struct world_name *n;

	if (flow_is_partial(f, node))
		return snprintf(out, TAKEN_NAME, "%s%%%u:", flow_module(f),
		    node) < TAKEN_NAME;
	if (flow_at(f, node)->kind == NODE_LAMBDA)
		return snprintf(out, TAKEN_NAME, "%s@%u:%s.%s", flow_module(f),
		    node, flow_module(f), flow_string(f, flow_keep_lambda(f,
		    node), name)) < TAKEN_NAME;
	if (s != NULL) {
		if (s->kind != SCOPE_FUNCTION && s->kind != SCOPE_CLASS)
			return false;
		if (!flow_whole_name(f, flow_public_name(f, s), whole))
			*whole = '\0';
		return snprintf(out, TAKEN_NAME, "%s#%u:%s", flow_module(f),
		    v->code - 1, whole) < TAKEN_NAME;
	}
	n = v->name != 0 && (flow_traits(f, v->name) & NAME_DOTTED) ?
	    flow_outside(f, v->name) : NULL;
	return n != NULL && n->function && snprintf(out, TAKEN_NAME, ":%s",
	    flow_string(f, v->name, name)) < TAKEN_NAME;
}

void
flow_take_function(struct flow *f, uint32_t node, const struct taint *v)
{
	char function[TAKEN_NAME];

	if (f->file->world != NULL && f->pass == 0 && node != 0 &&
	    f->file->world->ntaken < WORLD_TAKEN &&
	    (v->code != 0 || v->name != 0 ||
	    flow_at(f, node)->kind == NODE_LAMBDA) &&
	    flow_spell_function(f, node, v, function))
		world_take(f->file->world, function);
}

void
flow_take_displayed(struct flow *f, uint32_t node)
{
	if (f->file->world == NULL || f->pass != 0)
		return;
	for (uint32_t k = flow_at(f, node)->kid; k != 0;
	    k = flow_at(f, k)->next)
		flow_take_function(f, k, &f->vals[k]);
}

const char *
flow_function_here(const struct flow *f, const char *function)
{
	size_t len = strlen(flow_module(f));

	return strncmp(function, flow_module(f), len) == 0 &&
	    function[len] != '\0' && strchr("#@%", function[len]) != NULL ?
	    function + len : NULL;
}

uint32_t
flow_displayed(const struct flow *f, uint32_t node)
{
	uint32_t b = flow_at(f, node)->kind == NODE_NAME ?
	    tree_lookup(f->tree, node) : 0;
	uint8_t kind;

	if (b != 0)
		node = f->tree->bindings[b].kind == BINDING_VALUE ?
		    f->tree->bindings[b].value : 0;
	kind = node != 0 ? flow_at(f, node)->kind : NODE_NONE;
	return (kind == NODE_LIST || kind == NODE_TUPLE || kind == NODE_SET ||
	    kind == NODE_DICT) && flow_at(f, node)->kid != 0 ? node : 0;
}
