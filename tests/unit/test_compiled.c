/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bytecode, compiled: names and texts of every version's bytecode, and what
 * is said when they are not the source's.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/limits.h"
#include "base/mem.h"
#include "base/str.h"
#include "inspect/bytecode.h"
#include "python/decode.h"
#include "inspect/compiled.h"
#include "inspect_tools.h"
#include "python/decode.h"

static const char source[] =
    "import os\n"
    "class Thing:\n"
    "    x = 3.5; big = 123456789012345678901234567890; t = (1, (2, "
    "\"deep\"))\n"
    "    def f(self, host=\"hello.example.invalid\"):\n"
    "        g = lambda q: [q, host]\n"
    "        return {os.sep: g(b\"bytes\"), 'k': frozenset([1,2])}\n";
/* Of the same shape, with other names. */
static const char other[] = "import sys\nclass Other:\n    pass\n";

/* The bytecode in one line of the fixture. */
static size_t
code_of(const char *line, uint8_t *out)
{
	const char *hex = strchr(line, ' ') + 1;
	size_t n = 0;
	unsigned int byte;

	while (sscanf(hex + 2 * n, "%2x", &byte) == 1)
		out[n++] = (uint8_t)byte;
	return n;
}

/* Calls `each` with every version's bytecode. */
static void
versions(void **state, void (*each)(void **, const uint8_t *, size_t))
{
	char	*text = inspect_tools_read("tests/fixtures/bytecode.txt");
	uint8_t	 code[4096];
	int	 n = 0;

	for (char *line = strchr(text, '\n') + 1, *end; *line != '\0'; n++) {
		end = strchr(line, '\n');
		*end = '\0';
		each(state, code, code_of(line, code));
		line = end + 1;
	}
	assert_int_equal(n, 9);
	free(text);
}

static bool
has_line(const struct buf *b, const char *word)
{
	char *line = mem_printf("\n%s\n", word);
	bool  has = strstr(b->data, line) != NULL ||
	    strncmp(b->data, line + 1, strlen(word) + 1) == 0;

	free(line);
	return has;
}

static void
read_one(void **state, const uint8_t *code, size_t n)
{
	static const char *const names[] = { "os", "Thing", "sep", "host",
	    "q", "frozenset" };
	struct bytecode b;

	(void)state;
	assert_true(bytecode_is(code, n));
	bytecode_read(code, n, &b);
	assert_false(b.broken);
	assert_false(b.unchecked);
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (!has_line(&b.names, names[i]) &&
		    !(i == 5 && has_line(&b.names, "set")))
			fail_msg("%u lacks %s", b.magic, names[i]);
	assert_true(has_line(&b.texts, "hello.example.invalid"));
	assert_true(has_line(&b.texts, "deep"));
	assert_true(has_line(&b.texts, "bytes"));
	bytecode_release(&b);
}

/* What marshal.loads gets: the same without the head, which is 16 bytes long
 * from 3.7 on. */
static void
read_without_head(void **state, const uint8_t *code, size_t n)
{
	struct buf b = { .most = BYTECODE_TEXT_MAX };
	size_t head = 8;

	(void)state;
	while (head < 16 && (code[head] & 0x7f) != 'c')
		head += 4;
	assert_true(marshal_text(code + head, n - head, &b));
	assert_true(has_line(&b, "Thing"));
	assert_true(has_line(&b, "hello.example.invalid"));
	assert_true(has_line(&b, "deep"));
	buf_release(&b);
}

static void
reads_every_version(void **state)
{
	versions(state, read_without_head);
	versions(state, read_one);
}

/* Cut at every length and with every byte changed: no read beyond the end. */
static void
damage_one(void **state, const uint8_t *code, size_t n)
{
	(void)state;
	for (size_t at = 0; at < n; at++)
		for (int how = 0; how < 3; how++) {
			size_t	 len = how == 0 ? at : n;
			uint8_t	*exact = mem_array(1, len);
			struct bytecode b;

			memcpy(exact, code, len);
			if (how == 1)
				exact[at] ^= (uint8_t)(1 + at % 255);
			else if (how == 2)
				exact[at] = 0xff;
			bytecode_read(exact, len, &b);
			bytecode_release(&b);
			free(exact);
		}
}

static void
survives_damage(void **state)
{
	versions(state, damage_one);
}

/* Brackets within brackets, and a container that says it is huge. */
static void
bounds_depth(void **state)
{
	static const uint8_t head[16] = { 0xa7, 0x0d, 0x0d, 0x0a };
	uint8_t		code[4096];
	struct bytecode	b;

	(void)state;
	memcpy(code, head, sizeof(head));
	for (size_t i = sizeof(head); i + 1 < sizeof(code); i += 2) {
		code[i] = ')';
		code[i + 1] = 1;
	}
	bytecode_read(code, sizeof(code), &b);
	assert_true(b.broken);
	bytecode_release(&b);
	memcpy(code + sizeof(head), "(\xff\xff\xff\x7f", 5);
	bytecode_read(code, sizeof(head) + 5, &b);
	assert_true(b.broken);
	bytecode_release(&b);
}

static void
finds_the_source(void **state)
{
	static const struct { const char *pyc, *py; } paths[] = {
		{ "a/__pycache__/b.cpython-311.pyc", "a/b.py" },
		{ "a/b.pyc", "a/b.py" },
		{ "__pycache__/b.pypy39.opt-1.pyc", "b.py" },
		{ "x", ".py" },
	};
	struct buf out = BUF_EMPTY;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(paths); i++) {
		buf_reset(&out);
		compiled_source_path(paths[i].pyc, strlen(paths[i].pyc), &out);
		assert_string_equal(out.data, paths[i].py);
	}
	buf_release(&out);
}

/* ---- beside a source ------------------------------------------------------ */

static void
feed(struct inspection *in, const char *path, const void *data, size_t n)
{
	inspection_entry(in, &(struct entry){ .kind = ENTRY_FILE, .path = path,
	    .inner = path, .data = data, .size = n, .declared = n,
	    .installed = true });
}

/* The rules that fire, a space before each. */
static char *
rules_for(const struct inspect_tools *t, const char *text, bool unchecked,
    const uint8_t *code, size_t n)
{
	struct inspected_file	 file = { "thing", "1", "thing-1.whl",
		PACKAGE_WHEEL };
	struct features		 f = { 0 };
	struct inspection	*in = inspection_new(t->inspector, &file, NULL,
	    &f);
	struct buf		 rules = BUF_EMPTY;
	uint8_t			*copy = mem_array(1, n);

	memcpy(copy, code, n);
	if (unchecked)
		copy[4] = 1;
	feed(in, "thing/__pycache__/thing.cpython-311.pyc", copy, n);
	if (text != NULL)
		feed(in, "thing/thing.py", text, strlen(text));
	inspection_end(in);
	inspection_free(in);
	for (size_t i = 0; i < f.nfindings; i++)
		if (str_starts(f.findings[i].rule, "bytecode"))
			buf_addf(&rules, " %s", f.findings[i].rule);
	features_release(&f);
	free(copy);
	return rules.len != 0 ? buf_steal(&rules) : mem_strdup("");
}

static void
judge_one(void **state, const uint8_t *code, size_t n)
{
	const struct { const char *text; bool unchecked; const char *rules; }
	cases[] = {
		{ source, false, "" },
		{ source, true, " bytecode-unchecked" },
		{ other, false, " bytecode-differs" },
		{ other, true, " bytecode-poisoned" },
		{ NULL, false, " bytecode-only" },
	};
	unsigned int magic = code[0] | (unsigned int)code[1] << 8;
	bool flags = magic >= 3390 && magic < 4000;	/* 3.7 and later */

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		char *rules;

		if (cases[i].unchecked && !flags)
			continue;
		rules = rules_for(*state, cases[i].text, cases[i].unchecked,
		    code, n);
		assert_string_equal(rules, cases[i].rules);
		free(rules);
	}
}

static void
compares_with_the_source(void **state)
{
	versions(state, judge_one);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_every_version),
		cmocka_unit_test(survives_damage),
		cmocka_unit_test(bounds_depth),
		cmocka_unit_test(finds_the_source),
		cmocka_unit_test(compares_with_the_source),
	};

	return cmocka_run_group_tests(tests, inspect_tools_setup,
	    inspect_tools_teardown);
}
