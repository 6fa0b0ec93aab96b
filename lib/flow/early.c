/* SPDX-License-Identifier: Apache-2.0 */
/*
 * early - what a function that runs with its file is passed then.
 *
 * A parameter has the marks of all callers, and a function runs as early as the
 * first of them: run(cmd) that is called with "uname" as the module is read,
 * and for who calls reset() with "mkfs", wipes no disk as it is read.  So each
 * pass notes which function of the source passes which row what, and once it is
 * known which of them run with the file, marks that only the others pass wait
 * for somebody who calls those.  What comes in any other way (from other
 * modules, hooks, registries) comes early.
 * Takes: calls within a source; a call that is told.  Gives: marks that wait.
 * Runs in: worker child, command.
 */
#include <stdlib.h>

#include "base/limits.h"
#include "base/mem.h"
#include "flow/after.h"
#include "flow/functions.h"
#include "flow/scopes.h"
#include "flow/state.h"

#define EARLY_ROUNDS 8		/* who calls whom, through so many */

static uint64_t
marks_of_parameters(const struct flow *f, uint32_t scope, uint32_t params)
{
	const struct flow_scope *s = &f->scopes[scope];
	uint64_t marks = 0;

	for (uint32_t k = 0; k < s->nparameters && params >> k != 0; k++)
		if (params >> k & 1)
			marks |= f->rows[s->parameters[k]].marks;
	return marks;
}

void
flow_note_passed(struct flow *f, uint32_t from, uint32_t row,
    const struct taint *v)
{
	if (v->marks == 0)
		return;
	if (f->npassings == FLOW_PASSINGS_MAX) {
		f->passings_lost = true;
		return;
	}
	if (f->npassings == f->passings_room) {
		f->passings_room = f->passings_room == 0 ? 64 :
		    2 * f->passings_room;
		f->passings = mem_grow(f->passings, f->passings_room,
		    sizeof(*f->passings));
	}
	f->passings[f->npassings++] = (struct flow_passing){ .from = from,
	    .row = row, .params = v->params, .marks = v->marks,
	    .own = v->own };
}

/* ---- once all passes are over -------------------------------------------- */

static bool
runs_with_file(const struct flow *f, uint32_t scope)
{
	return f->scopes[scope].command || flow_place(f, scope) != FLOW_LATER;
}

/* What the function has of its own, and what those who run with the file pass
 * it on. */
static uint64_t
early_of(const struct flow *f, const struct flow_passing *p)
{
	const struct flow_scope *s = &f->scopes[p->from];
	uint64_t marks = p->own | (p->marks & ~marks_of_parameters(f,
	    p->from, p->params));

	for (uint32_t k = 0; k < s->nparameters && p->params >> k != 0; k++)
		if (p->params >> k & 1)
			marks |= f->early[s->parameters[k]];
	return marks & p->marks;
}

/* What no function of the source passes comes early. */
static void
begin(struct flow *f)
{
	const size_t n = f->tree->nbindings;

	f->early = mem_array(n, sizeof(*f->early));
	for (size_t i = 0; i < f->npassings; i++)
		f->early[f->passings[i].row] |= f->passings[i].marks;
	for (size_t row = 0; row < n; row++)
		f->early[row] = f->rows[row].marks & ~f->early[row];
}

static bool
spread(struct flow *f)
{
	bool grown = false;

	for (size_t i = 0; i < f->npassings; i++) {
		const struct flow_passing *p = &f->passings[i];
		uint64_t more = runs_with_file(f, p->from) ?
		    early_of(f, p) & ~f->early[p->row] : 0;

		f->early[p->row] |= more;
		grown = grown || more != 0;
	}
	return grown;
}

static void
find(struct flow *f)
{
	int rounds = 0;

	begin(f);
	while (rounds < EARLY_ROUNDS && spread(f))
		rounds++;
	f->passings_lost = f->passings_lost || rounds == EARLY_ROUNDS;
}

uint64_t
flow_late_marks(struct flow *f, uint32_t scope, uint32_t params,
    uint64_t passed)
{
	const struct flow_scope *s = &f->scopes[scope];
	uint64_t early = 0;

	if (passed == 0 || params == 0 || f->npassings == 0 ||
	    f->passings_lost)
		return 0;
	if (f->early == NULL)
		find(f);
	for (uint32_t k = 0; k < s->nparameters && params >> k != 0; k++)
		if (params >> k & 1)
			early |= s->told[k] | f->early[s->parameters[k]];
	return passed & marks_of_parameters(f, scope, params) & ~early;
}

void
flow_forget_passed(struct flow *f)
{
	f->npassings = 0;
	f->passings_lost = false;
	free(f->early);
	f->early = NULL;
}
