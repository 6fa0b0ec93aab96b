/* SPDX-License-Identifier: Apache-2.0 */
/*
 * poured - what a client hands piece by piece to somebody whom it is told: a
 * function, a list's method, a file, in this module or another one.
 *
 * Takes: a call.  Gives: what it pours stands where that puts it.
 * Runs in: worker child, command.
 */
#include "base/str.h"
#include "flow/calls.h"
#include "flow/functions.h"
#include "flow/names.h"
#include "flow/neighbours.h"
#include "flow/senders.h"
#include "flow/state.h"
#include "flow/users.h"
#include "flow/values.h"
#include "flow/world.h"

/* chunks.append, exec, a function: it is called with a piece. */
static void
call_with(struct flow *f, const struct frame *fr, size_t i,
    struct taint callee, const struct taint *piece)
{
	struct frame later = { .node = fr->node, .scope = fr->scope,
	    .bare = true, .later = true, .spelled = fr->nodes[i],
	    .callee = callee, .nargs = 1, .all = *piece };

	later.args[0] = *piece;
	later.nodes[0] = fr->node;
	(void)flow_call_later(f, &later);
}

/* A file, or one in memory: then `write` is how it is filled. */
static bool
is_file(struct flow *f, const struct taint *v, struct taint *write)
{
	if (v->name == 0 && !(v->held & HELD_BUFFER))
		return false;
	*write = flow_attribute(f, 0, *v, flow_word(f, "write"));
	return (v->held & HELD_BUFFER) ||
	    (flow_traits(f, write->name) & NAME_FILE);
}

/* ftp.retrbinary("RETR x", file.write), sftp.getfo("x", buffer). */
void
flow_pour(struct flow *f, const struct frame *fr)
{
	struct taint piece = taint_of(MARK_NETWORK);

	if (fr->callee.where != 0 &&
	    flow_is_host(f->texts[fr->callee.where].bytes))
		taint_mark(&piece, MARK_URL);
	for (size_t i = 0; i < fr->nargs; i++) {
		uint8_t kind = flow_at(f, fr->nodes[i])->kind;
		struct taint write;

		if (is_file(f, &fr->args[i], &write))
			call_with(f, fr, i, write, &piece);
		else if (i > 0 && fr->args[i].text == 0 &&
		    (kind == NODE_ATTR || kind == NODE_NAME ||
		    kind == NODE_LAMBDA))
			call_with(f, fr, i, fr->args[i], &piece);
	}
}

/* on_message=handlers.run: a function of this module or of another one. */
void
flow_peer_calls(struct flow *f, const struct taint *function)
{
	struct world_name *n;

	if (function->code != 0) {
		flow_called_back(f, function->code - 1);
		return;
	}
	n = function->name != 0 && (flow_traits(f, function->name) &
	    NAME_DOTTED) ? flow_outside(f, function->name) : NULL;
	if (n == NULL || !n->function)
		return;
	for (int k = 0; k < n->nparameters && k < WORLD_PARAMETERS; k++)
		n->passed[k].marks |= MARK_SOCKET | MARK_NETWORK |
		    (f->dials ? MARK_URL : 0);
	f->twice = f->file->world->handed = true;
}
