/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pinned - does a source go on only with what it knows of what it fetched?
 * if sha256(data).hexdigest() != SHA256: raise ValueError
 *
 * Takes: a source that flow has gone through.  Gives: yes or no.
 * Runs in: worker child, command.
 */
#include "flow/after.h"
#include "flow/state.h"

#define ASKED_MOST 8		/* conditions of one source */

enum { NO = 1, YES };

/* raise, at the end of the block */
static bool
ends_in_raise(const struct flow *f, uint32_t block)
{
	uint32_t last = flow_at(f, block)->kind == NODE_BLOCK ?
	    flow_at(f, block)->kid : 0;

	while (last != 0 && flow_at(f, last)->next != 0)
		last = flow_at(f, last)->next;
	return last != 0 && flow_at(f, last)->kind == NODE_RAISE;
}

/* Something of the function around is what was fetched. */
static bool
is_about_fetched(const struct flow *f, uint32_t node)
{
	uint32_t at = flow_at(f, node)->at, around = 0;
	const struct flow_scope *s;

	for (uint32_t i = 1; i < f->main; i++) {
		s = &f->scopes[i];
		if (s->kind == SCOPE_FUNCTION && s->from <= at && at < s->to)
			around = i;
	}
	s = &f->scopes[around];
	for (uint32_t n = 1; n < f->tree->nnodes; n++)
		if ((f->vals[n].marks & (MARK_NETWORK | MARK_DROPPED)) &&
		    (around == 0 || (flow_at(f, n)->at >= s->from &&
		    flow_at(f, n)->at < s->to)))
			return true;
	return false;
}

bool
flow_is_pinned(struct flow *f)
{
	unsigned int asked = 0;

	if (f->pinned != 0)
		return f->pinned == YES;
	f->pinned = NO;
	for (uint32_t n = 1; n < f->tree->nnodes && asked < ASKED_MOST; n++) {
		const struct node *at = flow_at(f, n);

		if (at->kind != NODE_IF || at->kid == 0 ||
		    !(f->vals[at->kid].held & HELD_SEAL) ||
		    !ends_in_raise(f, flow_at(f, at->kid)->next))
			continue;
		asked++;
		if (is_about_fetched(f, n))
			f->pinned = YES;
	}
	return f->pinned == YES;
}
