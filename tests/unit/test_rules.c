/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rules: all compile without a warning, each has its fields, its weight and
 * examples both ways, and no import or include gets through.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/str.h"
#include "flow/endpoints.h"
#include "inspect/rules/rules.h"
#include "inspect_tools.h"
#include "judge/weights.h"

#define RULES_MOST 200

struct seen {
	const char	*want;
	bool		 found;
	char		*met[RULES_MOST];	/* matched by some example */
	size_t		 nmet;
	const struct weights *weights;
};

static void
on_match(void *ctx, const struct rule_match *m)
{
	struct seen *s = ctx;
	char *rule;

	assert_non_null(m->category);
	assert_non_null(m->tactic);
	assert_int_equal(strncmp(m->tactic, "TA00", 4), 0);
	assert_non_null(m->text);
	if (!str_equal(m->id, s->want))
		return;
	s->found = true;
	assert_true(weights_of(s->weights, m->id, "").strength > 0);
	/* Two rules of one finding are for different kinds of files. */
	rule = mem_printf("%s %s", m->id, m->kinds != NULL ? m->kinds : "");
	for (size_t i = 0; i < s->nmet; i++)
		if (str_equal(s->met[i], rule)) {
			free(rule);
			return;
		}
	assert_true(s->nmet < RULES_MOST);
	s->met[s->nmet++] = rule;
}

static unsigned int
try(const struct rules *r, struct seen *s, char *title, const struct buf *text)
{
	char *kind = strchr(title, ' ');
	bool must;

	*kind++ = '\0';
	must = str_equal(kind, "match");
	s->want = title;
	s->found = false;
	assert_int_equal(rules_scan(r, (const uint8_t *)buf_text(text),
	    text->len, on_match, s), 0);
	if (s->found == must)
		return 0;
	print_message("%s: %s\n%s\n", title, kind, buf_text(text));
	return 1;
}

static void
examples_both_ways(void **state)
{
	const struct inspect_tools *t = *state;
	struct rules *r = inspect_tools_rules();
	struct seen s = { .weights = t->weights };
	char *all = inspect_tools_read("tests/fixtures/rules.txt");
	char *next = all, *title = NULL;
	struct buf text = BUF_EMPTY;
	unsigned int wrong = 0;

	while (next != NULL) {
		char *line = next;

		next = strchr(line, '\n');
		if (next != NULL)
			*next++ = '\0';
		if (!str_starts(line, "=== ") && next != NULL) {
			buf_adds(&text, line);
			buf_addc(&text, '\n');
			continue;
		}
		if (title != NULL)
			wrong += try(r, &s, title, &text);
		title = next != NULL ? line + 4 : NULL;
		buf_reset(&text);
	}
	assert_int_equal(wrong, 0);
	assert_int_equal(s.nmet, rules_count(r));
	assert_true(rules_count(r) >= 45);
	for (size_t i = 0; i < s.nmet; i++)
		free(s.met[i]);
	buf_release(&text);
	free(all);
	rules_free(r);
}

static void
put(const char *folder, const char *name, const char *text)
{
	char *path = mem_printf("%s/%s", folder, name);
	FILE *out = fopen(path, "w");

	assert_non_null(out);
	fputs(text, out);
	(void)fclose(out);
	free(path);
}

static void
drop(const char *folder, const char *name)
{
	char *path = mem_printf("%s/%s", folder, name);

	(void)remove(path);
	free(path);
}

/* A wrong file of the operator's is named and left out; the others count. */
static void
operators_files(void **state)
{
	static const char *const names[] = { "a.yar", "b.yar", "c.yar",
	    "d.yar" };
	const char *top = getenv("top_srcdir");
	char *path = mem_printf("%s/etc/rules", top != NULL ? top : ".");
	char folder[] = "/tmp/test_rules.XXXXXX";
	char *inner;
	struct buf errors = BUF_EMPTY;
	struct rules *r, *own = inspect_tools_rules();

	(void)state;
	assert_non_null(mkdtemp(folder));
	inner = mem_printf("%s/e.yar", folder);
	assert_int_equal(mkdir(inner, S_IRWXU), 0);
	put(folder, "a.yar", "rule mine { strings: $a = \"xyzzy\" "
	    "condition: $a }\n");
	put(folder, "b.yar", "rule { broken\n");
	put(folder, "c.yar", "rule x { condition: true } import \"pe\"\n"
	    "rule y { condition: pe.is_pe }\n");
	put(folder, "d.yar", "include \"a.yar\"\n");
	r = rules_load(path, folder, &errors);
	assert_non_null(r);
	assert_int_equal(rules_count(r), rules_count(own) + 1);
	assert_non_null(strstr(errors.data, "b.yar:1: "));
	assert_non_null(strstr(errors.data, "c.yar: import \"pe\""));
	assert_non_null(strstr(errors.data, "d.yar:1: "));
	assert_non_null(strstr(errors.data, "e.yar: Is a directory"));
	assert_string_not_equal(rules_id(r), rules_id(own));
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		drop(folder, names[i]);
	(void)rmdir(inner);
	(void)rmdir(folder);
	free(inner);
	buf_release(&errors);
	rules_free(r);
	rules_free(own);
	free(path);
}

/* Is that found in a file of that text? */
static bool
is_found(struct inspector *inspector, const char *text, const char *rule)
{
	struct inspected_file file = { "p", "1", "p-1-py3-none-any.whl",
	    PACKAGE_WHEEL };
	struct features f = { 0 };
	struct inspection *in = inspection_new(inspector, &file, NULL, &f);
	bool found = false;

	inspection_entry(in, &(struct entry){ .kind = ENTRY_FILE,
	    .path = "p/a.txt", .inner = "p/a.txt",
	    .data = (const uint8_t *)text, .size = strlen(text),
	    .installed = true });
	inspection_end(in);
	inspection_free(in);
	for (size_t i = 0; i < f.nfindings; i++)
		found = found || str_equal(f.findings[i].rule, rule);
	features_release(&f);
	return found;
}

/* A rule whose condition goes on for hours, for files with one word in them. */
static void
endless_rule(void **state)
{
	const char *top = getenv("top_srcdir");
	char *path = mem_printf("%s/etc/rules", top != NULL ? top : ".");
	char folder[] = "/tmp/test_rules.XXXXXX";
	struct inspector_settings s = { .rules = path, .local_rules = folder };
	struct buf errors = BUF_EMPTY;
	struct inspector *inspector;

	(void)state;
	assert_non_null(mkdtemp(folder));
	put(folder, "endless.yar", "rule endless { strings: $a = \"xyzzy\" "
	    "condition: $a and for all i in (1..1000000000000) : "
	    "( uint8(i % 4) != 0 ) }\n");
	inspector = inspector_new(&s, &errors);
	assert_non_null(inspector);
	assert_true(is_found(inspector, "say xyzzy, and nothing happens\n",
	    "rules-timeout"));
	assert_false(is_found(inspector, "say plugh, and nothing happens\n",
	    "rules-timeout"));
	inspector_free(inspector);
	drop(folder, "endless.yar");
	(void)rmdir(folder);
	buf_release(&errors);
	free(path);
}

/*
 * A condition over pairs takes the square of the places: on so many of them it
 * does not end, and what they hide is found in the piece where it stands.
 */
static void
square_rule(void **state)
{
	const char *top = getenv("top_srcdir");
	char *path = mem_printf("%s/etc/rules", top != NULL ? top : ".");
	char folder[] = "/tmp/test_rules.XXXXXX";
	struct inspector_settings s = { .rules = path, .local_rules = folder };
	struct buf errors = BUF_EMPTY, text = BUF_EMPTY;
	struct inspector *inspector;

	(void)state;
	assert_non_null(mkdtemp(folder));
	put(folder, "square.yar", "rule square { strings: $a = \"xyzzy\" "
	    "$b = \"plugh\" condition: for any i in (1..#a) : "
	    "( $b in (@a[i]..@a[i] + 50) ) }\n");
	inspector = inspector_new(&s, &errors);
	assert_non_null(inspector);
	for (size_t i = 0; i < 200000; i++)
		buf_adds(&text, "xyzzy\n");
	buf_adds(&text, "plugh\n");
	assert_true(is_found(inspector, buf_text(&text), "square"));
	assert_true(is_found(inspector, buf_text(&text), "rules-timeout"));
	inspector_free(inspector);
	drop(folder, "square.yar");
	(void)rmdir(folder);
	buf_release(&text);
	buf_release(&errors);
	free(path);
}

/* Hosts that cannot be read are an error, not none. */
static void
endpoints_unread(void **state)
{
	char folder[] = "/tmp/test_rules.XXXXXX";
	struct buf errors = BUF_EMPTY;
	char *inner;

	(void)state;
	assert_non_null(mkdtemp(folder));
	inner = mem_printf("%s/endpoints.tsv", folder);
	assert_int_equal(mkdir(inner, S_IRWXU), 0);
	assert_null(endpoints_load(folder, &errors));
	assert_non_null(strstr(errors.data, "Is a directory"));
	(void)rmdir(inner);
	(void)rmdir(folder);
	free(inner);
	buf_release(&errors);
}

static void
all_are_sieved(void **state)
{
	struct rules *r = inspect_tools_rules();

	(void)state;
	assert_true(rules_are_sieved(r));
	rules_free(r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(examples_both_ways),
		cmocka_unit_test(all_are_sieved),
		cmocka_unit_test(operators_files),
		cmocka_unit_test(endpoints_unread),
		cmocka_unit_test(endless_rule),
		cmocka_unit_test(square_rule),
	};

	return cmocka_run_group_tests(tests, inspect_tools_setup,
	    inspect_tools_teardown);
}
