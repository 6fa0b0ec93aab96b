/* SPDX-License-Identifier: Apache-2.0 */
/*
 * padding: nothing that is added to a package lowers its score - not files,
 * not comments and long texts in its modules, not honest modules, not a flood
 * of weak findings.
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
#include "base/limits.h"
#include "base/mem.h"
#include "base/str.h"
#include "inspect_tools.h"
#include "shapes.h"

#define FILES 40
#define LINES 400
#define NAMES 1500

/* Changes a copy of the package. */
typedef void padding(struct shape *, const struct shape *honest, size_t n);

static void
add_files(struct shape *s, const struct shape *honest, size_t n)
{
	char path[64], text[200];

	(void)honest;
	(void)n;
	for (int i = 0; i < FILES; i++) {
		(void)snprintf(path, sizeof(path), "extra/part_%d.py", i);
		(void)snprintf(text, sizeof(text), "import os\n\n\n"
		    "class Part%d:\n    def join(self, a, b):\n"
		    "        return os.path.join(a, b, str(%d))\n", i, i);
		shape_add(s, path, text, strlen(text));
		(void)snprintf(path, sizeof(path), "extra/table_%d.json", i);
		shape_add(s, path, text, strlen(text));
	}
}

static bool
is_python(const struct shape_member *m)
{
	return str_ends(m->path, ".py") && m->data.len != 0 &&
	    memchr(m->data.data, 0, m->data.len) == NULL;
}

/* A cookie or an interpreter's line has to stay where it is. */
static void
add_comments(struct shape *s, const struct shape *honest, size_t n)
{
	(void)honest;
	(void)n;
	for (size_t i = 0; i < s->n; i++) {
		struct buf text = BUF_EMPTY, *data = &s->members[i].data;

		if (!is_python(&s->members[i]) || data->data[0] == '#')
			continue;
		for (int k = 0; k < LINES; k++)
			buf_addf(&text, "# line %d says what comes next\n", k);
		buf_add(&text, data->data, data->len);
		buf_release(data);
		*data = text;
	}
}

static void
add_texts(struct shape *s, const struct shape *honest, size_t n)
{
	(void)honest;
	(void)n;
	for (size_t i = 0; i < s->n; i++) {
		struct buf *data = &s->members[i].data;

		if (!is_python(&s->members[i]))
			continue;
		buf_adds(data, "\n\nNOTES = \"\"\"\n");
		for (int k = 0; k < LINES; k++)
			buf_addf(data, "Chapter %d: of cabbages and kings.\n",
			    k);
		buf_adds(data, "\"\"\"\n\n\n"
		    "def about():\n    return NOTES\n");
	}
}

/* More names and functions than a reader may keep, before and behind. */
static void
add_names(struct shape *s, const struct shape *honest, size_t n)
{
	(void)honest;
	(void)n;
	for (size_t i = 0; i < s->n; i++) {
		struct buf text = BUF_EMPTY, *data = &s->members[i].data;

		if (!is_python(&s->members[i]) || data->data[0] == '#' ||
		    memmem(data->data, data->len, "__future__", 10) != NULL)
			continue;
		for (int k = 0; k < NAMES; k++)
			buf_addf(&text, "name_%d = %d\n", k, k);
		for (int k = 0; k < NAMES / 4; k++)
			buf_addf(&text, "def part_%d(a, b=%d):\n"
			    "    return [a, b, name_%d]\n", k, k, k);
		buf_add(&text, data->data, data->len);
		buf_release(data);
		*data = text;
	}
}

/* Modules of honest packages under other names. */
static void
add_honest(struct shape *s, const struct shape *honest, size_t n)
{
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < honest[i].n; k++) {
			const struct shape_member *m = &honest[i].members[k];
			char *path = mem_printf("vendored_%zu/m_%zu.py", i, k);

			if (is_python(m))
				shape_add(s, path, m->data.data, m->data.len);
			free(path);
		}
}

/* Weak findings of many kinds, in tests. */
static void
add_noise(struct shape *s, const struct shape *honest, size_t n)
{
	size_t many;
	struct shape *other = shapes_read(
	    "tests/fixtures/shapes/hostile.txt", &many);

	(void)honest;
	(void)n;
	for (size_t i = 0; i < many; i++)
		for (size_t k = 0; k < other[i].n; k++) {
			const struct shape_member *m = &other[i].members[k];
			char *path = mem_printf("tests/data_%zu_%zu.py", i, k);

			shape_add(s, path, buf_text(&m->data), m->data.len);
			free(path);
		}
	shapes_free(other, many);
}

static unsigned int
pad_each(const struct inspect_tools *t, const char *file, padding *pad,
    const char *what)
{
	size_t n, nhonest;
	struct shape *shapes = shapes_read(file, &n);
	struct shape *honest = shapes_read(
	    "tests/fixtures/shapes/honest.txt", &nhonest);
	unsigned int fell = 0;

	for (size_t i = 0; i < n; i++) {
		struct shape *more = shape_copy(&shapes[i]);
		unsigned int before = shape_score(t, &shapes[i], true, NULL);
		unsigned int after;

		pad(more, honest, nhonest);
		after = shape_score(t, more, true, NULL);
		if (after < before) {
			print_message("%s: %u falls to %u by %s\n",
			    shapes[i].name, before, after, what);
			fell++;
		}
		shapes_free(more, 1);
	}
	assert_true(n >= 40);
	shapes_free(honest, nhonest);
	shapes_free(shapes, n);
	return fell;
}

static void
padding_never_lowers(void **state)
{
	static const struct { padding *pad; const char *what; } pads[] = {
		{ add_files, "files" }, { add_comments, "comments" },
		{ add_texts, "texts" }, { add_names, "names" },
		{ add_honest, "honest modules" },
		{ add_noise, "noise" },
	};
	static const char *const files[] = {
		"tests/fixtures/shapes/hostile.txt",
		"tests/fixtures/shapes/hostile-modern.txt",
	};
	unsigned int fell = 0;

	for (size_t i = 0; i < ARRAY_LEN(pads); i++)
		for (size_t k = 0; k < ARRAY_LEN(files); k++)
			fell += pad_each(*state, files[k], pads[i].pad,
			    pads[i].what);
	assert_int_equal(fell, 0);
}

/* ---- the bound on findings -------------------------------------------------- */

static void
found(struct features *f, const char *rule, const char *category,
    enum context context)
{
	struct finding *one = features_add_finding(f);

	assert_non_null(one);
	one->rule = mem_strdup(rule);
	one->category = mem_strdup(category);
	one->text = mem_strdup("a sentence");
	one->context = context;
}

/* Thousands of findings around the one that matters. */
static void
floods_push_nothing_out(void **state)
{
	const struct inspect_tools *t = *state;

	for (int at = 0; at < 10000; at += 3333) {
		struct features f = { 0 };
		struct verdict v;
		char rule[32];

		for (int i = 0; i < 10000; i++) {
			(void)snprintf(rule, sizeof(rule), "harmless-%d",
			    i % 150);
			found(&f, rule, "nobody-knows", CONTEXT_DATA);
			if (i == at)
				found(&f, "exec-downloaded", "dynamic-exec",
				    CONTEXT_IMPORT);
		}
		assert_int_equal(f.nfindings, FINDINGS_MAX);
		assert_int_equal(f.nfindings + f.findings_dropped, 10001);
		judge_file(&t->judge, &f, NULL, &v);
		assert_true(v.score >= 60);
		verdict_release(&v);
		features_release(&f);
	}
}

/* What runs first stays, whatever came first. */
static void
earlier_contexts_stay(void **state)
{
	struct features f = { 0 };

	(void)state;
	found(&f, "a", "x", CONTEXT_TEST);
	found(&f, "a", "x", CONTEXT_INSTALL);
	found(&f, "a", "x", CONTEXT_CALL);
	found(&f, "a", "y", CONTEXT_CALL);
	found(&f, "a", "y", CONTEXT_METADATA);
	assert_true(finding_is_redundant(&f, 0));
	assert_false(finding_is_redundant(&f, 1));
	assert_true(finding_is_redundant(&f, 2));
	assert_false(finding_is_redundant(&f, 3));
	assert_false(finding_is_redundant(&f, 4));
	features_release(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(padding_never_lowers),
		cmocka_unit_test(floods_push_nothing_out),
		cmocka_unit_test(earlier_contexts_stay),
	};

	return cmocka_run_group_tests(tests, inspect_tools_setup,
	    inspect_tools_teardown);
}
