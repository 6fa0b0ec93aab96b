/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FLOW_CALLS_H
#define FLOW_CALLS_H

/*
 * calls - one call: who is called, what that does with what it is given,
 * and who is told of it.
 *
 * A call is looked at as a struct frame, which these functions do not keep.
 */
#include "flow/state.h"

/* ---- call.c ---- */
/* What the call at that node gives; the calls that matter are told. */
struct taint flow_call(struct flow *, uint32_t node);
void	flow_add_argument(struct flow *, struct frame *, uint32_t node);
/* Of an argument of that keyword, what does nothing for a program that is
 * started is dropped. */
void	flow_drop_around(struct flow *, const struct frame *,
	    uint32_t keyword, struct taint *);
/* A call that is made by somebody else. */
struct taint flow_call_later(struct flow *, struct frame *);
void	flow_exec(struct flow *, uint32_t node); /* Python 2's statement */
/* The call at that node as it stands in that scope, into the caller's frame. */
void	flow_frame(struct flow *, uint32_t node, uint32_t scope,
	    struct frame *);

/* ---- callee.c ---- */
/* The name that is called, or 0; the frame may change, and fr->callee.code is
 * that of a function of this source. */
uint32_t flow_find_callee(struct flow *, struct frame *);
/* super().x() */
bool	flow_asks_base(const struct flow *, uint32_t call);

/* ---- heirs.c ---- */
/* A method of `self` is called: what it is of classes that are kinds of this
 * one, is done, too, and what it gives is added. */
void	flow_call_heirs(struct flow *, const struct frame *, struct taint *);

/* ---- known.c ---- */
/* Of a call of that name, which the fact says everything of. */
struct taint flow_known_call(struct flow *, const struct frame *,
	    const struct fact *, uint32_t name);
/* int(x, 2): letters are made so; in tens, numbers are. */
struct taint flow_character_code(struct flow *, const struct frame *);

/* ---- flow.c ---- */
/* The function that is walked gives that, too. */
void	flow_grow_result(struct flow *, const struct taint *);

/* ---- act.c ---- */
bool	flow_is_data_path(const struct flow *, uint32_t text);
/* A format's reader that may call anything reads what was fetched. */
void	flow_look_unsafe(struct flow *, const struct frame *);
/* What a function that also takes paths does with an address, or NULL. */
const struct fact *flow_reads_address(struct flow *, const struct frame *,
	    uint32_t name);
/* What has these marks is written there. */
void	flow_filled(struct flow *, const struct frame *,
	    const struct taint *path, uint64_t marks);
/* What stands below that folder came from there. */
void	flow_unpacked(struct flow *, const struct taint *folder,
	    uint64_t from);
/* The function that is called fills the file of that name. */
void	flow_fills_argument(struct flow *, const struct frame *, size_t);
/* ... with what has those marks, these whoever calls it. */
void	flow_put_argument(struct flow *, const struct frame *, size_t i,
	    uint64_t marks, uint64_t own);
/* What is worth stealing stays so in a file or an archive. */
#define MARKS_STORED (MARK_SECRET | MARK_SPIED | MARK_ENVIRON | MARK_TOKEN | \
    MARK_HOME | MARK_SEARCHED | MARK_WORKDIR | MARK_HUNTED | MARK_PRIVATE)
/* A function puts what has those marks into what it is given, if that row is a
 * parameter's: a path, a file or a container. */
void	flow_note_put(struct flow *, uint32_t scope, uint32_t row,
	    uint64_t marks, uint64_t own);
/* What is executed leaves in its names what it is made of. */
void	flow_fill_names(struct flow *, const struct frame *);
void	flow_look_printed(struct flow *, const struct frame *);
/* What a deed does to the values around it. */
void	flow_act(struct flow *, const struct frame *, enum deed,
	    struct taint *out);

/* ---- hints.c ---- */
/* What evaluates annotations executes those that are texts. */
void	flow_look_hints(struct flow *, const struct frame *);

/* ---- paths.c ---- */
/* Of what is assigned, added or put into a slice: folders to import from. */
void	flow_look_path(struct flow *, uint32_t target, uint32_t value,
	    const struct taint *);
void	flow_look_path_call(struct flow *, const struct frame *);

/* ---- handed.c ---- */
/* Which parameter of the scope takes the argument, or -1. */
int	flow_parameter(const struct flow *, const struct frame *, size_t i,
	    uint32_t scope);
/* What the call is given goes into the parameters of a function. */
/* One argument into the row of its parameter. */
void	flow_pass_row(struct flow *, uint32_t row, const struct taint *);

/* ---- fields.c: of classes without a constructor of their own ---- */
/* The fields hold what the class is called with. */
void	flow_pass_fields(struct flow *, const struct frame *, uint32_t class);
/* Other modules are told their names, as those of parameters. */
void	flow_publish_fields(struct flow *, struct world_name *,
	    uint32_t class);
/* Where that field is kept: a row, or 0. */
uint32_t flow_field_row(const struct flow *, uint32_t class, size_t at);
void	flow_pass(struct flow *, const struct frame *, uint32_t scope);
/* A function or class of this module is called, by its scope. */
struct taint flow_own_call(struct flow *, const struct frame *,
	    uint32_t scope);
/* The method that "module.Class().method" names in this source: its scope + 1,
 * or 0. */
uint32_t flow_own_method(struct flow *, uint32_t name);
/* A function or class of another module of the package is called. */
struct taint flow_call_outside(struct flow *, const struct frame *,
	    struct world_name *);
/* "pkg.Class()", of the class around what is looked at; or 0. */
uint32_t flow_self(struct flow *);
/* self.name, of a class of this module, by which others know it; or 0. */
uint32_t flow_attribute_name(struct flow *, uint32_t name);
/* A text that is an address, or a host. */
bool	flow_is_address(struct flow *, uint32_t text);

/* ---- spread.c ---- */
/* f(*a, **b): the same call as if what is known of them by place and by name
 * were written out, into `wide`, or as it is. */
const struct frame *flow_spread(struct flow *, const struct frame *,
	    struct frame *wide);
/* What `**options` at that node hold, as one argument. */
void	flow_unpack(struct flow *, const struct frame *, uint32_t node,
	    struct taint *);
/* Is the argument one of which it is not known what stands in it? */
bool	flow_is_unpacked(const struct flow *, const struct frame *, size_t i);
/* Which parameters of the scope the argument may go to, a bit each. */
uint32_t flow_parameters(const struct flow *, const struct frame *, size_t i,
	    uint32_t scope);
/* *args and **options keep the argument under that text; 0 for any other of the
 * function's parameters. */
uint32_t flow_spread_key(struct flow *, const struct frame *, size_t i,
	    const struct flow_scope *to, int k);

/* ---- unknown.c ---- */
/* Nobody we know: the result has what went in, as far as it is clear. */
struct taint flow_unknown_call(struct flow *, const struct frame *,
	    uint64_t traits);
/* The receiver of the call takes the arguments in. */
void	flow_gather(struct flow *, const struct frame *);
/* Valuables are handed to somebody unknown. */
void	flow_look_handed(struct flow *, const struct frame *,
	    uint64_t traits);

/* ---- tell.c ---- */
/* Tells a call of that name without anything of its arguments: to be filled by
 * who asks, before the next one; NULL when there are too many. */
struct flow_told *flow_tell(struct flow *, uint32_t node, uint32_t scope,
	    const struct fact *, uint32_t name);
/* ... with all of them. */
void	flow_tell_frame(struct flow *, const struct frame *,
	    const struct fact *, uint32_t name);

#endif
