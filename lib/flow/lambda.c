/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lambda - lambdas that are called by a name: send = lambda x: post(URL,
 * x); send(secret).  What stands in one runs where it stands (scope.c);
 * here it is told what it is called with.
 *
 * Takes: the tree; a call.  Gives: what the lambda's expression gives; to other
 * modules, a function of the name that it is bound to, or of "make()" for what
 * make gives.
 * Runs in: worker child, command.
 */
#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "flow/calls.h"
#include "flow/functions.h"
#include "flow/names.h"
#include "flow/neighbours.h"
#include "flow/state.h"
#include "flow/values.h"

/* The lambda that an expression is or stands for, or 0. */
static uint32_t
lambda_of(struct flow *f, uint32_t node)
{
	const struct node *n = flow_at(f, node);
	struct value v;

	if (n->kind == NODE_LAMBDA)
		return node;
	if (n->kind != NODE_NAME && n->kind != NODE_ATTR &&
	    n->kind != NODE_INDEX)
		return 0;
	v = fold_node(f->fold, node);
	return v.kind == VALUE_CODE && flow_at(f, (uint32_t)v.i)->kind ==
	    NODE_LAMBDA ? (uint32_t)v.i : 0;
}

/* The row of the parameter that takes the argument at that place, or of that
 * name; or 0. */
static uint32_t
parameter_row(const struct flow *f, uint32_t lambda, size_t at,
    uint32_t keyword)
{
	uint32_t p = flow_at(f, lambda)->kid;
	size_t seen = 0;

	if (flow_at(f, p)->kind != NODE_PARAMS)
		return 0;
	for (p = flow_at(f, p)->kid; p != 0; p = flow_at(f, p)->next) {
		const struct node *n = flow_at(f, p);

		if (n->kind != NODE_PARAM || seen > FLOW_ARGUMENTS)
			return 0;
		if (keyword != 0 ? n->name == keyword : seen == at ||
		    n->op == '*')
			return f->row_of[tree_binding(f->tree, flow_at(f,
			    lambda)->name, n->name)];
		seen++;
	}
	return 0;
}

static void
call(struct flow *f, const struct frame *fr, uint32_t lambda,
    struct taint *out)
{
	uint32_t body = flow_at(f, lambda)->kid;

	while (flow_at(f, body)->next != 0)
		body = flow_at(f, body)->next;
	for (size_t i = 0; i < fr->nargs; i++) {
		uint32_t row = parameter_row(f, lambda, i, fr->keywords[i]);

		if (row != 0)
			flow_pass_row(f, row, &fr->args[i]);
	}
	taint_add(out, &f->vals[body], MARKS_ALL);
}

void
flow_call_lambda(struct flow *f, const struct frame *fr, struct taint *out)
{
	uint32_t callee = flow_at(f, fr->node)->kid, lambda;

	if (fr->later || fr->callee.name != 0 ||
	    flow_at(f, fr->node)->kind != NODE_CALL)
		return;
	lambda = lambda_of(f, callee);
	if (lambda != 0)
		call(f, fr, lambda, out);
}

bool
flow_call_lambda_at(struct flow *f, const struct frame *fr, uint32_t node,
    struct taint *out)
{
	uint32_t lambda = lambda_of(f, node);

	if (lambda != 0)
		call(f, fr, lambda, out);
	return lambda != 0;
}

/* ---- what other modules know of it --------------------------------------- */

void
flow_note_lambda(struct flow *f, uint32_t statement)
{
	const struct node *n = flow_at(f, statement);
	uint32_t value = n->kid, parent, name = 0;

	while (value != 0 && flow_at(f, value)->next != 0)
		value = flow_at(f, value)->next;
	if (value == 0 || flow_at(f, value)->kind != NODE_LAMBDA ||
	    f->nlambdas == FLOW_LAMBDAS)
		return;
	parent = f->tree->scopes[flow_at(f, value)->name].parent;
	if (n->kind == NODE_RETURN && f->scopes[parent].kind ==
	    SCOPE_FUNCTION && f->scopes[parent].parent == 0)
		name = flow_dotted(f, f->scopes[parent].name, "()", 0);
	else if (n->kind == NODE_ASSIGN && parent == 0 &&
	    flow_at(f, n->kid)->kind == NODE_NAME)
		name = flow_at(f, n->kid)->name;
	if (name != 0)
		f->lambdas[f->nlambdas++] = (struct flow_lambda){ value, name };
}

uint32_t
flow_keep_lambda(struct flow *f, uint32_t node)
{
	char name[32];

	for (size_t i = 0; i < f->nlambdas; i++)
		if (f->lambdas[i].node == node)
			return f->lambdas[i].name;
	if (f->nlambdas == FLOW_LAMBDAS)
		return 0;
	(void)snprintf(name, sizeof(name), "lambda@%u", node);
	f->lambdas[f->nlambdas] = (struct flow_lambda){ node,
	    flow_word(f, name) };
	return f->lambdas[f->nlambdas++].name;
}

/* One that executes what it is given is known as that (held.c). */
static struct world_name *
published(struct flow *f, const struct flow_lambda *l, bool make)
{
	return f->vals[l->node].held & HELD_ACTS ? NULL :
	    flow_published(f, l->name, make);
}

static void
publish(struct flow *f, const struct flow_lambda *l)
{
	struct world_name *n = published(f, l, true);
	uint32_t p = flow_at(f, l->node)->kid;
	char name[FLOW_NAME_MOST + 1];

	if (n == NULL || flow_at(f, p)->kind != NODE_PARAMS)
		return;
	n->function = true;
	n->marks = marks_join(n->marks, f->vals[l->node].own);
	n->nparameters = 0;
	for (uint32_t k = flow_at(f, p)->kid; k != 0 && n->nparameters <
	    WORLD_PARAMETERS; k = flow_at(f, k)->next) {
		n->keywords[n->nparameters++] = world_hash(flow_string(f,
		    flow_at(f, k)->name, name));
		if (flow_at(f, k)->op == '*')
			n->star = n->nparameters;
	}
}

void
flow_publish_lambdas(struct flow *f)
{
	for (size_t i = 0; i < f->nlambdas; i++)
		publish(f, &f->lambdas[i]);
}

struct world_name *
flow_told_of_lambda(struct flow *f, size_t i)
{
	return flow_published(f, f->lambdas[i].name, false);
}

void
flow_take_lambdas(struct flow *f)
{
	for (size_t i = 0; i < f->nlambdas; i++) {
		const struct world_name *n = flow_told_of_lambda(f, i);

		for (uint32_t k = 0; n != NULL && n->function && k <
		    n->nparameters && k < WORLD_PARAMETERS; k++) {
			uint32_t row = parameter_row(f, f->lambdas[i].node, k,
			    0);
			struct taint v = { .marks = n->passed[k].marks,
			    .held = n->passed[k].held };

			if (n->passed[k].text != NULL)
				v.text = flow_intern(f, n->passed[k].text,
				    strlen(n->passed[k].text), false);
			if (row != 0)
				flow_pass_row(f, row, &v);
		}
	}
}
