/* SPDX-License-Identifier: Apache-2.0 */
/* archive in a locked-down child: after archive_warm it needs no system call
 * that the sandbox refuses, whatever the archive. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <locale.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "archive_builder.h"
#include "base/sandbox.h"
#include "base/str.h"
#include "unpack/archive.h"

static const struct unpack_limits limits = { 64 << 20, 1 << 20, 20000, 2 };

static void
count(void *ctx, const struct entry *e)
{
	(void)e;
	++*(unsigned int *)ctx;
}

/* Enough members that their names no longer fit the stack of qsort. */
static void
build_tar(const char *filter, struct buf *out)
{
	struct buf	t = BUF_EMPTY;
	char		name[64];

	for (int i = 0; i < 3000; i++) {
		snprintf(name, sizeof(name), "p-1/\xc3\xa9%d.py", i);
		tar_pax(&t, "path", name, strlen(name));
		tar_file(&t, "p-1/x", "x = 1\n");
	}
	tar_end(&t);
	if (filter == NULL)
		gzip_add(out, t.data, t.len);
	else
		filter_add(out, filter, t.data, t.len);
	buf_release(&t);
}

static void
build_zip(struct buf *out)
{
	struct zip_builder	z = { 0 };
	char			name[64];

	zip_file(&z, "p-1.dist-info/RECORD", "p/x0.py,sha256=47DEQpj8HBSa-_"
	    "TImW-5JCeuQeRkm5NMpJWZG3hSuFU,0\n");
	for (int i = 0; i < 3000; i++) {
		snprintf(name, sizeof(name), "p/x%d.py", i);
		zip_file(&z, name, "x = 1\n");
	}
	zip_add(&z, &(struct zip_spec){ .name = "p/long", .method = 8,
	    .data = "too long for what is said", .size_lie = -4 });
	zip_end(&z, NULL);
	buf_add(out, z.file.data, z.file.len);
	buf_release(&z.file);
}

static int
walk_locked(const char *name, const struct buf *file, unsigned int least)
{
	int	status;
	pid_t	child = fork();

	if (child == 0) {
		unsigned int	n = 0;
		struct features	f = { 0 };

		sandbox_enter(SANDBOX_WORKER_CHILD, SANDBOX_BEST_EFFORT);
		archive_walk(&limits, name, packagetype_from_filename(name),
		    (const uint8_t *)file->data, file->len, count, &n, &f);
		_exit(n >= least && f.outcome != SCAN_UNSCANNABLE ? 0 : 1);
	}
	assert_int_not_equal(child, -1);
	assert_int_equal(waitpid(child, &status, 0), child);
	return status;
}

static const struct { const char *filter, *name; } packings[] = {
	{ NULL, "p-1.tar.gz" }, { "bzip2", "p-1.tar.bz2" },
	{ "xz", "p-1.tar.xz" }, { "lzma", "p-1.tar.lzma" },
	{ "zstd", "p-1.tar.zst" }, { "compress", "p-1.tar.Z" },
};

static void
walks_locked_down(void **state)
{
	struct buf	file = BUF_EMPTY;

	(void)state;
	assert_non_null(setlocale(LC_CTYPE, "C.UTF-8"));
	archive_warm();
	for (size_t i = 0; i < ARRAY_LEN(packings); i++) {
		build_tar(packings[i].filter, &file);
		assert_int_equal(walk_locked(packings[i].name, &file, 3000),
		    0);
		buf_reset(&file);
	}
	build_zip(&file);
	assert_int_equal(walk_locked("p-1-py3-none-any.whl", &file, 3000), 0);
	buf_release(&file);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(walks_locked_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
