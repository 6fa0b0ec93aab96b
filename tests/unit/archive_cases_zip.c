/* SPDX-License-Identifier: Apache-2.0 */
/* archive_cases_zip - zips, wheels, and archives inside. */
#include "archive_cases.h"

#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "base/mem.h"
#include "base/str.h"

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

void
zip_finish(struct zip_builder *z, struct buf *out, const char *comment)
{
	zip_end(z, comment);
	buf_add(out, z->file.data, z->file.len);
	buf_release(&z->file);
}

void
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
wide_with(const struct zip64_lies *lies, const char *before, struct buf *out)
{
	struct zip_builder z = { 0 };

	buf_adds(&z.file, before);
	z.base = z.file.len;
	zip_file(&z, "p-1/PKG-INFO", "Name: p\n");
	zip_end64(&z, lies);
	buf_add(out, z.file.data, z.file.len);
	buf_release(&z.file);
}

static void
wide_zip(struct buf *out)
{
	wide_with(&(struct zip64_lies){ 0 }, "", out);
}

static void
disputed_zip(struct buf *out)
{
	wide_with(&(struct zip64_lies){ .size = 46 }, "", out);
}

static void
misled_zip(struct buf *out)
{
	wide_with(&(struct zip64_lies){ .locator = -40 }, "", out);
}

static void
wide_behind(struct buf *out)
{
	wide_with(&(struct zip64_lies){ 0 }, "#!program", out);
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

void
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

/* The end record counts members that the directory does not have. */
static void
wrong_count(struct buf *out)
{
	struct zip_builder z = { 0 };

	zip_file(&z, "p-1/PKG-INFO", "Name: p\n");
	zip_file(&z, "p-1/setup.py", "x = 1\n");
	zip_finish(&z, out, NULL);
	out->data[out->len - 22 + 8] = out->data[out->len - 22 + 10] = 9;
}

/* ---- the table -------------------------------------------------------------- */

const struct archive_case archive_cases_zip[] = {
	{ "an honest wheel", "p-1-py3-none-any.whl", wheel, false },
	{ "a wheel named .tar.gz", "p-1.tar.gz", wheel, false },
	{ "a wheel's .data", "p-1-py3-none-any.whl", data_folder, false },
	{ "RECORD that lies", "p-1-py3-none-any.whl", record_lies, false },
	{ "a wheel of another project", "p-1-py3-none-any.whl",
	    wheel_of_another, false },
	{ "members that only streaming readers see", "p-1-py3-none-any.whl",
	    unlisted_member, false },
	{ "members with two names", "p-1.zip", two_names, false },
	{ "sizes and sums that lie", "p-1.zip", lying_sizes, false },
	{ "rare methods of compression", "p-1.zip", rare_methods, false },
	{ "an egg", "p-1-py3.11.egg", egg, false },
	{ "members that cannot be read", "p-1.zip", unreadable_members, false },
	{ "backslashes", "p-1.zip", backslashes, false },
	{ "data around the members", "p-1.zip", zip_frame, false },
	{ "zip64", "p-1.zip", wide_zip, false },
	{ "zip64 whose records disagree", "p-1.zip", disputed_zip, false },
	{ "zip64 whose locator points elsewhere", "p-1.zip", misled_zip, false },
	{ "zip64 behind a program", "p-1.zip", wide_behind, false },
	{ "overlapping members", "p-1.zip", overlap, false },
	{ "overlapping members of nothing", "p-1.zip", empty_blocks, false },
	{ "a damaged directory", "p-1.zip", cut_directory, false },
	{ "an end record that counts wrong", "p-1.zip", wrong_count, false },
	{ "no end record", "p-1-py3-none-any.whl", no_end_record, false },
	{ "tar and zip at once", "p-1.tar.gz", tar_and_zip, false },
	{ "gzip and zip at once", "p-1.tar.gz", gzip_and_zip, false },
	{ "a zip bomb", "p-1.zip", zip_bomb, false },
	{ "archives inside", "p-1.zip", nested, false },
	{ "archives too deep inside", "p-1.zip", too_deep, false },
	{ "broken archives inside", "p-1.zip", broken_inside, false },
	{ "an installer with a zip", "p-1.win32.exe", installer, false },
};
const size_t archive_cases_zip_n = ARRAY_LEN(archive_cases_zip);
