/* SPDX-License-Identifier: Apache-2.0 */
/*
 * paths - folders that are put among those Python imports from without a
 * method's name: sys.path += [d], sys.path[:0] = [d], __path__ = [d].
 *
 * Takes: a target, the value that it is given.  Gives: a call that matters.
 * Runs in: worker child, command.
 */
#include "base/str.h"
#include "flow/calls.h"
#include "flow/names.h"
#include "flow/state.h"

static bool
lists_folders(const struct flow *f, uint32_t node)
{
	const struct node *n = flow_at(f, node);

	if (n->kind == NODE_INDEX)
		n = flow_at(f, node = n->kid);
	if (n->kind != NODE_NAME && n->kind != NODE_ATTR)
		return false;
	return flow_word_is(f, n->name, "__path__") ||
	    (flow_word_is(f, n->name, "path") &&
	    flow_word_is(f, f->vals[node].name, "sys.path"));
}

static void
tell_path(struct flow *f, uint32_t target, uint32_t value,
    const struct taint *v)
{
	static const struct fact adds = { "sys.path", DEED_PATH, 0 };
	struct frame fr = { .node = target, .scope = f->scope };

	fr.callee.name = flow_word(f, adds.name);
	fr.nodes[0] = value != 0 ? value : target;
	fr.args[0] = fr.all = *v;
	fr.nargs = 1;
	flow_tell_frame(f, &fr, &adds, fr.callee.name);
}

void
flow_look_path(struct flow *f, uint32_t target, uint32_t value,
    const struct taint *v)
{
	if (v->marks != 0 && lists_folders(f, target))
		tell_path(f, target, value, v);
}

/* What a module changes is a name of its own: __path__.append(d). */
void
flow_look_path_call(struct flow *f, const struct frame *fr)
{
	uint32_t callee = flow_at(f, fr->node)->kid;

	if ((fr->all.marks & MARK_DROPPED) &&
	    flow_at(f, fr->node)->kind == NODE_CALL &&
	    flow_at(f, callee)->kind == NODE_ATTR &&
	    flow_word_is(f, flow_at(f, flow_at(f, callee)->kid)->name,
	    "__path__"))
		tell_path(f, fr->node, 0, &fr->all);
}
