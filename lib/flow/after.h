/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FLOW_AFTER_H
#define FLOW_AFTER_H

/* after - what is asked once all passes are over. */
#include "flow/state.h"

/* ---- said.c ---- */
/* Who asked for calls is given this one, with what is known now. */
void	flow_say(struct flow *, struct flow_told *);

/* ---- early.c ---- */
/* Of marks that came by those parameters of the function, what nobody passes
 * it who runs with the file. */
uint64_t flow_late_marks(struct flow *, uint32_t scope, uint32_t params,
	    uint64_t passed);

/* ---- loose.c ---- */
/* Does nobody look at what the call gives? */
bool	flow_is_loose(struct flow *, uint32_t node);
/* ... and of the callers of the function that gives it, nobody either? */
bool	flow_is_dropped(struct flow *, uint32_t node);

/* ---- around.c ---- */
/* The block of a statement, or 0. */
uint32_t flow_block_of(const struct flow *, uint32_t node);
/* Does it tell nobody of anything?  `reading`: x.read() may stand there. */
bool	flow_is_inert(const struct flow *, uint32_t block, bool reading);
/* Tells other modules which of their functions are called so. */
void	flow_publish_silent(struct flow *);
/* Does nobody hear when what stands in that scope fails? */
bool	flow_is_silent(struct flow *, uint32_t node, uint32_t scope);
/* Does somebody look at what that host answers to some call? */
bool	flow_is_heard(struct flow *, const char *host);
/* ... at what another one answers? */
bool	flow_is_second(struct flow *, const char *host);
/* May it be a login that the object remembers? */
bool	flow_is_login(struct flow *, uint32_t node, const char *host);

/* ---- guard.c ---- */
/* What was asked before code of the scope runs: enum flow_guard. */
uint8_t	flow_guards(struct flow *, uint32_t node, uint32_t scope);

/* ---- pinned.c ---- */
/* Does the source go on only with a file whose digest it knows? */
bool	flow_is_pinned(struct flow *);

/* ---- door.c ---- */
/* Tells a call of each door there is. */
void	flow_look_doors(struct flow *);
/* What a call or comparison gives is a digest, or says whether one is what
 * stands in the code. */
void	flow_hold_digest(struct flow *, uint32_t call, struct taint *);
void	flow_hold_seal(struct flow *, uint32_t node, struct taint *);
/* Of which parameters of the function around it is it made?  A bit each. */
uint32_t flow_made_of(const struct flow *, uint32_t node);

#endif
