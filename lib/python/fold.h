/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PYTHON_FOLD_H
#define PYTHON_FOLD_H

/*
 * fold - what names and expressions of a tree stand for, without running it.
 *
 * Resolves names through imports, assignments, getattr, __import__, globals()
 * and the like to dotted paths; folds constants through operators, methods,
 * formats, comprehensions, functions and loops of the source whose inputs are
 * known; undoes encodings, compression and ciphers with literal keys.  Each
 * decoded text is a layer, whoever uses it.
 *
 * Bounds (base/limits.h): FOLD_STEPS_MAX evaluations, FOLD_BYTES_MAX bytes of
 * results, FOLD_VALUE_MAX bytes of one, FOLD_DEPTH_MAX within each other.
 * What was given up because of them, or because data is broken, is said in
 * `skipped`.  Nothing of the source runs; pickles and code objects are read as
 * lists of names and strings.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "python/arena.h"
#include "python/tree.h"
#include "python/value.h"

struct buf;
struct loop;
struct gathered;
struct record;

#define FOLD_LOOPS 256		/* loops of one source that are gone through */

struct fold_layer {
	const char	*how;	/* "base64", "xor:0x2a", "zlib"; lives
				   as long */
	uint32_t	 from;	/* layer below it, or 0 */
	uint32_t	 node;	/* call that undoes it */
	const uint8_t	*bytes;
	uint32_t	 len;
	bool		 text;	/* a str, not bytes */
	bool		 used;	/* another layer was made of it */
};

enum fold_skip { SKIP_STEPS, SKIP_BYTES, SKIP_DEPTH, SKIP_DATA, SKIP_KINDS };

struct fold {
	struct tree	*tree;
	struct arena	 arena;
	uint32_t	*memo;		/* of nodes: index of values */
	uint32_t	*bound;		/* of bindings: the same */
	struct value	*values;
	uint32_t	 nvalues, values_room;
	struct fold_layer *layers;	/* from 1 */
	uint32_t	 nlayers, layers_room;
	uint32_t	 skipped[SKIP_KINDS];
	uint32_t	 skipped_node[SKIP_KINDS]; /* the first one */
	uint64_t	 steps;		/* left */
	unsigned int	 depth, running;
	struct loop	*loops;		/* gone through, FOLD_LOOPS of room;
					   NULL before the first */
	uint32_t	 nloops;
	struct record	*records;	/* from 1: what objects are made with */
	uint32_t	 nrecords, records_room;
	bool		 symbolic;	/* objects are made with holes */
	uint8_t		*named;		/* of words: a function we know,
					   or not */
	uint32_t	 named_room;
	uint32_t	 module;	/* of this source: a word, or 0 */
	bool		 is_package;	/* ... an __init__ */
	struct gathered	*gathered;	/* attributes that grow, or NULL */
	const struct modules *modules;	/* of its package, or NULL */
	uint64_t	*asked;		/* of modules, while there are none: a
					   set of modules.c's */
	uint32_t	 nasked, asked_room;
};

/* What jansson does once: before the sandbox closes. */
void	fold_warm(void);
/* The tree is borrowed, and its words grow. */
struct fold *fold_new(struct tree *);
void	fold_free(struct fold *);
/* Its results may take so many bytes, instead of FOLD_BYTES_MAX. */
void	fold_limit(struct fold *, size_t);
/* Bytes held, without the tree. */
size_t	fold_memory(const struct fold *);
/* Nothing was given up so far, and there is room to ask for all of it again:
 * a new fold of the same tree would say the same. */
bool	fold_is_whole(const struct fold *);

/* Of any expression node; VALUE_UNKNOWN when nothing is known. */
struct value fold_node(struct fold *, uint32_t node);
/* ... if that name stood for that value in it; it is not remembered. */
struct value fold_with(struct fold *, uint32_t node, uint32_t name,
	    struct value);
/* What a binding of the tree gives its name. */
struct value fold_binding(struct fold *, uint32_t binding);
/* Folds every call, operator and format of the source, so that `layers` is
 * complete. */
void	fold_all(struct fold *);

/* The dotted path of a VALUE_PATH as text; "" for others.  Borrowed, and not
 * terminated: the length is in *len. */
const char *fold_path(const struct fold *, const struct value *, size_t *len);
/* "base64 > zlib": the way to a layer; appended. */
void	fold_chain(const struct fold *, uint32_t layer, struct buf *);
const char *fold_skip_name(enum fold_skip);
/* Steps or room for results are used up: the rest was not folded. */
bool	fold_exhausted(const struct fold *);

#endif
