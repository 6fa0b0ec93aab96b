/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INSPECT_FLOW_STATE_H
#define INSPECT_FLOW_STATE_H

/* flow_state - what flow.c (statements) and flow_eval.c (expressions) share. */
#include "inspect/flow.h"
#include "inspect/symbols.h"
#include "python/token.h"

#define FLOW_PARAMETERS 8	/* of a function, that are followed */
#define FLOW_ARGUMENTS 6	/* of a call, that are looked at one by one */

enum scope_kind { SCOPE_MODULE, SCOPE_FUNCTION, SCOPE_CLASS, SCOPE_MAIN };

struct scope {
	enum scope_kind	 kind;
	uint32_t	 parent, name, column;
	uint32_t	 same_name;	/* the one before it + 1 */
	bool		 reached, command;
	uint32_t	 parameters[FLOW_PARAMETERS]; /* symbols */
	uint32_t	 nparameters;
	struct value	 result;
};

struct frame;

struct reference {
	uint32_t	 scope, name;
	bool		 attribute;
};

struct flow {
	struct symbols	 s;
	const struct endpoints *endpoints;
	struct token_reader reader;
	struct token	*tokens;	/* of the logical line */
	size_t		 ntokens;
	struct scope	*scopes;
	size_t		 nscopes, scopes_room;
	size_t		 next_scope;	/* in this pass */
	uint32_t	 scope;		/* where we are */
	struct reference *references;
	size_t		 nreferences;
	unsigned int	 pass, nested;
	bool		 last;		/* pass: calls are told */
	bool		 in_bases;	/* names that are no uses */
	bool		 main_runs;
	struct frame	*frames;	/* of flow_eval */
	struct value	 parts[FLOW_ARGUMENTS];	/* of the last expression */
	size_t		 nparts;
	void		(*each)(void *, const struct flow_call *);
	void		*ctx;
	struct flow_shape *shape;
};

/* The value of tokens [from, to). */
struct value flow_eval(struct flow *, size_t from, size_t to);
struct frame *flow_frames_new(void);
uint32_t flow_name(struct flow *, const struct token *);
bool	flow_is(const struct flow *, size_t token, const char *);
void	flow_refer(struct flow *, uint32_t name, bool attribute);
enum flow_place flow_place(const struct flow *);

#endif
