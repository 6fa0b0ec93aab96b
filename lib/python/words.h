/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PYTHON_WORDS_H
#define PYTHON_WORDS_H

/*
 * words - the names of a source, each kept once and known by a number.
 *
 * The first numbers are Python's keywords, then names that the grammar looks
 * at.  Texts are borrowed from the source, or copied into the arena.  The hash
 * is keyed by a place in memory, so that nobody prepares names that collide.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;

enum word {
	WORD_NONE,
	/* no name may be one of these */
	KW_FALSE, KW_NONE, KW_TRUE, KW_AND, KW_AS, KW_ASSERT, KW_ASYNC,
	KW_AWAIT, KW_BREAK, KW_CLASS, KW_CONTINUE, KW_DEF, KW_DEL, KW_ELIF,
	KW_ELSE, KW_EXCEPT, KW_FINALLY, KW_FOR, KW_FROM, KW_GLOBAL, KW_IF,
	KW_IMPORT, KW_IN, KW_IS, KW_LAMBDA, KW_NONLOCAL, KW_NOT, KW_OR,
	KW_PASS, KW_RAISE, KW_RETURN, KW_TRY, KW_WHILE, KW_WITH, KW_YIELD,
	/* these are names most of the time */
	WORD_MATCH, WORD_CASE, WORD_TYPE, WORD_PRINT, WORD_EXEC, WORD_SELF,
	WORD_CLS, WORD_STAR,
	WORD_COUNT
};
#define WORD_IS_KEYWORD(w) ((w) != WORD_NONE && (w) <= KW_YIELD)

struct word_text {
	const uint8_t	*text;
	uint32_t	 len, hash;
};

struct words {
	struct word_text *texts;
	uint32_t	 n, room;
	uint32_t	*slots;
	uint32_t	 mask;
	uint64_t	 key;
	struct arena	*arena;
};

/* `source`: bytes of what the words are taken from. */
void	words_init(struct words *, struct arena *, size_t source);
void	words_release(struct words *);
/* The number of a text, which is borrowed unless `copy`; WORD_NONE when the
 * arena is full. */
uint32_t words_add(struct words *, const uint8_t *, size_t len, bool copy);
/* Its number if it has one, else WORD_NONE. */
uint32_t words_find(const struct words *, const void *, size_t len);
/* A name with bytes from 0x80: compared as NFKC (nfkc.h), never a keyword. */
uint32_t words_add_wide(struct words *, const uint8_t *, size_t len);

#endif
