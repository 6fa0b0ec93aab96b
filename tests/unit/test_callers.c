/* SPDX-License-Identifier: Apache-2.0 */
/* callers: sets of marks that are part of none, room for a few, who passes
 * what. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "flow/callers.h"

static void
keeps_what_is_part_of_none(void **state)
{
	struct callers c = { .n = 0 };

	(void)state;
	callers_add(&c, 1);
	callers_add(&c, 2);
	assert_int_equal(c.n, 2);
	callers_add(&c, 3);
	assert_int_equal(c.n, 1);
	callers_add(&c, 2);
	assert_int_equal(c.n, 1);
	assert_int_equal(callers_marks(&c), 3);
}

static void
asks_one_caller(void **state)
{
	struct callers c = { .n = 0 };

	(void)state;
	assert_true(callers_pass(&c, 3, 3, 0));
	assert_false(callers_pass(&c, 1, 3, 0));
	callers_add(&c, 1 | 8);
	callers_add(&c, 2 | 4);
	assert_true(callers_pass(&c, 0, 1, 0));
	assert_false(callers_pass(&c, 0, 1 | 2, 0));
	assert_true(callers_pass(&c, 2, 1 | 2, 0));
	assert_true(callers_pass(&c, 0, 1, 8));
	assert_false(callers_pass(&c, 0, 1, 4));
	assert_true(callers_pass(&c, 4, 1, 4));
}

/* Of many, nothing that one of them passes is lost. */
static void
joins_the_rest(void **state)
{
	struct callers c = { .n = 0 };

	(void)state;
	for (int i = 0; i < 40; i++)
		callers_add(&c, UINT64_C(3) << i);
	assert_true(c.n <= CALLERS_MOST);
	for (int i = 0; i < 40; i++)
		assert_true(callers_pass(&c, 0, UINT64_C(3) << i, 0));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keeps_what_is_part_of_none),
		cmocka_unit_test(asks_one_caller),
		cmocka_unit_test(joins_the_rest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
