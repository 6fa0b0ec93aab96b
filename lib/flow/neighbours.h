/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FLOW_NEIGHBOURS_H
#define FLOW_NEIGHBOURS_H

/* neighbours - what the module tells the others of its package, and is told. */
#include "flow/state.h"

/* ---- neighbours.c ---- */
/* Methods of that name in a small package, into the array: how many. */
size_t	flow_methods_outside(const struct flow *, const char *method,
	    struct world_name **, size_t most);
/* The entry of a dotted name of another module, or NULL. */
struct world_name *flow_outside(struct flow *, uint32_t name);
/* Is it another name for something of a library? */
bool	flow_has_alias(struct flow *, uint32_t name);
/* Its name, or "". */
const char *flow_module(const struct flow *);
/* Are there so few names, of the modules that have come, that one alone tells
 * whose it is?  Asked by what need not run a second time: of a package whose
 * modules have nothing to do with each other this look is the last. */
bool	flow_is_small(const struct flow *);
/* ... and have all modules come?  Asked by what the first few modules of a
 * large package would make us believe wrongly. */
bool	flow_names_tell(const struct flow *);
/* What objects that modules share tell of what is in them. */
uint64_t flow_told_marks(const struct flow *);
/* What goes to methods of other modules, and by a parameter's name. */
uint64_t flow_passed_marks(const struct flow *);
/* Of a call in a large package, marks that only modules pass of which nobody
 * knows whether they are the ones that run it so early. */
uint64_t flow_far_marks(const struct flow *, const struct flow_told *);
/* Does the name begin with that of the package? */
bool	flow_is_ours(const struct flow *, const char *name);
void	flow_import(struct flow *, uint32_t node);
/* ... by its name, which is a word. */
void	flow_import_named(struct flow *, uint32_t module);
/* A method that another class of a small package has, or 0. */
uint32_t flow_mixed_in(struct flow *, uint32_t name);
/* What methods give that stand in the place of one that does nothing. */
uint64_t flow_overridden(struct flow *, uint32_t scope);
/* A method of that name of the bases, in other modules, of the class around
 * the scope: its dotted name, or 0. */
uint32_t flow_inherited(struct flow *, uint32_t scope, uint32_t name);
/* The scope uses the name at that node, or 0. */
void	flow_note_outside(struct flow *, uint32_t scope, uint32_t name,
	    uint32_t node);
/* ... if it is the one that is meant: it runs no earlier by that. */
void	flow_note_maybe(struct flow *, uint32_t scope, uint32_t name);

/* ---- publish.c ---- */
#define FLOW_WHOLE_MOST (3 * FLOW_NAME_MOST)
/* What a top-level name of this module is called elsewhere, into the caller's
 * array; false: nobody knows it. */
bool	flow_whole_name(const struct flow *, uint32_t name,
	    char whole[FLOW_WHOLE_MOST]);
/* Its entry; made when `make`, else NULL. */
struct world_name *flow_published(struct flow *, uint32_t name, bool make);
/* "Client().send", of a method of a class at the top; else the name, or 0. */
uint32_t flow_public_name(struct flow *, const struct flow_scope *);
/* What an instance of a class of this module is called everywhere:
 * "pkg.net.Client()"; 0 when nobody else knows the class. */
uint32_t flow_instance(struct flow *, uint32_t scope);
/* An object of the package, by its dotted name, has what the value has. */
void	flow_tell_value(struct flow *, uint32_t name, const struct taint *);
/* The class of this module has that under that name. */
void	flow_publish_marks(struct flow *, uint32_t class, uint32_t name,
	    uint64_t marks);
/* What heirs of a class of another module have. */
void	flow_publish_base(struct flow *, uint32_t name, const struct taint *);
/* Of a table of another module, what it holds in all, but for literal keys, and
 * under that key; false when it is none, or holds all of it loosely. */
bool	flow_key_outside(struct flow *, uint32_t table, uint32_t key,
	    struct taint *whole, struct taint *loose, struct taint *at);
/* All of the module, once it has been gone through. */
void	flow_publish(struct flow *);

/* ---- learnt.c ---- */
/* All that others told, before it is asked who is reached. */
void	flow_take_told(struct flow *);
/* What others know of the function or class of that scope, or NULL. */
struct world_name *flow_told_of(struct flow *, uint32_t scope);

/* ---- news.c ---- */
/* A look ends: more than this is news. */
void	flow_take_news(struct flow *);

#endif
