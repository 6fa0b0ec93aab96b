/* SPDX-License-Identifier: Apache-2.0 */
/* archive: whatever stands in a distribution file is delivered or named. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>

#include <archive.h>
#include <archive_entry.h>
#include <cmocka.h>

#include "unpack/archive.h"

static const struct unpack_limits limits = { 1 << 20, 1 << 16, 100, 2 };

static size_t
make_tar_gz(char *out, size_t room)
{
	struct archive		*a = archive_write_new();
	struct archive_entry	*e = archive_entry_new();
	size_t			 used;

	archive_write_add_filter_gzip(a);
	archive_write_set_format_ustar(a);
	archive_write_open_memory(a, out, room, &used);
	archive_entry_set_pathname(e, "p-1/setup.py");
	archive_entry_set_filetype(e, AE_IFREG);
	archive_entry_set_perm(e, 0644);
	archive_entry_set_size(e, 5);
	archive_write_header(a, e);
	archive_write_data(a, "a = 1", 5);
	archive_entry_free(e);
	archive_write_close(a);
	archive_write_free(a);
	return used;
}

static void
see(void *ctx, const struct entry *e)
{
	assert_string_equal(e->path, "p-1/setup.py");
	assert_string_equal(e->inner, "setup.py");
	assert_int_equal(e->size, 5);
	assert_memory_equal(e->data, "a = 1", 5);
	++*(int *)ctx;
}

static void
reads_an_sdist(void **state)
{
	char		file[16384];
	size_t		len = make_tar_gz(file, sizeof(file));
	struct features	f = { 0 };
	int		seen = 0;

	(void)state;
	archive_walk(&limits, "p-1.tar.gz", PACKAGE_SDIST, (uint8_t *)file, len,
	    see, &seen, &f);
	assert_int_equal(seen, 1);
	assert_int_equal(f.outcome, SCAN_SCANNED);
	features_release(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(reads_an_sdist) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
