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

#include "base/buf.h"
#include "base/mem.h"
#include "base/str.h"
#include "inspect_tools.h"

struct package {
	struct inspection	*in;
	struct features		 f;
	char			*name;
	unsigned int		 score;
	bool			 wheel;
};

/* The least that counts as a Windows image, under a one-byte XOR. */
static void
make_image(struct buf *out, unsigned long key)
{
	char image[4096];

	memset(image, 0, sizeof(image));
	for (size_t i = 512; i < sizeof(image); i++)
		image[i] = (char)(i * 37 % 251);
	memcpy(image, "MZ\x90", 3);
	image[0x3c] = (char)0x80;
	memcpy(image + 0x80, "PE\0\0\x64\x86", 6);
	for (size_t i = 0; i < sizeof(image); i++)
		image[i] = (char)((unsigned char)image[i] ^ key);
	buf_add(out, image, sizeof(image));
}

/* Where a wheel's .data folder is installed to, as lib/unpack says. */
static char *
inner_of(const char *path)
{
	const char *scripts = path != NULL ? strstr(path, ".data/scripts/") :
	    NULL, *data = path != NULL ? strstr(path, ".data/data/") : NULL;

	if (scripts != NULL)
		return mem_printf("bin/%s", scripts + 14);
	return mem_strdup(data != NULL ? data + 11 : path);
}

static void
feed(struct package *p, const char *path, const struct buf *data)
{
	char *inner = path != NULL ? inner_of(path) : NULL;
	struct entry e = { .kind = ENTRY_FILE, .path = path, .inner = inner,
	    .data = (const uint8_t *)buf_text(data), .size = data->len,
	    .declared = data->len, .installed = true };

	if (p->in != NULL && path != NULL)
		inspection_entry(p->in, &e);
	free(inner);
}

/*
 * What the index asks of every upload.  Hostile packages bring proper
 * metadata, which may not save them; honest ones say nothing about
 * themselves, which may not condemn them.
 */
static void
feed_metadata(struct package *p, bool wheel, bool proper)
{
	static const char rich[] = "Metadata-Version: 2.1\nName: a\n"
	    "Version: 1.0\nSummary: a thing\nAuthor-email: a@example.org\n"
	    "Home-page: https://example.org/a\nClassifier: Topic :: Misc\n\n"
	    "A description that is long enough to say what this is about.\n";
	struct buf b = BUF_EMPTY;

	if (proper)
		buf_adds(&b, rich);
	else
		buf_adds(&b, "Metadata-Version: 2.1\nName: a\nVersion: 1.0\n");
	feed(p, wheel ? "a-1.0.dist-info/METADATA" : "PKG-INFO", &b);
	buf_release(&b);
}

static void
begin(struct package *p, const struct inspect_tools *t, char *line)
{
	char *kind = strrchr(line, ' ');
	struct inspected_file file = { .version = "1.0" };

	*kind++ = '\0';
	p->name = mem_strdup(line);
	p->f = (struct features){ 0 };
	file.filename = p->name;
	file.packagetype = packagetype_from_name(kind);
	p->in = inspection_new(t->inspector, &file, NULL, &p->f);
	p->wheel = file.packagetype == PACKAGE_WHEEL;
}

static void
end(struct package *p, const struct inspect_tools *t, bool hostile)
{
	struct verdict v;

	feed_metadata(p, p->wheel, hostile);	/* after a package's own */
	inspection_end(p->in);
	inspection_free(p->in);
	judge_file(&t->judge, &p->f, NULL, &v);
	p->score = v.score;
	verdict_release(&v);
}

/* Runs every package of a text; gives how many are on the wrong side. */
static unsigned int
run(const struct inspect_tools *t, const char *file, bool hostile,
    unsigned int *packages)
{
	char *text = inspect_tools_read(file), *next = text;
	struct package p = { 0 };
	struct buf data = BUF_EMPTY;
	char *path = NULL;
	unsigned int wrong = 0;

	*packages = 0;
	for (char *line; next != NULL;) {
		line = next;
		next = strchr(line, '\n');
		if (next != NULL)
			*next++ = '\0';
		if (str_starts(line, "=== ") || next == NULL) {
			feed(&p, path, &data);
			if (p.in != NULL) {
				end(&p, t, hostile);
				++*packages;
				if ((p.score >= 60) != hostile) {
					print_message("%s %u\n", p.name,
					    p.score);
					inspect_tools_print(&p.f);
					wrong++;
				}
				features_release(&p.f);
				free(p.name);
			}
			p = (struct package){ 0 };
			path = NULL;
			if (next != NULL)
				begin(&p, t, line + 4);
		} else if (str_starts(line, "--- ")) {
			char *make = strstr(line, " !xor ");

			feed(&p, path, &data);
			buf_reset(&data);
			path = line + 4;
			if (make != NULL) {
				*make = '\0';
				make_image(&data, strtoul(make + 6, NULL, 10));
			}
		} else {
			buf_adds(&data, line);
			buf_addc(&data, '\n');
		}
	}
	buf_release(&data);
	free(text);
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

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hostile_ones_alert),
		cmocka_unit_test(modern_ones_alert),
		cmocka_unit_test(honest_ones_do_not),
		cmocka_unit_test(lookalikes_do_not),
	};

	return cmocka_run_group_tests(tests, inspect_tools_setup,
	    inspect_tools_teardown);
}
