/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NAMES_SHAPE_H
#define NAMES_SHAPE_H

/*
 * shape - a normalised name taken apart: its letters without separators, its
 * words, and rolling hashes, so that the hash of any piece, and of any two
 * pieces joined, costs a multiplication.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/limits.h"
#include "names/name.h"

struct word {
	uint8_t		 at, len;	/* in the letters */
};

struct shape {
	const char	*name;		/* normalised, borrowed */
	size_t		 name_len;
	char		 letters[PROJECT_NAME_MAX + 1];	/* no separators */
	size_t		 n;
	struct word	 words[NAME_WORDS_MAX];
	size_t		 nwords;	/* 0: more than NAME_WORDS_MAX */
	uint64_t	 hash[PROJECT_NAME_MAX + 1];	/* of the first i */
};

void	shape_of(const char *name, size_t len, struct shape *out);
/* Whether a word begins at that letter; the end counts too. */
bool	shape_is_edge(const struct shape *, size_t at);

/* Whether a separator stands within the letters from..to. */
bool	shape_crosses(const struct shape *, size_t from, size_t to);

/* Polynomial in an odd base modulo 2^64.  A name that collides on purpose
 * wins nothing: what a hash finds is compared letter by letter. */
uint64_t hash_letters(const char *, size_t);
/* Base to the power n, n up to PROJECT_NAME_MAX. */
extern const uint64_t hash_powers[256];

static inline uint64_t
hash_join(uint64_t a, uint64_t b, size_t len_b)
{
	return a * hash_powers[len_b & 255] + b;
}

static inline uint64_t
shape_piece(const struct shape *s, size_t from, size_t to)
{
	return s->hash[to] - s->hash[from] * hash_powers[(to - from) & 255];
}

/* Of the letters from..to without the one at `gone`. */
static inline uint64_t
shape_without(const struct shape *s, size_t from, size_t to, size_t gone)
{
	return hash_join(shape_piece(s, from, gone),
	    shape_piece(s, gone + 1, to), to - gone - 1);
}

#endif
