/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PYTHON_BLANK_H
#define PYTHON_BLANK_H

/* blank - source without what does not run. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct lex_token;

/* A comment, or a text that stands alone on a logical line. */
struct blank_range {
	uint32_t	 from, to;
	bool		 text;
};

/* What whoever reads a source's tokens gathers on the way. */
struct blanks {
	struct blank_range *all;
	size_t		 n, room;
	uint32_t	 from, to;	/* of the text that may stand alone */
	bool		 used;		/* something else is on the line */
};

/* The next token, comments too, in the order of the source. */
void	blanks_take(struct blanks *, const struct lex_token *);
void	blanks_release(struct blanks *);
/*
 * A copy in which comments and texts that stand alone (docstrings) are blanks;
 * lines and offsets stay.  Docstrings stay when the source reads __doc__.
 * Heap; the size is that of the source.
 */
uint8_t	*blanks_copy(const struct blanks *, const uint8_t *, size_t);
/* The same of a source that nobody read yet. */
uint8_t	*blank_copy(const uint8_t *, size_t);

#endif
