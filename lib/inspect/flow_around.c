/* SPDX-License-Identifier: Apache-2.0 */
/*
 * flow_around - what stands around a call: does anybody look at what it gives,
 * or hear that it failed?
 * Runs in: worker child, command.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "inspect/code_rules.h"
#include "inspect/flow_state.h"

/* ---- nobody looks at what it gives -------------------------------------- */

/* f(x), await f(x), f(x).read(): of each, the call that matters, too. */
static void
loosen(struct flow *f, uint32_t node)
{
	while (node != 0) {
		const struct node *n = flow_at(f, node);

		f->loose[node] = true;
		if (n->kind != NODE_AWAIT && n->kind != NODE_CALL &&
		    n->kind != NODE_ATTR && n->kind != NODE_AS)
			break;
		if (n->kind == NODE_ATTR && !flow_word_is(f, n->name, "read") &&
		    !flow_word_is(f, n->name, "close") &&
		    !(flow_word_is(f, n->name, "raise_for_status") &&
		    flow_is_silent(f, node, 0)))
			break;
		node = n->kid;
	}
}

/* x.read(), x.close() */
static bool
only_reads(const struct flow *f, uint32_t node)
{
	const struct node *n = flow_at(f, node);

	if (n->kind != NODE_CALL || flow_at(f, n->kid)->kind != NODE_ATTR)
		return false;
	n = flow_at(f, n->kid);
	return flow_at(f, n->kid)->kind == NODE_NAME &&
	    (flow_word_is(f, n->name, "read") ||
	    flow_word_is(f, n->name, "close"));
}

static bool
is_constant(const struct flow *f, uint32_t node)
{
	const struct node *n = flow_at(f, node);

	return n->kind == NODE_CONST || n->kind == NODE_NUMBER ||
	    n->kind == NODE_STRING || ((n->kind == NODE_LIST ||
	    n->kind == NODE_TUPLE || n->kind == NODE_DICT) && n->kid == 0);
}

/* A block that tells nobody of anything; `reading` may stand in it. */
static bool
is_inert(const struct flow *f, uint32_t block, bool reading)
{
	for (uint32_t k = flow_at(f, block)->kid; k != 0;
	    k = flow_at(f, k)->next) {
		const struct node *n = flow_at(f, k);

		if (n->kind == NODE_PASS || n->kind == NODE_CONTINUE ||
		    n->kind == NODE_BREAK || is_constant(f, k))
			continue;
		if (n->kind == NODE_RETURN && (n->kid == 0 ||
		    is_constant(f, n->kid)))
			continue;
		if (!reading || !only_reads(f, k))
			return false;
	}
	return true;
}

static uint32_t
block_of(const struct flow *f, uint32_t node)
{
	uint32_t k = flow_at(f, node)->kid;

	while (k != 0 && flow_at(f, k)->kind != NODE_BLOCK)
		k = flow_at(f, k)->next;
	return k;
}

/* with urlopen(x): pass */
static void
loosen_with(struct flow *f, uint32_t node)
{
	uint32_t block = block_of(f, node);

	if (block == 0 || !is_inert(f, block, true))
		return;
	for (uint32_t k = flow_at(f, node)->kid; k != block;
	    k = flow_at(f, k)->next)
		loosen(f, k);
}

/* _ = f(x), or a name that nobody asks for again. */
static void
loosen_assigned(struct flow *f, uint32_t node)
{
	uint32_t target = flow_at(f, node)->kid, value, b;

	value = target != 0 ? flow_at(f, target)->next : 0;
	if (value == 0 || flow_at(f, value)->next != 0 ||
	    flow_at(f, target)->kind != NODE_NAME)
		return;
	b = tree_lookup(f->tree, target);
	if (b != 0 && f->tree->bindings[b].scope != 0 &&
	    !f->read[f->row_of[b]])
		loosen(f, value);
}

/* Thread(target=lambda: f(x)) */
static void
loosen_deferred(struct flow *f, uint32_t node)
{
	uint32_t callee = flow_at(f, node)->kid, last;

	if (!(flow_traits(f, f->vals[callee].name) & NAME_DEFERS))
		return;
	for (uint32_t k = flow_at(f, callee)->next; k != 0;
	    k = flow_at(f, k)->next) {
		uint32_t given = flow_at(f, k)->kind == NODE_KEYWORD ?
		    flow_at(f, k)->kid : k;

		if (flow_at(f, given)->kind != NODE_LAMBDA)
			continue;
		last = flow_at(f, given)->kid;
		while (last != 0 && flow_at(f, last)->next != 0)
			last = flow_at(f, last)->next;
		loosen(f, last);
	}
}

static void
loosen_node(struct flow *f, uint32_t node)
{
	switch (flow_at(f, node)->kind) {
	case NODE_BLOCK:
		for (uint32_t k = flow_at(f, node)->kid; k != 0;
		    k = flow_at(f, k)->next)
			loosen(f, k);
		break;
	case NODE_WITH:
		loosen_with(f, node);
		break;
	case NODE_ASSIGN:
		loosen_assigned(f, node);
		break;
	case NODE_CALL:
		loosen_deferred(f, node);
		break;
	default:
		break;
	}
}

/* return f(x), in a function whose own result nobody looks at. */
static void
loosen_returned(struct flow *f)
{
	bool *scopes = mem_array(f->nscopes, sizeof(*scopes));

	for (uint32_t n = 1; n < f->tree->nnodes; n++)
		if (f->loose[n] && flow_at(f, n)->kind == NODE_CALL &&
		    f->vals[flow_at(f, n)->kid].code != 0)
			scopes[f->vals[flow_at(f, n)->kid].code - 1] = true;
	for (uint32_t n = 1; n < f->tree->nnodes; n++) {
		uint32_t call = flow_at(f, n)->kid;

		if (flow_at(f, n)->kind == NODE_RETURN && call != 0 &&
		    flow_at(f, call)->kind == NODE_CALL &&
		    scopes[flow_scope_of(f, flow_at(f, call)->name)])
			loosen(f, call);
	}
	free(scopes);
}

bool
flow_is_loose(struct flow *f, uint32_t node)
{
	if (f->loose == NULL) {
		f->loose = mem_array(f->tree->nnodes, sizeof(*f->loose));
		for (uint32_t n = 1; n < f->tree->nnodes; n++)
			loosen_node(f, n);
		loosen_returned(f);
	}
	return f->loose[node];
}

/* ---- nobody hears that it failed ---------------------------------------- */

/* try: with handlers that do nothing, all of them. */
static bool
swallows(const struct flow *f, uint32_t node)
{
	bool any = false;

	for (uint32_t k = flow_at(f, node)->kid; k != 0;
	    k = flow_at(f, k)->next) {
		if (flow_at(f, k)->kind != NODE_EXCEPT)
			continue;
		if (!is_inert(f, block_of(f, k), false))
			return false;
		any = true;
	}
	return any;
}

/* with suppress(OSError): */
static bool
suppresses(const struct flow *f, uint32_t node)
{
	uint32_t item = flow_at(f, node)->kid;

	if (item == 0 || flow_at(f, item)->kind != NODE_CALL)
		return false;
	return flow_word_is(f, f->vals[flow_at(f, item)->kid].name,
	    "contextlib.suppress");
}

/* The nodes of a block have the numbers behind its own. */
static void
silence(struct flow *f, uint32_t block)
{
	if (block == 0 || f->silent[block])
		return;
	for (uint32_t n = block; n < f->tree->nnodes && flow_at(f, n)->at <
	    flow_at(f, block)->end; n++)
		f->silent[n] = true;
}

/* What a function does that is called there is as silent. */
static void
silence_called(struct flow *f)
{
	for (uint32_t n = 1; n < f->tree->nnodes; n++) {
		uint32_t code = flow_at(f, n)->kind == NODE_CALL ?
		    f->vals[flow_at(f, n)->kid].code : 0;

		if (f->silent[n] && code != 0)
			f->scopes[code - 1].silent = true;
	}
}

bool
flow_is_silent(struct flow *f, uint32_t node, uint32_t scope)
{
	if (f->silent == NULL) {
		f->silent = mem_array(f->tree->nnodes, sizeof(*f->silent));
		for (uint32_t n = 1; n < f->tree->nnodes; n++)
			if ((flow_at(f, n)->kind == NODE_TRY &&
			    swallows(f, n)) ||
			    (flow_at(f, n)->kind == NODE_WITH &&
			    suppresses(f, n)))
				silence(f, block_of(f, n));
		silence_called(f);
	}
	return f->silent[node] || f->scopes[scope].silent;
}

/* ---- who is talked to --------------------------------------------------- */

/* Does somebody in the file wait for what that host answers? */
bool
flow_is_heard(struct flow *f, const char *host)
{
	char other[HOST_MOST + 1];

	for (size_t i = 0; i < f->ntold; i++) {
		const struct flow_told *t = &f->told[i];

		if (!(DEED(t->call.fact->deed) & DEEDS_NET) || t->where == 0)
			continue;
		flow_host(f, t->where, other);
		if (str_equal(host, other) && !t->call.loose &&
		    !flow_is_loose(f, t->node))
			return true;
	}
	return false;
}
