/* SPDX-License-Identifier: Apache-2.0 */
/*
 * held - functions that are kept as values: in tables, attributes,
 * defaults and objects, from which something takes and calls them.
 *
 * Takes: values and calls of which no name says what is called.  Gives: what
 * the functions in a value do, and a call of them when one that executes may be
 * given what nobody can read.
 * Runs in: worker child, command.
 */
#include <string.h>

#include "base/str.h"
#include "flow/calls.h"
#include "flow/functions.h"
#include "flow/names.h"
#include "flow/neighbours.h"
#include "flow/program.h"
#include "flow/state.h"

#define PACKED_LEAST 16		/* a constant that a table of decoders gets */

/* What is executed by whoever reads it, and nobody reads before. */
#define UNREAD (MARK_NETWORK | MARK_SOCKET | MARK_DECODED | MARK_BUILT)

static uint64_t
held_of_fact(const struct fact *fact)
{
	static const char *const executes[] = { "exec", "eval", "execfile",
	    "builtins.exec", "builtins.eval", "runpy._run_code" };
	static const char *const runs[] = { "os.system", "os.popen",
	    "posix.system", "nt.system", "subprocess.getoutput",
	    "subprocess.getstatusoutput" };
	uint64_t held = fact->gives & HELD_MARKS;

	if (fact->deed == DEED_EXEC)
		return str_index(executes, ARRAY_LEN(executes),
		    fact->name) >= 0 ? held | HELD_EXEC : 0;
	if (fact->deed == DEED_PROCESS)
		return str_index(runs, ARRAY_LEN(runs), fact->name) >= 0 ?
		    HELD_RUN : 0;
	return held;
}

/* methodcaller("exec", text)(builtins): what that does, or 0. */
static uint64_t
held_of_method(const struct flow *f, const struct frame *fr)
{
	static const char *const methods[] = { "exec", "eval", "system",
	    "popen" };
	int at = flow_word_is(f, fr->callee.name, "operator.methodcaller") &&
	    fr->nargs > 1 ? str_index(methods, ARRAY_LEN(methods),
	    f->texts[frame_text(fr, 0)].bytes) : -1;

	return at < 0 ? 0 : at < 2 ? HELD_EXEC : HELD_RUN;
}

/* A function that executes a parameter of its own does what exec does. */
void
flow_note_executes(struct flow *f, const struct frame *fr,
    const struct fact *fact)
{
	struct flow_scope *s = &f->scopes[fr->scope];

	if (fr->nargs == 0 || fr->args[0].params == 0)
		return;
	if (!s->shells && (held_of_fact(fact) & HELD_RUN))
		s->shells = f->changed = true;
	if (s->executes || !(held_of_fact(fact) & HELD_EXEC))
		return;
	s->executes = s->programs = f->changed = true;
}

void
flow_hand_program(struct flow *f, const struct frame *fr, size_t i)
{
	static const struct fact executes = { "exec", DEED_EXEC, 0 };
	const struct flow_text *t = &f->texts[fr->args[i].text];
	struct frame inner = { .node = fr->node, .scope = fr->scope };

	if (t->len == 0 || t->open || memmem(t->bytes, t->len, "import ",
	    7) == NULL || !program_is_python((const uint8_t *)t->bytes,
	    t->len))
		return;
	flow_add_argument(f, &inner, fr->nodes[i]);
	flow_tell_frame(f, &inner, &executes, flow_word(f, executes.name));
}

/* Is what a lambda is called with somewhere in the expression? */
static bool
uses_given(const struct flow *f, uint32_t root)
{
	for (uint32_t n = root; n != 0 && flow_at(f, n)->at >=
	    flow_at(f, root)->at; n--) {
		uint32_t b = flow_at(f, n)->kind == NODE_NAME ?
		    tree_lookup(f->tree, n) : 0;

		if (b != 0 && f->tree->bindings[b].kind == BINDING_PARAM &&
		    f->tree->scopes[f->tree->bindings[b].scope].kind ==
		    SCOPE_LAMBDA)
			return true;
	}
	return false;
}

/* lambda text: exec(text), lambda text: (eval(compile(text, "", "exec")), 1) */
uint64_t
flow_held_lambda(struct flow *f, uint32_t body)
{
	uint64_t held = f->vals[body].marks & HELD_MARKS;

	for (uint32_t n = body; n != 0 && flow_at(f, n)->at >=
	    flow_at(f, body)->at; n--) {
		uint32_t callee = flow_at(f, n)->kid, given;
		const struct fact *fact;

		if (flow_at(f, n)->kind != NODE_CALL)
			continue;
		given = flow_at(f, callee)->next;
		fact = flow_fact(f, f->vals[callee].name);
		if (fact != NULL && given != 0 && ((n == body &&
		    flow_at(f, given)->kind == NODE_NAME) ||
		    uses_given(f, given)))
			held |= held_of_fact(fact) & HELD_ACTS;
	}
	return held;
}

/* Of many classes, most methods of one name have nothing to do with each
 * other; how many there are is known once all modules have come. */
static uint64_t
held_class(const struct flow *f)
{
	return flow_names_tell(f) ? HELD_CLASS : 0;
}

uint64_t
flow_held(struct flow *f, const struct taint *v)
{
	const struct flow_scope *s = v->code != 0 ?
	    &f->scopes[v->code - 1] : NULL;
	const struct fact *fact;
	size_t len;
	const char *name;

	if (s != NULL)
		return s->kind == SCOPE_CLASS ? held_class(f) :
		    s->kind != SCOPE_FUNCTION ? 0 :
		    (s->result.own & HELD_MARKS) |
		    (s->executes ? HELD_EXEC : 0) |
		    (s->shells ? HELD_RUN : 0);
	fact = flow_fact(f, v->name);
	if (fact != NULL)
		return held_of_fact(fact);
	if (!(flow_traits(f, v->name) & NAME_NAMESPACE))
		return 0;
	name = flow_spelled(f, v->name, &len);
	return memmem(name, len, "builtins", 8) != NULL ||
	    (len > 3 && memcmp(name, "gc.", 3) == 0) ? HELD_NAMES :
	    held_class(f);
}

/* ---- what they are given ------------------------------------------------- */

/* No sentence, path or address. */
static bool
looks_packed(const struct flow_text *t)
{
	return t->len >= PACKED_LEAST && !t->open &&
	    memchr(t->bytes, ' ', t->len) == NULL &&
	    memmem(t->bytes, t->len, "://", 3) == NULL &&
	    memchr(t->bytes, '.', t->len) == NULL;
}

/* As the functions of a table turn it, one after the other. */
static void
turn(const struct flow *f, uint64_t held, struct taint *v)
{
	uint64_t marks = held & HELD_MARKS;

	if (!(marks & MARK_DECODED))
		return;
	if (looks_packed(&f->texts[v->text]))
		taint_mark(v, MARK_DECODED | MARK_PACKED);
	else if ((v->marks | marks) & (MARK_FILE | MARK_NETWORK))
		taint_mark(v, marks);
}

/* All arguments but `but` as one: nobody knows which of them is the code. */
static void
gather(const struct flow *f, const struct frame *fr, size_t but,
    struct frame *to)
{
	*to = (struct frame){ .node = fr->node, .scope = fr->scope,
	    .later = fr->later };
	for (size_t i = 0; i < fr->nargs; i++) {
		if (i == but)
			continue;
		if (to->nargs == 0 || (to->args[0].text == 0 &&
		    fr->args[i].text != 0)) {
			to->args[0].text = fr->args[i].text;
			to->nodes[0] = fr->nodes[i];
		}
		to->nargs = 1;
		taint_add(&to->args[0], &fr->args[i], MARKS_ALL);
	}
	turn(f, but < fr->nargs ? fr->args[but].held : fr->callee.held,
	    &to->args[0]);
	taint_add(&to->all, &to->args[0], MARKS_ALL);
}

static bool
tell(struct flow *f, struct frame *fr, uint64_t held, uint64_t marks)
{
	static const struct fact executes = { "exec", DEED_EXEC, 0 };
	static const struct fact runs = { "os.system", DEED_PROCESS, 0 };
	static const struct fact member = { "builtins.?", DEED_MEMBER, 0 };
	const struct fact *fact = held & HELD_EXEC ? &executes :
	    held & HELD_MEMBER ? &member :
	    fr->all.marks & MARK_NETWORK ? &runs : &executes;
	/* A line that anybody may read, and that no program is given but to
	 * run it. */
	bool line = (held & HELD_RUN) && (fr->all.marks & MARK_COMMAND) &&
	    !(fr->all.marks & UNREAD);

	if (fr->nargs == 0 || (!line && !(fr->all.marks & UNREAD)))
		return false;
	if (line)
		fact = &runs;
	fr->callee.marks = marks;
	flow_tell_frame(f, fr, fact, flow_word(f, fact->name));
	return true;
}

/* sorted(texts, key=TABLE[0]), reduce(call, FUNCTIONS, text): whoever it is
 * that gets both may call the one with the other. */
static bool
look_arguments(struct flow *f, const struct frame *fr)
{
	bool told = false;

	for (size_t i = 0; i < fr->nargs && fr->nargs > 1 && !told; i++) {
		struct frame other;

		if (!(fr->args[i].held & HELD_ACTS) ||
		    flow_fact(f, fr->args[i].name) != NULL)
			continue;
		gather(f, fr, i, &other);
		if (!(other.all.held & HELD_ACTS))
			told = tell(f, &other, fr->args[i].held, MARK_PASSED);
	}
	return told;
}

/* vars(builtins).items() */
static bool
gives_member(const struct flow *f, const struct node *method)
{
	static const char *const methods[] = { "items", "values", "get",
	    "pop" };
	char name[FLOW_NAME_MOST + 1];

	return (f->vals[method->kid].held & HELD_NAMES) && str_index(methods,
	    ARRAY_LEN(methods), flow_string(f, method->name, name)) >= 0;
}

/* Methods of texts and containers, which call nothing of what they hold; so
 * have the names of functions. */
static bool
calls_nothing(const struct flow *f, const struct node *method,
    uint64_t traits, uint64_t held)
{
	static const char *const methods[] = { "startswith", "endswith",
	    "find", "rfind", "index", "count", "remove", "discard",
	    "isidentifier", "title", "capitalize", "difference", "union",
	    "intersection", "issubset" };
	char name[FLOW_NAME_MOST + 1];

	return (traits & (NAME_CLEAR | NAME_GATHERS)) ||
	    (held & HELD_ACTS) == HELD_MEMBER || str_index(methods,
	    ARRAY_LEN(methods), flow_string(f, method->name, name)) >= 0;
}

void
flow_call_held(struct flow *f, const struct frame *fr, uint64_t traits,
    struct taint *out)
{
	const struct node *n = flow_at(f, flow_at(f, fr->node)->kid);
	bool method = n->kind == NODE_ATTR;
	uint64_t held = fr->callee.held;
	uint64_t named = held_of_method(f, fr);
	struct frame all;

	if (named != 0) {
		gather(f, fr, 0, &all);
		(void)tell(f, &all, named, MARK_HIDDEN);
	}
	/* What a function gives is another thing than the function; what a
	 * class makes has its methods. */
	if (!method) {
		bool class = flow_word_is(f, fr->callee.name, "type()");

		taint_release(out, HELD_ALL);
		out->held |= fr->all.held | (class ? held : 0);
		out->held_own |= fr->all.held_own |
		    (class ? fr->callee.held_own : 0);
	} else if (gives_member(f, n)) {
		taint_hold(out, HELD_MEMBER);
	}
	if (look_arguments(f, fr)) {
		taint_release(out, HELD_ALL);
		return;
	}
	if (!method || (held & HELD_ACTS))
		taint_mark(out, held & HELD_MARKS);
	if (!(held & HELD_ACTS) ||
	    (method && calls_nothing(f, n, traits, held)))
		return;
	gather(f, fr, fr->nargs, &all);
	if (tell(f, &all, held, fr->callee.marks & MARK_HIDDEN))
		taint_release(out, HELD_ALL);
}

bool
flow_is_parameter(const struct flow *f, uint32_t node)
{
	uint32_t b = node != 0 && flow_at(f, node)->kind == NODE_NAME ?
	    tree_lookup(f->tree, node) : 0;

	return b != 0 && f->tree->bindings[b].kind == BINDING_PARAM;
}

/* call(x), (call or print)(x), TABLE[name](x), self.call(x): folding takes the
 * default of a parameter for what it is. */
static bool
may_be_default(const struct flow *f, uint32_t callee)
{
	const struct node *n = flow_at(f, callee);

	switch (n->kind) {
	case NODE_NAME:
		return flow_is_parameter(f, callee);
	case NODE_INDEX:
		return flow_is_parameter(f, flow_at(f, n->kid)->next);
	case NODE_BOOL:
		return flow_is_parameter(f, n->kid);
	case NODE_ATTR:
		return flow_at(f, n->kid)->kind == NODE_NAME &&
		    flow_at(f, n->kid)->name == WORD_SELF;
	default:
		return false;
	}
}

void
flow_call_default(struct flow *f, const struct frame *fr)
{
	uint64_t held = fr->callee.held & HELD_ACTS;
	struct frame all;

	if (held == 0 || flow_at(f, fr->node)->kind != NODE_CALL ||
	    (held & ~flow_held(f, &fr->callee)) == 0 ||
	    !may_be_default(f, flow_at(f, fr->node)->kid))
		return;
	gather(f, fr, fr->nargs, &all);
	(void)tell(f, &all, held, fr->callee.marks & MARK_HIDDEN);
}

/* STEP | text, text >> STEP */
void
flow_operate_held(struct flow *f, uint32_t node, struct taint *out)
{
	uint32_t left = flow_at(f, node)->kid, right = flow_at(f, left)->next;
	bool first = (f->vals[left].held & HELD_ACTS) != 0;
	struct frame fr = { .node = node, .scope = f->scope, .nargs = 1,
	    .nodes = { first ? right : left } };

	fr.args[0] = f->vals[first ? right : left];
	turn(f, out->held, &fr.args[0]);
	taint_add(&fr.all, &fr.args[0], MARKS_ALL);
	if (tell(f, &fr, f->vals[first ? left : right].held, 0))
		taint_release(out, HELD_ALL);
}

void
flow_item_held(const struct frame *fr, struct taint *out)
{
	taint_release(out, HELD_ALL);
	out->held |= fr->callee.held & ~(uint64_t)HELD_NAMES;
	out->held_own |= fr->callee.held_own & ~(uint64_t)HELD_NAMES;
	if ((fr->callee.held & HELD_NAMES) && frame_text(fr, 0) == 0)
		taint_hold(out, HELD_MEMBER);
}
