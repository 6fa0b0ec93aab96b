/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hints - annotations that are texts, where something evaluates them:
 * get_type_hints(f), signature(f, eval_str=True).
 *
 * Takes: a call.  Gives: what it evaluates, as calls that execute.
 * Runs in: worker child, command.  Once a pass, linear in the nodes.
 */
#include <string.h>

#include "base/limits.h"
#include "flow/calls.h"
#include "flow/names.h"
#include "flow/state.h"

static bool
evaluates(const struct flow *f, const struct frame *fr)
{
	if (flow_word_ends(f, fr->callee.name, "get_type_hints"))
		return true;
	for (size_t i = 1; i < fr->nargs; i++)
		if (flow_word_is(f, fr->keywords[i], "eval_str"))
			return true;
	return false;
}

/* The annotation of a parameter or a name; 0 for none. */
static uint32_t
annotation_of(const struct flow *f, uint32_t node)
{
	const struct node *n = flow_at(f, node);

	if (n->kind == NODE_PARAM)
		return n->flags & 1 ? n->kid : 0;
	return n->kind == NODE_ANNOTATE && n->kid != 0 ?
	    flow_at(f, n->kid)->next : 0;
}

void
flow_look_hints(struct flow *f, const struct frame *fr)
{
	static const struct fact executes = { "hints", DEED_EXEC, 0 };
	unsigned int told = 0;

	if (f->hinted || fr->nargs == 0 || !evaluates(f, fr))
		return;
	f->hinted = true;
	for (uint32_t n = 1; n < f->tree->nnodes && told < HINTS_MAX; n++) {
		struct frame hint = { .node = fr->node, .scope = fr->scope,
		    .nargs = 1 };
		uint32_t text = annotation_of(f, n);

		if (text == 0 || flow_at(f, text)->kind != NODE_STRING)
			continue;
		hint.nodes[0] = text;
		hint.args[0] = hint.all = f->vals[text];
		/* "list[int]" calls nothing. */
		if (strchr(f->texts[hint.args[0].text].bytes, '(') == NULL)
			continue;
		told++;
		flow_tell_frame(f, &hint, &executes, fr->callee.name);
	}
}
