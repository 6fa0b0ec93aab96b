/* SPDX-License-Identifier: Apache-2.0 */
/*
 * below - which of a module's names paths are made of: what is filled there
 * is filled below that name, and not below the others.
 *
 * Takes: an expression that a path is made of, or an attribute.
 * Gives: whether what was filled below its module was filled below it.
 * Runs in: worker child, command.
 */
#include "flow/functions.h"
#include "flow/names.h"
#include "flow/neighbours.h"
#include "flow/state.h"
#include "flow/values.h"

#define BELOW_DEEP 8	/* calls and attributes around a module's name */

/* The name of a module, as far as one can see: an object that another module
 * has is one that it tells of. */
static bool
is_module(struct flow *f, uint32_t node)
{
	uint32_t b = flow_at(f, node)->kind == NODE_NAME ?
	    tree_lookup(f->tree, node) : 0;

	if (b == 0)
		return false;
	if (f->tree->bindings[b].kind == BINDING_IMPORT)
		return true;
	return f->tree->bindings[b].kind == BINDING_FROM &&
	    f->file->world != NULL && flow_is_of_package(f, node) &&
	    flow_outside(f, f->vals[node].name) == NULL;
}

void
flow_note_below(struct flow *f, uint32_t node)
{
	for (int deep = 0; deep < BELOW_DEEP && node != 0; deep++) {
		const struct node *n = flow_at(f, node);

		if (n->kind != NODE_ATTR && n->kind != NODE_CALL &&
		    n->kind != NODE_INDEX)
			return;
		if (n->kind == NODE_ATTR && is_module(f, n->kid)) {
			flow_name(f, n->name)->below = true;
			flow_name(f, flow_at(f, n->kid)->name)->below = true;
			return;
		}
		node = n->kid;
	}
}

bool
flow_is_below(struct flow *f, uint32_t node)
{
	const struct node *n = flow_at(f, node);

	return n->kind != NODE_ATTR || flow_name(f, n->name)->below ||
	    !flow_name(f, flow_at(f, n->kid)->name)->below ||
	    !is_module(f, n->kid);
}
