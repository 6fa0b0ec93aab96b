/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INSPECT_FLOW_STATE_H
#define INSPECT_FLOW_STATE_H

/* flow_state - what flow.c (statements) and flow_eval.c (expressions) share. */
#include "base/buf.h"
#include "inspect/flow.h"
#include "inspect/symbols.h"
#include "python/token.h"

#define FLOW_PARAMETERS 8	/* of a function, that are followed */
#define FLOW_ARGUMENTS 12	/* of a call, that are looked at one by one */

enum scope_kind { SCOPE_MODULE, SCOPE_FUNCTION, SCOPE_CLASS, SCOPE_MAIN };

struct scope {
	enum scope_kind	 kind;
	uint32_t	 parent, name, column;
	uint32_t	 same_name;	/* the one before it + 1 */
	bool		 reached, command, acts;
	bool		 meta, thread;	/* a class: of classes; of threads or
					   handlers of requests */
	enum world_reach via;
	uint32_t	 parameters[FLOW_PARAMETERS]; /* symbols */
	uint32_t	 nparameters;
	struct value	 result;
};

#define FLOW_NAME_MOST 160	/* dotted; longer chains are not resolved */
#define FLOW_BETWEEN 0x1f	/* between the texts of a list */
#define FLOW_TEXT_MOST 16384	/* constants worth folding */

enum frame_kind { FRAME_BASE, FRAME_GROUP, FRAME_CALL, FRAME_INDEX };

struct frame {
	enum frame_kind	 kind;
	struct value	 callee;
	size_t		 at;		/* token of the bracket */
	struct value	 args[FLOW_ARGUMENTS];
	uint32_t	 keywords[FLOW_ARGUMENTS];
	size_t		 nargs;
	uint64_t	 marks;		/* of all arguments */
	struct value	 now;		/* the operand being built */
	bool		 has_now;
	struct value	 before;	/* operands to its left */
	bool		 has_before;
	char		 joins;		/* the operator: + - * / % ^ or 0 */
	uint32_t	 keyword;
	unsigned int	 colons;	/* of a slice */
	bool		 backward;	/* ... with a step of -1 */
	bool		 filled;	/* anything at all inside */
	size_t		 items;		/* arguments, followed or not */
	size_t		 bytes_from;	/* of f->bytes: numbers inside */
	bool		 all_bytes;	/* nothing but numbers up to 255 */
};

struct reference {
	uint32_t	 scope, name;
	bool		 attribute, base;
};

struct flow {
	struct symbols	 s;
	const struct endpoints *endpoints;
	const struct flow_file *file;
	struct token_reader reader;
	struct token	*tokens;	/* of the logical line */
	size_t		 ntokens, tokens_room;
	struct scope	*scopes;
	size_t		 nscopes, scopes_room;
	size_t		 next_scope;	/* in this pass */
	uint32_t	 scope;		/* where we are */
	struct reference *references;
	size_t		 nreferences;
	unsigned int	 pass, nested;
	bool		 last;		/* pass: calls are told */
	bool		 in_bases;	/* names that are no uses */
	bool		 in_operator;	/* __add__ = lambda ... */
	bool		 main_runs;
	struct frame	*frames;	/* of flow_eval */
	uint32_t	 urls, forge_urls; /* different ones in the file */
	struct buf	 bytes;		/* lists of numbers being read */
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
/* What another module says of a dotted name, or NULL. */
struct world_name *flow_outside(struct flow *, uint32_t name);
bool	flow_is_operator(const char *name);
bool	flow_is_hook(const char *name);	/* of the import system */
void	flow_refer(struct flow *, uint32_t name, bool attribute);
void	flow_tell(struct flow *, struct flow_call *);
enum flow_place flow_place(const struct flow *);


/* flow_eval.c, for flow_call.c */
uint64_t flow_marks_of_text(struct flow *, uint32_t text);
uint32_t flow_join_texts(struct flow *, uint32_t, uint32_t,
	    const char *between);
const struct fact *flow_fact_of(struct flow *, uint32_t name);
bool	flow_named(const struct flow *, uint32_t name, const char *);
uint32_t flow_dotted(struct flow *, uint32_t base, const char *between,
	    const char *last);
struct value flow_attribute(struct flow *, struct value, uint32_t name);

/* flow_call.c */
struct value flow_call(struct flow *, struct frame *);
struct value flow_item(struct flow *, const struct frame *);

#endif
