/* SPDX-License-Identifier: Apache-2.0 */
/* near - the same targets at the same distance as by brute force. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/str.h"
#include "names/near.h"

static const struct { const char *a, *b; unsigned int distance; } pairs[] = {
	{ "requests", "requests", 0 }, { "reqeusts", "requests", 1 },
	{ "requsts", "requests", 1 }, { "requessts", "requests", 1 },
	{ "rewuests", "requests", 1 }, { "rqeeusts", "requests", 2 },
	{ "ca", "abc", 3 },	/* no part is edited twice */
	{ "a", "", 1 }, { "", "ab", 2 }, { "", "", 0 },
	{ "abcdef", "badcfe", 3 },
};

/* The textbook's way, with a table for the whole of both. */
static unsigned int
brute(const char *a, size_t la, const char *b, size_t lb)
{
	static unsigned int d[PROJECT_NAME_MAX + 2][PROJECT_NAME_MAX + 2];

	for (size_t i = 0; i <= la; i++)
		for (size_t j = 0; j <= lb; j++) {
			unsigned int best = (unsigned int)(i == 0 ? j : i);

			if (i > 0 && j > 0) {
				best = d[i - 1][j - 1] + (a[i - 1] != b[j - 1]);
				if (d[i - 1][j] + 1 < best)
					best = d[i - 1][j] + 1;
				if (d[i][j - 1] + 1 < best)
					best = d[i][j - 1] + 1;
			}
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] &&
			    a[i - 2] == b[j - 1] && d[i - 2][j - 2] + 1 < best)
				best = d[i - 2][j - 2] + 1;
			d[i][j] = best;
		}
	return d[la][lb];
}

static void
distances(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(pairs); i++)
		for (unsigned int most = 0; most < 4; most++) {
			unsigned int want = pairs[i].distance <= most ?
			    pairs[i].distance : most + 1;

			assert_int_equal(near_distance(pairs[i].a,
			    strlen(pairs[i].a), pairs[i].b,
			    strlen(pairs[i].b), most), want);
		}
}

static uint32_t
next_random(uint32_t *state)
{
	*state = *state * 1664525u + 1013904223u;
	return *state >> 8;
}

/* Letters of a small alphabet, so that much is near. */
static size_t
random_letters(char *out, size_t least, size_t most, uint32_t *state)
{
	size_t n = least + next_random(state) % (most - least + 1);

	for (size_t i = 0; i < n; i++)
		out[i] = "abcd1"[next_random(state) % 5];
	out[n] = '\0';
	return n;
}

static void
distances_random(void **state)
{
	char a[PROJECT_NAME_MAX + 1], b[PROJECT_NAME_MAX + 1];
	uint32_t seed = 7;

	(void)state;
	for (int i = 0; i < 20000; i++) {
		size_t most_letters = i % 100 == 0 ? 150 : 12;
		size_t la = random_letters(a, 1, most_letters, &seed);
		size_t lb = random_letters(b, 1, most_letters, &seed);
		unsigned int d = brute(a, la, b, lb), most = (unsigned int)i % 4;

		assert_int_equal(near_distance(a, la, b, lb, most),
		    d <= most ? d : most + 1);
	}
}

struct hits {
	uint8_t *distance;	/* of each entry, plus one; 0 not found */
	size_t n;
};

static void
on_found(void *ctx, uint32_t entry, unsigned int distance)
{
	struct hits *h = ctx;

	assert_int_equal(h->distance[entry], 0);
	h->distance[entry] = (uint8_t)(distance + 1);
	h->n++;
}

/* Every target within the distance, and no other. */
static void
found_all(const struct targets *t, const char *name, size_t n,
    unsigned int most)
{
	size_t count = targets_count(t);
	struct hits h = { mem_array(count, 1), 0 };

	near_find(t, name, n, most, on_found, &h);
	for (uint32_t i = 0; i < count; i++) {
		size_t len;
		const char *letters = near_letters(t, i, &len);
		unsigned int d = brute(name, n, letters, len);

		if (near_is_imitated(t, i) && d <= most)
			assert_int_equal(h.distance[i], d + 1);
		else
			assert_int_equal(h.distance[i], 0);
	}
	free(h.distance);
}

static void
index_random(void **state)
{
	enum { N = 600 };
	static char names[N][40];
	struct target list[N];
	struct buf b = BUF_EMPTY;
	struct targets *t;
	uint32_t seed = 99;
	char name[40];

	(void)state;
	memset(list, 0, sizeof(list));
	for (size_t i = 0; i < N; i++) {
		random_letters(names[i], 1, i % 50 == 0 ? 30 : 9, &seed);
		list[i].name = names[i];
		list[i].rank = (uint32_t)i + 1;
	}
	targets_build(list, N, &b);
	t = targets_open(b.data, b.len, NULL);
	assert_non_null(t);
	for (int i = 0; i < 300; i++) {
		size_t n = random_letters(name, 1, 10, &seed);

		found_all(t, name, n, (unsigned int)i % (NEAR_MOST + 1));
	}
	targets_free(t);
	buf_release(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(distances), cmocka_unit_test(distances_random),
		cmocka_unit_test(index_random),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
