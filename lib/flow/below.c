/* SPDX-License-Identifier: Apache-2.0 */
/*
 * below - of which names of a module or of a parameter's object paths are made:
 * what is filled there is filled below that name or key, and not below the
 * others.
 *
 * Takes: an expression that a path is made of, or what is taken of something.
 * Gives: whether what was filled below that was filled below what is taken.
 * Runs in: worker child, command.
 */
#include "base/str.h"
#include "flow/functions.h"
#include "flow/names.h"
#include "flow/neighbours.h"
#include "flow/state.h"
#include "flow/values.h"

#define BELOW_DEEP 8	/* calls and attributes around a name */

static uint32_t
binding_of(const struct flow *f, uint32_t node)
{
	return flow_at(f, node)->kind == NODE_NAME ?
	    tree_lookup(f->tree, node) : 0;
}

/* The name of a module, as far as one can see: an object that another module
 * has is one that it tells of. */
static bool
is_module(struct flow *f, uint32_t node)
{
	uint32_t b = binding_of(f, node);

	if (b == 0)
		return false;
	if (f->tree->bindings[b].kind == BINDING_IMPORT)
		return true;
	return f->tree->bindings[b].kind == BINDING_FROM &&
	    f->file->world != NULL && flow_is_of_package(f, node) &&
	    flow_outside(f, f->vals[node].name) == NULL;
}

static bool
is_parameter(const struct flow *f, uint32_t node)
{
	uint32_t b = binding_of(f, node);

	return b != 0 && f->tree->bindings[b].kind == BINDING_PARAM;
}

/* path.parent, path.with_name(x): of something that is a path itself. */
static bool
is_of_path(const struct flow *f, uint32_t name)
{
	static const char *const words[] = { "absolute", "as_posix",
	    "expanduser", "joinpath", "name", "open", "parent", "parents",
	    "resolve", "stem", "suffix", "with_name", "with_stem",
	    "with_suffix", "write_bytes", "write_text" };
	size_t len;

	return str_index(words, ARRAY_LEN(words), flow_spelled(f, name,
	    &len)) >= 0;
}

/* The text of x["key"], or 0. */
static uint32_t
key_of(const struct flow *f, uint32_t node)
{
	uint32_t key = flow_at(f, flow_at(f, node)->kid)->next;
	uint32_t text = key != 0 ? f->vals[key].text : 0;

	return text != 0 && !f->texts[text].open ? text : 0;
}

static void
note(struct flow *f, uint32_t node)
{
	const struct node *n = flow_at(f, node);
	struct flow_name *of = flow_name(f, flow_at(f, n->kid)->name);

	if (n->kind == NODE_ATTR && !is_of_path(f, n->name)) {
		of->below = true;
		flow_name(f, n->name)->below = true;
	} else if (n->kind == NODE_INDEX && key_of(f, node) != 0) {
		of->keys_below = true;
		f->texts[key_of(f, node)].below = true;
	} else {
		of->itself = true;
	}
}

void
flow_note_below(struct flow *f, uint32_t node)
{
	for (int deep = 0; deep < BELOW_DEEP && node != 0; deep++) {
		const struct node *n = flow_at(f, node);

		if (is_parameter(f, node))
			flow_note_itself(f, n->name);
		if (n->kind != NODE_ATTR && n->kind != NODE_CALL &&
		    n->kind != NODE_INDEX)
			return;
		if (is_parameter(f, n->kid) || (n->kind == NODE_ATTR &&
		    is_module(f, n->kid))) {
			note(f, node);
			return;
		}
		node = n->kid;
	}
}

void
flow_note_itself(struct flow *f, uint32_t name)
{
	flow_name(f, name)->itself = true;
}

bool
flow_is_below(struct flow *f, uint32_t node)
{
	const struct node *n = flow_at(f, node);
	const struct flow_name *of;

	if ((n->kind != NODE_ATTR && n->kind != NODE_INDEX) ||
	    flow_at(f, n->kid)->kind != NODE_NAME)
		return true;
	of = flow_name(f, flow_at(f, n->kid)->name);
	if (of->itself)
		return true;
	if (n->kind == NODE_INDEX)
		return !of->keys_below || key_of(f, node) == 0 ||
		    f->texts[key_of(f, node)].below ||
		    !is_parameter(f, n->kid);
	return !of->below || flow_name(f, n->name)->below ||
	    (!is_module(f, n->kid) && !is_parameter(f, n->kid));
}
