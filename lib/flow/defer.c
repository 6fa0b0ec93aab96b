/* SPDX-License-Identifier: Apache-2.0 */
/*
 * defer - calls that somebody else makes: Thread(target=f, args=(x,)),
 * pool.submit(f, x), @atexit.register.
 *
 * Takes: the call that hands a function on, or its decorator.  Gives: the
 * function's parameters what it will be called with; who runs it.
 * Runs in: worker child, command.
 */
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "flow/anybody.h"
#include "flow/calls.h"
#include "flow/functions.h"
#include "flow/names.h"
#include "flow/neighbours.h"
#include "flow/scopes.h"
#include "flow/senders.h"
#include "flow/state.h"

#define MARKS_VALUABLE (MARK_SECRET | MARK_PRIVATE | MARK_TOKEN | \
    MARK_ENVIRON | MARK_HUNTED | MARK_SPIED | MARK_NETWORK | MARK_DECODED)

static bool
is_sender(const struct fact *fact)
{
	return fact != NULL && (DEED(fact->deed) & DEEDS_NET);
}

/* Which argument is the function; nargs when none is. */
static size_t
function_of(struct flow *f, const struct frame *fr)
{
	for (size_t i = 0; i < fr->nargs; i++) {
		const struct taint *v = &fr->args[i];
		const struct world_name *outside;

		if (v->code != 0 || is_sender(flow_fact(f, v->name)))
			return i;
		outside = v->name != 0 && (flow_traits(f, v->name) &
		    NAME_DOTTED) ? flow_outside(f, v->name) : NULL;
		if (outside != NULL && outside->function)
			return i;
	}
	return fr->nargs;
}

/* args=(a, b): each of them; anything else as it is. */
static void
spread(struct flow *f, struct frame *to, uint32_t node)
{
	uint8_t kind = flow_at(f, node)->kind;

	if (kind != NODE_TUPLE && kind != NODE_LIST) {
		flow_add_argument(f, to, node);
		return;
	}
	for (uint32_t k = flow_at(f, node)->kid; k != 0;
	    k = flow_at(f, k)->next)
		flow_add_argument(f, to, k);
}

/* Thread(target=f, name="x"), pool.submit(f, data=x): whose keyword? */
static bool
is_of_caller(const struct flow *f, uint32_t keyword)
{
	static const char *const words[] = { "target", "name", "daemon",
	    "group", "kwargs", "kwds", "callback", "error_callback",
	    "executor", "function", "func", "interval", "priority", "key",
	    "context", "id", "trigger", "loop" };

	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (flow_word_is(f, keyword, words[i]))
			return true;
	return false;
}

bool
flow_hands_valuables(struct flow *f, const struct frame *fr)
{
	size_t at = (fr->all.marks & MARKS_VALUABLE) == 0 ? fr->nargs :
	    function_of(f, fr);

	for (size_t i = at + 1; i < fr->nargs; i++)
		if (fr->args[i].marks & MARKS_VALUABLE)
			return true;
	return false;
}

struct taint
flow_defer(struct flow *f, const struct frame *fr)
{
	size_t at = function_of(f, fr);
	struct frame later;

	if (at == fr->nargs)
		return (struct taint){ 0 };
	later = (struct frame){ .node = fr->node, .scope = fr->scope,
	    .bare = true, .later = true, .callee = fr->args[at] };
	for (size_t i = 0; i < fr->nargs; i++) {
		if (i == at)
			continue;
		if (fr->keywords[i] == 0 && i > at)
			spread(f, &later, fr->nodes[i]);
		else if (fr->keywords[i] != 0 &&
		    flow_word_is(f, fr->keywords[i], "args"))
			spread(f, &later, fr->nodes[i]);
		else if (fr->keywords[i] != 0 &&
		    !is_of_caller(f, fr->keywords[i])) {
			flow_add_argument(f, &later, fr->nodes[i]);
			later.keywords[later.nargs - 1] = fr->keywords[i];
		}
	}
	flow_take_partial(f, &later, fr->nodes[at]);
	return flow_call_later(f, &later);
}

static bool
is_last(const struct flow *f, uint32_t name, const char *const *words,
    size_t n)
{
	size_t len, from;
	const char *text = flow_spelled(f, name, &len);

	for (from = len; from > 0 && text[from - 1] != '.';)
		from--;
	for (size_t i = 0; i < n; i++)
		if (strlen(words[i]) == len - from &&
		    memcmp(text + from, words[i], len - from) == 0)
			return true;
	return false;
}

/* future.add_done_callback(f): f is given what it is called on. */
void
flow_call_back(struct flow *f, const struct frame *fr)
{
	static const char *const words[] = { "add_done_callback", "addCallback",
	    "add_callback", "then" };
	struct frame later;
	uint32_t callee = flow_at(f, fr->node)->kid;

	if (fr->later || fr->nargs == 0 || fr->keywords[0] != 0 ||
	    flow_at(f, callee)->kind != NODE_ATTR ||
	    !flow_word_in(f, flow_at(f, callee)->name, words,
	    ARRAY_LEN(words)) ||
	    function_of(f, fr) != 0)
		return;
	later = (struct frame){ .node = fr->node, .scope = fr->scope,
	    .later = true, .callee = fr->args[0] };
	later.args[0] = taint_marks(&f->vals[flow_at(f, callee)->kid]);
	later.nodes[0] = flow_at(f, callee)->kid;
	later.nargs = 1;
	later.all = later.args[0];
	(void)flow_call_later(f, &later);
}

/* lambda n: TABLE[n]: what it gives when it is called, in the function that is
 * handed on; of any other, nothing is known. */
static struct taint
given_by_lambda(const struct flow *f, uint32_t node)
{
	uint32_t b = flow_at(f, node)->kind == NODE_NAME ?
	    tree_lookup(f->tree, node) : 0, last = 0;

	if (b != 0 && f->tree->bindings[b].kind == BINDING_VALUE)
		node = f->tree->bindings[b].value;
	for (uint32_t k = flow_at(f, node)->kind == NODE_LAMBDA ?
	    flow_at(f, node)->kid : 0; k != 0; k = flow_at(f, k)->next)
		last = k;
	return last != 0 ? f->vals[last] : (struct taint){ 0 };
}

/* map(f, x) holds no f, unless f itself is taken from something: TABLE.get. */
static void
drop_function(const struct flow *f, const struct frame *fr,
    const struct taint *given, struct taint *out)
{
	struct taint body = given_by_lambda(f, fr->nodes[0]);
	uint64_t held = given->held | body.held, own = given->held_own |
	    body.held_own;

	if ((fr->args[0].held & (HELD_WITHIN | HELD_NAMES | HELD_MEMBER)) ||
	    flow_at(f, fr->nodes[0])->kind == NODE_CALL)
		return;
	for (size_t i = 1; i < fr->nargs; i++) {
		held |= fr->args[i].held;
		own |= fr->args[i].held_own;
	}
	out->held = held;
	out->held_own = own;
}

void
flow_take_deferred(struct flow *f, const struct frame *fr,
    const struct taint *given, struct taint *out)
{
	static const char *const maps[] = { "map", "imap", "imap_unordered",
	    "starmap", "filter" };
	static const char *const gives[] = { "map", "imap", "imap_unordered",
	    "starmap", "submit", "apply_async", "run_in_executor",
	    "to_thread" };

	struct taint from = *given;

	if (fr->nargs < 2)
		return;
	/* An answer is not what was asked, whoever asks. */
	if (!(flow_traits(f, fr->callee.name) & NAME_CLEAR))
		from.params = 0;
	if (is_last(f, fr->callee.name, maps, ARRAY_LEN(maps)))
		drop_function(f, fr, given, out);
	if ((from.marks != 0 || from.held != 0) && is_last(f,
	    fr->callee.name, gives, ARRAY_LEN(gives)))
		taint_add(out, &from, MARKS_ALL);
}

/* field(default_factory=f): what the field holds unless it is told. */
void
flow_take_made(struct flow *f, const struct frame *fr, struct taint *out)
{
	for (size_t i = 0; i < fr->nargs; i++) {
		struct frame later;
		struct taint v;

		if (fr->keywords[i] == 0 || (!flow_word_is(f, fr->keywords[i],
		    "default_factory") && !flow_word_is(f, fr->keywords[i],
		    "factory")))
			continue;
		later = (struct frame){ .node = fr->node, .scope = fr->scope,
		    .bare = true, .later = true, .callee = fr->args[i] };
		v = flow_at(f, fr->nodes[i])->kind == NODE_LAMBDA ?
		    given_by_lambda(f, fr->nodes[i]) :
		    flow_call_later(f, &later);
		taint_add(out, &v, MARKS_ALL);
	}
}

/* ---- @run: a function that is called as it is defined -------------------- */

/* The parameter of that scope that the name stands for, or 0. */
static uint32_t
parameter_of(const struct flow *f, uint32_t node, uint32_t tree_scope)
{
	uint32_t b = flow_at(f, node)->kind == NODE_NAME ?
	    tree_lookup(f->tree, node) : 0;

	return b != 0 && f->tree->bindings[b].kind == BINDING_PARAM &&
	    f->tree->bindings[b].scope == tree_scope ? b : 0;
}

/* Calls, now or later, what it is given: f(), Thread(target=f). */
static bool
calls_parameter(struct flow *f, uint32_t call, uint32_t tree_scope)
{
	uint32_t callee = flow_at(f, call)->kid;
	bool defers = flow_traits(f, f->vals[callee].name) & NAME_DEFERS;

	if (parameter_of(f, callee, tree_scope) != 0)
		return true;
	for (uint32_t k = flow_at(f, callee)->next; defers && k != 0;
	    k = flow_at(f, k)->next)
		if (parameter_of(f, flow_at(f, k)->kind == NODE_KEYWORD ?
		    flow_at(f, k)->kid : k, tree_scope) != 0)
			return true;
	return false;
}

void
flow_note_caller(struct flow *f, uint32_t call)
{
	uint32_t scope = flow_at(f, call)->name;

	if (f->pass == 0 && f->tree->scopes[scope].kind == SCOPE_FUNCTION &&
	    !f->scopes[scope].calls && calls_parameter(f, call, scope))
		f->scopes[scope].calls = true;
}

/* @lambda f: f() */
static bool
lambda_calls(struct flow *f, uint32_t lambda)
{
	for (uint32_t n = lambda; n != 0 && flow_at(f, n)->at >=
	    flow_at(f, lambda)->at; n--)
		if (flow_at(f, n)->kind == NODE_CALL && calls_parameter(f, n,
		    flow_at(f, lambda)->name))
			return true;
	return false;
}

/* Of a class, its constructor. */
static bool
own_calls(const struct flow *f, uint32_t scope)
{
	static const char init[] = "__init__";
	uint32_t word, b;

	if (f->scopes[scope].kind != SCOPE_CLASS)
		return f->scopes[scope].calls;
	word = words_find(&f->tree->words, init, sizeof(init) - 1);
	b = word != 0 ? tree_binding(f->tree, scope, word) : 0;
	return b != 0 && f->tree->bindings[b].kind == BINDING_DEF &&
	    f->scopes[f->tree->bindings[b].extra].calls;
}

/* Registries keep functions for who asks for them; Python itself calls those
 * that are told to it. */
static bool
calls_decorated(struct flow *f, uint32_t value)
{
	static const char *const python[] = { "atexit.register",
	    "os.register_at_fork", "sys.addaudithook", "sys.setprofile",
	    "sys.settrace", "threading.setprofile", "threading.settrace",
	    "asyncio.run", "codecs.register" };
	const struct taint *v = &f->vals[value];
	char name[FLOW_NAME_MOST + 1];

	if (flow_at(f, value)->kind == NODE_LAMBDA)
		return lambda_calls(f, value);
	if (v->code != 0)
		return own_calls(f, v->code - 1);
	(void)flow_string(f, v->name, name);
	return str_index(python, ARRAY_LEN(python), name) >= 0 ||
	    ((flow_traits(f, v->name) & NAME_DEFERS) &&
	    !str_ends(name, "register"));
}

/* @HOOKS.on("x"), where what that gives puts its function into a table: the
 * table, or 0. */
static uint32_t
stored_by(const struct flow *f, uint32_t value)
{
	uint32_t code = f->vals[value].code;

	return code != 0 ? f->scopes[code - 1].stores : 0;
}

void
flow_enter_decorated(struct flow *f, uint32_t scope, uint32_t decorator)
{
	uint32_t value = flow_at(f, decorator)->kid, inside = f->scope;

	if (f->pass != 0)
		return;
	if (f->vals[value].code != 0 || f->vals[value].name != 0)
		flow_take_function(f, decorator, &(struct taint){
		    .code = scope + 1 });
	f->scope = f->scopes[scope].parent;
	if (stored_by(f, value) != 0)
		flow_refer_in(f, decorator, f->scopes[scope].name,
		    stored_by(f, value));
	if (calls_decorated(f, value))
		flow_refer(f, decorator, f->scopes[scope].name,
		    f->scopes[f->scope].kind == SCOPE_CLASS);
	f->scope = inside;
}
