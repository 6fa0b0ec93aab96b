/* SPDX-License-Identifier: Apache-2.0 */
/*
 * flow_defer - calls that somebody else makes: Thread(target=f, args=(x,)),
 * pool.submit(f, x).
 *
 * Takes: the call that hands a function on.  Gives: the function's parameters
 * what it will be called with.
 * Runs in: worker child, command.
 */
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "inspect/code_rules.h"
#include "inspect/flow_state.h"

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

void
flow_defer(struct flow *f, const struct frame *fr)
{
	size_t at = function_of(f, fr);
	struct frame later = { .node = fr->node, .scope = fr->scope,
	    .bare = true, .later = true };

	if (at == fr->nargs)
		return;
	later.callee = fr->args[at];
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
	flow_call_later(f, &later);
}
