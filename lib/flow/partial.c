/* SPDX-License-Identifier: Apache-2.0 */
/*
 * partial - functions that were given a part of their arguments: send =
 * partial(post, url, json=body), and then send().
 *
 * Takes: a call.  Gives: its arguments with those that it was made with.
 * Runs in: worker child, command.
 */
#include <string.h>

#include "flow/calls.h"
#include "flow/names.h"
#include "flow/neighbours.h"
#include "flow/senders.h"
#include "flow/state.h"

#define PARTIALS_DEEP 3		/* partial(partial(f, a), b) */

/* partial(post, URL), partial(post, url=URL): which of them it is, or 0. */
static size_t
address_of(const struct flow *f, const struct frame *fr)
{
	for (size_t i = 1; i < fr->nargs; i++)
		if ((fr->keywords[i] == 0 ? i == 1 : flow_word_is(f,
		    fr->keywords[i], "url")) && flow_is_fixed(f, fr, i))
			return i;
	return 0;
}

struct taint
flow_partial(struct flow *f, const struct frame *fr)
{
	struct taint v = fr->args[0];
	size_t address = address_of(f, fr);

	f->partials = true;
	if (address != 0)
		v.where = flow_address_text(f, fr, address);
	/* partial(call, exec): what it calls is among what it is given. */
	if (fr->nargs > 1 && (fr->all.held & HELD_ACTS) &&
	    !(fr->args[0].held & HELD_ACTS)) {
		v.code = v.name = 0;
		v.held = fr->all.held;
		v.held_own = fr->all.held_own;
	}
	return v;
}

/* The partial() that the node stands for, or 0; `here`: it was made in that
 * scope. */
static uint32_t
made_by(const struct flow *f, uint32_t node, uint32_t scope, bool *here)
{
	const struct node *n = flow_at(f, node);
	uint32_t b = n->kind == NODE_NAME ? tree_lookup(f->tree, node) :
	    n->kind == NODE_ATTR ? tree_attribute(f->tree, n->name) : 0;
	uint32_t call = n->kind == NODE_CALL ? node : b != 0 &&
	    f->tree->bindings[b].kind == BINDING_VALUE ?
	    f->tree->bindings[b].value : 0;

	if (b != 0 && f->tree->bindings[b].scope != scope)
		*here = false;
	return call != 0 && flow_at(f, call)->kind == NODE_CALL ? call : 0;
}

static void
insert(struct frame *fr, size_t at, const struct frame *from, size_t i)
{
	if (fr->nargs == FLOW_ARGUMENTS)
		return;
	memmove(fr->args + at + 1, fr->args + at, (fr->nargs - at) *
	    sizeof(*fr->args));
	memmove(fr->nodes + at + 1, fr->nodes + at, (fr->nargs - at) *
	    sizeof(*fr->nodes));
	memmove(fr->keywords + at + 1, fr->keywords + at, (fr->nargs - at) *
	    sizeof(*fr->keywords));
	fr->args[at] = from->args[i];
	fr->nodes[at] = from->nodes[i];
	fr->keywords[at] = from->keywords[i];
	fr->nargs++;
}

/* Places come first, in front of the call's own, and keywords last. */
static void
add_made(struct frame *fr, struct frame *made, bool here)
{
	size_t places = 0;

	for (size_t i = 1; i < made->nargs; i++) {
		if (!here)
			made->args[i].params = 0;
		taint_add(&fr->all, &made->args[i], MARKS_ALL);
		fr->bare = false;
		if (made->keywords[i] == 0)
			insert(fr, places++, made, i);
		else
			insert(fr, fr->nargs, made, i);
	}
}

void
flow_take_partial(struct flow *f, struct frame *fr, uint32_t callee)
{
	bool here = true;

	for (int deep = 0; f->partials && deep < PARTIALS_DEEP; deep++) {
		uint32_t call = made_by(f, callee, fr->scope, &here);
		struct frame made;

		if (call == 0 || !(flow_traits(f, f->vals[flow_at(f,
		    call)->kid].name) & NAME_PARTIAL))
			return;
		flow_frame(f, call, fr->scope, &made);
		if (made.nargs == 0 || made.keywords[0] != 0)
			return;
		add_made(fr, &made, here);
		callee = made.nodes[0];
	}
}

void
flow_take_bound(struct flow *f, struct frame *fr, uint32_t name)
{
	char text[FLOW_NAME_MOST + 1];
	const struct world_name *n = f->file->world->partials ?
	    world_own(f->file->world, flow_string(f, name, text)) : NULL;
	struct frame made = { .node = fr->node };
	uint32_t where;

	if (n == NULL || n->made_with == 0)
		return;
	where = n->where != NULL ? flow_intern(f, n->where, strlen(n->where),
	    false) : 0;
	if (where != 0) {
		made.args[0] = taint_of(flow_text_marks(f, where) | MARK_URL);
		made.args[0].text = where;
		taint_add(&fr->all, &made.args[0], MARKS_ALL);
	}
	for (size_t i = 1; i < n->made_with; i++)
		insert(fr, 0, &made, 1);
	insert(fr, 0, &made, 0);
}
