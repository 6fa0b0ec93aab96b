/* SPDX-License-Identifier: Apache-2.0 */
/*
 * near - which targets are at most so many edits away.
 * Takes: letters, an index.  Gives: entries with their distance.
 * Runs in: wherever names are compared.  Pure.
 */
#include "names/near.h"

#include <string.h>
#if defined(__x86_64__)
#include <immintrin.h>
#endif

#include "base/limits.h"
#include "names/index.h"

#define WORD_BITS 64
#define PASS_BATCH 256

/* Where each letter or digit stands in the pattern, a bit a place. */
struct pattern {
	uint64_t	 places[128];
	const char	*letters;
	size_t		 n;
};

static void
pattern_of(struct pattern *p, const char *letters, size_t n)
{
	p->letters = letters;
	p->n = n;
	memset(p->places, 0, sizeof(p->places));
	for (size_t i = 0; i < n && i < WORD_BITS; i++)
		p->places[letters[i] & 127] |= (uint64_t)1 << i;
}

static unsigned int
least(unsigned int a, unsigned int b)
{
	return a < b ? a : b;
}

/* Row by row, for names of more than 64 letters. */
static unsigned int
distance_rows(const char *a, size_t la, const char *b, size_t lb,
    unsigned int most)
{
	unsigned int rows[3][PROJECT_NAME_MAX + 1], best;

	if (la > PROJECT_NAME_MAX || lb > PROJECT_NAME_MAX)
		return most + 1;
	for (size_t j = 0; j <= lb; j++)
		rows[0][j] = (unsigned int)j;
	for (size_t i = 1; i <= la; i++) {
		unsigned int *now = rows[i % 3], *up = rows[(i + 2) % 3],
		    *two = rows[(i + 1) % 3];

		now[0] = best = (unsigned int)i;
		for (size_t j = 1; j <= lb; j++) {
			now[j] = least(up[j], now[j - 1]) + 1;
			now[j] = least(now[j], up[j - 1] +
			    (a[i - 1] != b[j - 1]));
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] &&
			    a[i - 2] == b[j - 1])
				now[j] = least(now[j], two[j - 2] + 1);
			best = least(best, now[j]);
		}
		/* a swap can still come from the row before */
		if (best > most + 1)
			return most + 1;
	}
	return least(rows[la % 3][lb], most + 1);
}

static unsigned int
distance_bits(const struct pattern *p, const char *text, size_t n,
    unsigned int most)
{
	uint64_t vp = ~(uint64_t)0, vn = 0, d0 = 0, before = 0, hp, hn;
	uint64_t top = (uint64_t)1 << (p->n - 1);
	size_t score = p->n;

	for (size_t i = 0; i < n; i++) {
		uint64_t pm = p->places[text[i] & 127];
		uint64_t swap = ((~d0 & pm) << 1) & before;

		d0 = (((pm & vp) + vp) ^ vp) | pm | vn | swap;
		hp = vn | ~(d0 | vp);
		hn = d0 & vp;
		score += (hp & top) != 0;
		score -= (hn & top) != 0;
		/* each letter that is left can take one away */
		if (score > most + (n - 1 - i))
			return most + 1;
		hp = hp << 1 | 1;
		hn <<= 1;
		vp = hn | ~(d0 | hp);
		vn = hp & d0;
		before = pm;
	}
	return score <= most ? (unsigned int)score : most + 1;
}

static unsigned int
pattern_distance(const struct pattern *p, const char *text, size_t n,
    unsigned int most)
{
	if (p->n == 0 || p->n > WORD_BITS)
		return distance_rows(p->letters, p->n, text, n, most);
	return distance_bits(p, text, n, most);
}

unsigned int
near_distance(const char *a, size_t la, const char *b, size_t lb,
    unsigned int most)
{
	struct pattern p;

	pattern_of(&p, a, la);
	return pattern_distance(&p, b, lb, most);
}

/*
 * The places in signs[0..n) that differ in at most `most` bits.  Written
 * without a branch, because which ones pass cannot be predicted.
 */
#define PASS_BODY						\
	size_t kept = 0;					\
								\
	for (uint32_t i = 0; i < n; i++) {			\
		out[kept] = i;					\
		kept += __builtin_popcountll(signs[i] ^ sign) <= most; \
	}							\
	return kept

static size_t
pass_plain(const uint64_t *signs, uint32_t n, uint64_t sign, int most,
    uint32_t *out)
{
	PASS_BODY;
}

#if defined(__x86_64__)
__attribute__((target("popcnt"))) static size_t
pass_popcnt(const uint64_t *signs, uint32_t n, uint64_t sign, int most,
    uint32_t *out)
{
	PASS_BODY;
}
#endif

#if defined(__x86_64__)
/* Eight at a time; few of them pass. */
__attribute__((target("avx512f,avx512vpopcntdq"))) static size_t
pass_wide(const uint64_t *signs, uint32_t n, uint64_t sign, int most,
    uint32_t *out)
{
	__m512i want = _mm512_set1_epi64((long long)sign);
	__m512i limit = _mm512_set1_epi64(most);
	size_t kept = 0;
	uint32_t i = 0;

	for (; i + 8 <= n; i += 8) {
		__m512i bits = _mm512_popcnt_epi64(_mm512_xor_si512(want,
		    _mm512_loadu_si512(signs + i)));
		unsigned int mask = _mm512_cmple_epi64_mask(bits, limit);

		for (; mask != 0; mask &= mask - 1)
			out[kept++] = i + (uint32_t)__builtin_ctz(mask);
	}
	for (; i < n; i++) {
		out[kept] = i;
		kept += __builtin_popcountll(signs[i] ^ sign) <= most;
	}
	return kept;
}
#endif

static size_t
pass(const uint64_t *signs, uint32_t n, uint64_t sign, int most, uint32_t *out)
{
#if defined(__x86_64__)
	if (__builtin_cpu_supports("avx512vpopcntdq"))
		return pass_wide(signs, n, sign, most, out);
	if (__builtin_cpu_supports("popcnt"))
		return pass_popcnt(signs, n, sign, most, out);
#endif
	return pass_plain(signs, n, sign, most, out);
}

const char *
near_letters(const struct targets *t, uint32_t entry, size_t *n)
{
	*n = t->entries[entry].nletters;
	return entry_letters(t, &t->entries[entry]);
}

bool
near_is_imitated(const struct targets *t, uint32_t entry)
{
	return entry_is_imitated(&t->entries[entry]);
}

/* Those of one length, in pieces that a stack can hold. */
static void
find_length(const struct targets *t, const struct pattern *p, uint64_t sign,
    size_t length, unsigned int most, near_found *found, void *ctx)
{
	uint32_t from = t->head->starts[length];
	uint32_t to = t->head->starts[length + 1];
	unsigned int gap = (unsigned int)(length > p->n ? length - p->n :
	    p->n - length);
	const char *text = t->near_text + t->head->text_starts[length];
	uint32_t passed[PASS_BATCH];

	/* an insertion changes one bit, a replacement two, a swap none */
	int bits = (int)(gap + 2 * (most - gap));

	for (; from < to; from += PASS_BATCH, text += PASS_BATCH * length) {
		uint32_t n = to - from < PASS_BATCH ? to - from : PASS_BATCH;
		size_t kept = pass(t->signs + from, n, sign, bits, passed);

		for (size_t i = 0; i < kept; i++) {
			unsigned int d = pattern_distance(p,
			    text + passed[i] * length, length, most);

			if (d <= most)
				found(ctx, t->members[from + passed[i]], d);
		}
	}
}

void
near_find(const struct targets *t, const char *letters, size_t n,
    unsigned int most, near_found *found, void *ctx)
{
	size_t from = n > most ? n - most : 1, to = n + most;
	uint64_t sign = index_sign(letters, n);
	struct pattern p;

	pattern_of(&p, letters, n);
	for (size_t length = from; length <= to && length <= PROJECT_NAME_MAX;
	    length++)
		find_length(t, &p, sign, length, most, found, ctx);
}
