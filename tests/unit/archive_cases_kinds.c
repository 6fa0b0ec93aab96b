/* SPDX-License-Identifier: Apache-2.0 */
/* archive_cases_kinds - every kind of file that an index has ever taken, and
 * the hostile forms of those that are rare. */
#include "archive_cases.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"

/* ---- by filter ------------------------------------------------------------ */

static void
lzma_sdist(struct buf *out)
{
	pack_by("lzma", out);
}

static void
zstd_sdist(struct buf *out)
{
	pack_by("zstd", out);
}

static void
compress_sdist(struct buf *out)
{
	pack_by("compress", out);
}

static void
bzip2_trailing(struct buf *out)
{
	pack_by("bzip2", out);
	buf_adds(out, "MZ and more");
}

static void
xz_trailing(struct buf *out)
{
	pack_by("xz", out);
	buf_adds(out, "MZ and more");
}

static void
bzip2_cut(struct buf *out)
{
	pack_by("bzip2", out);
	out->len -= 10;
}

static void
twice(const char *filter, struct buf *out)
{
	struct buf once = BUF_EMPTY;

	pack_by(filter, &once);
	filter_add(out, filter, once.data, once.len);
	buf_release(&once);
}

static void
bzip2_twice(struct buf *out)
{
	twice("bzip2", out);
}

static void
xz_twice(struct buf *out)
{
	twice("xz", out);
}

/* The payload's file stands behind much that is nothing. */
static void
bomb_of(const char *filter, struct buf *out)
{
	struct buf	 t = BUF_EMPTY;
	char		*zeros = mem_alloc(12 << 20);

	tar_add(&t, &(struct tar_spec){ .name = "p-1/a/big", .data = zeros,
	    .len = 3 << 20 });
	tar_file(&t, "p-1/setup.py", "import setuptools\n");
	tar_add(&t, &(struct tar_spec){ .name = "p-1/z/big", .data = zeros,
	    .len = 12 << 20 });
	tar_end(&t);
	filter_add(out, filter, t.data, t.len);
	buf_release(&t);
	free(zeros);
}

static void
bzip2_bomb(struct buf *out)
{
	bomb_of("bzip2", out);
}

static void
xz_bomb(struct buf *out)
{
	bomb_of("xz", out);
}

static void
bzip2_odd(struct buf *out)
{
	struct buf t = BUF_EMPTY;

	honest_tar(&t);
	tar_file(&t, "../../x.pth", "import os\n");
	tar_add(&t, &(struct tar_spec){ .name = "p-1/dev", .type = '3' });
	tar_add(&t, &(struct tar_spec){ .name = "p-1/conftest.py",
	    .type = '2', .link = "../../../etc/passwd" });
	tar_end(&t);
	filter_add(out, "bzip2", t.data, t.len);
	buf_release(&t);
}

/* ---- zips that are no wheels ---------------------------------------------- */

static void
zip_sdist(struct buf *out)
{
	struct zip_builder z = { 0 };

	zip_add(&z, &(struct zip_spec){ .name = "p-1/", .data = "" });
	zip_file(&z, "p-1/p/mod.py", "x = 1\n");
	zip_file(&z, "p-1/PKG-INFO", "Name: p\n");
	zip_file(&z, "p-1/setup.py", "import setuptools\n");
	zip_finish(&z, out, NULL);
}

/* What eats the budget comes first in the file, setup.py last. */
static void
zip_exhausting(struct buf *out)
{
	struct zip_builder z = { 0 };
	char	*zeros = mem_alloc(1 << 20), name[32] = "p-1/a0.py";

	memset(zeros, ' ', 60000);
	for (int i = 0; i < 45; i++) {
		name[4] = (char)('a' + i % 26);
		name[5] = (char)('0' + i / 26);
		zip_add(&z, &(struct zip_spec){ .name = name, .data = zeros,
		    .len = 60000, .method = 8 });
	}
	zip_file(&z, "p-1/PKG-INFO", "Name: p\n");
	zip_file(&z, "p-1/setup.py", "import setuptools\n");
	zip_finish(&z, out, NULL);
	free(zeros);
}

static void
zip_encrypted(struct buf *out)
{
	struct zip_builder z = { 0 };

	zip_file(&z, "p-1/PKG-INFO", "Name: p\n");
	zip_add(&z, &(struct zip_spec){ .name = "p-1/setup.py",
	    .data = "0123456789abcdef", .flags = 1 });
	zip_finish(&z, out, NULL);
}

static void
encrypted_inside(struct buf *out)
{
	struct zip_builder z = { 0 };
	struct buf inner = BUF_EMPTY;

	zip_encrypted(&inner);
	zip_file(&z, "p-1/PKG-INFO", "Name: p\n");
	zip_add(&z, &(struct zip_spec){ .name = "p-1/data.bin",
	    .data = inner.data, .len = inner.len });
	zip_finish(&z, out, NULL);
	buf_release(&inner);
}

static void
egg_hostile(struct buf *out)
{
	struct zip_builder z = { 0 };

	zip_file(&z, "EGG-INFO/PKG-INFO", "Name: p\n");
	zip_add(&z, &(struct zip_spec){ .name = "p.py", .data = "x = 1\n",
	    .local_name = "q.py" });
	zip_add(&z, &(struct zip_spec){ .name = "sitecustomize.py",
	    .data = "x = 2\n", .unlisted = true });
	zip_file(&z, "../p.pth", "import os\n");
	zip_finish(&z, out, NULL);
}

/* ---- installers ----------------------------------------------------------- */

static void
program(struct buf *out)
{
	buf_adds(out, "MZ a program");
}

static void
database(struct buf *out)
{
	buf_add(out, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 and tables", 19);
}

static void
red_hat(struct buf *out)
{
	buf_add(out, "\xed\xab\xee\xdb\x03\0 and a cpio", 17);
}

static void
debian(struct buf *out)
{
	buf_adds(out, "!<arch>\ndebian-binary   0           0     0     100644"
	    "  4         `\n2.0\n");
}

static void
database_and_zip(struct buf *out)
{
	struct zip_builder z = { 0 };

	database(&z.file);
	z.base = z.file.len;
	zip_file(&z, "p.pth", "import os\n");
	zip_finish(&z, out, NULL);
}

/* ---- the table ------------------------------------------------------------ */

const struct archive_case archive_cases_kinds[] = {
	{ "lzma", "p-1.tar.lzma", lzma_sdist, false },
	{ "lzma named .tar.xz, which pip takes", "p-1.tar.xz", lzma_sdist,
	    false },
	{ "zstd", "p-1.tar.zst", zstd_sdist, false },
	{ "compress", "p-1.tar.Z", compress_sdist, false },
	{ "bzip2 named .tar.gz", "p-1.tar.gz", bzip2_twice, false },
	{ "garbage behind bzip2", "p-1.tar.bz2", bzip2_trailing, false },
	{ "garbage behind xz", "p-1.tar.xz", xz_trailing, false },
	{ "bzip2 cut short", "p-1.tar.bz2", bzip2_cut, false },
	{ "bzip2 in bzip2", "p-1.tar.bz2", bzip2_twice, false },
	{ "xz in xz", "p-1.tar.xz", xz_twice, false },
	{ "a bzip2 bomb around setup.py", "p-1.tar.bz2", bzip2_bomb, false },
	{ "an xz bomb around setup.py", "p-1.tar.xz", xz_bomb, false },
	{ "bzip2 with odd members", "p-1.tbz2", bzip2_odd, false },
	{ "a zip as source archive", "p-1.zip", zip_sdist, false },
	{ "a zip that exhausts before setup.py", "p-1.zip", zip_exhausting,
	    false },
	{ "a zip with an encrypted setup.py", "p-1.zip", zip_encrypted,
	    false },
	{ "an encrypted zip inside", "p-1.zip", encrypted_inside, false },
	{ "an egg of two views", "p-1-py3.11.egg", egg_hostile, false },
	{ "wininst", "p-1.win32-py2.7.exe", program, false },
	{ "wininst that is a tar file", "p-1.win32-py2.7.exe", plain_tar,
	    false },
	{ "msi", "p-1.win32-py2.7.msi", database, false },
	{ "msi with a zip behind it", "p-1.win32-py2.7.msi",
	    database_and_zip, false },
	{ "rpm", "p-1-1.noarch.rpm", red_hat, false },
	{ "deb", "p_1_all.deb", debian, false },
	{ "dmg", "p-1.dmg", program, false },
	{ "rpm named .tar.gz", "p-1.tar.gz", red_hat, false },
};
const size_t archive_cases_kinds_n = ARRAY_LEN(archive_cases_kinds);
