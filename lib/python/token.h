/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PYTHON_TOKEN_H
#define PYTHON_TOKEN_H

/*
 * token - Python source as tokens.
 *
 * Tolerant: any bytes give tokens, an unclosed string ends with its line (or
 * with the file when it is triple-quoted), an unclosed bracket never hides the
 * lines below it from a reader who looks at TOKEN_LINE.  One pass, no
 * recursion, no memory of its own: tokens are places in the caller's bytes.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum token_kind {
	TOKEN_END,
	TOKEN_LINE,		/* a logical line is over */
	TOKEN_NAME,
	TOKEN_NUMBER,
	TOKEN_STRING,		/* with its prefix and quotes */
	TOKEN_OPERATOR,
	TOKEN_COMMENT,
	TOKEN_OTHER		/* a byte that begins no token */
};

enum { TOKEN_RAW = 1, TOKEN_BYTES = 2, TOKEN_FORMAT = 4, TOKEN_TRIPLE = 8,
	TOKEN_UNCLOSED = 16 };

struct token {
	enum token_kind	 kind;
	unsigned int	 string;	/* flags of a string */
	size_t		 start, end;	/* offsets in the source */
	size_t		 body, body_end; /* inside a string's quotes */
	uint32_t	 line;		/* from 1, of the start */
	uint32_t	 gap;		/* blanks before it on its line */
	bool		 first;		/* of its logical line: gap indents */
};

struct token_reader {
	const uint8_t	*data;
	size_t		 size, at;
	uint32_t	 line;
	uint32_t	 open;		/* brackets not closed yet */
	bool		 fresh;		/* no token on this logical line yet */
};

void	token_open(struct token_reader *, const void *, size_t);
/* False at the end; *out is then TOKEN_END. */
bool	token_next(struct token_reader *, struct token *out);

/* Operators and keywords by their text. */
bool	token_is(const struct token_reader *, const struct token *,
	    const char *text);
/*
 * The value of a string token into `out` (at most `room` bytes): escapes
 * undone, a wide character as UTF-8.  Returns its length.
 */
size_t	token_string(const struct token_reader *, const struct token *,
	    uint8_t *out, size_t room);
/*
 * A name as Python compares it: the compatibility letters that attackers use
 * (mathematical, full-width) folded to ASCII, the rest as it stands.
 */
size_t	token_name(const struct token_reader *, const struct token *,
	    char *out, size_t room);
bool	token_is_keyword(const char *name, size_t len);

#endif
