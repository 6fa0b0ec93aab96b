/* SPDX-License-Identifier: Apache-2.0 */
/*
 * somebody - objects that only the package's user makes and hands in: send(
 * settings), Reporter(Settings()).  Nobody says of which class one is, so what
 * classes of the package keep under that name, and what a method does that one
 * of them alone has, is the object's.
 *
 * Takes: an attribute or a method of a value of which nothing is known.  Gives:
 * what is worth stealing of what stands there.
 * Runs in: worker child, command.
 */
#include "flow/calls.h"
#include "flow/names.h"
#include "flow/neighbours.h"
#include "flow/state.h"
#include "flow/values.h"

/* What is worth asking by a name alone. */
#define MARKS_SOMEBODY (MARK_SECRET | MARK_PRIVATE | MARK_TOKEN | \
    MARK_ENVIRON | MARK_HUNTED | MARK_SPIED)

/* A parameter, what a loop gives, or what an object keeps of one. */
static bool
is_somebody(const struct flow *f, uint32_t object, const struct taint *v)
{
	const struct node *n = flow_at(f, object);
	uint32_t b = n->kind == NODE_NAME ? tree_lookup(f->tree, object) : 0;

	if (v->name != 0 || v->code != 0 || v->text != 0)
		return false;
	if (b != 0)
		return f->tree->bindings[b].kind == BINDING_PARAM ||
		    (f->tree->bindings[b].kind == BINDING_ITEM &&
		    v->marks == 0);
	return n->kind == NODE_ATTR && flow_at(f, n->kid)->name == WORD_SELF;
}

/* @property of a class of this module, and what its objects are set to. */
static uint64_t
marks_here(struct flow *f, uint32_t name)
{
	uint32_t row = flow_row_of_attribute(f, name);
	uint32_t next = flow_name(f, name)->defined;
	uint64_t marks = 0;

	if (row != 0) {
		f->read[row] = true;
		marks = f->rows[row].marks;
	}
	for (; next != 0; next = f->scopes[next - 1].same_name)
		if (f->scopes[next - 1].property)
			marks |= f->scopes[next - 1].result.own;
	return marks;
}

void
flow_attribute_of_somebody(struct flow *f, uint32_t object,
    const struct taint *v, uint32_t name, struct taint *out)
{
	char text[FLOW_NAME_MOST + 1];

	if (object == 0 || !flow_is_small(f) || !is_somebody(f, object, v))
		return;
	taint_mark(out, (marks_here(f, name) | world_marks_of_fields(
	    f->file->world, flow_string(f, name, text))) & MARKS_SOMEBODY);
}

/* The one method of that name in this module: its scope + 1, or 0. */
static uint32_t
only_here(struct flow *f, uint32_t name)
{
	uint32_t next = flow_name(f, name)->defined;

	return next != 0 && f->scopes[next - 1].same_name == 0 &&
	    f->scopes[next - 1].kind == SCOPE_FUNCTION &&
	    f->scopes[f->scopes[next - 1].parent].kind == SCOPE_CLASS ?
	    next : 0;
}

/* It does not run for that: nobody knows that it is called. */
void
flow_call_somebody(struct flow *f, const struct frame *fr, struct taint *out)
{
	const struct node *n = flow_at(f, flow_at(f, fr->node)->kid);
	char text[FLOW_NAME_MOST + 1];
	struct world_name *methods[2];
	struct taint v = { 0 };
	uint32_t here;

	if (fr->later || flow_at(f, fr->node)->kind != NODE_CALL ||
	    n->kind != NODE_ATTR || !flow_is_small(f) ||
	    !is_somebody(f, n->kid, &f->vals[n->kid]) ||
	    (fr->nargs > 0 && flow_is_container_method(f, n->name)))
		return;
	here = only_here(f, n->name);
	if (flow_methods_outside(f, flow_string(f, n->name, text), methods,
	    2) != 1)
		return;
	v = here != 0 ? flow_own_call(f, fr, here - 1) :
	    flow_call_outside(f, fr, methods[0]);
	taint_add(out, &v, MARKS_SOMEBODY);
}
