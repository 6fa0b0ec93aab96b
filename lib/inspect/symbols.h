/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INSPECT_SYMBOLS_H
#define INSPECT_SYMBOLS_H

/* symbols - interned texts, and what names stand for, while flow reads. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "inspect/facts.h"

struct world_name;

struct value {
	uint64_t	 marks;
	uint32_t	 name;		/* dotted name, interned; 0 none */
	uint32_t	 text;		/* constant, interned; 0 none */
	uint32_t	 origin;	/* symbol it came from, or 0 */
	uint32_t	 code;		/* function or class + 1, or 0 */
	uint32_t	 list;		/* texts with U+001F between; 0 none */
	uint32_t	 number;	/* + 1; 0: not known */
};

struct interned {
	size_t		 at, len;
	uint32_t	 hash, next;
	uint64_t	 marks;		/* of the text as a literal */
	uint64_t	 kept;		/* of what is stored under this path */
	bool		 marked, looked_up, asked;
	struct world_name *outside;
	const struct fact *fact;
	uint32_t	 defined;	/* newest function of this name + 1 */
};

struct symbol {
	uint32_t	 scope, name, next;
	struct value	 value;
};

struct symbols {
	char		*bytes;
	size_t		 used, room;
	struct interned	*texts;
	size_t		 ntexts, texts_room;
	struct symbol	*rows;
	size_t		 nrows, rows_room;
	uint32_t	*text_heads, *row_heads;
};

void	symbols_init(struct symbols *);
void	symbols_release(struct symbols *);
/* 0 when the table is full. */
uint32_t symbols_intern(struct symbols *, const void *, size_t);
const char *symbols_text(const struct symbols *, uint32_t);
/* The symbol of a name in a scope: made when `make`, else 0. */
uint32_t symbols_of(struct symbols *, uint32_t scope, uint32_t name, bool make);

#endif
