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

#include "archive_cases.h"
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

static const struct { const struct archive_case *cases; const size_t *n; }
groups[] = {
	{ archive_cases_tar, &archive_cases_tar_n },
	{ archive_cases_zip, &archive_cases_zip_n },
	{ archive_cases_kinds, &archive_cases_kinds_n },
};

/* The i-th of all cases, or NULL. */
static const struct archive_case *
case_get(size_t i)
{
	for (size_t g = 0; g < ARRAY_LEN(groups); g++) {
		if (i < *groups[g].n)
			return &groups[g].cases[i];
		i -= *groups[g].n;
	}
	return NULL;
}

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
show_case(const struct archive_case *c, struct buf *out)
{
	struct buf	 file = BUF_EMPTY;
	struct features	 f = { 0 };
	uint8_t		*exact;

	c->build(&file);
	/* No byte behind the file, so that a sanitizer sees a read too far. */
	exact = mem_array(1, file.len);
	memcpy(exact, buf_text(&file), file.len);
	buf_addf(out, "== %s (%s)\n", c->name, c->filename);
	archive_walk(c->large ? &large_limits : &limits, c->filename,
	    packagetype_from_filename(c->filename), exact, file.len,
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
	for (size_t i = 0; case_get(i) != NULL; i++) {
		const char	*begin, *end;
		char		*part;

		buf_reset(&have);
		show_case(case_get(i), &have);
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

	for (size_t i = 0; case_get(i) != NULL; i++)
		show_case(case_get(i), &out);
	fputs(out.data, stdout);
	buf_release(&out);
	return 0;
}

/* The name that fuzz_archive gives the same file, by its ending. */
static char
name_number(const char *filename)
{
	static const char *const endings[] = { ".tar.gz", ".whl", ".zip",
	    ".exe", ".tar.bz2", ".tar.xz", ".tar", ".egg", ".tar.Z", "",
	    ".tar.zst", ".tar.lzma", ".msi", ".rpm", ".deb", ".dmg" };

	for (size_t i = 0; i < ARRAY_LEN(endings); i++)
		if (endings[i][0] != '\0' && str_ends(filename, endings[i]))
			return (char)i;
	return 0;
}

/* As fuzz_archive takes them: which name, then the file. */
static int
write_cases(const char *dir)
{
	struct buf file = BUF_EMPTY;

	for (size_t i = 0; case_get(i) != NULL; i++) {
		const struct archive_case *c = case_get(i);
		char	*path = mem_printf("%s/case-%02zu", dir, i);
		FILE	*f = fopen(path, "w");

		buf_reset(&file);
		buf_addc(&file, name_number(c->filename));
		c->build(&file);
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
