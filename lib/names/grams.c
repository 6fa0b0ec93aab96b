/* SPDX-License-Identifier: Apache-2.0 */
/*
 * grams - how usual three letters in a row are in the names of the list.
 * Takes: letters and digits in lower case.  Gives: counts, and bits.
 * Runs in: where the index is built and asked.  Pure.
 */
#include "names/grams.h"

#include <stdlib.h>

#include "base/mem.h"
#include "names/search.h"

#define BITS_MOST 255
#define NATS 69			/* hundredths of a nat in a bit */

static unsigned int
symbol(char c)
{
	return c >= 'a' && c <= 'z' ? (unsigned int)(c - 'a') + 1 :
	    c >= '0' && c <= '9' ? (unsigned int)(c - '0') + 27 : 0;
}

/* The piece that begins before the letter at `at` + 1; borders are 0. */
static size_t
gram_at(const char *s, size_t n, size_t at)
{
	unsigned int a = at > 0 ? symbol(s[at - 1]) : 0;
	unsigned int b = symbol(s[at]);
	unsigned int c = at + 1 < n ? symbol(s[at + 1]) : 0;

	return (a * GRAM_SYMBOLS + b) * GRAM_SYMBOLS + c;
}

void
grams_add(uint16_t *grams, const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		uint16_t *count = &grams[gram_at(s, n, i)];

		if (*count < GRAM_MOST)
			(*count)++;
	}
}

/* ---- what a slip leaves -------------------------------------------------- */

static int
has_gram(const char *s, size_t n, size_t gram)
{
	for (size_t i = 0; i < n; i++)
		if (gram_at(s, n, i) == gram)
			return 1;
	return 0;
}

unsigned int
grams_rarest(const uint16_t *grams, const char *a, size_t la, const char *b,
    size_t lb)
{
	unsigned int rarest = GRAM_MOST;
	size_t from = 0, same = 0;

	/* pieces within a common start or end are not the slip's */
	while (from < la && from < lb && a[from] == b[from])
		from++;
	while (same < la - from && same < lb - from &&
	    a[la - 1 - same] == b[lb - 1 - same])
		same++;
	for (size_t i = from > 0 ? from - 1 : 0; i < la && i <= la - same;
	    i++) {
		size_t gram = gram_at(a, la, i);

		if (grams[gram] < rarest && !has_gram(b, lb, gram))
			rarest = grams[gram];
	}
	return rarest;
}

/* ---- how names are spelled ----------------------------------------------- */

struct spelling {
	const uint16_t	*triples;
	uint32_t	 pairs[GRAM_SYMBOLS][GRAM_SYMBOLS];
	uint32_t	 after[GRAM_SYMBOLS];	/* pairs that begin with it */
	uint32_t	 single[GRAM_SYMBOLS], all;
	/* how likely a symbol is after one other */
	double		 likely[GRAM_SYMBOLS][GRAM_SYMBOLS];
};

/* What is seen, less the word's own, smoothed by what shorter pieces say. */
static double
share(uint32_t seen, uint32_t of, double otherwise)
{
	double less = seen > 0 ? seen - 1 : 0, all = of > 0 ? of - 1 : 0;

	return (less + 4 * otherwise) / (all + 4);
}

struct spelling *
spelling_new(const uint16_t *grams)
{
	struct spelling *s = mem_alloc(sizeof(*s));

	s->triples = grams;
	for (size_t i = 0; i < GRAM_COUNT; i++) {
		size_t a = i / GRAM_SYMBOLS / GRAM_SYMBOLS;
		size_t b = i / GRAM_SYMBOLS % GRAM_SYMBOLS;

		s->pairs[a][b] += grams[i];
		s->after[a] += grams[i];
		s->single[b] += grams[i];
		s->all += grams[i];
	}
	for (size_t a = 0; a < GRAM_SYMBOLS; a++)
		for (size_t b = 0; b < GRAM_SYMBOLS; b++)
			s->likely[a][b] = share(s->pairs[a][b], s->after[a],
			    ((double)s->single[b] + 1) /
			    ((double)s->all + 40));
	return s;
}

void
spelling_free(struct spelling *s)
{
	free(s);
}

unsigned int
spelling_surprise(const struct spelling *s, const char *letters, size_t n)
{
	unsigned int before, a = 0, b = 0;
	int nats = 0, bits;

	for (size_t i = 0; i < n; i++) {
		double p;

		before = a;
		a = b;
		b = symbol(letters[i]);
		p = s->likely[a][b];
		if (i > 0)
			p = share(s->triples[(before * GRAM_SYMBOLS + a) *
			    GRAM_SYMBOLS + b], s->pairs[before][a], p);
		nats += score_log((uint32_t)(1 / p));
	}
	bits = nats / NATS;
	return bits > BITS_MOST ? BITS_MOST : (unsigned int)bits;
}
