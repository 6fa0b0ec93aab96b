/* SPDX-License-Identifier: Apache-2.0 */
/*
 * shape - a normalised name taken apart.
 * Takes: a normalised name.  Gives: letters, words, hashes of every start.
 * Runs in: wherever names are compared.  Pure.
 */
#include "names/shape.h"

#include <string.h>

#define HASH_BASE 0x9e3779b97f4a7c55u	/* odd; the golden ratio's digits */

#define P1(a) (a), (a) * HASH_BASE
#define B2 (HASH_BASE * HASH_BASE)
#define P2(a) P1(a), P1((a) * B2)
#define B4 (B2 * B2)
#define P3(a) P2(a), P2((a) * B4)
#define B8 (B4 * B4)
#define P4(a) P3(a), P3((a) * B8)
#define B16 (B8 * B8)
#define P5(a) P4(a), P4((a) * B16)
#define B32 (B16 * B16)
#define P6(a) P5(a), P5((a) * B32)
#define B64 (B32 * B32)
#define P7(a) P6(a), P6((a) * B64)
#define B128 (B64 * B64)

const uint64_t hash_powers[256] = { P7((uint64_t)1), P7(B128) };
_Static_assert(PROJECT_NAME_MAX < 256, "a power for every length");

uint64_t
hash_letters(const char *s, size_t n)
{
	uint64_t h = 0;

	for (size_t i = 0; i < n; i++)
		h = h * HASH_BASE + (uint8_t)s[i];
	return h;
}

static void
words_of(struct shape *s)
{
	size_t at = 0, start = 0;

	for (size_t i = 0; i <= s->name_len; i++) {
		if (i < s->name_len && s->name[i] != '-') {
			at++;
			continue;
		}
		if (s->nwords == NAME_WORDS_MAX) {
			s->nwords = 0;
			return;
		}
		s->words[s->nwords++] = (struct word){ (uint8_t)start,
		    (uint8_t)(at - start) };
		start = at;
	}
}

void
shape_of(const char *name, size_t len, struct shape *s)
{
	s->name = name;
	s->name_len = len;
	s->n = s->nwords = 0;
	s->hash[0] = 0;
	for (size_t i = 0; i < len; i++) {
		if (name[i] == '-')
			continue;
		s->hash[s->n + 1] = s->hash[s->n] * HASH_BASE +
		    (uint8_t)name[i];
		s->letters[s->n++] = name[i];
	}
	s->letters[s->n] = '\0';
	words_of(s);
}

bool
shape_is_edge(const struct shape *s, size_t at)
{
	if (at == 0 || at == s->n)
		return true;
	for (size_t i = 1; i < s->nwords; i++)
		if (s->words[i].at == at)
			return true;
	return false;
}

bool
shape_crosses(const struct shape *s, size_t from, size_t to)
{
	for (size_t i = 1; i < s->nwords; i++)
		if (s->words[i].at > from && s->words[i].at < to)
			return true;
	return false;
}
