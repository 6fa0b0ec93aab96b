/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tied - what a program's streams are tied to: os.dup2(s.fileno(), 1),
 * Popen(shell, stdin=s).
 *
 * Takes: a call that ties.  Gives: is it a connection, something else that is
 * known, or nobody knows what?  Connections are held by values (HELD_SOCKET)
 * like functions; that something is none has to be seen of all that its name
 * was ever given.
 * Runs in: worker child, command.
 */
#include <string.h>

#include "base/str.h"
#include "flow/calls.h"
#include "flow/names.h"
#include "flow/neighbours.h"
#include "flow/senders.h"
#include "flow/state.h"
#include "flow/values.h"

#define PLAIN_DEEP 6		/* names of names of files */
#define PLAIN_MOST 64		/* values of one question */
#define QUESTIONS_MOST 16	/* of a source, in a pass */
#define PROTOCOLS_MOST 8	/* classes of a package */
#define STREAMS 3		/* descriptors below it are the program's own */

uint64_t
flow_connection(struct flow *f, const struct frame *fr)
{
	uint32_t name = fr->callee.name;

	if (fr->callee.code != 0 || name == 0)
		return 0;
	if (flow_word_is(f, name, "socket.socket") ||
	    flow_word_is(f, name, "socket.create_connection") ||
	    flow_word_is(f, name, "socket.fromfd") ||
	    flow_word_is(f, name, "asyncio.open_connection"))
		return HELD_SOCKET;
	return (fr->all.held & HELD_SOCKET) && (flow_word_is(f, name, "open") ||
	    flow_word_is(f, name, "io.open") ||
	    flow_word_is(f, name, "os.open") ||
	    flow_word_is(f, name, "os.fdopen") ||
	    flow_word_is(f, name, "os.dup") ||
	    flow_word_is(f, name, "ssl.wrap_socket")) ? HELD_SOCKET : 0;
}

/* ctx.wrap_socket(s).makefile("rw"), stream.readline() */
void
flow_look_peer(const struct flow *f, const struct frame *fr,
    struct taint *out)
{
	static const char *const reads[] = { "read", "read1", "readline",
	    "readlines", "readuntil", "readexactly" };
	static const char *const told[] = { "getsockname", "getpeername",
	    "getsockopt", "gettimeout" };
	const struct node *n = flow_at(f, flow_at(f, fr->node)->kid);
	char name[FLOW_NAME_MOST + 1];

	if (n->kind != NODE_ATTR || !(f->vals[n->kid].held & HELD_SOCKET))
		return;
	(void)flow_string(f, n->name, name);
	if (str_equal(name, "makefile"))
		taint_hold(out, HELD_SOCKET | HELD_LINES);
	else if (str_index(reads, ARRAY_LEN(reads), name) >= 0) {
		taint_release(out, HELD_SOCKET | HELD_LINES);
		taint_mark(out, MARK_SOCKET | MARK_NETWORK);
	/* Of a class of the package, it gives whatever that says. */
	} else if (fr->callee.code == 0 && str_index(told, ARRAY_LEN(told),
	    name) >= 0 && !flow_is_ours(f, flow_string(f, fr->callee.name,
	    name)))
		taint_release(out, HELD_SOCKET | HELD_LINES);
}

void
flow_take_lines(struct taint *v)
{
	taint_release(v, HELD_TYPED);
	if (!(v->held & HELD_LINES))
		return;
	taint_release(v, HELD_SOCKET | HELD_LINES);
	taint_mark(v, MARK_SOCKET | MARK_NETWORK);
}

void
flow_bind_peer(struct flow *f, const struct frame *fr, struct taint *out)
{
	static const struct taint told = { .marks = MARK_URL,
	    .own = MARK_URL };
	bool fixed = false;

	for (size_t i = 0; i < fr->nargs && !fixed; i++)
		fixed = flow_is_fixed(f, fr, i);
	if (!fixed)
		return;
	taint_mark(out, MARK_URL);
	if (fr->callee.held & HELD_SOCKET)
		flow_mark_row(f, fr->callee.row, &told, MARKS_ALL);
}

/* state["s"].connect((host, port)), of what no name tells. */
void
flow_look_connect(struct flow *f, const struct frame *fr)
{
	static const struct fact connects = { "connect", DEED_CONNECT, 0 };
	const struct node *n = flow_at(f, flow_at(f, fr->node)->kid);
	struct taint peer = { 0 };

	if (!(fr->callee.held & HELD_SOCKET) || n->kind != NODE_ATTR ||
	    !(flow_word_is(f, n->name, "connect") ||
	    flow_word_is(f, n->name, "connect_ex")))
		return;
	flow_tell_frame(f, fr, &connects, fr->callee.name);
	flow_bind_peer(f, fr, &peer);
}

/* loop.create_connection(lambda: Link(), host, port): what its peer sends goes
 * to the methods of protocols. */
void
flow_look_protocol(struct flow *f, const struct frame *fr)
{
	const uint64_t marks = MARK_SOCKET | MARK_NETWORK | MARK_URL;
	struct frame got = { .node = fr->node, .scope = fr->scope, .nargs = 1,
	    .args = { taint_of(marks) }, .all = taint_of(marks),
	    .later = true };
	struct world_name *methods[PROTOCOLS_MOST];
	uint32_t word = flow_word(f, "data_received"), s;
	bool fixed = false;
	size_t n;

	for (size_t i = 1; i < fr->nargs && !fixed; i++)
		fixed = flow_is_fixed(f, fr, i);
	if (!fixed)
		return;
	for (s = flow_name(f, word)->defined; s != 0; s =
	    f->scopes[s - 1].same_name)
		if (f->scopes[s - 1].nparameters > 1)
			flow_pass_row(f, f->scopes[s - 1].parameters[1],
			    &got.args[0]);
	n = flow_methods_outside(f, "data_received", methods, PROTOCOLS_MOST);
	for (size_t i = 0; i < n; i++)
		(void)flow_call_outside(f, &got, methods[i]);
}

struct question {
	unsigned int	 asked;		/* values, so far */
};

static bool is_plain(struct flow *, uint32_t node, int deep,
	    struct question *);

/* All that stands there, from `kid` on. */
static bool
are_plain(struct flow *f, uint32_t kid, int deep, struct question *q)
{
	bool all = kid != 0;

	for (; kid != 0 && all; kid = flow_at(f, kid)->next)
		all = is_plain(f, kid, deep + 1, q);
	return all;
}

/* All that a name or attribute was ever given. */
static bool
is_plain_name(struct flow *f, uint32_t b, int deep, struct question *q)
{
	bool all = b != 0;

	for (; b != 0 && all; b = f->tree->bindings[b].before) {
		const struct binding *at = &f->tree->bindings[b];

		all = at->value != 0 && (at->kind == BINDING_VALUE ||
		    at->kind == BINDING_PART || at->kind == BINDING_ITEM ||
		    at->kind == BINDING_OTHER) &&
		    is_plain(f, at->value, deep + 1, q);
	}
	return all;
}

/* sys.stdout, Popen(x).stdout */
static bool
is_stream(const struct flow *f, uint32_t name)
{
	static const char *const streams[] = { "sys.stdin", "sys.stdout",
	    "sys.stderr", "sys.__stdin__", "sys.__stdout__",
	    "sys.__stderr__", "subprocess.Popen().stdin",
	    "subprocess.Popen().stdout", "subprocess.Popen().stderr" };
	char text[FLOW_NAME_MOST + 1];

	return str_index(streams, ARRAY_LEN(streams), flow_string(f, name,
	    text)) >= 0;
}

/* open(path), pipe(), f.fileno(), enumerate(files) */
static bool
is_plain_call(struct flow *f, uint32_t call, int deep, struct question *q)
{
	static const char *const opens[] = { "open", "io.open", "os.open",
	    "os.pipe", "os.pipe2", "socket.socketpair",
	    "os.memfd_create", "os.openpty",
	    "pty.openpty" };
	static const char *const passes[] = { "os.dup", "os.fdopen",
	    "enumerate", "zip", "reversed", "list", "tuple" };
	uint32_t callee = flow_at(f, call)->kid;
	uint32_t first = flow_at(f, callee)->next;
	const struct node *n = flow_at(f, callee);
	char name[FLOW_NAME_MOST + 1];

	if (n->kind == NODE_ATTR && flow_word_is(f, n->name, "fileno"))
		return is_plain(f, n->kid, deep + 1, q);
	if (f->vals[callee].code != 0)
		return false;
	(void)flow_string(f, f->vals[callee].name, name);
	if (str_index(passes, ARRAY_LEN(passes), name) >= 0)
		return are_plain(f, first, deep, q);
	/* open(3) takes what is open already */
	return str_starts(name, "tempfile.") || (str_index(opens,
	    ARRAY_LEN(opens), name) >= 0 && (first == 0 ||
	    fold_node(f->fold, first).kind != VALUE_INT));
}

static bool
is_plain(struct flow *f, uint32_t node, int deep, struct question *q)
{
	const struct node *n = flow_at(f, node);
	struct value v;

	if (deep > PLAIN_DEEP || ++q->asked > PLAIN_MOST ||
	    (f->vals[node].held & HELD_SOCKET))
		return false;
	switch (n->kind) {
	case NODE_NUMBER:
		v = fold_node(f->fold, node);
		return v.kind == VALUE_INT && v.i >= 0 && v.i < STREAMS;
	case NODE_CONST:
		return n->name == KW_NONE;
	case NODE_CALL:
		return is_plain_call(f, node, deep, q);
	case NODE_NAME:
		return is_stream(f, f->vals[node].name) || is_plain_name(f,
		    tree_lookup(f->tree, node) != 0 ? tree_binding(f->tree,
		    f->tree->bindings[tree_lookup(f->tree, node)].scope,
		    n->name) : 0, deep, q);
	case NODE_ATTR:
		return is_stream(f, f->vals[node].name) || is_plain_name(f,
		    tree_attribute(f->tree, n->name), deep, q);
	case NODE_INDEX:
	case NODE_LISTCOMP:
		return is_plain(f, n->kid, deep + 1, q);
	case NODE_LIST:
	case NODE_TUPLE:
		return are_plain(f, n->kid, deep, q);
	case NODE_TERNARY:
		return are_plain(f, flow_at(f, n->kid)->next, deep, q);
	default:
		return false;
	}
}

/* os.dup2(0, 1), where the function opens something, and holds no connection:
 * what is opened first is 0 once that is closed. */
static bool
opens_there(const struct flow *f, uint32_t scope)
{
	const struct flow_scope *s = &f->scopes[scope];
	bool opens = false;

	for (uint32_t n = 1; n < f->tree->nnodes; n++) {
		const struct node *at = flow_at(f, n);

		if (at->at < s->from || (s->to != 0 && at->at >= s->to))
			continue;
		if (f->vals[n].held & HELD_SOCKET)
			return false;
		opens = opens || (at->kind == NODE_CALL && (flow_word_is(f,
		    f->vals[at->kid].name, "os.open") || flow_word_is(f,
		    f->vals[at->kid].name, "open")));
	}
	return opens;
}

/* A descriptor that is no stream of a program. */
static bool
is_other_target(struct flow *f, const struct frame *fr)
{
	struct value v = fr->nargs > 1 && flow_at(f, fr->nodes[1])->kind ==
	    NODE_NUMBER ? fold_node(f->fold, fr->nodes[1]) :
	    (struct value){ 0 };

	return v.kind == VALUE_INT && v.i >= STREAMS;
}

static void
tell_dup(struct flow *f, const struct frame *fr, struct flow_call *c)
{
	struct question q = { 0 };
	uint32_t first = fr->nargs > 0 ? fr->nodes[0] : 0;

	c->tied = (fr->all.held & HELD_SOCKET) != 0;
	if (is_other_target(f, fr)) {
		c->tied = false;
		c->plain = true;
		return;
	}
	if (c->tied || first == 0 || f->nplain == QUESTIONS_MOST)
		return;
	f->nplain++;
	c->plain = flow_at(f, first)->kind == NODE_STAR ? false :
	    is_plain(f, first, 0, &q) && (flow_at(f, first)->kind !=
	    NODE_NUMBER || opens_there(f, fr->scope));
}

void
flow_tell_tied(struct flow *f, const struct frame *fr, struct flow_call *c)
{
	static const char *const streams[] = { "stdin", "stdout" };
	char name[FLOW_NAME_MOST + 1];

	if (c->fact->deed == DEED_DUP)
		tell_dup(f, fr, c);
	for (size_t i = 0; c->fact->deed == DEED_PROCESS && i < fr->nargs; i++)
		if (fr->keywords[i] != 0 && (fr->args[i].held & HELD_SOCKET) &&
		    str_index(streams, ARRAY_LEN(streams), flow_string(f,
		    fr->keywords[i], name)) >= 0)
			c->tied = true;
}
