/* SPDX-License-Identifier: Apache-2.0 */
/*
 * literals: the words that a search for each of them finds, each told once, at
 * any place of a text and over the blocks in which it is read.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "base/str.h"
#include "inspect/rules/literals.h"

#define WORDS 200
#define TEXT_MOST 70000		/* some blocks */

struct word { char text[48]; size_t len; unsigned int told; };

static uint32_t seed = 5;

static uint32_t
dice(uint32_t n)
{
	seed = seed * 1664525 + 1013904223;
	return (seed >> 8) % n;
}

/* Few letters, so that words stand in texts and begin alike. */
static char
any_byte(void)
{
	static const char letters[] = "abcab no(=.\xe9";	/* and NUL */

	return letters[dice(sizeof(letters))];
}

static void
told(void *ctx, uint32_t word)
{
	((struct word *)ctx)[word].told++;
}

static bool
stands(const struct word *w, const char *text, size_t n)
{
	for (size_t i = 0; i + w->len <= n; i++) {
		size_t k = 0;

		while (k < w->len && literals_plain(text[i + k]) == w->text[k])
			k++;
		if (k == w->len)
			return true;
	}
	return false;
}

static void
agree(const struct literals *l, struct word *words, uint32_t nwords,
    const char *text, size_t n)
{
	char *exact = mem_alloc(n + 1);	/* the end is a fence for valgrind */

	memcpy(exact, text, n);
	for (uint32_t i = 0; i < nwords; i++)
		words[i].told = 0;
	literals_find(l, (const uint8_t *)exact, n, told, words);
	for (uint32_t i = 0; i < nwords; i++)
		assert_int_equal(words[i].told, stands(&words[i], text, n));
	free(exact);
}

/* Words of each length, the same once. */
static struct literals *
words_make(struct word *words, uint32_t *nwords)
{
	struct literals *l = literals_new();

	*nwords = 0;
	for (uint32_t i = 0; i < WORDS; i++) {
		struct word w = { .len = LITERAL_LEAST + i % 12 };
		uint32_t number;

		if (i % 40 == 39)
			w.len = 40;
		for (size_t k = 0; k < w.len; k++)
			w.text[k] = any_byte();
		number = literals_add(l, w.text, w.len);
		assert_true(number <= *nwords);
		assert_int_equal(literals_add(l, w.text, w.len), number);
		if (number < *nwords) {
			assert_memory_equal(words[number].text, w.text, w.len);
			continue;
		}
		words[(*nwords)++] = w;
	}
	return l;
}

static void
finds_what_stands(void **state)
{
	static char text[TEXT_MOST];
	static struct word words[WORDS];
	uint32_t nwords;
	struct literals *l = words_make(words, &nwords);

	(void)state;
	for (int round = 0; round < 60; round++) {
		size_t n = dice(round < 50 ? 300 : TEXT_MOST);

		for (size_t i = 0; i < n; i++) {
			text[i] = any_byte();
			if (text[i] >= 'a' && text[i] <= 'z' && dice(2) == 0)
				text[i] = (char)(text[i] - 'a' + 'A');
			else if (text[i] == ' ')
				text[i] = "\t\n\v\f\r "[dice(6)];
		}
		agree(l, words, nwords, text, n);
	}
	literals_free(l);
}

/* One word of each length alone, at each place around where blocks meet, and
 * at both ends. */
static void
finds_at_any_place(void **state)
{
	static char text[40000];
	static const size_t meet = 16384;

	(void)state;
	for (size_t len = LITERAL_LEAST; len < 30; len += 1 + len / 9) {
		struct word w = { .len = len };
		struct literals *l = literals_new();

		memset(text, '-', sizeof(text));
		for (size_t k = 0; k < len; k++)
			w.text[k] = (char)('a' + k % 26);
		assert_int_equal(literals_add(l, w.text, len), 0);
		for (size_t at = meet - 40; at < meet + 40; at++) {
			memcpy(text + at, w.text, len);
			agree(l, &w, 1, text, sizeof(text));
			assert_int_equal(w.told, 1);
			agree(l, &w, 1, text, at + len);
			assert_int_equal(w.told, 1);
			agree(l, &w, 1, text + at, len);
			assert_int_equal(w.told, 1);
			agree(l, &w, 1, text, at + len - 1);
			assert_int_equal(w.told, 0);
			memset(text + at, '-', len);
		}
		literals_free(l);
	}
}

/* Of three letters any fourth may follow, none too. */
static void
finds_three_letters(void **state)
{
	struct word w = { .text = "abc", .len = 3 };
	struct literals *l = literals_new();

	(void)state;
	assert_int_equal(literals_add(l, "abc", 3), 0);
	for (int c = 0; c < 256; c++) {
		char text[] = "xABC?";

		text[4] = (char)c;
		agree(l, &w, 1, text, 5);
		assert_int_equal(w.told, 1);
	}
	agree(l, &w, 1, "abc", 3);
	assert_int_equal(w.told, 1);
	literals_free(l);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_what_stands),
		cmocka_unit_test(finds_at_any_place),
		cmocka_unit_test(finds_three_letters),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
