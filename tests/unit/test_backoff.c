/* SPDX-License-Identifier: Apache-2.0 */
/* backoff: grows, spreads, honours the receiver, gives up in time. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "alert/backoff.h"
#include "base/limits.h"
#include "base/str.h"

static void
table(void **state)
{
	static const struct { uint32_t attempt; int64_t after, least, most; }
	rows[] = {
		{ 0, -1, 3750, 6250 },
		{ 1, -1, 3750, 6250 },
		{ 2, -1, 11250, 18750 },
		{ 3, -1, 45000, 75000 },
		{ 9, -1, 10800000, 18000000 },
		{ 1000000, -1, 10800000, 18000000 },
		{ 1, 0, 3750, 6250 },
		{ 1, 30, 30000, 34000 },
		{ 9, 1, 1000, 2100 },
		{ 1, INT64_MAX, RETRY_AFTER_MAX_S * 1000,
		    RETRY_AFTER_MAX_S * 1101 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		for (uint32_t dice = 0; dice < 4000000000u; dice += 99999989) {
			struct backoff b = { .attempt = rows[i].attempt,
			    .retry_after_s = rows[i].after, .dice = dice };
			int64_t ms = backoff_next(&b);

			assert_in_range(ms, rows[i].least, rows[i].most);
		}
}

static void
spreads(void **state)
{
	struct backoff b = { .attempt = 3, .retry_after_s = -1 };
	int64_t first = backoff_next(&b);

	(void)state;
	b.dice = 12345;
	assert_int_not_equal(first, backoff_next(&b));
}

static void
gives_up(void **state)
{
	struct backoff b = { .attempt = 4, .retry_after_s = -1,
	    .give_up_s = 1000, .age_s = 500 };

	(void)state;
	assert_true(backoff_next(&b) > 0);
	b.age_s = 990;
	assert_int_equal(backoff_next(&b), -1);
	b.give_up_s = 0;
	assert_true(backoff_next(&b) > 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(table),
		cmocka_unit_test(spreads),
		cmocka_unit_test(gives_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
