/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INSPECT_LAYERS_WRITTEN_H
#define INSPECT_LAYERS_WRITTEN_H

/*
 * written - programs that a source writes as they stand in it, whole or piece
 * by piece, before it starts something.
 */
#include "base/buf.h"
#include "flow/flow.h"
#include "inspect/context.h"

struct inspection;

#define WRITTEN_FOLLOWED 8	/* texts of one source that wait */

/* Pieces that one function writes one after the other. */
struct written_text {
	struct buf	 text;
	uint32_t	 scope, line;
	enum context	 context;
	uint32_t	 pieces;
	bool		 told;		/* to a program that waits for it */
};

struct written {
	struct written_text texts[WRITTEN_FOLLOWED];
	size_t		 n;
};

/* The call writes, or tells something to an interpreter that it started: its
 * text is kept until something is started. */
void	written_note(struct written *, const struct flow_call *,
	    enum context);
/* Something is, by code of that scope: programs that wait are looked at as what
 * runs.  What somebody has to call starts what it wrote itself. */
void	written_start(struct inspection *, struct written *, uint32_t scope,
	    enum context);
/* Nothing follows: what programs were told is whole. */
void	written_end(struct inspection *, struct written *);

#endif
