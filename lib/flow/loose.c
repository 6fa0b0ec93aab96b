/* SPDX-License-Identifier: Apache-2.0 */
/*
 * loose - does anybody look at what a call gives?
 *
 * Takes: a source, once all passes are over.  Gives: of each node, whether
 * nobody does: a statement, a name that is never read, or read only for what a
 * function gives whose callers drop it, or a coroutine that somebody else runs.
 * Runs in: worker child, command.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "flow/after.h"
#include "flow/names.h"
#include "flow/scopes.h"
#include "flow/state.h"

#define LOOSE_ROUNDS 4		/* functions that give what others give */

/* ---- where it stands ---------------------------------------------------- */

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
		    !flow_word_is(f, n->name, "execute") &&
		    !(flow_word_is(f, n->name, "raise_for_status") &&
		    flow_is_silent(f, node, 0)))
			break;
		node = n->kid;
	}
}

/* with urlopen(x): pass */
static void
loosen_with(struct flow *f, uint32_t node)
{
	uint32_t block = flow_block_of(f, node);

	if (block == 0 || !flow_is_inert(f, block, true))
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

/* with urlopen(x) as r: return r.status == 200 */
static void
loosen_answered(struct flow *f, uint32_t node, const bool *unheard)
{
	uint32_t block = flow_block_of(f, node), first = flow_at(f, node)->kid;
	uint32_t call = flow_at(f, first)->kind == NODE_AS ?
	    flow_at(f, first)->kid : first;
	uint32_t only = block != 0 ? flow_at(f, block)->kid : 0;

	if (only != 0 && flow_at(f, only)->next == 0 &&
	    flow_at(f, only)->kind == NODE_RETURN &&
	    flow_at(f, call)->kind == NODE_CALL &&
	    unheard[flow_scope_of(f, flow_at(f, call)->name)])
		loosen(f, first);
}

/* ---- what is given on --------------------------------------------------- */

/* Of what is known of all of a source. */
struct given {
	struct flow	*f;
	bool		*dull;		/* of nodes: in what nobody looks at */
	uint32_t	*loose, *heard;	/* of scopes: calls of them */
	uint32_t	*read, *unread;	/* of rows: where they are named, and
					   where that tells nobody */
};

/* asyncio.run(f(x)), gather(f(x), g(x)): they run what they are given. */
static bool
runs_given(struct flow *f, uint32_t callee)
{
	static const char *const whole[] = { "asyncio.run", "asyncio.wait",
	    "asyncio.as_completed" };
	static const char *const names[] = { "run_until_complete", "gather",
	    "create_task", "ensure_future", "wait_for", "shield",
	    "run_coroutine_threadsafe" };

	const struct node *n = flow_at(f, callee);

	return n->next != 0 && (flow_word_in(f, f->vals[callee].name, whole,
	    ARRAY_LEN(whole)) || ((n->kind == NODE_NAME ||
	    n->kind == NODE_ATTR) && flow_word_in(f, n->name, names,
	    ARRAY_LEN(names))));
}

/* f(x), *[f(y) for y in z], *jobs of such */
static void
loosen_run(struct flow *f, uint32_t node)
{
	uint32_t b;

	if (flow_at(f, node)->kind == NODE_STAR)
		node = flow_at(f, node)->kid;
	b = flow_at(f, node)->kind == NODE_NAME ? tree_lookup(f->tree, node) :
	    0;
	if (b != 0 && f->tree->bindings[b].kind == BINDING_VALUE)
		node = f->tree->bindings[b].value;
	switch (flow_at(f, node)->kind) {
	case NODE_LISTCOMP:
	case NODE_SETCOMP:
	case NODE_GENEXP:
		loosen(f, flow_at(f, node)->kid);
		break;
	case NODE_LIST:
	case NODE_TUPLE:
		for (uint32_t k = flow_at(f, node)->kid; k != 0;
		    k = flow_at(f, k)->next)
			if (flow_at(f, k)->kind == NODE_CALL)
				loosen(f, k);
		break;
	case NODE_CALL:
		loosen(f, node);
		break;
	default:
		break;
	}
}

/* Outer calls have the higher numbers. */
static void
loosen_runs(struct flow *f)
{
	for (uint32_t n = f->tree->nnodes; n-- > 1;) {
		uint32_t callee = flow_at(f, n)->kid;

		if (!f->loose[n] || flow_at(f, n)->kind != NODE_CALL ||
		    !runs_given(f, callee))
			continue;
		for (uint32_t k = flow_at(f, callee)->next; k != 0;
		    k = flow_at(f, k)->next)
			loosen_run(f, k);
	}
}

/* start_soon(f, x): nobody looks at what f gives, either. */
static void
count_handed(const struct given *g, uint32_t call)
{
	struct flow *f = g->f;
	uint32_t callee = flow_at(f, call)->kid;

	if (!(flow_traits(f, f->vals[callee].name) & NAME_DEFERS))
		return;
	for (uint32_t k = flow_at(f, callee)->next; k != 0;
	    k = flow_at(f, k)->next) {
		uint32_t code = f->vals[k].code;

		if (code != 0 && (f->loose[call] || flow_word_ends(f,
		    f->vals[callee].name, "Thread")))
			g->loose[code - 1]++;
	}
}

static void
count_calls(const struct given *g)
{
	struct flow *f = g->f;

	memset(g->loose, 0, f->nscopes * sizeof(*g->loose));
	memset(g->heard, 0, f->nscopes * sizeof(*g->heard));
	for (uint32_t n = 1; n < f->tree->nnodes; n++) {
		uint32_t code = flow_at(f, n)->kind == NODE_CALL ?
		    f->vals[flow_at(f, n)->kid].code : 0;

		if (flow_at(f, n)->kind == NODE_CALL)
			count_handed(g, n);
		if (code == 0)
			continue;
		if (f->loose[n] || g->dull[n])
			g->loose[code - 1]++;
		else
			g->heard[code - 1]++;
	}
}

/* All of an expression: operands have lower numbers and stand behind its
 * beginning. */
static void
dull_all(const struct given *g, uint32_t root)
{
	const struct flow *f = g->f;

	if (g->dull[root])
		return;
	for (uint32_t n = root; n != 0 && flow_at(f, n)->at >=
	    flow_at(f, root)->at; n--)
		g->dull[n] = true;
}

/* The scope of a name or call in the expression; 0 for none, or the top. */
static uint32_t
scope_within(const struct flow *f, uint32_t root)
{
	for (uint32_t n = root; n != 0 && flow_at(f, n)->at >=
	    flow_at(f, root)->at; n--)
		if (flow_at(f, n)->kind == NODE_NAME ||
		    flow_at(f, n)->kind == NODE_CALL)
			return flow_scope_of(f, tree_scope_of(f->tree, n));
	return 0;
}

/* return f(x).status_code == 200: the calls that it begins with */
static void
loosen_chain(struct flow *f, uint32_t node)
{
	while (node != 0) {
		uint8_t kind = flow_at(f, node)->kind;

		if (kind == NODE_CALL)
			loosen(f, node);
		else if (kind != NODE_ATTR && kind != NODE_INDEX &&
		    kind != NODE_COMPARE && kind != NODE_AWAIT)
			return;
		node = flow_at(f, node)->kid;
	}
}

/* return x, in a function whose calls nobody looks at: nor at x. */
static void
dull_returned(const struct given *g, uint32_t node)
{
	uint32_t what = flow_at(g->f, node)->kid, scope;

	if (what == 0 || g->dull[what])
		return;
	scope = scope_within(g->f, what);
	if (scope == 0 || g->loose[scope] == 0 || g->heard[scope] != 0)
		return;
	loosen_chain(g->f, what);
	dull_all(g, what);
}

static void
count_reads(const struct given *g)
{
	struct flow *f = g->f;

	memset(g->read, 0, (f->tree->nbindings + 1) * sizeof(*g->read));
	memset(g->unread, 0, (f->tree->nbindings + 1) * sizeof(*g->unread));
	for (uint32_t n = 1; n < f->tree->nnodes; n++) {
		uint32_t b = flow_at(f, n)->kind == NODE_NAME ?
		    tree_lookup(f->tree, n) : 0, row;

		if (b == 0 || f->tree->bindings[b].at == flow_at(f, n)->at)
			continue;
		row = f->row_of[b];
		g->read[row]++;
		g->unread[row] += g->dull[n] || f->loose[n];
	}
}

/* The row of a local name that is read, and nowhere where anybody sees it. */
static bool
is_unread(const struct given *g, uint32_t target)
{
	uint32_t b = flow_at(g->f, target)->kind == NODE_NAME ?
	    tree_lookup(g->f->tree, target) : 0, row;

	if (b == 0 || g->f->tree->bindings[b].scope == 0)
		return false;
	row = g->f->row_of[b];
	return row != 0 && g->read[row] != 0 && g->read[row] == g->unread[row];
}

/* r = f(x), with f(x) as r */
static void
dull_bound(const struct given *g, uint32_t node)
{
	const struct node *n = flow_at(g->f, node);
	uint32_t next = n->kid != 0 ? flow_at(g->f, n->kid)->next : 0;
	uint32_t target = n->kind == NODE_AS ? next : n->kid;
	uint32_t value = n->kind == NODE_AS ? n->kid : next;

	if (target == 0 || value == 0 || g->dull[value] ||
	    (n->kind == NODE_ASSIGN && flow_at(g->f, value)->next != 0) ||
	    !is_unread(g, target))
		return;
	loosen_chain(g->f, value);
	dull_all(g, value);
}

static void
look_given(const struct given *g)
{
	struct flow *f = g->f;

	loosen_runs(f);
	count_calls(g);
	for (uint32_t n = 1; n < f->tree->nnodes; n++)
		if (flow_at(f, n)->kind == NODE_RETURN)
			dull_returned(g, n);
	count_reads(g);
	for (uint32_t n = 1; n < f->tree->nnodes; n++)
		if (flow_at(f, n)->kind == NODE_ASSIGN ||
		    flow_at(f, n)->kind == NODE_AS)
			dull_bound(g, n);
}

static void
loosen_given(struct flow *f)
{
	size_t rows = f->tree->nbindings + 1, n = f->tree->nnodes;
	uint8_t *before = mem_array(2 * n, sizeof(*before));
	struct given g = { .f = f,
	    .dull = mem_array(f->tree->nnodes, sizeof(*g.dull)),
	    .loose = mem_array(f->nscopes, sizeof(*g.loose)),
	    .heard = mem_array(f->nscopes, sizeof(*g.heard)),
	    .read = mem_array(rows, sizeof(*g.read)),
	    .unread = mem_array(rows, sizeof(*g.unread)) };

	for (int round = 0; round < LOOSE_ROUNDS; round++) {
		memcpy(before, f->loose, n);
		memcpy(before + n, g.dull, n);
		look_given(&g);
		if (memcmp(before, f->loose, n) == 0 &&
		    memcmp(before + n, g.dull, n) == 0)
			break;
	}
	free(before);
	free(g.dull);
	free(g.loose);
	free(g.heard);
	free(g.read);
	free(g.unread);
}

/* Of scopes: are there calls that somebody looks at, and others? */
static void
note_callers(const struct flow *f, bool *loose, bool *heard)
{
	for (uint32_t n = 1; n < f->tree->nnodes; n++) {
		uint32_t code = flow_at(f, n)->kind == NODE_CALL ?
		    f->vals[flow_at(f, n)->kid].code : 0;

		if (code != 0)
			(f->loose[n] ? loose : heard)[code - 1] = true;
	}
}

/* return f(x), in a function whose own result nobody looks at, or not each who
 * calls it. */
static void
loosen_returned(struct flow *f)
{
	bool *scopes = mem_array(f->nscopes, sizeof(*scopes));
	bool *heard = mem_array(f->nscopes, sizeof(*heard));

	note_callers(f, scopes, heard);
	for (uint32_t n = 1; n < f->tree->nnodes; n++) {
		uint32_t call = flow_at(f, n)->kid, scope;

		if (flow_at(f, n)->kind == NODE_WITH)
			loosen_answered(f, n, scopes);
		if (flow_at(f, n)->kind != NODE_RETURN || call == 0 ||
		    flow_at(f, call)->kind != NODE_CALL || f->loose[call])
			continue;
		scope = flow_scope_of(f, flow_at(f, call)->name);
		if (!scopes[scope])
			continue;
		loosen(f, call);
		f->loose[call] = heard[scope] ? 2 : 1;
	}
	free(scopes);
	free(heard);
}

bool
flow_is_loose(struct flow *f, uint32_t node)
{
	if (f->loose == NULL) {
		f->loose = mem_array(f->tree->nnodes, sizeof(*f->loose));
		for (uint32_t n = 1; n < f->tree->nnodes; n++)
			loosen_node(f, n);
		loosen_returned(f);
		loosen_given(f);
	}
	return f->loose[node];
}

bool
flow_is_dropped(struct flow *f, uint32_t node)
{
	return flow_is_loose(f, node) && f->loose[node] == 1;
}
