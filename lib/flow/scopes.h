/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FLOW_SCOPES_H
#define FLOW_SCOPES_H

/* scopes - which code runs, and who makes it. */
#include "flow/state.h"

/* ---- enter.c ---- */
/* The walk comes to the body of a function or class. */
void	flow_enter(struct flow *, uint32_t scope);
/* What a parameter or field of that name holds: marks, or 0. */
uint64_t flow_parameter_marks(struct flow *, uint32_t scope, uint32_t name);

/* ---- refer.c ---- */
/* `node` uses a name that this source may define. */
void	flow_note_refer(struct flow *, uint32_t node, uint32_t name,
	    bool attribute);

/* In the first pass alone. */
static inline void
flow_refer(struct flow *f, uint32_t node, uint32_t name, bool attribute)
{
	if (f->pass == 0)
		flow_note_refer(f, node, name, attribute);
}

/* ... that stands in a table. */
void	flow_refer_in(struct flow *, uint32_t node, uint32_t name,
	    uint32_t table);
/* ... and so do the words of a text that is executed. */
void	flow_refer_text(struct flow *, uint32_t node, uint32_t text);
/* Who uses what is named at that node: def get(read=read) when it runs. */
uint32_t flow_user_of(const struct flow *, uint32_t node);

/* ---- scope.c ---- */
/* super() stands in the scope that is walked. */
void	flow_note_super(struct flow *);
void	flow_find_mentioned(struct flow *);
void	flow_scopes_init(struct flow *);
/* For another look: who reaches whom is found anew. */
void	flow_scopes_again(struct flow *);
void	flow_reach(struct flow *);
bool	flow_reach_base(struct flow *, uint32_t name, enum world_reach);
/* Code of the scope reads what the program's user says. */
void	flow_ask(struct flow *, uint32_t scope);
/* A method by which Python's import system asks a loader for code. */
bool	flow_gives_code(const struct flow *, uint32_t scope);
/* Does code of the scope run with the file, by a command, or later? */
enum flow_place flow_place(const struct flow *, uint32_t scope);
void	flow_later(struct flow *);
/* The scope whose running runs what stands in this one: a class's is outer. */
uint32_t flow_runs_with(const struct flow *, uint32_t scope);
/* The scope that code of a scope of the tree counts for: a lambda is a part of
 * what stands around it. */
uint32_t flow_scope_of(const struct flow *, uint32_t tree_scope);
/* Does what runs so often leave it alone? */
bool	flow_waits(const struct flow_scope *, uint8_t calls);
/* Of bases that are read: the scope of whose they are, or 0. */
uint32_t flow_heir(const struct flow *);

#endif
