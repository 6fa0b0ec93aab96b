/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FLOW_FUNCTIONS_H
#define FLOW_FUNCTIONS_H

/*
 * functions - functions as values: kept, handed on, taken from tables,
 * given by others, named by a text.
 */
#include "flow/state.h"

/* ---- held.c: functions as values ---- */
/* What calling the value does, as taint.held has it. */
uint64_t flow_held(struct flow *, const struct taint *);
/* ... of a lambda with that body. */
uint64_t flow_held_lambda(struct flow *, uint32_t body);
void	flow_note_executes(struct flow *, const struct frame *,
	    const struct fact *);
/* Of a program as it stands in the code: what is called executes it. */
void	flow_hand_program(struct flow *, const struct frame *, size_t);
/* Nobody knows what is called, or only that these functions are in it. */
void	flow_call_held(struct flow *, const struct frame *, uint64_t traits,
	    struct taint *out);
/* ... or what is known is the default of what somebody passes. */
void	flow_call_default(struct flow *, const struct frame *);
/* ... or an operator of it is used. */
void	flow_operate_held(struct flow *, uint32_t node, struct taint *out);
/* Is that a NAME of a parameter? */
bool	flow_is_parameter(const struct flow *, uint32_t node);
/* A table of Python's own functions is asked for one. */
void	flow_item_held(const struct frame *, struct taint *out);

/* ---- passed.c: what each caller passes ---- */
/* One call passes the function of that scope those marks. */
void	flow_note_caller_marks(struct flow *, uint32_t scope, uint64_t marks);
/* CALLER_NAMES_HOST if that is an address of which all stands there, else 0. */
uint64_t flow_names_host(const struct flow *, const struct taint *);
/* ... the function of another module. */
void	flow_note_caller_outside(struct world_name *, uint64_t marks);
/* What other modules told of it. */
void	flow_take_callers(struct flow *, uint32_t scope,
	    const struct world_name *);
/* What was read out of that row may have come by parameters of a function that
 * is not the one around. */
void	flow_note_elsewhere(const struct flow *, uint32_t row, struct taint *);
/* What the row holds is put something into, and may be the same in the next
 * call of the function. */
void	flow_note_put_in(struct flow *, uint32_t row, const struct taint *);
/* The call is told with them. */
void	flow_tell_callers(const struct flow *, const struct frame *,
	    struct flow_told *);

/* ---- early.c: when it is passed that ---- */
/* The function of scope `from` passes the row that value. */
void	flow_note_passed(struct flow *, uint32_t from, uint32_t row,
	    const struct taint *);
/* A pass begins; the look is over. */
void	flow_forget_passed(struct flow *);

/* ---- table.c ---- */
/* Names in the expression are taken from that table, but for what a call there
 * uses. */
void	flow_mark_table(struct flow *, uint32_t root, uint32_t table);
/* ... in the arguments of the call of that callee. */
void	flow_mark_arguments(struct flow *, uint32_t callee, uint32_t table);
/* Is it imported from a module of the package? */
bool	flow_is_of_package(const struct flow *, uint32_t node);
void	flow_find_tables(struct flow *);
/* The node before all of an expression: operands have lower numbers. */
uint32_t flow_before_all(const struct flow *, uint32_t root, bool *calls);

/* ---- listed.c: tables of which only the keys are asked ---- */
/* Does the source tell Python to call what a text is the name of? */
bool	flow_calls_by_name(struct flow *);
/* Does the module's name stand for a table whose keys are all texts? */
bool	flow_is_keyed(const struct flow *, uint32_t name);
/* Every value that the name was given, from that binding back, is such a one;
 * x[i] = y gives it none. */
bool	flow_was_only(const struct flow *, uint32_t binding,
	    bool (*is)(const struct flow *, uint32_t value));
void	flow_look_listed(struct flow *, uint32_t node);

/* ---- stored.c ---- */
/* A name that a function binds, and no function or import: it stands for none
 * of this source that has that name. */
bool	flow_is_local(const struct flow *, uint32_t node);
/* Is a class of this source told of what is stored in its objects? */
bool	flow_sees_stores(struct flow *);
void	flow_find_stores(struct flow *);

/* ---- kept.c ---- */
/* Where what stands in front of a call's brackets comes from. */
enum flow_origin { ORIGIN_UNKNOWN, ORIGIN_PYTHON, ORIGIN_PACKAGE,
	ORIGIN_LIBRARY };
enum flow_origin flow_origin(struct flow *, uint32_t node);
/* Functions that the call of that callee only registers: nobody calls them who
 * does not use `waiting`. */
void	flow_find_registered(struct flow *, uint32_t callee,
	    uint32_t waiting);
/* ... that the statement decorates: cli.command("push")(push). */
void	flow_find_decorated(struct flow *, uint32_t callee,
	    uint32_t waiting);
/* Functions that the call, or calls in a display, only keep. */
void	flow_find_kept(struct flow *, uint32_t value, uint32_t place);

/* Does the name stand for an object that a library's decorator made of a
 * function? */
bool	flow_is_library_object(struct flow *, uint32_t binding);
/* x.command: an object that is only told of others. */
void	flow_look_told_object(struct flow *, uint32_t attribute);

/* ---- given.c: functions that functions give ---- */
void	flow_find_given(struct flow *);
/* Does the function around give what that name stands for? */
bool	flow_is_given(const struct flow *, uint32_t node);
/* How often what is called by that name gives something that is called in
 * turn, by all that is known now. */
uint8_t	flow_calls_given(struct flow *, uint32_t node);
/* Is that more than before? */
bool	flow_give(struct flow_scope *, uint8_t calls);

/* ---- command.c: commands of setup.py ---- */
/* Is a class one that only who types its command's name runs? */
bool	flow_is_aside(struct flow *, uint32_t scope);
/* May the source have commands run that no installer asks for? */
bool	flow_steers_build(const struct flow *);

/* ---- defer.c ---- */
/* finalize(self, send, secret): behind a function stands what is worth it, so
 * that somebody calls it with that. */
bool	flow_hands_valuables(struct flow *, const struct frame *);
/* Gives what comes of the call that is made so. */
struct taint flow_defer(struct flow *, const struct frame *);
/* future.add_done_callback(f) */
void	flow_call_back(struct flow *, const struct frame *);
/* poured.c */
void	flow_pour(struct flow *, const struct frame *);
/* A function here or in another module that a peer calls. */
void	flow_peer_calls(struct flow *, const struct taint *);
/* map(f, x), pool.submit(f, x): what the call gives is what f gives. */
void	flow_take_deferred(struct flow *, const struct frame *,
	    const struct taint *given, struct taint *out);
/* field(default_factory=f): what f gives is added. */
void	flow_take_made(struct flow *, const struct frame *, struct taint *out);
/* Does the call call a parameter of the function around it? */
void	flow_note_caller(struct flow *, uint32_t call);
/* What is decorated runs at once if its decorator calls what it is given. */
void	flow_enter_decorated(struct flow *, uint32_t scope,
	    uint32_t decorator);

/* ---- each.c ---- */
#define FLOW_EACH 24		/* names that one call may have */
/* Which functions a call through what a loop goes through may be. */
size_t	flow_each_callee(struct flow *, const struct frame *,
	    uint32_t out[FLOW_EACH]);
/* A module is imported by its name, or each that a loop goes through. */
void	flow_import_each(struct flow *, const struct frame *);
/* ... of this source: what they give is added. */
void	flow_call_each(struct flow *, const struct frame *, struct taint *);
/* reduce(call, [f, g], x): each with what the one before it gave. */
void	flow_call_chain(struct flow *, const struct frame *, struct taint *);
/* What the texts name that a call decodes, of all that a loop gives it. */
uint64_t flow_each_decoded(struct flow *, uint32_t call);

/* ---- lambda.c ---- */
/* A lambda that is called by a name: its parameters are told, what its
 * expression gives is added. */
void	flow_call_lambda(struct flow *, const struct frame *, struct taint *);
/* ... of the lambda at `node`, with the frame's arguments; false: there is
 * none. */
bool	flow_call_lambda_at(struct flow *, const struct frame *,
	    uint32_t node, struct taint *);
/* send = lambda x: ..., return lambda x: ...: others may call it. */
void	flow_note_lambda(struct flow *, uint32_t statement);
/* Others may call the lambda at that node by the name that is given. */
uint32_t flow_keep_lambda(struct flow *, uint32_t node);
void	flow_publish_lambdas(struct flow *);
/* What others told of them; of the one at `i`, or NULL. */
void	flow_take_lambdas(struct flow *);
struct world_name *flow_told_of_lambda(struct flow *, size_t i);

/* ---- pool.c ---- */
/* Functions among the arguments of a class, or of its objects' methods. */
void	flow_pool_note(struct flow *, const struct frame *);
/* A method calls what objects of its class were given: what that gives is
 * added. */
void	flow_pool_call(struct flow *, const struct frame *, struct taint *);

/* ---- reflect.c ---- */
/* The function runs, whatever named it there. */
void	flow_refer_scope(struct flow *, uint32_t node, uint32_t scope);
/* What is called is that function, and no name says so. */
void	flow_refer_code(struct flow *, const struct frame *);
void	flow_refer_prefix(struct flow *, uint32_t node, uint32_t text);
void	flow_refer_missing(struct flow *, uint32_t node, uint32_t object,
	    uint32_t name);
/* name.startswith("task_") */
void	flow_look_prefix(struct flow *, const struct frame *,
	    uint64_t traits);

#endif
