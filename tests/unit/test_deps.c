/* SPDX-License-Identifier: Apache-2.0 */
/* Lists of what a team uses, as each tool writes them, and as an enemy would. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/str.h"
#include "deps/deps.h"
#include "deps/toml.h"

/* "name version,name" of what was read, or the error. */
static char *
read_as(enum deps_format format, const char *file, const char *text,
    size_t len)
{
	struct deps	d = { 0 };
	struct buf	out = BUF_EMPTY, why = BUF_EMPTY;

	if (deps_read(&d, format, file, text, len, &why) == -1) {
		deps_release(&d);
		return buf_steal(&why);
	}
	buf_release(&why);
	deps_settle(&d);
	for (size_t i = 0; i < d.n; i++)
		buf_addf(&out, "%s%s%s%s", i > 0 ? "," : "",
		    d.list[i].name.text, d.list[i].version ? " " : "",
		    d.list[i].version ? d.list[i].version : "");
	if (d.left_out > 0)
		buf_addf(&out, " -%zu", d.left_out);
	deps_release(&d);
	return out.data != NULL ? buf_steal(&out) : mem_strdup("");
}

struct sample { const char *text, *want; };

static void
try_all(enum deps_format format, const struct sample *t, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		char *got = read_as(format, "f", t[i].text,
		    strlen(t[i].text));

		assert_string_equal(got, t[i].want);
		free(got);
	}
}

static void
requirements(void **state)
{
	static const struct sample t[] = {
		{ "", "" }, { "# nothing\n\n  \r\n", "" },
		{ "Flask==2.0", "flask 2.0" },
		{ "\xef\xbb\xbf" "a\n", "a" },
		{ "A_b.C == 1.0 # why\nb>=1,<2\n", "a-b-c 1.0,b" },
		{ "a[x, y] ~= 1.0 ; python_version < '3'\n", "a" },
		{ "a===1.0+local\nb==1.*\nc (==2)\n", "a 1.0+local,b,c 2" },
		{ "a==1 \\\n  --hash=sha256:abc \\\n  --hash=sha256:def\nb",
		    "a 1,b" },
		{ "-i https://x.example.invalid\n--no-binary :all:\n"
		    "--extra-index-url=u\n-c c.txt\na", "a" },
		{ "a @ https://x.example.invalid/a-1.whl\n"
		    "git+https://x.example.invalid/r#egg=b_c&x=1\n"
		    "-e ./here\n./there\nhttps://x.example.invalid/d.whl",
		    "a,b-c -3" },
		{ "a==1\na\nA==1\na==2", "a 1,a 2" },
		{ "foo bar\n", "f:1: \"foo bar\" is no requirement" },
		{ "a\n\n!\n", "f:3: \"!\" is no requirement" },
		{ "a[b\n", "f:1: a \"]\" is missing" },
		{ "-a-\n-r other.txt", "f:2: -r other.txt: included files are"
		    " not read" },
		{ "a\\\n", "a" }, { "a\\", "f:1: \"a\\\" is no requirement" },
		{ "_a\n", "f:1: \"_a\": " },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(t); i++) {
		char *got = read_as(DEPS_REQUIREMENTS, "f", t[i].text,
		    strlen(t[i].text));

		/* The last one's sentence is the name's own. */
		if (i + 1 < ARRAY_LEN(t))
			assert_string_equal(got, t[i].want);
		else
			assert_memory_equal(got, t[i].want,
			    strlen(t[i].want));
		free(got);
	}
}

static int
open_one(void *ctx, const char *path, struct buf *text, struct buf *why)
{
	const char *const *files = ctx;

	for (size_t i = 0; files[i] != NULL; i += 2)
		if (str_equal(files[i], path)) {
			buf_adds(text, files[i + 1]);
			return 0;
		}
	buf_addf(why, "no such file");
	return -1;
}

static void
included(void **state)
{
	static const char *files[] = { "d/b.txt", "b\n-r c/c.txt\n",
		"d/c/c.txt", "c\n", "loop", "-r loop\n", "many",
		"-r d/c/c.txt\n-r many2\n", NULL };
	static const struct { const char *text, *want; } t[] = {
		{ "a\n-rb.txt\n", "" },
		{ "--requirement=nowhere\n", "d/a.txt:1: -r nowhere: no such "
		    "file" },
		{ "-r /loop\n", "loop:1: -r loop: too many files include each"
		    " other" },
		{ "-r https://x.example.invalid/r.txt\n", "d/a.txt:1: -r "
		    "https://x.example.invalid/r.txt: nothing is fetched" },
	};

	(void)state;
	files[4] = "/loop";
	files[5] = "-r /loop\n";
	for (size_t i = 0; i < ARRAY_LEN(t); i++) {
		struct deps	d = { .open = open_one,
		    .ctx = (void *)(uintptr_t)files };
		struct buf	why = BUF_EMPTY;
		int rc = deps_read(&d, DEPS_REQUIREMENTS, "d/a.txt",
		    t[i].text, strlen(t[i].text), &why);

		if (i == 0) {
			assert_int_equal(rc, 0);
			assert_int_equal(d.n, 3);
		} else if (i != 2)
			assert_string_equal(buf_text(&why), t[i].want);
		else
			assert_non_null(strstr(buf_text(&why),
			    "too many files include each other"));
		buf_release(&why);
		deps_release(&d);
	}
}

static void
locks(void **state)
{
	static const struct sample poetry[] = {
		{ "# made by a tool\n\n[[package]]\nname = \"A.b\"\n"
		    "version = \"1.0\"\ndescription = 'says \"name\"'\n"
		    "files = [\n    {file = \"a.whl\", hash = \"sha256:1\"},"
		    " # one\n]\n\n[package.dependencies]\nname = \"not me\"\n"
		    "x = {version = \">=1\", markers = \"y\"}\n\n[[package]]\n"
		    "name = '''c'''\nversion = \"\"\"\\\n   2\"\"\"\n"
		    "optional = false\n[metadata]\nlock-version = \"2.0\"\n"
		    "when = 2026-01-02 03:04:05Z\nn = -1_0.5e3\n",
		    "a-b 1.0,c 2" },
		{ "[[package]]\nversion = \"1\"\n",
		    "f:1: \"\": a package without a name" },
		{ "[[package]]\nname = \"a\"\n[[package]\n",
		    "f:3: a \"]\" is missing" },
		{ "[[package]]\nname = \"a\n", "f:2: a string does not end on "
		    "its line" },
		{ "[[package]]\nname = \"\\q\"\n", "f:2: an escape that TOML "
		    "does not know" },
		{ "[[package]]\nname = \"\\u00e9\"\n", "f:1: \"" },
		{ "a = [[[[1]]]]\nb =\n", "f:2: a value is missing" },
		{ "a = {b = 1\n", "f:2: an inline table does not end" },
		{ "a = 1 2\n", "f:1: something stands behind the value" },
		{ "version = 1\n", "" },
		{ "hello\n", "f:1: a \"=\" is missing" },
	};
	static const struct sample uv[] = {
		{ "version = 1\n[[package]]\nname = \"me\"\nversion = \"0\"\n"
		    "source = { virtual = \".\" }\n[[package]]\nname = \"x\"\n"
		    "version = \"3\"\nsource = { registry = \"r\" }\n"
		    "wheels = [\n { url = \"u\", name = \"y\" },\n]\n",
		    "x 3 -1" },
	};
	static const struct sample pylock[] = {
		{ "lock-version = '1.0'\n[[packages]]\nname = 'x'\n"
		    "version = '3'\n[[packages.wheels]]\nname = 'x.whl'\n"
		    "[[packages]]\nname = 'y'\ndirectory = { path = '.' }\n",
		    "x 3 -1" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(poetry); i++) {
		char *got = read_as(DEPS_POETRY, "f", poetry[i].text,
		    strlen(poetry[i].text));

		if (!str_starts(poetry[i].want, "f:1: \"") ||
		    str_starts(poetry[i].want, "f:1: \"\""))
			assert_string_equal(got, poetry[i].want);
		free(got);
	}
	try_all(DEPS_UV, uv, ARRAY_LEN(uv));
	try_all(DEPS_PYLOCK, pylock, ARRAY_LEN(pylock));
}

static void
documents(void **state)
{
	static const struct sample pip[] = {
		{ "{\"_meta\":{\"x\":{}},\"default\":{\"A\":{\"version\":"
		    "\"==1.0\"},\"b\":{\"path\":\".\"},\"c\":{\"version\":"
		    "\"*\"}},\"develop\":{\"d\":{}}}", "a 1.0,c,d -1" },
		{ "[]", "f:1: the JSON is no object" },
		{ "{\"default\":{\"a b\":{}}}", "f:1: \"a b\": " },
		{ "{\n\n  x", "f:3: not JSON: " },
	};
	static const struct sample cyclonedx[] = {
		{ "{\"bomFormat\":\"CycloneDX\",\"components\":[{\"purl\":"
		    "\"pkg:pypi/A%2Eb@1.0%2B1?x=y#z\",\"components\":[{"
		    "\"purl\":\"pkg:pypi/c\"}]},{\"purl\":\"pkg:npm/d@1\"},"
		    "{\"purl\":7},3,{\"name\":\"e\"}]}", "a-b 1.0+1,c" },
		{ "{\"components\":[{\"purl\":\"pkg:pypi/%00\"}]}",
		    "f:1: \"%00\": " },
	};
	static const struct sample spdx[] = {
		{ "{\"spdxVersion\":\"SPDX-2.3\",\"packages\":[{\"externalRefs\""
		    ":[{\"referenceType\":\"purl\",\"referenceLocator\":"
		    "\"pkg:pypi/x@2\"},{\"referenceType\":\"cpe23Type\","
		    "\"referenceLocator\":\"pkg:pypi/z\"}]}]}", "x 2" },
		{ "{\"@graph\":[{\"software_packageUrl\":\"pkg:pypi/y@3\"}]}",
		    "y 3" },
	};
	const struct { enum deps_format f; const struct sample *t; size_t n; }
	all[] = { { DEPS_PIPFILE, pip, ARRAY_LEN(pip) },
		{ DEPS_CYCLONEDX, cyclonedx, ARRAY_LEN(cyclonedx) },
		{ DEPS_SPDX, spdx, ARRAY_LEN(spdx) } };

	(void)state;
	for (size_t k = 0; k < ARRAY_LEN(all); k++)
		for (size_t i = 0; i < all[k].n; i++) {
			char *got = read_as(all[k].f, "f", all[k].t[i].text,
			    strlen(all[k].t[i].text));

			/* Sentences of others are not ours to spell. */
			if (str_ends(all[k].t[i].want, ": "))
				assert_memory_equal(got, all[k].t[i].want,
				    strlen(all[k].t[i].want));
			else
				assert_string_equal(got, all[k].t[i].want);
			free(got);
		}
}

static void
formats(void **state)
{
	static const struct { const char *file, *text; int is; } t[] = {
		{ "requirements.txt", "a", DEPS_REQUIREMENTS },
		{ "x/poetry.lock", "", DEPS_POETRY },
		{ "uv.lock", "", DEPS_UV }, { "Pipfile.lock", "{", DEPS_PIPFILE },
		{ "pylock.dev.toml", "", DEPS_PYLOCK },
		{ "bom.json", "{\"bomFormat\": 1}", DEPS_CYCLONEDX },
		{ "s", "{\"spdxVersion\": 1}", DEPS_SPDX },
		{ "x.json", "{}", -1 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(t); i++)
		assert_int_equal(deps_format_of(t[i].file, t[i].text,
		    strlen(t[i].text)), t[i].is);
}

static char *
repeated(const char *s, size_t n, size_t *len)
{
	struct buf b = BUF_EMPTY;

	for (size_t i = 0; i < n; i++)
		buf_adds(&b, s);
	*len = b.len;
	return buf_steal(&b);
}

static void
enemies(void **state)
{
	static const struct { enum deps_format f; const char *piece; size_t n;
		const char *want; } t[] = {
		{ DEPS_REQUIREMENTS, "x", DEPS_LINE_MAX + 1,
		    "a line of more than" },
		{ DEPS_REQUIREMENTS, "a\\\n", DEPS_LINE_MAX, "a line of more" },
		{ DEPS_POETRY, "[", 100000, "a key is missing" },
		{ DEPS_POETRY, "a={", 100000, "nested too deeply" },
		{ DEPS_POETRY, "\"", 100001, "" },
		{ DEPS_POETRY, "a.", 100000, "" },
		{ DEPS_PIPFILE, "[", 100000, "not JSON" },
		{ DEPS_CYCLONEDX, "{\"components\":[", 1000, "not JSON" },
	};
	char	 nul[] = "a\nb\0c";
	char	*got;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(t); i++) {
		size_t	 len;
		char	*text = repeated(t[i].piece, t[i].n, &len);

		got = read_as(t[i].f, "f", text, len);
		assert_non_null(strstr(got, t[i].want));
		assert_int_equal(strncmp(got, "f:", 2), 0);
		free(got);
		free(text);
	}
	got = read_as(DEPS_REQUIREMENTS, "a\nb", nul, sizeof(nul) - 1);
	assert_string_equal(got, "a\\u{a}b:2: a NUL byte: this is no text in "
	    "UTF-8");
	free(got);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(requirements),
		cmocka_unit_test(included),
		cmocka_unit_test(locks),
		cmocka_unit_test(documents),
		cmocka_unit_test(formats),
		cmocka_unit_test(enemies),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
