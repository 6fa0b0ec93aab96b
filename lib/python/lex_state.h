/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PYTHON_LEX_STATE_H
#define PYTHON_LEX_STATE_H

/* lex_state - what lex.c and lex_string.c share. */
#include "python/lex.h"

enum { CONTEXT_TEXT, CONTEXT_FIELD, CONTEXT_SPEC };

static inline uint8_t
lex_peek(const struct lexer *l, uint32_t at)
{
	return at < l->size ? l->text[at] : 0;
}

/* The innermost; there must be one. */
static inline struct lex_context *
lex_context(struct lexer *l)
{
	return &l->contexts[l->ncontexts - 1];
}

/* Flags of the string prefix [at, at + n), or -1 when it is none. */
int	lex_prefix(const uint8_t *at, uint32_t n);
/* A string whose quote stands at `quote`; its prefix began at t->start. */
void	lex_string(struct lexer *, struct lex_token *, uint32_t quote,
	    unsigned int flags);
/* The next token inside a format string's text. */
void	lex_piece(struct lexer *, struct lex_token *);
/* Tokens that only mean something in a field; false when it is none. */
bool	lex_field_op(struct lexer *, struct lex_token *);

#endif
