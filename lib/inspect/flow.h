/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INSPECT_FLOW_H
#define INSPECT_FLOW_H

/*
 * flow - what a Python file calls, with what, and when that runs.
 *
 * Reads tokens, not a tree: names are followed through imports and
 * assignments, texts through concatenation, marks (facts.h) from where a
 * value is made to where it is used.  Three passes over the source, each
 * linear; tables are bounded, and what exceeds them is left out.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "inspect/facts.h"

struct endpoints;

enum flow_place {
	FLOW_TOP,		/* runs with the file */
	FLOW_COMMAND,		/* a method that the installer calls */
	FLOW_LATER		/* somebody must call it */
};

struct flow_call {
	const char	*name;		/* dotted, as resolved */
	const struct fact *fact;	/* never NULL */
	enum flow_place	 place;
	uint32_t	 receiver;	/* marks of what it was called on */
	uint32_t	 arguments;	/* of all arguments */
	uint32_t	 first;		/* of the first one */
	const char	*text;		/* of the first one, or NULL */
	uint32_t	 scope;		/* equal for calls of one function */
	uint32_t	 line;
	size_t		 at;		/* offset in the source */
	bool		 bare;		/* no argument at all */
};

struct flow_shape {			/* of the whole file */
	uint32_t	 names, odd_names; /* OOO0O, lIlI, _0x1f */
	uint32_t	 folded_names;	/* written in look-alike letters */
	uint32_t	 gap_line;	/* code pushed right; 0: none */
	uint32_t	 long_line;	/* over 2000 bytes; 0: none */
	uint32_t	 calls;
	bool		 uses_doc;	/* __doc__ */
};

void	flow_read(const uint8_t *, size_t, const struct endpoints *,
	    bool main_runs, void (*each)(void *, const struct flow_call *),
	    void *ctx, struct flow_shape *out);

#endif
