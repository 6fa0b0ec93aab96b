/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PYTHON_TREE_H
#define PYTHON_TREE_H

/*
 * tree - a tolerant syntax tree of one Python source, with scopes.
 *
 * Nodes are numbers; 0 is none.  Children hang in a list (kid, then next).
 * Expressions stand behind their operands (a child's number is below its
 * parent's), so one walk upwards over the numbers sees every operand before
 * what uses it.  Statements and blocks stand before what they hold.
 *
 * Whatever the source, there is a tree: what cannot be read as Python is left
 * out a token at a time, and what stands around it is kept.  `cut` says that
 * the source was longer than PYTHON_NODES_MAX nodes, `deep` that something was
 * nested deeper than we follow.
 *
 * Memory: the text once, 28 bytes a node, 24 a binding, 16 a name and 12 of
 * index, growing by doubling.  On real sources that is 8 times the source, at
 * most TREE_MEMORY_TIMES (statements of one letter) and never more than
 * PYTHON_NODES_MAX allows.  Time is linear.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "python/arena.h"
#include "python/blank.h"
#include "python/source.h"
#include "python/words.h"

enum node_kind {
	NODE_NONE,
	/* expressions */
	NODE_NAME,		/* name; flags what it stands for, if it is
				   known: see tree_lookup */
	NODE_NUMBER, NODE_STRING, /* at to end; a string's flags are lex.h's */
	NODE_STRINGS,		/* adjacent ones */
	NODE_FORMAT,		/* f"": PIECE and FIELD */
	NODE_PIECE,		/* text of it, at to end */
	NODE_FIELD,		/* value [FORMAT of the spec]; op: !r's r */
	NODE_CONST,		/* name is KW_NONE, KW_TRUE, KW_FALSE, or
				   0: ... */
	NODE_ATTR,		/* object; name */
	NODE_CALL,		/* function, arguments; name is the scope */
	NODE_KEYWORD,		/* value; name */
	NODE_STAR, NODE_DSTAR,	/* *x, **x */
	NODE_INDEX,		/* object, subscripts */
	NODE_SLICE,		/* from, to, step; NODE_NONE where left out */
	NODE_UNARY,		/* op: - + ~ or KW_NOT in `name` */
	NODE_BINARY,		/* left, right; op */
	NODE_COMPARE,		/* left, right; op, or KW_IN, KW_IS in `name`,
				   flags 1: not */
	NODE_BOOL,		/* left, right; name: KW_AND, KW_OR */
	NODE_TERNARY,		/* condition, then, else */
	NODE_LAMBDA,		/* PARAMS, body; name is the scope */
	NODE_LIST, NODE_TUPLE, NODE_SET,
	NODE_DICT,		/* key, value, key, value; NONE, DSTAR */
	NODE_LISTCOMP, NODE_SETCOMP, NODE_GENEXP, /* element, CLAUSE ... */
	NODE_DICTCOMP,		/* key, value, CLAUSE ... */
	NODE_CLAUSE,		/* target, iterable, conditions */
	NODE_AWAIT,
	NODE_YIELD, NODE_YIELD_FROM, /* name is the scope */
	NODE_WALRUS, NODE_AS,	/* target, value; value, target */
	NODE_REPR,		/* backquotes */
	NODE_PATTERN,		/* a call's look in a case */
	NODE_PARAMS,
	NODE_PARAM,		/* name; op: * or OP_POWER; flags 1: annotation,
				   2: default; kids in that order */
	/* statements; an expression by itself is one too */
	NODE_BLOCK,		/* name is its scope; flags the owner's kind;
				   end is behind its last token */
	NODE_ASSIGN,		/* targets, and last the value */
	NODE_AUGMENT,		/* target, value; op */
	NODE_ANNOTATE,		/* target, annotation, [value] */
	NODE_RETURN, NODE_DEL, NODE_RAISE, NODE_ASSERT, NODE_PASS, NODE_BREAK,
	NODE_CONTINUE, NODE_GLOBAL,
	NODE_IMPORT, NODE_FROM,	/* ALIAS ...; FROM: name is the module */
	NODE_ALIAS,		/* name as written, "a.b"; [NAME] */
	NODE_PRINT, NODE_EXEC,	/* the statements of Python 2 */
	NODE_DEF, NODE_CLASS,	/* DECORATOR ..., PARAMS or bases, BLOCK; name;
				   flags: the scope is tree_scope_of */
	NODE_DECORATOR,
	NODE_IF, NODE_ELIF, NODE_WHILE, /* condition, BLOCK, ELIF, ELSE */
	NODE_ELSE, NODE_FINALLY,
	NODE_FOR,		/* target, iterable, BLOCK, ELSE */
	NODE_TRY,		/* BLOCK, EXCEPT, ELSE, FINALLY */
	NODE_EXCEPT,		/* [type], [NAME], BLOCK */
	NODE_WITH,		/* items, BLOCK; an item may be AS */
	NODE_MATCH, NODE_CASE,	/* subject, BLOCK; pattern, [guard], BLOCK */
	NODE_TYPE,		/* type X = value */
	NODE_KINDS
};

struct node {
	uint8_t		 kind, op;
	uint16_t	 flags;
	uint32_t	 at, end;	/* offsets in the text */
	uint32_t	 name;
	uint32_t	 kid, next;
	uint32_t	 place;		/* of a NAME: for tree_lookup() */
};

enum scope_kind { SCOPE_MODULE, SCOPE_CLASS, SCOPE_FUNCTION, SCOPE_LAMBDA };

struct tree_scope {
	uint8_t		 kind;
	uint32_t	 parent;	/* scopes count from 0, the module */
	uint32_t	 node;		/* DEF, CLASS, LAMBDA; 0 of the
					   module */
	uint32_t	 names;		/* newest binding in it, or 0 */
};

enum binding_kind {
	BINDING_VALUE,		/* `value` itself */
	BINDING_PART,		/* its element number `extra` */
	BINDING_ITEM,		/* one element after the other: for */
	BINDING_AUGMENT,	/* `value` is the AUGMENT, the x[i] of x[i] = y,
				   or x.append(y) as a statement; `extra` the
				   outermost loop around, or 0 */
	BINDING_IMPORT,		/* `value` is an ALIAS */
	BINDING_FROM,		/* ... of module `extra` */
	BINDING_DEF,		/* DEF or CLASS */
	BINDING_PARAM,
	BINDING_GLOBAL,		/* look in scope `extra` instead */
	BINDING_OTHER,		/* with, except, del: not followed */
	BINDING_FIELD		/* of objects, by a class that gives it no
				   value: name: str */
};

struct binding {
	uint8_t		 kind;
	bool		 nested;	/* below a condition, loop or try */
	uint32_t	 name, scope;
	uint32_t	 value;		/* node */
	uint32_t	 extra;
	uint32_t	 at;		/* offset in the text */
	uint32_t	 before;	/* older binding of that name
					   there, or 0 */
};

struct tree {
	struct python_source source;
	struct arena	 arena;
	struct words	 words;
	struct node	*nodes;		/* nodes[0] is NODE_NONE */
	uint32_t	 nnodes, nodes_room;
	struct tree_scope *scopes;
	uint32_t	 nscopes, scopes_room;
	struct binding	*bindings;	/* from 1 */
	uint32_t	 nbindings, bindings_room;
	uint32_t	*slots;		/* of (scope, name) to newest binding */
	uint32_t	 mask, nslots;
	uint32_t	*grown;		/* in order: self.x += y,
					   self.x.append(y), X.append(y) in a
					   function */
	uint32_t	 ngrown, grown_room;
	uint32_t	*line_marks;	/* line at every 256th byte */
	struct blanks	 blanks;	/* of all of it, but when `cut` */
	uint32_t	 top;		/* the module's BLOCK */
	bool		 cut, deep;
	bool		 returns;	/* it has CRs */
};

#define TREE_MEMORY_TIMES 100	/* the source, at most, and 64 KiB */

/* Never fails; free it with tree_free. */
struct tree *tree_read(const void *, size_t);
void	tree_free(struct tree *);

/* blank_copy() of the bytes that it was read from, or NULL when that takes more
 * than is known of them. */
uint8_t	*tree_blank(const struct tree *, const void *, size_t);

/* Line of an offset, from 1. */
uint32_t tree_line(const struct tree *, uint32_t at);
/* The newest binding of a name in one scope at the end of the source, or 0. */
uint32_t tree_binding(const struct tree *, uint32_t scope, uint32_t name);
/*
 * What a NAME node stands for: the binding before it in the text when its own
 * scope has one, else the newest in the scopes around it (classes excepted, as
 * Python does).  0: nobody binds it, so it is a builtin or comes from a star
 * import.
 */
uint32_t tree_lookup(const struct tree *, uint32_t node);
/* The scope that a NAME, CALL or LAMBDA stands in (of a LAMBDA, its own). */
uint32_t tree_scope_of(const struct tree *, uint32_t node);
/* `self.x = ...` anywhere: the newest binding of the attribute x, or 0. */
uint32_t tree_attribute(const struct tree *, uint32_t name);
/* Is it one of those? */
bool	tree_is_attribute(const struct tree *, uint32_t binding);
/* Bytes held, for tests of the bound above. */
size_t	tree_memory(const struct tree *);

/* By value: words that are added move the others, but not their texts.  Nodes
 * of some kinds have a scope where others have a word: whatever it is, nothing
 * beyond the words is read. */
static inline struct word_text
tree_word(const struct tree *t, uint32_t word)
{
	static const struct word_text none = { .text = (const uint8_t *)"" };

	return word < t->words.n ? t->words.texts[word] : none;
}

#endif
