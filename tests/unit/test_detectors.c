/* SPDX-License-Identifier: Apache-2.0 */
/*
 * detectors: every rule that has a weight is shown to speak where it must and
 * to be silent where something only comes close; or docs/detection.md says why
 * there is no such test yet.
 */
#include <glob.h>
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "base/str.h"
#include "inspect/code_rules.h"
#include "inspect_tools.h"
#include "shapes.h"

#define DETECTORS "tests/fixtures/shapes/detectors.txt"

static bool
speaks(const struct features *f, const char *rule)
{
	for (size_t i = 0; i < f->nfindings; i++)
		if (str_equal(f->findings[i].rule, rule))
			return true;
	return false;
}

/* "RULE match", "RULE no-match". */
static bool
try_one(const struct inspect_tools *t, const struct shape *s)
{
	size_t len = strcspn(s->name, " ");
	char *rule = mem_strndup(s->name, len);
	struct features f;
	bool must = str_equal(s->name + len, " match"), right;

	(void)shape_score(t, s, true, &f);
	right = speaks(&f, rule) == must;
	if (!right) {
		print_message("%s\n", s->name);
		inspect_tools_print(&f);
	}
	features_release(&f);
	free(rule);
	return right;
}

static void
speak_and_are_silent(void **state)
{
	size_t n, wrong = 0;
	struct shape *shapes = shapes_read(DETECTORS, &n);

	for (size_t i = 0; i < n; i++)
		wrong += !try_one(*state, &shapes[i]);
	assert_int_equal(wrong, 0);
	shapes_free(shapes, n);
}

/* ---- none is forgotten ------------------------------------------------------ */

static bool
has_both(const char *text, const char *rule)
{
	char *yes = mem_printf("=== %s match", rule);
	char *no = mem_printf("=== %s no-match", rule);
	bool both = strstr(text, yes) != NULL && strstr(text, no) != NULL;

	free(yes);
	free(no);
	return both;
}

/* Tests that say exactly which findings there are, none included. */
static bool
is_listed(const char *text, const char *rule)
{
	size_t len = strlen(rule);

	for (const char *at = text; (at = strstr(at, rule)) != NULL; at++)
		if (at > text && strchr("\"` ", at[-1]) != NULL &&
		    strchr("\"` :", at[len]) != NULL)
			return true;
	return false;
}

static bool
is_tested(const char *rule)
{
	static const char *const both[] = { DETECTORS,
	    "tests/fixtures/rules.txt" };
	static const char *const exact[] = { "tests/golden/archives.txt",
	    "tests/unit/test_archive.c", "tests/unit/test_compiled.c",
	    "tests/unit/test_native.c", "tests/unit/test_pickle.c",
	    "tests/unit/test_siblings.c", "tests/unit/test_judge.c",
	    "tests/unit/test_rules.c",
	    "tests/unit/test_identity.c", "tests/db/test_queue.c" };
	bool found = false;
	char *text;

	for (size_t i = 0; !found && i < ARRAY_LEN(both); i++) {
		text = inspect_tools_read(both[i]);
		found = has_both(text, rule);
		free(text);
	}
	for (size_t i = 0; !found && i < ARRAY_LEN(exact); i++) {
		text = inspect_tools_read(exact[i]);
		found = is_listed(text, rule);
		free(text);
	}
	return found;
}

static void
none_is_forgotten(void **state)
{
	char *weights = inspect_tools_read("etc/weights.conf");
	char *docs = inspect_tools_read("docs/detection.md");
	char *not_yet = strstr(docs, "## Not yet"), *line, *save = NULL;
	size_t forgotten = 0, rules = 0;

	(void)state;
	assert_non_null(not_yet);
	for (line = strtok_r(weights, "\n", &save); line != NULL;
	    line = strtok_r(NULL, "\n", &save)) {
		char *rule, *mark;

		if (!str_starts(line, "rule "))
			continue;
		rule = mem_strndup(line + 5, strcspn(line + 5, " "));
		mark = mem_printf("`%s`", rule);
		rules++;
		if (!is_tested(rule) && strstr(not_yet, mark) == NULL) {
			print_message("%s: no test both ways, and no line in "
			    "docs/detection.md\n", rule);
			forgotten++;
		}
		free(mark);
		free(rule);
	}
	free(weights);
	free(docs);
	assert_true(rules > 200);
	assert_int_equal(forgotten, 0);
}

/* ---- all weigh ----------------------------------------------------------- */

static size_t
weightless(const char *weights, const char *rule)
{
	char *line = mem_printf("\nrule %s ", rule);
	bool weighs = strstr(weights, line) != NULL;

	if (!weighs)
		print_message("%s: no line in etc/weights.conf\n", rule);
	free(line);
	return !weighs;
}

/* id = "..." */
static size_t
weightless_of(const char *weights, const char *path)
{
	static const char key[] = "\tid = \"";
	char *text = inspect_tools_read(path), *rule;
	size_t n = 0;

	for (const char *at = text; (at = strstr(at, key)) != NULL;) {
		at += sizeof(key) - 1;
		rule = mem_strndup(at, strcspn(at, "\""));
		n += weightless(weights, rule);
		free(rule);
	}
	free(text);
	return n;
}

static void
all_weigh(void **state)
{
	char *weights = inspect_tools_read("etc/weights.conf");
	char *pattern = inspect_tools_path("etc/rules/*.yar");
	glob_t files;
	size_t n = 0;

	(void)state;
	assert_int_equal(glob(pattern, 0, NULL, &files), 0);
	for (size_t i = 0; i < code_rules_count; i++)
		n += weightless(weights, code_rules[i].id);
	for (size_t i = 0; i < write_rules_count; i++)
		n += weightless(weights, write_rules[i].say.id);
	for (size_t i = 0; i < files.gl_pathc; i++)
		n += weightless_of(weights, strstr(files.gl_pathv[i],
		    "etc/rules/"));
	globfree(&files);
	free(pattern);
	free(weights);
	assert_int_equal(n, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(speak_and_are_silent),
		cmocka_unit_test(none_is_forgotten),
		cmocka_unit_test(all_weigh),
	};

	return cmocka_run_group_tests(tests, inspect_tools_setup,
	    inspect_tools_teardown);
}
