/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FLOW_READING_H
#define FLOW_READING_H

/*
 * reading - one Python source as lib/python reads it, made once and shared by
 * every inspector of its view.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct flow;
struct fold;
struct modules;
struct tree;

#define READING_ANSWERS 48	/* more questions are asked each time */

struct reading {
	struct tree	*tree;
	struct fold	*fold;		/* what its expressions are */
	size_t		 taken;		/* bytes: large sources come in
					   pieces */
	size_t		 results;	/* bytes that the fold may take */
	uint32_t	 refolded;	/* times the fold was made again */
	struct flow	*flow;		/* of the last look, or NULL; ours */
	struct { const void *question; bool yes; }
			 answers[READING_ANSWERS]; /* wording.c */
	uint32_t	 nanswers;
};

/*
 * Of any bytes, about READING_PIECE_MAX of them, up to the end of a statement;
 * never fails.  What the readings around it hold, of which this is a layer, is
 * taken off its own share: they are one source in memory.
 */
struct reading *reading_new(const void *, size_t, size_t held);
void	reading_free(struct reading *);
/* Bytes that it holds; 0 for NULL. */
size_t	reading_memory(const struct reading *);
/*
 * From now on names go through the package's own modules, as module `name`
 * sees them; what was folded before is folded again, unless they tell nothing
 * that it asked for.
 */
void	reading_use(struct reading *, const struct modules *, const char *name,
	    bool is_package);
/* Only the tree is kept, until the next reading_use; bytes that it takes. */
size_t	reading_rest(struct reading *);
/*
 * Bytes that what was folded takes; 0 when the next reading_use must fold it
 * again, because bounds were met and it depends on what was asked first.
 */
size_t	reading_folded(const struct reading *);
/* What the last look at it knew is forgotten: the next one begins anew. */
void	reading_forget(struct reading *);

#endif
