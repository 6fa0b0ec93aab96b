/* SPDX-License-Identifier: Apache-2.0 */
/* archive_cases_tar - source archives that are tar files. */
#include "archive_cases.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"

void
honest_tar(struct buf *t)
{
	tar_add(t, &(struct tar_spec){ .name = "p-1/", .type = '5' });
	tar_file(t, "p-1/data.bin", "data");
	tar_file(t, "p-1/p/mod.py", "x = 1\n");
	tar_file(t, "p-1/p/__init__.py", "");
	tar_file(t, "p-1/setup.py", "import setuptools\n");
	tar_file(t, "p-1/PKG-INFO", "Name: p\n");
}

/* Ends the tar and packs it. */
void
packed(struct buf *t, struct buf *out)
{
	tar_end(t);
	gzip_add(out, t->data, t->len);
	buf_release(t);
}

void
sdist(struct buf *out)
{
	struct buf t = BUF_EMPTY;

	honest_tar(&t);
	packed(&t, out);
}

void
plain_tar(struct buf *out)
{
	honest_tar(out);
	tar_end(out);
}

void
pack_by(const char *filter, struct buf *out)
{
	struct buf t = BUF_EMPTY;

	plain_tar(&t);
	filter_add(out, filter, t.data, t.len);
	buf_release(&t);
}

static void
bzip2_sdist(struct buf *out)
{
	pack_by("bzip2", out);
}

static void
xz_sdist(struct buf *out)
{
	pack_by("xz", out);
}

static void
cut_xz(struct buf *out)
{
	pack_by("xz", out);
	out->len -= 12;
}

/* Too large to be kept in one piece: read once for each class. */
static void
large_sdist(struct buf *out)
{
	struct buf	 t = BUF_EMPTY;
	char		*zeros = mem_alloc(66 << 20);

	tar_add(&t, &(struct tar_spec){ .name = "p-1/big", .data = zeros,
	    .len = 66 << 20 });
	honest_tar(&t);
	tar_add(&t, &(struct tar_spec){ .name = "p-1/q/__init__.py",
	    .type = '1', .link = "p-1/data.bin" });
	packed(&t, out);
	free(zeros);
}

static void
two_streams(struct buf *out)
{
	struct buf t = BUF_EMPTY;

	honest_tar(&t);
	tar_end(&t);
	gzip_add(out, t.data, 700);
	gzip_add(out, t.data + 700, t.len - 700);
	buf_release(&t);
}

static void
trailing_garbage(struct buf *out)
{
	sdist(out);
	buf_adds(out, "MZ and more");
}

static void
gzip_twice(struct buf *out)
{
	struct buf once = BUF_EMPTY;

	sdist(&once);
	gzip_add(out, once.data, once.len);
	buf_release(&once);
}

static void
cut_gzip(struct buf *out)
{
	struct buf	 t = BUF_EMPTY;
	char		*noise = mem_alloc(60000);
	uint32_t	 r = 1;

	for (size_t i = 0; i < 60000; i++)
		noise[i] = (char)((r = r * 1103515245 + 12345) >> 16);
	honest_tar(&t);
	tar_add(&t, &(struct tar_spec){ .name = "p-1/noise", .data = noise,
	    .len = 60000 });
	packed(&t, out);
	out->len -= 20000;
	free(noise);
}

static void
bad_header_sum(struct buf *out)
{
	struct buf t = BUF_EMPTY;

	honest_tar(&t);
	tar_add(&t, &(struct tar_spec){ .name = "p-1/x", .bad_sum = true });
	packed(&t, out);
}

static void
odd_paths(struct buf *out)
{
	struct buf t = BUF_EMPTY;

	honest_tar(&t);
	tar_file(&t, "../../etc/x.pth", "import os");
	tar_file(&t, "/etc/y.pth", "import os");
	tar_file(&t, "p-1/a\xe2\x80\xae" "yp.txt", "bidi");
	tar_file(&t, "p-1/\xe9.py", "latin");
	tar_pax(&t, "path", "p-1/h\xc3\xbcte.py", 13);
	tar_file(&t, "p-1/hat.py", "utf8");
	tar_pax(&t, "path", "p-1/shown.txt\0.py", 17);
	tar_file(&t, "p-1/nul", "nul");
	packed(&t, out);
}

static void
links_and_devices(struct buf *out)
{
	struct buf t = BUF_EMPTY;

	honest_tar(&t);
	tar_add(&t, &(struct tar_spec){ .name = "p-1/a", .type = '2',
	    .link = "data.bin" });
	tar_add(&t, &(struct tar_spec){ .name = "p-1/b", .type = '2',
	    .link = "../../etc/passwd" });
	tar_add(&t, &(struct tar_spec){ .name = "p-1/q/__init__.py",
	    .type = '1', .link = "p-1/data.bin" });
	tar_add(&t, &(struct tar_spec){ .name = "p-1/q/run.py",
	    .type = '2', .link = "../p/./../data.bin" });
	tar_add(&t, &(struct tar_spec){ .name = "p-1/q/lost.py",
	    .type = '2', .link = "nowhere" });
	tar_add(&t, &(struct tar_spec){ .name = "p-1/c", .type = '1',
	    .link = "/etc/shadow" });
	tar_add(&t, &(struct tar_spec){ .name = "p-1/fifo", .type = '6' });
	tar_add(&t, &(struct tar_spec){ .name = "p-1/dev", .type = '3' });
	packed(&t, out);
}

static void
duplicates(struct buf *out)
{
	struct buf t = BUF_EMPTY;

	honest_tar(&t);
	tar_file(&t, "p-1/setup.py", "evil = 1\n");
	packed(&t, out);
}

static void
long_names(struct buf *out)
{
	struct buf	t = BUF_EMPTY;
	char		name[1500];

	memset(name, 'n', sizeof(name));
	memcpy(name, "p-1/", 4);
	honest_tar(&t);
	tar_add(&t, &(struct tar_spec){ .name = "././@LongLink", .type = 'L',
	    .data = name, .len = 300 });
	tar_file(&t, "p-1/short", "gnu");
	tar_pax(&t, "path", name, sizeof(name));
	tar_file(&t, "p-1/short", "pax");
	for (size_t i = 1; i < 200; i += 2)
		name[i] = '/';
	tar_pax(&t, "path", name, 199);
	tar_file(&t, "p-1/deep", "deep");
	packed(&t, out);
}

/* One reader skips what the other one reads as a member. */
static void
size_override(struct buf *out)
{
	struct buf t = BUF_EMPTY, inner = BUF_EMPTY;

	honest_tar(&t);
	tar_file(&inner, "p-1/hidden.py", "evil = 1\n");
	tar_pax(&t, "size", "1024", 4);
	tar_add(&t, &(struct tar_spec){ .name = "p-1/cover", .lies = true,
	    .size = 5, .data = inner.data, .len = inner.len });
	buf_release(&inner);
	packed(&t, out);
}

static void
sized_folder(struct buf *out)
{
	struct buf t = BUF_EMPTY, inner = BUF_EMPTY;

	honest_tar(&t);
	tar_file(&inner, "p-1/hidden.py", "evil = 1\n");
	tar_add(&t, &(struct tar_spec){ .name = "p-1/folder", .type = '5',
	    .lies = true, .size = 1024, .data = inner.data,
	    .len = inner.len });
	buf_release(&inner);
	packed(&t, out);
}

/* A file whose extended path ends in "/": a folder for libarchive, which then
 * takes its data for a header and stops. */
static void
file_like_folder(struct buf *out)
{
	struct buf t = BUF_EMPTY;

	honest_tar(&t);
	tar_pax(&t, "path", "p-1/x.py/", 9);
	tar_file(&t, "p-1/x", "evil = 1\n");
	tar_file(&t, "p-1/q/__init__.py", "evil = 2\n");
	packed(&t, out);
}

/* The end of a gzip file says nothing that an installer looks at. */
static void
no_gzip_trailer(struct buf *out)
{
	sdist(out);
	out->len -= 8;
}

static void
after_the_end(struct buf *out)
{
	struct buf t = BUF_EMPTY;

	honest_tar(&t);
	tar_end(&t);
	tar_file(&t, "p-1/late.py", "evil = 1\n");
	packed(&t, out);
}

static void
several_tops(struct buf *out)
{
	struct buf t = BUF_EMPTY;

	tar_file(&t, "p-1/setup.py", "");
	tar_file(&t, "other/x.py", "");
	tar_file(&t, "loose.py", "");
	packed(&t, out);
}

static void
other_name(struct buf *out)
{
	struct buf t = BUF_EMPTY;

	tar_file(&t, "requests-2.0/PKG-INFO", "Name: requests\n");
	packed(&t, out);
}

/* What runs by itself stands behind what exhausts the limits. */
static void
bomb_first(struct buf *out)
{
	struct buf	 t = BUF_EMPTY;
	char		*zeros = mem_alloc(3 << 20);

	tar_add(&t, &(struct tar_spec){ .name = "p-1/big", .data = zeros,
	    .len = 3 << 20 });
	honest_tar(&t);
	packed(&t, out);
	free(zeros);
}

static void
many_first(struct buf *out)
{
	struct buf t = BUF_EMPTY;

	for (int i = 0; i < 50; i++) {
		char name[32];

		snprintf(name, sizeof(name), "p-1/f%02d.txt", i);
		tar_file(&t, name, "");
	}
	honest_tar(&t);
	packed(&t, out);
}

static void
empty_file(struct buf *out)
{
	buf_adds(out, "");
}

static void
garbage(struct buf *out)
{
	buf_adds(out, "This is not the archive that you are looking for.");
}

/* Holes, told in an extended header. */
static void
sparse_file(struct buf *out)
{
	struct buf t = BUF_EMPTY;

	honest_tar(&t);
	tar_pax(&t, "GNU.sparse.map", "0,2,600,4", 9);
	tar_file(&t, "p-1/holes.py", "x = 1\n");
	packed(&t, out);
}

/* ---- the table -------------------------------------------------------------- */

const struct archive_case archive_cases_tar[] = {
	{ "an honest sdist", "p-1.tar.gz", sdist, false },
	{ "a tar that is not packed", "p-1.tar", plain_tar, false },
	{ "bzip2", "p-1.tar.bz2", bzip2_sdist, false },
	{ "xz", "p-1.tar.xz", xz_sdist, false },
	{ "xz cut short", "p-1.tar.xz", cut_xz, false },
	{ "more than fits into memory", "p-1.tar.gz", large_sdist, true },
	{ "a tar named .tar.gz", "p-1.tar.gz", plain_tar, false },
	{ "two gzip streams", "p-1.tar.gz", two_streams, false },
	{ "garbage behind gzip", "p-1.tar.gz", trailing_garbage, false },
	{ "gzip in gzip", "p-1.tar.gz", gzip_twice, false },
	{ "gzip cut short", "p-1.tar.gz", cut_gzip, false },
	{ "a header with a wrong sum", "p-1.tar.gz", bad_header_sum, false },
	{ "paths that climb, hide or have no encoding", "p-1.tar.gz",
	    odd_paths, false },
	{ "links and devices", "p-1.tar.gz", links_and_devices, false },
	{ "one path twice", "p-1.tar.gz", duplicates, false },
	{ "long names", "p-1.tar.gz", long_names, false },
	{ "an extended header with another size", "p-1.tar.gz",
	    size_override, false },
	{ "a folder with data", "p-1.tar.gz", sized_folder, false },
	{ "a file with the path of a folder", "p-1.tar.gz",
	    file_like_folder, false },
	{ "a member with holes", "p-1.tar.gz", sparse_file, false },
	{ "gzip without its trailer", "p-1.tar.gz", no_gzip_trailer, false },
	{ "members behind the end mark", "p-1.tar.gz", after_the_end, false },
	{ "several tops", "p-1.tar.gz", several_tops, false },
	{ "the name of another project", "p-1.tar.gz", other_name, false },
	{ "a bomb before setup.py", "p-1.tar.gz", bomb_first, false },
	{ "many members before setup.py", "p-1.tar.gz", many_first, false },
	{ "an empty file", "p-1.tar.gz", empty_file, false },
	{ "no archive at all", "p-1.tar.gz", garbage, false },
	{ "no archive named .whl", "p-1-py3-none-any.whl", garbage, false },
	{ "a sdist named .whl", "p-1-py3-none-any.whl", sdist, false },
};
const size_t archive_cases_tar_n = ARRAY_LEN(archive_cases_tar);
