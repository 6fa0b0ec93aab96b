/* SPDX-License-Identifier: Apache-2.0 */
/* siblings: the files of one release against each other, by table. */
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
#include "judge/siblings.h"

/* "a=p/x.py b=p/y.py": modules by the letter of their content. */
static char *
list_of(const char *text)
{
	struct buf b = BUF_EMPTY;
	size_t len;

	for (; text != NULL && *text != '\0'; text += len) {
		text += strspn(text, " ");
		len = strcspn(text, " ");
		for (int i = 0; i < 32; i++)
			buf_addc(&b, *text);
		buf_addc(&b, ' ');
		buf_add(&b, text + 2, len - 2);
		buf_addc(&b, '\n');
	}
	return text == NULL ? NULL : buf_steal(&b);
}

static const struct {
	const char	*name;
	enum packagetype own, other;
	const char	*own_modules, *other_modules;
	const char	*found;		/* path of one that acts; or NULL */
	const char	*rules;		/* " RULE:PATH" each */
} cases[] = {
	{ "the same", PACKAGE_WHEEL, PACKAGE_SDIST, "a=p/x.py b=p/y.py",
	    "a=p/x.py b=p/y.py c=setup.py", NULL, "" },
	{ "moved by the build", PACKAGE_WHEEL, PACKAGE_SDIST,
	    "a=p/x.py b=q.py", "a=src/p/x.py b=python/other/q.py", NULL, "" },
	{ "one more", PACKAGE_WHEEL, PACKAGE_SDIST, "a=p/x.py b=p/y.py",
	    "a=p/x.py", NULL, " wheel-extra-code:p/y.py" },
	{ "another content", PACKAGE_WHEEL, PACKAGE_SDIST, "a=p/x.py",
	    "b=src/p/x.py", NULL, " wheel-changed-code:p/x.py" },
	{ "a path that only ends alike", PACKAGE_WHEEL, PACKAGE_SDIST,
	    "a=x.py", "b=src/ex.py", NULL, " wheel-extra-code:x.py" },
	{ "what tools write", PACKAGE_WHEEL, PACKAGE_SDIST,
	    "a=p/x.py b=p/_version.py c=p/v1_pb2.py d=p/__config__.py",
	    "a=p/x.py", NULL, "" },
	{ "what tools write does not act", PACKAGE_WHEEL, PACKAGE_SDIST,
	    "a=p/x.py b=p/_version.py", "a=p/x.py", "p/_version.py",
	    " wheel-code-acts:p/_version.py" },
	{ "acts, but is published", PACKAGE_WHEEL, PACKAGE_SDIST,
	    "a=p/x.py", "a=p/x.py", "p/x.py", "" },
	{ "a start-up file", PACKAGE_WHEEL, PACKAGE_SDIST,
	    "a=p/x.py b=p.pth", "a=p/x.py", NULL,
	    " wheel-extra-startup:p.pth" },
	{ "the wheel came first", PACKAGE_SDIST, PACKAGE_WHEEL, "a=p/x.py",
	    "a=p/x.py b=p/y.py", NULL, " wheel-extra-code:p/y.py" },
	{ "an sdist may hold more", PACKAGE_SDIST, PACKAGE_WHEEL,
	    "a=p/x.py b=setup.py c=tests/t.py", "a=p/x.py", NULL, "" },
	{ "wheels differ by platform", PACKAGE_WHEEL, PACKAGE_WHEEL,
	    "a=p/x.py b=p/_windows.py", "a=p/x.py", NULL, "" },
	{ "one wheel acts", PACKAGE_WHEEL, PACKAGE_WHEEL,
	    "a=p/x.py b=p/y.py", "a=p/x.py", "p/y.py",
	    " wheel-code-acts:p/y.py" },
	{ "nothing known of the other", PACKAGE_WHEEL, PACKAGE_SDIST,
	    "a=p/x.py", NULL, NULL, "" },
	{ "nothing known of this", PACKAGE_WHEEL, PACKAGE_SDIST, NULL,
	    "a=p/x.py", NULL, "" },
	{ "an egg", PACKAGE_EGG, PACKAGE_SDIST, "a=p/x.py", "b=p/y.py", NULL,
	    "" },
};

static void
finding_add(struct features *f, const char *path)
{
	struct finding *one = features_add_finding(f);
	char *whole = mem_printf("p-1/%s", path);

	one->rule = mem_strdup("exec-decoded");
	one->category = mem_strdup("dynamic-exec");
	one->context = CONTEXT_IMPORT;
	one->text = mem_strdup("a sentence");
	one->path = whole;
}

static void
compares(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct features f = { .modules = list_of(cases[i].own_modules)
		};
		char *modules = list_of(cases[i].other_modules);
		struct sibling other = { "other", cases[i].other, modules };
		struct buf rules = BUF_EMPTY;

		if (cases[i].found != NULL)
			finding_add(&f, cases[i].found);
		siblings_compare(&f, cases[i].own, &other, 1);
		for (size_t k = cases[i].found != NULL; k < f.nfindings; k++)
			buf_addf(&rules, " %s:%s", f.findings[k].rule,
			    f.findings[k].path);
		if (!str_equal(buf_text(&rules), cases[i].rules))
			fail_msg("%s:%s", cases[i].name, buf_text(&rules));
		buf_release(&rules);
		features_release(&f);
		free(modules);
	}
}

/* What acted in a wheel is known to the source archive that comes later. */
static void
remembers_what_acts(void **state)
{
	struct features wheel = { .modules = list_of("a=p/x.py b=p/y.py") };
	struct features sdist = { .modules = list_of("a=p/x.py") };
	struct sibling other = { .filename = "p.whl",
	    .packagetype = PACKAGE_WHEEL };

	(void)state;
	finding_add(&wheel, "p/y.py");
	siblings_compare(&wheel, PACKAGE_WHEEL, NULL, 0);
	other.modules = wheel.modules;
	siblings_compare(&sdist, PACKAGE_SDIST, &other, 1);
	assert_int_equal(sdist.nfindings, 1);
	assert_string_equal(sdist.findings[0].rule, "wheel-code-acts");
	assert_string_equal(sdist.findings[0].text, "this source archive lacks "
	    "what acts by itself in p.whl: p/y.py");
	features_release(&wheel);
	features_release(&sdist);
}

/* Any text in place of a list: no read beyond it. */
static void
survives_damage(void **state)
{
	static const char *const lists[] = { "", "\n", "x", " p/x.py\n",
	    "0123456789abcdef0123456789abcdef", "0123456789abcdef0123456789abcd"
	    "ef ", "0123456789abcdef0123456789abcdef p", "\n\n\n\n\n\n\n\n\n\n"
	    "\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(lists); i++)
		for (size_t k = 0; k < ARRAY_LEN(lists); k++)
			for (int way = 0; way < 2; way++) {
				struct features f = { .modules =
				    mem_strdup(lists[i]) };
				struct sibling other = { "o", way ?
				    PACKAGE_SDIST : PACKAGE_WHEEL, lists[k] };

				siblings_compare(&f, way ? PACKAGE_WHEEL :
				    PACKAGE_SDIST, &other, 1);
				features_release(&f);
			}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(compares),
		cmocka_unit_test(remembers_what_acts),
		cmocka_unit_test(survives_damage),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
