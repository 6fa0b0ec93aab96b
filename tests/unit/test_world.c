/* SPDX-License-Identifier: Apache-2.0 */
/* world: who imports whom. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "flow/world.h"

/* Modules are read several times, in any order: the room for imports is for
 * different ones. */
static void
imports_are_kept_once(void **state)
{
	struct world *w = world_new();

	(void)state;
	for (int look = 0; look < 3; look++)
		for (w->at = 0; w->at < 5; w->at++) {
			world_import(w, "pkg");
			world_import(w, "pkg.net");
		}
	assert_int_equal(w->nedges, 10);
	w->at = 2;
	world_import(w, "pkg.late");
	assert_int_equal(w->nedges, 11);
	assert_int_equal(w->edges[10].from, 2);
	assert_true(world_reaches(w, "pkg", "late"));
	assert_false(world_reaches(w, "pkg", "other"));
	world_free(w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(imports_are_kept_once),
	};

	return cmocka_run_group_tests_name("world", tests, NULL, NULL);
}
