/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NAMES_GRAMS_H
#define NAMES_GRAMS_H

/*
 * grams - how usual three letters in a row are in the names of the list.
 *
 * Who makes a name up puts usual pieces together; who imitates one makes a slip
 * of it, and slips leave letters side by side that no word has.
 */
#include <stddef.h>
#include <stdint.h>

#define GRAM_SYMBOLS 37		/* a-z, 0-9, and the border of a word */
#define GRAM_COUNT (GRAM_SYMBOLS * GRAM_SYMBOLS * GRAM_SYMBOLS)
#define GRAM_MOST UINT16_MAX	/* counts end there */

/* Adds what the letters of one word have; `grams` is GRAM_COUNT counts. */
void	grams_add(uint16_t *grams, const char *, size_t);

/* Among the three-letter pieces of a[0..la) that b[0..lb) lacks, how many
 * words of the list have the rarest; GRAM_MOST when it lacks none. */
unsigned int grams_rarest(const uint16_t *grams, const char *a, size_t la,
	    const char *b, size_t lb);

/* The same counts as a model of how honest names are spelled. */
struct spelling;

struct spelling *spelling_new(const uint16_t *grams);
void	spelling_free(struct spelling *);
/* How little these letters are to be expected, in bits: what a name that
 * somebody else thinks up would need luck for.  At most 255. */
unsigned int spelling_surprise(const struct spelling *, const char *, size_t);

#endif
