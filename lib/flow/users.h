/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FLOW_USERS_H
#define FLOW_USERS_H

/*
 * users - functions that somebody else calls: a library, a server, whoever
 * uses the package.
 */
#include "flow/state.h"

/* ---- hooks.c ---- */
/* Functions that a client's library calls with what it sends. */
void	flow_look_hooks(struct flow *, const struct frame *);
void	flow_look_wrapped(struct flow *, const struct frame *);
/* A class that stands between a client and the network. */
bool	flow_is_between(const struct flow *, const struct flow_scope *);
void	flow_hook_target(struct flow *, uint32_t target, uint32_t value);
void	flow_enter_hook(struct flow *, uint32_t scope, uint32_t decorator);
/* A function takes the place of a client's library's. */
void	flow_hook_patch(struct flow *, uint32_t name, uint32_t code);
void	flow_hook_attribute(struct flow *, uint32_t target, uint32_t code);
/* A function taken from a table is called. */
void	flow_call_table(struct flow *, const struct frame *);
/* What is told under a name, and who listens to it. */
void	flow_look_events(struct flow *, const struct frame *);
void	flow_enter_handler(struct flow *, uint32_t scope);
/* ... or is put into a table of another module by its decorator: it gets what
 * is told there. */
void	flow_enter_listener(struct flow *, uint32_t scope,
	    uint32_t decorator);

/* Whatever a peer sends goes into that function's parameters. */
void	flow_called_back(struct flow *, uint32_t scope);
/* ... into those of functions that a call is given for that. */
void	flow_look_callbacks(struct flow *, const struct frame *);

/* ---- web.c ---- */
void	flow_web_parameter(struct flow *, uint32_t scope, uint32_t row,
	    uint32_t param);
void	flow_enter_web(struct flow *, uint32_t scope);
void	flow_look_web(struct flow *, const struct frame *);
/* self.headers, of a class that answers requests by itself: marks, or 0. */
uint64_t flow_web_attribute(const struct flow *, uint32_t name);
/* Do all requests go through where the scan is? */
bool	flow_is_filter(const struct flow *);
/* A route of an application that the module itself makes. */
bool	flow_is_page(const struct flow *, uint32_t scope);
/* One item, by its text, of the object of that name. */
void	flow_web_item(struct flow *, uint32_t from, uint32_t text,
	    struct taint *);

/* ---- user.c ---- */
/* A function that a library calls with what its user's program does. */
void	flow_enter_user(struct flow *, uint32_t scope, uint32_t decorator);
void	flow_look_registered(struct flow *, const struct frame *);
/* frame.f_locals, ctx.params: marks, or 0. */
uint64_t flow_user_attribute(const struct flow *, uint32_t object,
	    uint32_t name);
/* Is a function called that the user's code handed to the one around? */
bool	flow_calls_user(struct flow *, const struct frame *);
/* What a generator passes on of what it was given. */
void	flow_look_yielded(struct flow *, uint32_t value);
/* A class has a field that holds a secret, by its name. */
void	flow_note_field(struct flow *, uint32_t row, uint64_t marks);
/* Of a call that gives all fields of something: what they may hold, or 0. */
uint64_t flow_fields_of(struct flow *, const struct frame *);

#endif
