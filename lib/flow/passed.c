/* SPDX-License-Identifier: Apache-2.0 */
/*
 * passed - what each caller of a function passes, apart (callers.h).
 *
 * Marks of a parameter are those of all its callers: of "run" a function that
 * one caller gives what was fetched and another one what was decoded looks like
 * one that runs what was fetched and decoded.  So calls in it that do something
 * say also which marks came with which others.  A caller that is itself given
 * what it passes counts as one, whoever calls it.
 * Takes: calls of functions.  Gives: sets of marks, for who asks for several.
 * Runs in: worker child, command.
 */
#include <string.h>

#include "base/mem.h"
#include "flow/callers.h"
#include "flow/calls.h"
#include "flow/functions.h"
#include "flow/neighbours.h"
#include "flow/senders.h"
#include "flow/state.h"

/* Marks that no rule asks for beside others of what a function is given. */
#define MARKS_ALONE (MARK_VARIABLE | MARK_PERSIST | MARK_DESTROY | \
    MARK_FOLDER | MARK_MACHINE | MARK_ENCRYPTED | MARK_ORDERS | MARK_COIN | \
    MARK_SEARCHED | MARK_HOME | MARK_PTH | MARK_SERVER | MARK_UNREAD)

#define BINDINGS_MOST 16	/* of one name in one function */

uint64_t
flow_names_host(const struct flow *f, const struct taint *v)
{
	const struct flow_text *t = &f->texts[v->where != 0 ? v->where :
	    v->text];

	return !t->open && (v->where != 0 || strstr(t->bytes, "://") !=
	    NULL) && flow_is_host(t->bytes) ? CALLER_NAMES_HOST : 0;
}

void
flow_note_caller_marks(struct flow *f, uint32_t scope, uint64_t marks)
{
	struct flow_scope *s = &f->scopes[scope];

	marks &= ~(uint64_t)MARKS_ALONE;
	if ((marks & ~CALLER_NAMES_HOST) == 0)
		return;
	if (s->callers == NULL)
		s->callers = arena_take(&f->arena, sizeof(*s->callers));
	if (s->callers == NULL)
		return;
	if (!s->called)
		s->callers->n = 0;
	s->called = true;
	callers_add(s->callers, marks);
}

void
flow_note_caller_outside(struct world_name *to, uint64_t marks)
{
	marks &= ~(uint64_t)MARKS_ALONE;
	if ((marks & ~CALLER_NAMES_HOST) == 0)
		return;
	if (to->callers == NULL)
		to->callers = mem_alloc(sizeof(*to->callers));
	callers_add(to->callers, marks);
}

void
flow_take_callers(struct flow *f, uint32_t scope, const struct world_name *n)
{
	for (size_t i = 0; n->callers != NULL && i < n->callers->n; i++)
		flow_note_caller_marks(f, scope, n->callers->of[i]);
}

void
flow_note_elsewhere(const struct flow *f, uint32_t row, struct taint *v)
{
	if ((v->marks & ~v->own) != 0 && (tree_is_attribute(f->tree, row) ||
	    f->tree->bindings[row].scope != f->scope))
		taint_hold(v, HELD_ELSEWHERE);
}

/* What is bound to the row was made in the function around, for each call of it
 * anew. */
static bool
is_made_here(const struct flow *f, uint32_t row)
{
	const struct tree *t = f->tree;
	uint32_t b = tree_binding(t, t->bindings[row].scope,
	    t->bindings[row].name);

	for (int i = 0; i < BINDINGS_MOST && b != 0;
	    b = t->bindings[b].before, i++) {
		const struct binding *at = &t->bindings[b];
		uint8_t kind = at->kind == BINDING_VALUE ?
		    flow_at(f, at->value)->kind : NODE_NONE;

		if (at->kind != BINDING_AUGMENT && kind != NODE_DICT &&
		    kind != NODE_LIST && kind != NODE_SET &&
		    kind != NODE_LISTCOMP && kind != NODE_DICTCOMP &&
		    kind != NODE_STRING && kind != NODE_STRINGS &&
		    kind != NODE_CONST)
			return false;
	}
	return b == 0;
}

void
flow_note_put_in(struct flow *f, uint32_t row, const struct taint *v)
{
	if (row == 0 || (v->marks & ~v->own) == 0 ||
	    tree_is_attribute(f->tree, row) || is_made_here(f, row))
		return;
	taint_hold(&f->rows[row], HELD_ELSEWHERE);
	taint_hold(&f->loose_rows[row], HELD_ELSEWHERE);
}

void
flow_tell_callers(const struct flow *f, const struct frame *fr,
    struct flow_told *t)
{
	const struct flow_scope *s = &f->scopes[fr->scope];
	uint64_t passed = t->passed & ~(uint64_t)MARKS_ALONE;

	t->call.own |= fr->all.own | fr->callee.marks | t->call.fact->gives |
	    (t->call.arguments & (~fr->all.marks | MARKS_ALONE));
	if (s->called && s->callers != NULL &&
	    !(fr->all.held & HELD_ELSEWHERE) &&
	    !(passed & ~callers_marks(s->callers)))
		t->call.callers = s->callers;
}
