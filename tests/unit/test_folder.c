/* SPDX-License-Identifier: Apache-2.0 */
/* test_folder - what a walk shows, in which order, and how it ends. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/folder.h"
#include "base/mem.h"
#include "base/str.h"

struct seen {
	struct buf	 names;
	const char	*stop_at;
};

static int
on_entry(void *ctx, const FTSENT *e)
{
	struct seen *s = ctx;

	if (e->fts_info == FTS_DP)
		return 0;
	buf_addf(&s->names, "%s%s ", e->fts_name,
	    FOLDER_UNREADABLE(e) ? "?" : e->fts_info == FTS_SL ? "@" : "");
	return str_equal(e->fts_name, s->stop_at) ? 7 : 0;
}

static void
below(const char *top, const char *name, const char *link)
{
	char	*path = mem_printf("%s/%s", top, name);
	int	 rc = link != NULL ? symlink(link, path) : mkdir(path, 0700);

	assert_int_equal(rc, 0);
	free(path);
}

static void
is_walked(const char *path, const char *stop_at, int rc, const char *names)
{
	struct seen	s = { .stop_at = stop_at };
	int		error;

	assert_int_equal(folder_walk(path, on_entry, &s, &error), rc);
	assert_int_equal(error, 0);
	assert_string_equal(buf_text(&s.names), names);
	buf_release(&s.names);
}

static void
walks_by_name_and_follows_no_link(void **state)
{
	char	 top[] = "top-XXXXXX", *link;

	(void)state;
	assert_non_null(mkdtemp(top));
	below(top, "b", NULL);
	below(top, "a", NULL);
	below(top, "a/z", NULL);
	below(top, "loop", ".");
	link = mem_printf("%s/loop", top);
	is_walked(link, "none", 0, "loop a z b loop@ ");
	is_walked(link, "z", 7, "loop a z ");
	is_walked("top-missing", "none", 0, "top-missing? ");
	for (const char *const *n = (const char *const[]){ "a/z", "a", "b",
	    "loop", "", NULL }; *n != NULL; n++) {
		char *path = mem_printf("%s/%s", top, *n);

		assert_true(rmdir(path) == 0 || unlink(path) == 0);
		free(path);
	}
	free(link);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(walks_by_name_and_follows_no_link),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
