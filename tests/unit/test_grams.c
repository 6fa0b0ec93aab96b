/* SPDX-License-Identifier: Apache-2.0 */
/*
 * grams - which three letters in a row are usual, and how much luck a name
 * takes.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "base/str.h"
#include "names/grams.h"

static const char *const words[] = { "table", "cable", "stable", "tablet",
	"request", "quest", "question", "tested", "rested", "nested" };

static uint16_t *
taught(void)
{
	uint16_t *grams = mem_array(GRAM_COUNT, sizeof(*grams));

	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		grams_add(grams, words[i], strlen(words[i]));
	return grams;
}

static unsigned int
rarest(const uint16_t *grams, const char *name, const char *target)
{
	return grams_rarest(grams, name, strlen(name), target, strlen(target));
}

static void
slips(void **state)
{
	uint16_t *grams = taught();

	(void)state;
	/* "bk" and "kl" are in no word; "ested" is in three */
	assert_int_equal(rarest(grams, "tabkle", "table"), 0);
	assert_int_equal(rarest(grams, "tquest", "quest"), 0);
	assert_int_equal(rarest(grams, "nested", "neste"), 3);
	/* nothing that the target has not */
	assert_int_equal(rarest(grams, "table", "table"), GRAM_MOST);
	assert_int_equal(rarest(grams, "", "table"), GRAM_MOST);
	assert_int_equal(rarest(grams, "ab", ""), 0);
	free(grams);
}

static void
surprises(void **state)
{
	uint16_t *grams = taught();
	struct spelling *s = spelling_new(grams);

	(void)state;
	assert_true(spelling_surprise(s, "nested", 6) <
	    spelling_surprise(s, "xqzjkw", 6));
	assert_true(spelling_surprise(s, "table", 5) <
	    spelling_surprise(s, "tablex9", 7));
	assert_int_equal(spelling_surprise(s, "", 0), 0);
	spelling_free(s);
	free(grams);
}

/* A count that is full stays so, and a long name has a bound. */
static void
ends(void **state)
{
	uint16_t *grams = mem_array(GRAM_COUNT, sizeof(*grams));
	struct spelling *s;
	char text[101];

	(void)state;
	for (size_t i = 0; i < GRAM_MOST + 10u; i++)
		grams_add(grams, "abc", 3);
	assert_int_equal(rarest(grams, "zabc", "zab"), GRAM_MOST);
	s = spelling_new(grams);
	memset(text, 'q', sizeof(text));
	assert_int_equal(spelling_surprise(s, text, 100), 255);
	spelling_free(s);
	free(grams);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(slips),
		cmocka_unit_test(surprises),
		cmocka_unit_test(ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
