/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PYTHON_LEX_H
#define PYTHON_LEX_H

/*
 * lex - Python source as tokens, for Python 2.7 to 3.14 and for what is none.
 *
 * Any bytes give tokens: a byte that begins none is LEX_OTHER, a string in
 * single quotes that is not closed ends with its line, one in triple quotes
 * with the source.  A statement's keyword that begins a line inside brackets
 * proves that they will never close: they are given up, and the lines below
 * are read as statements.
 *
 * Format and template strings come in pieces, as from Python 3.12: FORMAT,
 * then PIECE, FIELD ... [CONVERT] [SPEC ...] FIELD_END, then FORMAT_END.
 * What Python up to 3.11 accepts gives the same strings.
 *
 * One pass, no recursion, no memory of its own: tokens are places in the
 * caller's bytes.  Sources are below 4 GiB.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum lex_kind {
	LEX_END,
	LEX_NEWLINE,		/* a logical line is over */
	LEX_INDENT, LEX_DEDENT,
	LEX_COMMENT,		/* when wanted */
	LEX_NAME, LEX_NUMBER,
	LEX_STRING,		/* with prefix and quotes */
	LEX_FORMAT,		/* prefix and opening quotes of f"", t"" */
	LEX_PIECE,		/* text between fields */
	LEX_FIELD,		/* { */
	LEX_CONVERT,		/* !r */
	LEX_SPEC,		/* : */
	LEX_FIELD_END,		/* } */
	LEX_FORMAT_END,		/* closing quotes */
	LEX_OP,
	LEX_OTHER
};

/* Operators of one character are that character. */
enum lex_op {
	OP_POWER = 128, OP_FLOOR, OP_LEFT, OP_RIGHT, OP_LE, OP_GE, OP_EQ, OP_NE,
	OP_ARROW, OP_WALRUS, OP_ELLIPSIS,
	OP_AUGMENTED		/* +=, **=, ...: the operator is in `of` */
};

enum { LEX_RAW = 1, LEX_BYTES = 2, LEX_FORMATTED = 4, LEX_TRIPLE = 8,
	LEX_UNCLOSED = 16, LEX_UNICODE = 32, LEX_TEMPLATE = 64 };

struct lex_token {
	uint8_t		 kind, op, of;
	uint8_t		 string;	/* flags of a string, LEX_RAW ... */
	bool		 wide;		/* a name with bytes from 0x80 */
	uint32_t	 start, end;	/* offsets in the source */
	uint32_t	 body, body_end; /* inside a string's quotes */
	uint32_t	 line;		/* from 1, of the start */
	uint32_t	 line_start;	/* its offset */
	uint32_t	 gap;		/* blanks before it on its line, tabs to
					   8; an INDENT's column */
};

#define LEX_INDENTS 128		/* CPython's own maximum is 100 */
#define LEX_CONTEXTS 48		/* fields within fields; honest ones: 3 */

struct lex_context {
	uint8_t		 kind, quote, string;
	uint32_t	 open;		/* brackets open outside the field */
};

struct lexer {
	const uint8_t	*text;
	uint32_t	 size, at, line, line_start;
	uint32_t	 open;		/* brackets not closed yet */
	bool		 fresh;		/* no token on this logical line yet */
	bool		 begins;	/* ... on this physical one */
	bool		 comments;	/* set it to get LEX_COMMENT */
	uint32_t	 indents[LEX_INDENTS];
	uint32_t	 nindents, dedents, column;
	struct lex_context contexts[LEX_CONTEXTS];
	uint32_t	 ncontexts;
};

/* At most UINT32_MAX - 1 bytes are read; a UTF-8 BOM is skipped. */
void	lex_open(struct lexer *, const void *, size_t);
/* False at the end; *out is then LEX_END. */
bool	lex_next(struct lexer *, struct lex_token *out);

/* Of the length of a line break at `at`: 1, 2, or 0 for none. */
uint32_t lex_break(const struct lexer *, uint32_t at);

#endif
