/* SPDX-License-Identifier: Apache-2.0 */
/*
 * shapes: whole little packages through inspect and judge.  Hostile ones
 * alert, honest look-alikes do not.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "inspect_tools.h"
#include "shapes.h"

/* Runs every package of a text; gives how many are on the wrong side.
 * Hostile packages bring proper metadata, which may not save them; honest ones
 * say nothing about themselves, which may not condemn them. */
static unsigned int
run(const struct inspect_tools *t, const char *file, bool hostile,
    unsigned int *packages)
{
	size_t n;
	struct shape *shapes = shapes_read(file, &n);
	unsigned int wrong = 0;

	for (size_t i = 0; i < n; i++) {
		struct features f;
		unsigned int score = shape_score(t, &shapes[i], hostile, &f);

		if ((score >= 60) != hostile) {
			print_message("%s %u\n", shapes[i].name, score);
			inspect_tools_print(&f);
			wrong++;
		}
		features_release(&f);
	}
	shapes_free(shapes, n);
	*packages = (unsigned int)n;
	return wrong;
}

static void
hostile_ones_alert(void **state)
{
	unsigned int n, wrong = run(*state,
	    "tests/fixtures/shapes/hostile.txt", true, &n);

	print_message("%u of %u hostile shapes missed\n", wrong, n);
	assert_true(n >= 40);
	assert_int_equal(wrong, 0);
}

/* Import-time payloads, start-up hooks, build hooks, modern endpoints. */
static void
modern_ones_alert(void **state)
{
	unsigned int n, wrong = run(*state,
	    "tests/fixtures/shapes/hostile-modern.txt", true, &n);

	print_message("%u of %u modern hostile shapes missed\n", wrong, n);
	assert_true(n >= 100);
	assert_int_equal(wrong, 0);
}

static void
honest_ones_do_not(void **state)
{
	unsigned int n, wrong = run(*state,
	    "tests/fixtures/shapes/honest.txt", false, &n);

	print_message("%u of %u honest shapes alert\n", wrong, n);
	assert_true(n >= 40);
	assert_int_equal(wrong, 0);
}

/* Every kind of honest package that is known to look guilty. */
static void
lookalikes_do_not(void **state)
{
	unsigned int n, wrong = run(*state,
	    "tests/fixtures/shapes/honest-lookalikes.txt", false, &n);

	print_message("%u of %u honest look-alikes alert\n", wrong, n);
	assert_true(n >= 90);
	assert_int_equal(wrong, 0);
}

/* Values through trees, modules, callbacks and files; and who does nearly the
 * same for a reason. */
static void
flows_alert(void **state)
{
	unsigned int n, wrong = run(*state,
	    "tests/fixtures/shapes/hostile-flow.txt", true, &n);

	print_message("%u of %u hostile flows missed\n", wrong, n);
	assert_true(n >= 30);
	assert_int_equal(wrong, 0);
}

static void
honest_flows_do_not(void **state)
{
	unsigned int n, wrong = run(*state,
	    "tests/fixtures/shapes/honest-flow.txt", false, &n);

	print_message("%u of %u honest flows alert\n", wrong, n);
	assert_true(n >= 15);
	assert_int_equal(wrong, 0);
}

/* Functions kept as values, and interpreters that are told what to execute. */
static void
values_alert(void **state)
{
	unsigned int n, wrong = run(*state,
	    "tests/fixtures/shapes/hostile-values.txt", true, &n);

	print_message("%u of %u hostile values missed\n", wrong, n);
	assert_true(n >= 130);
	assert_int_equal(wrong, 0);
}

static void
honest_values_do_not(void **state)
{
	unsigned int n, wrong = run(*state,
	    "tests/fixtures/shapes/honest-values.txt", false, &n);

	print_message("%u of %u honest values alert\n", wrong, n);
	assert_true(n >= 60);
	assert_int_equal(wrong, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hostile_ones_alert),
		cmocka_unit_test(modern_ones_alert),
		cmocka_unit_test(honest_ones_do_not),
		cmocka_unit_test(lookalikes_do_not),
		cmocka_unit_test(flows_alert),
		cmocka_unit_test(honest_flows_do_not),
		cmocka_unit_test(values_alert),
		cmocka_unit_test(honest_values_do_not),
	};

	return cmocka_run_group_tests(tests, inspect_tools_setup,
	    inspect_tools_teardown);
}
