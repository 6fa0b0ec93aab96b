/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fields - what objects of a class hold that has no constructor of its own: a
 * dataclass, a named tuple, a model.  Its fields are given what it is called
 * with, by their places and names.
 *
 * Takes: a call of such a class; what other modules call it with.  Gives: marks
 * of its fields, which methods ask of self.
 * Runs in: worker child, command.
 */
#include <string.h>

#include "flow/after.h"
#include "flow/calls.h"
#include "flow/functions.h"
#include "flow/names.h"
#include "flow/neighbours.h"
#include "flow/state.h"
#include "flow/values.h"

#define STATEMENTS_MOST 64	/* of a class; fields come first */
#define HEIRS_MOST 4		/* a class, what that is a kind of, ... */
/* What was unpacked may be any of them. */
#define MARKS_OF_ANY (MARKS_KEPT | MARK_KEY | MARK_PASSWORD | \
    MARK_CREDENTIAL | MARK_DECODED | MARK_PACKED | MARK_BUILT | MARKS_ADDRESS)

/* x: str, x = attr.ib(): the name that a statement of a class makes
 * one, or 0. */
static uint32_t
field_of(const struct flow *f, uint32_t statement)
{
	const struct node *n = flow_at(f, statement);
	uint32_t target = n->kid, value, callee;

	if (target == 0 || flow_at(f, target)->kind != NODE_NAME)
		return 0;
	if (n->kind == NODE_ANNOTATE)
		return flow_at(f, target)->name;
	value = n->kind == NODE_ASSIGN ? flow_at(f, target)->next : 0;
	callee = value != 0 && flow_at(f, value)->kind == NODE_CALL ?
	    flow_at(f, value)->kid : 0;
	return callee != 0 && (flow_word_is(f, flow_at(f, callee)->name,
	    "ib") || flow_word_is(f, flow_at(f, callee)->name, "attrib") ||
	    flow_word_is(f, flow_at(f, callee)->name, "field")) ?
	    flow_at(f, target)->name : 0;
}

/* Takes away how many fields the class has, up to the one asked for: that, or
 * 0. */
static uint32_t
field_in(const struct flow *f, uint32_t class, size_t *at)
{
	uint32_t block = flow_block_of(f, f->tree->scopes[class].node), name;
	size_t n = 0;

	for (uint32_t k = block != 0 ? flow_at(f, block)->kid : 0;
	    k != 0 && n < STATEMENTS_MOST; k = flow_at(f, k)->next, n++) {
		name = field_of(f, k);
		if (name != 0 && (*at)-- == 0)
			return name;
	}
	return 0;
}

/* Those of what it is a kind of come first. */
static uint32_t
field_at(const struct flow *f, uint32_t class, size_t at)
{
	uint32_t all[HEIRS_MOST], name = 0;
	size_t n = 0;

	for (uint32_t c = class + 1; c != 0 && n < HEIRS_MOST;
	    c = f->scopes[c - 1].base)
		all[n++] = c - 1;
	while (n > 0 && name == 0)
		name = field_in(f, all[--n], &at);
	return name;
}

/* Where self.name is looked for. */
static uint32_t
row_of_field(const struct flow *f, uint32_t class, uint32_t name)
{
	uint32_t row = flow_row_of_attribute(f, name), b = 0;

	for (size_t n = 0; row == 0 && b == 0 && n < HEIRS_MOST; n++) {
		b = tree_binding(f->tree, class, name);
		if (f->scopes[class].base == 0)
			break;
		class = f->scopes[class].base - 1;
	}
	return row == 0 && b != 0 && f->tree->bindings[b].kind !=
	    BINDING_DEF ? f->row_of[b] : row;
}

void
flow_pass_fields(struct flow *f, const struct frame *call, uint32_t class)
{
	struct frame wide;
	const struct frame *fr = flow_spread(f, call, &wide);
	uint32_t before = f->growths;

	for (size_t i = 0; i < fr->nargs; i++) {
		struct taint v = fr->args[i];
		size_t from = fr->keywords[i] != 0 ? 0 : i;
		uint32_t name = fr->keywords[i] != 0 ? fr->keywords[i] :
		    field_at(f, class, from);

		if (!flow_is_unpacked(f, fr, i)) {
			flow_pass_row(f, row_of_field(f, class, name), &v);
			continue;
		}
		v = taint_of(v.marks & MARKS_OF_ANY);
		for (; name != 0 && from < FLOW_ARGUMENTS;
		    name = field_at(f, class, ++from))
			flow_pass_row(f, row_of_field(f, class, name), &v);
	}
	/* Somebody asked for all of them before. */
	if (f->growths != before && f->scopes[class].attributes_at != 0)
		f->changed = true;
}

void
flow_publish_fields(struct flow *f, struct world_name *n, uint32_t class)
{
	char text[FLOW_NAME_MOST + 1];
	uint32_t name;
	size_t k = 0;

	for (; k < WORLD_PARAMETERS; k++) {
		name = field_at(f, class, k);
		if (name == 0)
			break;
		n->keywords[k] = world_hash(flow_string(f, name, text));
	}
	n->nparameters = (uint8_t)k;
}

uint32_t
flow_field_row(const struct flow *f, uint32_t class, size_t at)
{
	uint32_t name = field_at(f, class, at);

	return name != 0 ? row_of_field(f, class, name) : 0;
}
