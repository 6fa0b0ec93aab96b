/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FLOW_ANYBODY_H
#define FLOW_ANYBODY_H

/*
 * anybody - functions, methods and fields of which nobody says whose they are.
 *
 * Where few names exist a name alone, or that a function was handed on at all,
 * tells who may be meant.  Values go there and come out of it; nothing runs
 * earlier by that, for nobody knows that it is called.
 */
#include "flow/state.h"

/* What is worth asking of any object. */
#define MARKS_ANYBODYS (MARK_SECRET | MARK_PRIVATE | MARK_TOKEN | \
    MARK_ENVIRON | MARK_HUNTED | MARK_SPIED | MARK_HOME | MARK_SEARCHED | \
    MARK_NETWORK | MARK_DECODED)

/* ---- anybody_taken.c: who is handed on, or kept ---- */
#define TAKEN_NAME (3 * FLOW_NAME_MOST)
/* A function that the node stands for is handed on, or kept. */
void	flow_take_function(struct flow *, uint32_t node, const struct taint *);
/* ... each that the list, tuple, set or dictionary holds. */
void	flow_take_displayed(struct flow *, uint32_t node);
/* As the world keeps it, into the caller's array; false: it is no function that
 * anybody could find again. */
bool	flow_spell_function(struct flow *, uint32_t node,
	    const struct taint *, char out[TAKEN_NAME]);
/* Of a text that it keeps: what stands behind the module's name, if it is this
 * one, or NULL. */
const char *flow_function_here(const struct flow *, const char *function);
/* partial(f, x) */
bool	flow_is_partial(struct flow *, uint32_t node);
/* The display that a name at the top or of the function stands for, or a node
 * is; or 0. */
uint32_t flow_displayed(const struct flow *, uint32_t node);

/* ---- anybody.c: who may be called ---- */
/* Nobody knows whom the call calls: what it may give is added. */
void	flow_call_anybody(struct flow *, const struct frame *,
	    struct taint *);
/* ... what the only method of that name gives, with all that it is given. */
void	flow_call_somebody(struct flow *, const struct frame *,
	    struct taint *);

/* ---- anybody_fields.c: what objects have ---- */
/* Nothing says of which class the object is. */
bool	flow_is_unknown(const struct flow *, const struct taint *);
/* x.name = v, of such an object. */
void	flow_set_anybodys(struct flow *, uint32_t target,
	    const struct taint *);
/* ... SimpleNamespace(name=v) */
void	flow_set_anybodys_named(struct flow *, uint32_t name,
	    const struct taint *);
/* x.name, of one: what objects have under that name is added. */
void	flow_take_anybodys(struct flow *, const struct taint *object,
	    uint32_t name, struct taint *);

#endif
