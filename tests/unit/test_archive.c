/* SPDX-License-Identifier: Apache-2.0 */
/*
 * archive: whatever stands in a distribution file is delivered or named.
 *
 * Each case builds a file and prints what unpack makes of it; all of it is
 * compared with tests/golden/archives.txt.  `test_archive --print` prints it,
 * `test_archive --corpus DIR` writes the files for the fuzzer.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "archive_builder.h"
#include "base/digest.h"
#include "base/mem.h"
#include "base/str.h"
#include "unpack/anomaly.h"
#include "unpack/archive.h"

static const struct unpack_limits limits = {
	.unpacked_bytes = 2 << 20, .entry_bytes = 64 << 10, .entries = 40,
	.nesting = 2,
};
static const struct unpack_limits large_limits = {
	.unpacked_bytes = 256 << 20, .entry_bytes = 64 << 10, .entries = 40,
	.nesting = 2,
};

/* ---- source archives ------------------------------------------------------ */

static void
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
static void
packed(struct buf *t, struct buf *out)
{
	tar_end(t);
	gzip_add(out, t->data, t->len);
	buf_release(t);
}

static void
sdist(struct buf *out)
{
	struct buf t = BUF_EMPTY;

	honest_tar(&t);
	packed(&t, out);
}

static void
plain_tar(struct buf *out)
{
	honest_tar(out);
	tar_end(out);
}

static void
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

/* ---- zips ----------------------------------------------------------------- */

static void
member_record(struct buf *record, const char *name, const char *data)
{
	char	 hex[SHA256_HEX + 1], *text;
	uint8_t	 raw[SHA256_BYTES];

	sha256_hex(data, strlen(data), hex);
	for (size_t i = 0; i < sizeof(raw); i++) {
		char two[3] = { hex[2 * i], hex[2 * i + 1], 0 };

		raw[i] = (uint8_t)strtoul(two, NULL, 16);
	}
	text = base64_encode(raw, sizeof(raw));
	for (char *c = text; *c != '\0'; c++)
		*c = *c == '+' ? '-' : *c == '/' ? '_' : *c == '=' ? '\0' : *c;
	buf_addf(record, "%s,sha256=%s,%zu\n", name, text, strlen(data));
	free(text);
}

struct file { const char *name, *data; };

/* A wheel of the files given, with a RECORD of them. */
static void
wheel_start(struct zip_builder *z, const struct file *files, size_t n,
    const char *more_record)
{
	struct buf record = BUF_EMPTY;

	for (size_t i = 0; i < n; i++) {
		zip_file(z, files[i].name, files[i].data);
		member_record(&record, files[i].name, files[i].data);
	}
	buf_adds(&record, more_record);
	buf_adds(&record, "p-1.dist-info/RECORD,,\n");
	zip_file(z, "p-1.dist-info/RECORD", record.data);
	buf_release(&record);
}

static const struct file wheel_files[] = {
	{ "p/data.txt", "data" }, { "p/mod.py", "x = 1\n" },
	{ "p/__init__.py", "import os\n" },
	{ "p-1.dist-info/METADATA", "Name: p\n" },
	{ "p-1.dist-info/WHEEL", "Wheel-Version: 1.0\n" },
};

static void
zip_finish(struct zip_builder *z, struct buf *out, const char *comment)
{
	zip_end(z, comment);
	buf_add(out, z->file.data, z->file.len);
	buf_release(&z->file);
}

static void
wheel(struct buf *out)
{
	struct zip_builder z = { 0 };

	wheel_start(&z, wheel_files, ARRAY_LEN(wheel_files), "");
	zip_finish(&z, out, NULL);
}

static void
data_folder(struct buf *out)
{
	static const struct file files[] = {
		{ "p-1.dist-info/METADATA", "Name: p\n" },
		{ "p-1.dist-info/WHEEL", "Wheel-Version: 1.0\n" },
		{ "p-1.data/purelib/boot.pth", "import os\n" },
		{ "p-1.data/platlib/q.py", "" },
		{ "p-1.data/scripts/run", "#!python\n" },
		{ "p-1.data/headers/p.h", "int x;\n" },
		{ "p-1.data/data/lib/python3.11/site-packages/sitecustomize.py",
		    "import os\n" },
		{ "p-1.data/data/share/p.txt", "" },
		{ "p-1.data/elsewhere/p.txt", "" },
	};
	struct zip_builder z = { 0 };

	wheel_start(&z, files, ARRAY_LEN(files), "");
	zip_finish(&z, out, NULL);
}

static void
record_lies(struct buf *out)
{
	struct zip_builder z = { 0 };
	struct buf more = BUF_EMPTY;

	member_record(&more, "p/lost.py", "lost\n");
	member_record(&more, "\"p/odd, name.py\"", "good\n");
	wheel_start(&z, wheel_files, ARRAY_LEN(wheel_files), more.data);
	zip_file(&z, "p/odd, name.py", "evil\n");
	zip_file(&z, "p/unlisted.py", "x\n");
	zip_finish(&z, out, NULL);
	buf_release(&more);
}

static void
wheel_of_another(struct buf *out)
{
	static const struct file files[] = {
		{ "requests-2.dist-info/METADATA", "Name: requests\n" },
	};
	struct zip_builder z = { 0 };

	zip_file(&z, files[0].name, files[0].data);
	zip_finish(&z, out, NULL);
}

static void
unlisted_member(struct buf *out)
{
	struct zip_builder z = { 0 };

	zip_add(&z, &(struct zip_spec){ .name = "p/evil.py", .data = "evil\n",
	    .method = 8, .unlisted = true });
	wheel_start(&z, wheel_files, ARRAY_LEN(wheel_files), "");
	zip_add(&z, &(struct zip_spec){ .name = "p/last.py", .data = "evil\n",
	    .method = 8, .unlisted = true, .flags = 8 });
	zip_finish(&z, out, NULL);
}

static void
two_names(struct buf *out)
{
	struct zip_builder z = { 0 };

	zip_add(&z, &(struct zip_spec){ .name = "p-1/setup.py",
	    .local_name = "p-1/README", .data = "evil\n", .method = 8 });
	zip_add(&z, &(struct zip_spec){ .name = "p-1/a.txt", .data = "x",
	    .extra = "up\x0a\0\1....b.txt", .extra_len = 14 });
	zip_add(&z, &(struct zip_spec){ .name = "p-1/n.txt\0.py",
	    .name_len = 13, .data = "x" });
	zip_finish(&z, out, NULL);
}

static void
lying_sizes(struct buf *out)
{
	struct zip_builder z = { 0 };

	zip_add(&z, &(struct zip_spec){ .name = "p-1/short", .method = 8,
	    .data = "0123456789", .size_lie = -4 });
	zip_add(&z, &(struct zip_spec){ .name = "p-1/long", .method = 8,
	    .data = "0123456789", .size_lie = 1000 });
	zip_add(&z, &(struct zip_spec){ .name = "p-1/sum", .method = 8,
	    .data = "0123456789", .crc_lie = 1 });
	zip_add(&z, &(struct zip_spec){ .name = "p-1/local", .method = 8,
	    .data = "0123456789", .local_size_lie = 1 });
	zip_add(&z, &(struct zip_spec){ .name = "p-1/slack", .method = 8,
	    .data = "0123456789", .slack = "hidden" });
	zip_add(&z, &(struct zip_spec){ .name = "p-1/later", .method = 8,
	    .data = "0123456789", .flags = 8 });
	zip_add(&z, &(struct zip_spec){ .name = "p-1/lost", .lost = true });
	zip_finish(&z, out, NULL);
}

/* What zipfile reads beside deflate, and what only new installers read. */
static void
rare_methods(struct buf *out)
{
	static const char text[] = "import os\nimport os\nimport os\n";
	size_t		len = sizeof(text) - 1;
	struct zip_builder z = { 0 };
	struct buf	b = BUF_EMPTY, lzma = BUF_EMPTY;

	filter_add(&b, "bzip2", text, len);
	zip_add(&z, &(struct zip_spec){ .name = "p-1/bzip2.py", .data = text,
	    .len = len, .method = 12, .packed = &b });
	buf_reset(&b);
	filter_add(&b, "zstd", text, len);
	zip_add(&z, &(struct zip_spec){ .name = "p-1/zstd.py", .data = text,
	    .len = len, .method = 93, .packed = &b });
	buf_reset(&b);
	filter_add(&b, "lzma", text, len);	/* 5 properties, 8 of size */
	buf_add(&lzma, "\x09\x14\x05\x00", 4);
	buf_add(&lzma, b.data, 5);
	buf_add(&lzma, b.data + 13, b.len - 13);
	zip_add(&z, &(struct zip_spec){ .name = "p-1/lzma.py", .data = text,
	    .len = len, .method = 14, .flags = 2, .packed = &lzma });
	zip_finish(&z, out, NULL);
	buf_release(&b);
	buf_release(&lzma);
}

static void
egg(struct buf *out)
{
	struct zip_builder z = { 0 };

	zip_file(&z, "EGG-INFO/PKG-INFO", "Name: p\n");
	zip_file(&z, "p/__init__.py", "import os\n");
	zip_finish(&z, out, NULL);
}

static void
unreadable_members(struct buf *out)
{
	struct zip_builder z = { 0 };

	zip_add(&z, &(struct zip_spec){ .name = "p-1/secret.py",
	    .data = "0123456789ab", .flags = 1 });
	zip_add(&z, &(struct zip_spec){ .name = "p-1/deflate64.py",
	    .data = "0123456789ab", .method = 9 });
	zip_file(&z, "p-1/PKG-INFO", "Name: p\n");
	zip_finish(&z, out, NULL);
}

static void
backslashes(struct buf *out)
{
	struct zip_builder z = { 0 };

	zip_file(&z, "p-1\\PKG-INFO", "Name: p\n");
	zip_file(&z, "p-1\\..\\..\\x.pth", "import os\n");
	zip_finish(&z, out, NULL);
}

static void
zip_frame(struct buf *out)
{
	struct zip_builder z = { 0 };

	buf_adds(&z.file, "#!/bin/sh\necho hidden\n");
	z.base = z.file.len;
	zip_file(&z, "p-1/PKG-INFO", "Name: p\n");
	buf_adds(&z.file, "between members");
	zip_file(&z, "p-1/PKG-INFO", "Name: q\n");
	zip_add(&z, &(struct zip_spec){ .name = "p-1/link", .data = "../../x",
	    .mode = 0120777 });
	zip_finish(&z, out, "a comment");
	buf_adds(out, "trailing");
}

static void
wide_zip(struct buf *out)
{
	struct zip_builder z = { 0 };

	zip_file(&z, "p-1/PKG-INFO", "Name: p\n");
	zip_end64(&z);
	buf_add(out, z.file.data, z.file.len);
	buf_release(&z.file);
}

/* Many members, one content (D. Fifield). */
static void
overlap(struct buf *out)
{
	struct zip_builder z = { 0 };
	struct buf again = BUF_EMPTY;

	zip_file(&z, "p-1/PKG-INFO", "Name: p\n");
	buf_add(&again, z.directory.data, z.directory.len);
	buf_add(&z.directory, again.data, again.len);
	buf_release(&again);
	z.n++;
	zip_finish(&z, out, NULL);
}

/* Many members over one stretch of empty blocks: much to read, nothing to
 * count. */
static void
empty_blocks(struct buf *out)
{
	struct zip_builder z = { 0 };
	struct buf	blocks = BUF_EMPTY, record = BUF_EMPTY;

	for (int i = 0; i < 100000; i++)	/* stored, not last, empty */
		buf_add(&blocks, "\0\0\0\xff\xff", 5);
	buf_add(&blocks, "\1\0\0\xff\xff", 5);
	zip_add(&z, &(struct zip_spec){ .name = "p-1/x", .method = 8,
	    .packed = &blocks });
	buf_add(&record, z.directory.data, z.directory.len);
	for (int i = 0; i < 30; i++) {
		buf_add(&z.directory, record.data, record.len);
		z.n++;
	}
	zip_finish(&z, out, NULL);
	buf_release(&blocks);
	buf_release(&record);
}

static void
cut_directory(struct buf *out)
{
	struct zip_builder z = { 0 };

	zip_file(&z, "p-1/PKG-INFO", "Name: p\n");
	zip_file(&z, "p-1/setup.py", "evil\n");
	memcpy(z.directory.data + z.directory.len - 58, "XXXX", 4);
	zip_finish(&z, out, NULL);
}

static void
no_end_record(struct buf *out)
{
	wheel(out);
	out->len -= 22;
}

/* pip sees the zip, tar sees the tar. */
static void
tar_and_zip(struct buf *out)
{
	struct zip_builder z = { 0 };

	plain_tar(&z.file);
	zip_file(&z, "p-1/setup.py", "evil\n");
	zip_finish(&z, out, NULL);
}

static void
gzip_and_zip(struct buf *out)
{
	struct zip_builder z = { 0 };

	sdist(&z.file);
	z.base = z.file.len;
	zip_file(&z, "p-1/setup.py", "evil\n");
	zip_finish(&z, out, NULL);
}

static void
zip_bomb(struct buf *out)
{
	struct zip_builder z = { 0 };
	char	*zeros = mem_alloc(1 << 20);

	for (int i = 0; i < 70; i++)
		zip_add(&z, &(struct zip_spec){ .name = "p-1/zeros",
		    .data = zeros, .len = 1 << 20, .method = 8 });
	zip_file(&z, "p-1/setup.py", "evil\n");
	zip_finish(&z, out, NULL);
	free(zeros);
}

/* ---- nesting -------------------------------------------------------------- */

static void
nested(struct buf *out)
{
	struct zip_builder	z = { 0 }, outer = { 0 };
	struct buf		t = BUF_EMPTY, gz = BUF_EMPTY, txt = BUF_EMPTY;

	tar_file(&t, "q/deep.py", "deep\n");
	packed(&t, &gz);
	zip_add(&z, &(struct zip_spec){ .name = "in.tar.gz", .data = gz.data,
	    .len = gz.len });
	zip_end(&z, NULL);
	gzip_add(&txt, "plain text\n", 11);
	zip_file(&outer, "p-1/setup.py", "");
	zip_add(&outer, &(struct zip_spec){ .name = "p-1/data/in.dat",
	    .data = z.file.data, .len = z.file.len });
	zip_add(&outer, &(struct zip_spec){ .name = "p-1/notes.gz",
	    .data = txt.data, .len = txt.len });
	zip_finish(&outer, out, NULL);
	buf_release(&z.file);
	buf_release(&gz);
	buf_release(&txt);
}

/* Each level holds the next one. */
static void
too_deep(struct buf *out)
{
	struct buf inner = BUF_EMPTY;

	for (int i = 0; i < 5; i++) {
		struct zip_builder z = { 0 };

		zip_add(&z, &(struct zip_spec){ .name = "p-1/in.zip",
		    .data = i == 0 ? "end" : inner.data,
		    .len = i == 0 ? 3 : inner.len });
		buf_reset(&inner);
		zip_finish(&z, &inner, NULL);
	}
	buf_add(out, inner.data, inner.len);
	buf_release(&inner);
}

static void
broken_inside(struct buf *out)
{
	struct zip_builder z = { 0 };

	zip_file(&z, "p-1/PKG-INFO", "Name: p\n");
	zip_file(&z, "p-1/tests/bad.zip", "PK\3\4 but not really");
	zip_file(&z, "p-1/tests/bad.gz", "\x1f\x8b\x08 but not really");
	zip_finish(&z, out, NULL);
}

static void
installer(struct buf *out)
{
	struct zip_builder z = { 0 };

	buf_adds(&z.file, "MZ a program");
	z.base = z.file.len;
	zip_file(&z, "PURELIB/p.py", "x = 1\n");
	zip_finish(&z, out, NULL);
}

/* ---- running -------------------------------------------------------------- */

static const struct {
	const char	*name, *filename;
	void		(*build)(struct buf *);
} cases[] = {
	{ "an honest sdist", "p-1.tar.gz", sdist },
	{ "a tar that is not packed", "p-1.tar", plain_tar },
	{ "bzip2", "p-1.tar.bz2", bzip2_sdist },
	{ "xz", "p-1.tar.xz", xz_sdist },
	{ "xz cut short", "p-1.tar.xz", cut_xz },
	{ "more than fits into memory", "p-1.tar.gz", large_sdist },
	{ "a tar named .tar.gz", "p-1.tar.gz", plain_tar },
	{ "two gzip streams", "p-1.tar.gz", two_streams },
	{ "garbage behind gzip", "p-1.tar.gz", trailing_garbage },
	{ "gzip in gzip", "p-1.tar.gz", gzip_twice },
	{ "gzip cut short", "p-1.tar.gz", cut_gzip },
	{ "a header with a wrong sum", "p-1.tar.gz", bad_header_sum },
	{ "paths that climb, hide or have no encoding", "p-1.tar.gz",
	    odd_paths },
	{ "links and devices", "p-1.tar.gz", links_and_devices },
	{ "one path twice", "p-1.tar.gz", duplicates },
	{ "long names", "p-1.tar.gz", long_names },
	{ "an extended header with another size", "p-1.tar.gz",
	    size_override },
	{ "a folder with data", "p-1.tar.gz", sized_folder },
	{ "a file with the path of a folder", "p-1.tar.gz",
	    file_like_folder },
	{ "gzip without its trailer", "p-1.tar.gz", no_gzip_trailer },
	{ "members behind the end mark", "p-1.tar.gz", after_the_end },
	{ "several tops", "p-1.tar.gz", several_tops },
	{ "the name of another project", "p-1.tar.gz", other_name },
	{ "a bomb before setup.py", "p-1.tar.gz", bomb_first },
	{ "many members before setup.py", "p-1.tar.gz", many_first },
	{ "an empty file", "p-1.tar.gz", empty_file },
	{ "no archive at all", "p-1.tar.gz", garbage },
	{ "no archive named .whl", "p-1-py3-none-any.whl", garbage },
	{ "an honest wheel", "p-1-py3-none-any.whl", wheel },
	{ "a wheel named .tar.gz", "p-1.tar.gz", wheel },
	{ "a sdist named .whl", "p-1-py3-none-any.whl", sdist },
	{ "a wheel's .data", "p-1-py3-none-any.whl", data_folder },
	{ "RECORD that lies", "p-1-py3-none-any.whl", record_lies },
	{ "a wheel of another project", "p-1-py3-none-any.whl",
	    wheel_of_another },
	{ "members that only streaming readers see", "p-1-py3-none-any.whl",
	    unlisted_member },
	{ "members with two names", "p-1.zip", two_names },
	{ "sizes and sums that lie", "p-1.zip", lying_sizes },
	{ "rare methods of compression", "p-1.zip", rare_methods },
	{ "an egg", "p-1-py3.11.egg", egg },
	{ "members that cannot be read", "p-1.zip", unreadable_members },
	{ "backslashes", "p-1.zip", backslashes },
	{ "data around the members", "p-1.zip", zip_frame },
	{ "zip64", "p-1.zip", wide_zip },
	{ "overlapping members", "p-1.zip", overlap },
	{ "overlapping members of nothing", "p-1.zip", empty_blocks },
	{ "a damaged directory", "p-1.zip", cut_directory },
	{ "no end record", "p-1-py3-none-any.whl", no_end_record },
	{ "tar and zip at once", "p-1.tar.gz", tar_and_zip },
	{ "gzip and zip at once", "p-1.tar.gz", gzip_and_zip },
	{ "a zip bomb", "p-1.zip", zip_bomb },
	{ "archives inside", "p-1.zip", nested },
	{ "archives too deep inside", "p-1.zip", too_deep },
	{ "broken archives inside", "p-1.zip", broken_inside },
	{ "an installer with a zip", "p-1.win32.exe", installer },
};

static void
show_entry(void *ctx, const struct entry *e)
{
	static const char *const kinds[] = { "file", "dir", "symlink",
	    "hardlink", "other" };
	struct buf *out = ctx;
	uint8_t	sum = 0;

	for (size_t i = 0; i < e->size; i++)	/* every byte is readable */
		sum = (uint8_t)(sum + e->data[i]);
	buf_addf(out, "%s %.80s %zu", kinds[e->kind], e->path, e->size);
	if (e->declared != e->size)
		buf_addf(out, " of %" PRIu64, e->declared);
	buf_addf(out, " %02x%s", sum, e->cut ? " cut" : "");
	if (strcmp(e->inner, e->path) != 0)
		buf_addf(out, " [%.80s]", e->inner);
	if (e->link != NULL)
		buf_addf(out, " -> %s", e->link);
	buf_addc(out, '\n');
}

static void
show_case(size_t i, struct buf *out)
{
	struct buf	 file = BUF_EMPTY;
	struct features	 f = { 0 };
	uint8_t		*exact;

	cases[i].build(&file);
	/* No byte behind the file, so that a sanitizer sees a read too far. */
	exact = mem_array(1, file.len);
	memcpy(exact, buf_text(&file), file.len);
	buf_addf(out, "== %s (%s)\n", cases[i].name, cases[i].filename);
	archive_walk(cases[i].build == large_sdist ? &large_limits : &limits,
	    cases[i].filename,
	    packagetype_from_filename(cases[i].filename), exact, file.len,
	    show_entry, out, &f);
	buf_addf(out, "%s%s%s\n", scan_outcome_name(f.outcome), f.why != NULL ?
	    ": " : "", f.why != NULL ? f.why : "");
	for (size_t k = 0; k < f.nfindings; k++) {
		const struct finding *g = &f.findings[k];

		assert_string_equal(g->category, "archive-anomaly");
		assert_int_equal(g->context, CONTEXT_ARCHIVE);
		buf_addf(out, "! %s%s%.80s: %s\n", g->rule, g->path != NULL ?
		    " " : "", g->path != NULL ? g->path : "", g->text);
	}
	features_release(&f);
	buf_release(&file);
	free(exact);
}

static void
read_text(const char *path, struct buf *out)
{
	char	*name = mem_printf("%s/%s", getenv("top_srcdir") != NULL ?
	    getenv("top_srcdir") : ".", path);
	char	 line[4096];
	FILE	*f = fopen(name, "r");

	assert_non_null(f);
	while (fgets(line, sizeof(line), f) != NULL)
		buf_adds(out, line);
	fclose(f);
	free(name);
}

/* The golden text of one case, cut out by its heading. */
static void
matches_golden(void **state)
{
	struct buf	 want = BUF_EMPTY, have = BUF_EMPTY;

	(void)state;
	read_text("tests/golden/archives.txt", &want);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const char	*begin, *end;
		char		*part;

		buf_reset(&have);
		show_case(i, &have);
		part = mem_strndup(have.data, strcspn(have.data, "\n") + 1);
		begin = strstr(buf_text(&want), part);
		free(part);
		if (begin == NULL)
			fail_msg("no golden text: %s", have.data);
		end = strstr(begin + 1, "\n== ");
		part = mem_strndup(begin, end != NULL ? (size_t)(end + 1 -
		    begin) : strlen(begin));
		assert_string_equal(part, have.data);
		free(part);
	}
	buf_release(&want);
	buf_release(&have);
}

/* docs/unpack.md lists every rule with its sentence. */
static void
documents_every_rule(void **state)
{
	struct buf text = BUF_EMPTY;

	(void)state;
	read_text("docs/unpack.md", &text);
	for (enum anomaly a = 0; a < ANOMALY_COUNT; a++) {
		char *row = mem_printf("| `%s` | %s |\n", anomaly_rule(a),
		    anomaly_text(a));

		if (strstr(text.data, row) == NULL)
			fail_msg("docs/unpack.md lacks %s", row);
		free(row);
	}
	buf_release(&text);
}

/* Every honest file cut at every length, and with every byte changed. */
static void
survives_damage(void **state)
{
	static const struct { const char *name; void (*build)(struct buf *); }
	files[] = { { "p-1.tar.gz", sdist }, { "p-1.tar", plain_tar },
	    { "p-1-py3-none-any.whl", wheel }, { "p-1.zip", nested } };
	struct buf	 file = BUF_EMPTY, sink = BUF_EMPTY;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(files); i++) {
		buf_reset(&file);
		files[i].build(&file);
		for (size_t at = 0; at < file.len; at++)
			for (int change = 0; change < 2; change++) {
				struct features	 f = { 0 };
				size_t		 len = change ? file.len : at;
				uint8_t		*exact = mem_array(1, len);

				memcpy(exact, file.data, len);
				if (change)
					exact[at] ^= (uint8_t)(1 + at % 255);
				buf_reset(&sink);
				archive_walk(&limits, files[i].name,
				    packagetype_from_filename(files[i].name),
				    exact, len, show_entry, &sink, &f);
				features_release(&f);
				free(exact);
			}
	}
	buf_release(&file);
	buf_release(&sink);
}

static int
print_cases(void)
{
	struct buf out = BUF_EMPTY;

	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		show_case(i, &out);
	fputs(out.data, stdout);
	buf_release(&out);
	return 0;
}

/* As fuzz_archive takes them: which name, then the file. */
static int
write_cases(const char *dir)
{
	struct buf file = BUF_EMPTY;

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		char	*path = mem_printf("%s/case-%02zu", dir, i);
		FILE	*f = fopen(path, "w");

		buf_reset(&file);
		buf_addc(&file, strstr(cases[i].filename, ".whl") != NULL ? 1 :
		    strstr(cases[i].filename, ".zip") != NULL ? 2 :
		    strstr(cases[i].filename, ".exe") != NULL ? 3 : 0);
		cases[i].build(&file);
		if (f == NULL || fwrite(file.data, 1, file.len, f) !=
		    file.len || fclose(f) != 0)
			return 1;
		free(path);
	}
	buf_release(&file);
	return 0;
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(matches_golden),
		cmocka_unit_test(documents_every_rule),
		cmocka_unit_test(survives_damage),
	};

	if (argc > 1 && strcmp(argv[1], "--print") == 0)
		return print_cases();
	if (argc > 2 && strcmp(argv[1], "--corpus") == 0)
		return write_cases(argv[2]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
