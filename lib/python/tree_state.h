/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PYTHON_TREE_STATE_H
#define PYTHON_TREE_STATE_H

/*
 * tree_state - what the files that build a tree share: tree_stmt.c (blocks),
 * tree_simple.c (statements without one), tree_expr.c (operators),
 * tree_group.c (brackets and what is separated by commas), tree_bind.c
 * (scopes).
 *
 * Neither statements nor expressions recurse: blocks and frames are stacks of
 * our own.
 */
#include "base/limits.h"
#include "python/lex.h"
#include "python/tree.h"

enum frame_kind {
	/* groups: hold items, ended by a token of theirs */
	FRAME_TOP,		/* an expression of a statement */
	FRAME_GROUP,		/* ( */
	FRAME_CALL, FRAME_INDEX, FRAME_LIST, FRAME_BRACE,
	FRAME_PARAMS,		/* of a lambda; stage PARAMS_DEF: of a def */
	FRAME_COMP,		/* from `for` on */
	FRAME_FORMAT, FRAME_FIELD, FRAME_SPEC, FRAME_REPR,
	FRAME_GROUPS,		/* operators wait for their right side */
	FRAME_UNARY = FRAME_GROUPS, FRAME_STAR, FRAME_AWAIT, FRAME_YIELD,
	FRAME_BINARY, FRAME_LAMBDA, FRAME_THEN, FRAME_ELSE
};

enum { PREC_ALL, PREC_LOOSE, PREC_LAMBDA, PREC_TERNARY, PREC_OR, PREC_AND,
	PREC_NOT, PREC_COMPARE, PREC_BITOR, PREC_XOR, PREC_BITAND, PREC_SHIFT,
	PREC_SUM, PREC_PRODUCT, PREC_SIGN, PREC_POWER, PREC_AWAIT };

enum { STAGE_COMMA = 1, STAGE_DICT = 2, STAGE_SLICE = 4, STAGE_DEF = 8,
	STAGE_SINGLE = 16, STAGE_TARGET = 32, STAGE_NO_IN = 64,
	STAGE_KEYWORD = 128, STAGE_DEFAULT = 256, STAGE_ANNOTATION = 512,
	STAGE_STARTED = 1024 };

struct list {
	uint32_t	 head, tail;
};

struct frame {
	uint8_t		 kind, op, prec;
	uint16_t	 stage;
	uint32_t	 word;		/* and, or, in, is ...; a
					   keyword's name */
	uint32_t	 at;		/* offset of its first token */
	uint32_t	 outer;		/* index of the group around it */
	uint32_t	 count;		/* items */
	uint32_t	 left;		/* left operand, key, parameter */
	uint32_t	 first;		/* first node of the item that
					   is read */
	uint32_t	 scope;		/* to go back to */
	struct list	 items, parts;	/* parts: of a slice or a clause */
};

enum block_kind { BLOCK_INDENTED, BLOCK_INLINE, BLOCK_MORE };

struct block {
	uint8_t		 kind;
	uint32_t	 node, scope;
	uint32_t	 loop;		/* outermost one of the
					   function, or 0 */
	struct list	 body;
	struct list	 last;		/* kids of the newest statement in it */
};

struct parser {
	struct lexer	 lex;
	struct lex_token t;		/* the token looked at */
	uint32_t	 word;		/* its number when it is a NAME */
	uint32_t	 before;	/* end of the token before it */
	struct tree	*tree;
	uint32_t	 scope;

	struct frame	*frames;
	uint32_t	 nframes, frames_room; /* a push may move them */
	uint32_t	 group;		/* the innermost, an index */
	uint32_t	 value, value_at; /* operand; 0: none yet */
	bool		 have;
	bool		 grouped;	/* ... in brackets: no string
					   joins it */
	bool		 pattern;	/* calls are patterns */
	uint32_t	 fields, formats; /* frames of these kinds */
	uint64_t	 retag;		/* work left for comprehensions */

	struct block	*blocks;
	uint32_t	 nblocks;
	uint32_t	 lost;		/* indents that got no block */
	struct list	 decorators;
};

/* tree.c */
void	parser_next(struct parser *);
bool	parser_peek(struct parser *, struct lex_token *, uint32_t *word);
uint32_t node_new(struct parser *, enum node_kind, uint32_t at);
void	list_add(struct parser *, struct list *, uint32_t node);

static inline bool
parser_op(const struct parser *p, uint8_t op)
{
	return p->t.kind == LEX_OP && p->t.op == op;
}

static inline struct node *
node_of(struct parser *p, uint32_t n)
{
	return &p->tree->nodes[n];
}

/* tree_expr.c: an expression at the token looked at; 0 when there is none.
 * Stages: STAGE_SINGLE (no comma), STAGE_NO_IN. */
uint32_t expression(struct parser *, unsigned int stage);
/* From a bracket to behind its end: PARAMS of a def, arguments of a class, a
 * LIST of type parameters. */
uint32_t parameters(struct parser *, enum frame_kind, unsigned int stage);
void	reduce(struct parser *, unsigned int prec);
bool	frame_push(struct parser *, enum frame_kind, uint32_t at);
void	operand_set(struct parser *, uint32_t node, uint32_t at);
uint32_t leaf(struct parser *, enum node_kind);
/* A format string is over; it joins the string before it. */
void	format_done(struct parser *, const struct frame *, uint32_t node);

/* tree_group.c */
void	group_item(struct parser *);
/* Ends the innermost group. */
void	group_close(struct parser *);
/* ) ] } whichever: the innermost bracket ends. */
void	group_bracket(struct parser *);
void	group_comma(struct parser *);
void	group_colon(struct parser *);
void	group_equals(struct parser *);
void	group_for(struct parser *);
void	group_in(struct parser *);
void	group_filter(struct parser *);
void	group_end(struct parser *, enum frame_kind);
/* Closes the lambda's PARAMS; its body is next. */
void	lambda_body(struct parser *);

/* tree_bind.c */
uint32_t scope_new(struct parser *, enum scope_kind, uint32_t node);
uint32_t bind(struct parser *, enum binding_kind, uint32_t scope,
	    uint32_t name, uint32_t value, uint32_t extra, uint32_t at);
/* Every name of a target. */
void	bind_target(struct parser *, uint32_t target, enum binding_kind,
	    uint32_t value);
void	bind_parameters(struct parser *, uint32_t params, uint32_t scope);
/* The place of a NAME: a binding of its scope, or the scope. */
uint32_t place_of(struct parser *, uint32_t name);
/* Names of [first, last) that a comprehension's target now binds. */
void	retag(struct parser *, uint32_t first, uint32_t last,
	    uint32_t bindings_from);
void	unbind(struct parser *, uint32_t bindings_from);
/* All is bound: names are looked up once. */
void	settle(struct tree *);

#define PLACE_BINDING 0x80000000u
#define SCOPE_ATTRIBUTES 0xffffffffu /* stands for the scope of all self.x */

static inline struct block *
block_now(struct parser *p)
{
	return &p->blocks[p->nblocks - 1];
}

/* tree_stmt.c */
void	module(struct parser *);
/* Made of the word that is looked at, and passes it. */
uint32_t statement_new(struct parser *, enum node_kind);
/* The newest of the innermost block, with what it has so far. */
void	statement_add(struct parser *, uint32_t node, const struct list *kids);

/* tree_simple.c: what begins here, with its binding of names. */
bool	simple_statement(struct parser *);
void	expression_statement(struct parser *);
/* A word and expressions. */
void	word_statement(struct parser *, enum node_kind);

#endif
