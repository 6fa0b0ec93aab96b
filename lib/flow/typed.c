/* SPDX-License-Identifier: Apache-2.0 */
/*
 * typed - what is typed into an interpreter that runs: proc.stdin.write(x),
 * os.write(terminal, x), wherever the program and its input went before.
 *
 * Takes: a call.  Gives: is it such an input?  Values hold inputs (HELD_TYPED)
 * like connections, through attributes, parameters and modules.  What a peer at
 * an address in the code sends, and is typed, is told as executed; who shares a
 * terminal with whomever its user names does nothing else.
 * Runs in: worker child, command.
 */
#include <string.h>

#include "base/str.h"
#include "flow/calls.h"
#include "flow/functions.h"
#include "flow/names.h"
#include "flow/programs.h"
#include "flow/senders.h"
#include "flow/state.h"
#include "flow/values.h"

#define MARKS_PEER (MARK_SOCKET | MARK_URL)

static const struct fact told = { FLOW_TOLD, DEED_EXEC, 0 };

/* loop.subprocess_exec(factory, "/bin/sh", "-i") */
static bool
starts_in_loop(struct flow *f, const struct frame *fr)
{
	uint32_t name = fr->callee.name;

	return fr->nargs > 1 && (flow_word_ends(f, name, ".subprocess_exec") ||
	    flow_word_ends(f, name, ".subprocess_shell")) &&
	    flow_is_interpreter(f, &(struct frame){ .nargs = 1,
	    .nodes = { fr->nodes[1] } });
}

uint64_t
flow_typed(struct flow *f, const struct frame *fr)
{
	static const char *const terminals[] = { "pty.fork", "os.forkpty",
	    "pty.openpty", "os.openpty" };
	static const char *const passes[] = { "open", "io.open", "os.fdopen",
	    "os.dup", "io.TextIOWrapper", "io.BufferedWriter" };
	uint32_t name = fr->callee.name;

	if (fr->callee.code != 0 || name == 0)
		return 0;
	return (fr->bare && flow_word_in(f, name, terminals,
	    ARRAY_LEN(terminals))) || ((fr->all.held & HELD_TYPED) &&
	    flow_word_in(f, name, passes, ARRAY_LEN(passes))) ||
	    starts_in_loop(f, fr) ? HELD_TYPED : 0;
}

/* Of a program that runs, what is no input of its. */
bool
flow_is_typed(const struct flow *f, uint32_t attribute)
{
	static const char *const others[] = { "stdout", "stderr", "pid",
	    "returncode", "args" };

	for (size_t i = 0; i < ARRAY_LEN(others); i++)
		if (flow_word_is(f, attribute, others[i]))
			return false;
	return true;
}

/* A peer's bytes: the argument at `from` and those behind it. */
static void
tell(struct flow *f, const struct frame *fr, size_t from)
{
	struct frame typed = { .node = fr->node, .scope = fr->scope };

	for (size_t i = from; i < fr->nargs; i++) {
		typed.nodes[typed.nargs] = fr->nodes[i];
		typed.args[typed.nargs++] = fr->args[i];
		taint_add(&typed.all, &fr->args[i], MARKS_ALL);
	}
	if ((typed.all.marks & MARKS_PEER) == MARKS_PEER)
		flow_tell_frame(f, &typed, &told, fr->callee.name);
}

/* p.stdin.write(x), give(x) where that is what `give` stands for. */
static bool
types(const struct flow *f, uint32_t callee)
{
	static const char *const methods[] = { "write", "writelines",
	    "communicate", "send", "sendline", "feed_data" };
	const struct node *n = flow_at(f, callee);

	for (size_t i = 0; i < ARRAY_LEN(methods); i++)
		if (n->kind == NODE_ATTR && flow_word_is(f, n->name,
		    methods[i]))
			return true;
	return n->kind == NODE_NAME;
}

/* pty.spawn(shell, read, what_is_typed) */
static void
look_spawned(struct flow *f, const struct frame *fr)
{
	struct frame typed;

	if (fr->nargs < 3 || fr->args[2].code == 0 ||
	    !flow_word_is(f, fr->callee.name, "pty.spawn"))
		return;
	typed = (struct frame){ .node = fr->node, .scope = fr->scope,
	    .callee = fr->callee, .nargs = 1 };
	typed.args[0] = taint_marks(&f->scopes[fr->args[2].code - 1].result);
	typed.nodes[0] = fr->nodes[2];
	f->twice = true;
	tell(f, &typed, 0);
}

void
flow_look_typed(struct flow *f, const struct frame *fr)
{
	look_spawned(f, fr);
	if (!(fr->all.marks & MARK_SOCKET) || fr->nargs == 0)
		return;
	if ((fr->callee.held & HELD_TYPED) && fr->callee.code == 0 &&
	    flow_at(f, fr->node)->kind == NODE_CALL &&
	    types(f, flow_at(f, fr->node)->kid))
		tell(f, fr, 0);
	else if ((fr->args[0].held & HELD_TYPED) && fr->nargs > 1 &&
	    flow_word_is(f, fr->callee.name, "os.write"))
		tell(f, fr, 1);
}

/* A call by its name of s.recv: what the peer sends; else of what types. */
void
flow_end_typed(const struct flow *f, const struct frame *fr, struct taint *out)
{
	static const char *const same[] = { "fileno", "detach",
	    "get_pipe_transport", "__enter__", "__aenter__" };
	const struct node *n = flow_at(f, flow_at(f, fr->node)->kid);

	if (n->kind == NODE_NAME && fr->callee.code == 0 &&
	    (fr->callee.held & HELD_SOCKET) && flow_is_parameter(f,
	    flow_at(f, fr->node)->kid)) {
		taint_release(out, HELD_SOCKET | HELD_LINES);
		taint_mark(out, MARK_SOCKET | MARK_NETWORK);
	}
	for (size_t i = 0; i < ARRAY_LEN(same); i++)
		if (n->kind == NODE_ATTR && flow_word_is(f, n->name, same[i]))
			return;
	if (fr->callee.held & HELD_TYPED)
		taint_release(out, HELD_TYPED);
}
