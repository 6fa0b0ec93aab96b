/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PYTHON_MODULES_H
#define PYTHON_MODULES_H

/*
 * modules - names across the modules of one package.
 *
 * Filled module by module: what each binds at its top level, as dotted paths
 * and short constants.  With it, `from .helpers import run` in another module
 * is the os.system that helpers calls run.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct fold;
struct modules;
struct value;
struct word_text;

struct modules *modules_new(void);
void	modules_free(struct modules *);
/*
 * Adds what the fold's source binds at its top level, under a module name
 * ("package.helpers").  At most MODULES_NAMES_MAX names are kept of all.
 */
void	modules_add(struct modules *, const char *name, struct fold *);
/* From now on the fold looks names up there; `name` is its own module's, with
 * `package` true when that is an __init__. */
void	modules_use(const struct modules *, const char *name, bool package,
	    struct fold *);
/*
 * Would the fold, which had no modules so far, have said the same with these?
 * It remembers MODULES_ASKED_MAX different questions; beyond them, false.
 */
bool	modules_change_nothing(const struct modules *, const struct fold *);
/*
 * Who lends the folds of the package's modules, so that what is passed to their
 * functions is gone through there (fold_across.c).  `open` gives that of a
 * module by its name, or NULL; it stays with the lender, which lives as long as
 * the modules.
 */
#define ACROSS_DEPTH_MAX 3	/* modules that ask each other */

struct lender {
	struct fold	*(*open)(void *ctx, const char *module, size_t len);
	void		*ctx;
	unsigned int	 depth;		/* how many are at work */
};

void	modules_lend(struct modules *, struct lender *);

/* ---- for fold.c ---- */
/* Stands for a module whose names are functions, with the constants that other
 * modules call them with, a NUL behind each. */
#define MODULES_TOLD "()"
/* NULL for no modules. */
struct lender *modules_lender(const struct modules *);
/* Is the path that of a table of another module?  Then that is the value. */
bool	modules_table(struct fold *, struct value *);
/* Without modules: something known is passed to what that path names. */
void	modules_ask_call(struct fold *, struct word_text path);
/* "..a.b" as seen from the fold's own module; words. */
uint32_t modules_absolute(struct fold *, uint32_t module);
/*
 * What a module of the package binds a name to; false when it does not, or when
 * the fold has no modules.  `joined`: it stands for "module.name" then, and no
 * more is known of it.
 */
bool	modules_member(struct fold *, uint32_t module, uint32_t name,
	    bool joined, struct value *);
/* TABLE["key"], of a table of another module. */
struct value modules_item(struct fold *, const struct value *table,
	    const struct value *key);
/* A name that `from module import *` is known to bring, of the standard
 * library and of libraries that are often imported so. */
bool	modules_known(struct word_text module,
	    struct word_text name);


/* ---- modules_told.c: what classes, objects and tables hold ---- */
void	modules_tell_objects(struct modules *, const char *name,
	    struct fold *);
/* A class that namedtuple() makes: other modules know it by their own name. */
bool	modules_is_tuple(const struct fold *, const struct value *);
/* One text of it; false when there is no room for more. */
bool	modules_tell(struct modules *, struct word_text of,
	    struct word_text name, const struct value *);

#endif
