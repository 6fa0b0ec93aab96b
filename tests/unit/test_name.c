/* SPDX-License-Identifier: Apache-2.0 */
/* name - which names are valid, and what becomes of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/str.h"
#include "names/name.h"

static const struct { const char *in, *pep503, *ultra; } valid[] = {
	{ "Django", "django", "djang0" },
	{ "djang0", "djang0", "djang0" },
	{ "zope.interface", "zope-interface", "z0pe1nterface" },
	{ "a__B-.-c", "a-b-c", "abc" },
	{ "Jinja-2", "jinja-2", "j1nja2" },
	{ "LiLo", "lilo", "1110" },
	{ "7", "7", "7" },
	{ "python_Foo.BAR--baz", "python-foo-bar-baz", "pyth0nf00barbaz" },
};

static const char *const invalid[] = { "", "-a", "a-", "_", ".a", "a b",
	"a/b", "\xc3\xa9t\xc3\xa9", "a\n", "a\xff", "r\xd0\xb5quests", "a@b" };

static const struct { const char *file, *name, *version; } files[] = {
	{ "foo_bar-1.0-py3-none-any.whl", "foo-bar", "1.0" },
	{ "Foo.Bar-1.0-1-py3-none-any.whl", "foo-bar", "1.0" },
	{ "foo-bar-1.0.tar.gz", "foo-bar", "1.0" },
	{ "foo_bar-2024.1.2rc1.zip", "foo-bar", "2024.1.2rc1" },
	{ "foo-1.0-1.tar.gz", "foo", "1.0-1" },
	{ "py3-thing-7.tar.bz2", "py3-thing", "7" },
	{ "foo-v1.2.tgz", "foo", "v1.2" },
	{ "foo-1.0-py2.7.egg", "foo", "1.0" },
	{ "foo.tar.gz", NULL, NULL }, { "foo-bar.zip", NULL, NULL },
	{ "foo-1.0", NULL, NULL }, { "", NULL, NULL }, { "-1.tar.gz", NULL, NULL },
	{ "foo-.whl", NULL, NULL }, { ".tar.gz", NULL, NULL },
	{ "f\xff-1.0.tar.gz", NULL, NULL },
};

static void
forms(void **state)
{
	struct project_name	 name, ultra;
	const char		*why;
	size_t			 i;

	(void)state;
	for (i = 0; i < ARRAY_LEN(valid); i++) {
		assert_int_equal(name_normalize(valid[i].in, &name, &why), 0);
		assert_string_equal(name.text, valid[i].pep503);
		assert_int_equal(name.len, strlen(name.text));
		name_ultranormalize(&name, &ultra);
		assert_string_equal(ultra.text, valid[i].ultra);
		assert_int_equal(ultra.len, strlen(ultra.text));
	}
}

static void
refused(void **state)
{
	struct project_name	 name;
	const char		*why;
	size_t			 i;

	(void)state;
	for (i = 0; i < ARRAY_LEN(invalid); i++) {
		why = NULL;
		assert_int_equal(name_normalize(invalid[i], &name, &why), -1);
		assert_non_null(why);
		assert_int_equal(name.len, 0);
	}
}

static void
longest(void **state)
{
	char			 text[PROJECT_NAME_MAX + 2];
	struct project_name	 name;
	const char		*why;

	(void)state;
	memset(text, 'x', sizeof(text));
	text[PROJECT_NAME_MAX + 1] = '\0';
	assert_int_equal(name_normalize(text, &name, &why), -1);
	text[PROJECT_NAME_MAX] = '\0';
	assert_int_equal(name_normalize(text, &name, &why), 0);
	assert_int_equal(name.len, PROJECT_NAME_MAX);
}

static void
filenames(void **state)
{
	struct project_name	 name;
	char			 version[32];
	size_t			 i;
	int			 got;

	(void)state;
	for (i = 0; i < ARRAY_LEN(files); i++) {
		got = name_from_filename(files[i].file, &name, version,
		    sizeof(version));
		assert_int_equal(got, files[i].name == NULL ? -1 : 0);
		if (got == -1)
			continue;
		assert_string_equal(name.text, files[i].name);
		assert_string_equal(version, files[i].version);
	}
}

static void
filename_room(void **state)
{
	struct project_name	 name;
	char			 version[4];

	(void)state;
	assert_int_equal(name_from_filename("foo-1.0.tar.gz", &name, version,
	    sizeof(version)), 0);
	assert_int_equal(name_from_filename("foo-1.00.tar.gz", &name, version,
	    sizeof(version)), -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(forms), cmocka_unit_test(refused),
		cmocka_unit_test(longest), cmocka_unit_test(filenames),
		cmocka_unit_test(filename_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
