/* SPDX-License-Identifier: Apache-2.0 */
/*
 * identity: what a package says it is, against what is known of others and of
 * its own past; each rule speaks, and is silent where something only comes
 * close.
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
#include "base/str.h"
#include "inspect_tools.h"
#include "names/targets.h"

#define RICH "Summary: a thing\nAuthor-email: a@example.org\n" \
    "Classifier: Topic :: Misc\n"
#define LONG "\nA description that is long enough to say what this is about, " \
    "and a little longer.\n"
#define PE "MZ"

static const struct target popular[] = {
	{ .name = "requests", .rank = 5 }, { .name = "pyyaml", .rank = 12 },
	{ .name = "cryptography", .rank = 20 },
	{ .name = "measuring-things-asgi", .rank = 30 },
};

struct sample {
	const char	*rule;
	bool		 speaks;
	const char	*project, *version, *filename;
	const char	*metadata;	/* NULL: the archive has none */
	const char	*path, *data;	/* one more member, or NULL */
};

static const struct sample samples[] = {
	{ "lookalike-name", true, "reqeusts", "1.0", "a-1.0.tar.gz",
	    "Name: reqeusts\n" RICH LONG, NULL, NULL },
	{ "lookalike-name", false, "weather", "1.0", "a-1.0.tar.gz",
	    "Name: weather\n" RICH LONG, NULL, NULL },
	{ "foreign-metadata", true, "swapmempool", "1.0", "a-1.0.tar.gz",
	    "Name: swapmempool\nHome-page: https://github.com/psf/requests\n"
	    RICH LONG, NULL, NULL },
	{ "foreign-metadata", false, "requests-cache", "1.0", "a-1.0.tar.gz",
	    "Name: requests-cache\nHome-page: https://github.com/psf/requests\n"
	    RICH LONG, NULL, NULL },
	{ "borrowed-repository", true, "reqeusts", "1.0", "a-1.0.tar.gz",
	    "Name: reqeusts\nHome-page: https://github.com/psf/requests\n"
	    RICH LONG, NULL, NULL },
	{ "borrowed-repository", false, "reqeusts", "1.0", "a-1.0.tar.gz",
	    "Name: reqeusts\nHome-page: https://github.com/a/reqeusts\n"
	    RICH LONG, NULL, NULL },
	{ "foreign-module", true, "swapmempool", "1.0",
	    "swapmempool-1.0-py3-none-any.whl", "Name: swapmempool\n" RICH LONG,
	    "requests/__init__.py", "x = 1\n" },
	{ "foreign-module", false, "requests", "1.0",
	    "requests-1.0-py3-none-any.whl", "Name: requests\n" RICH LONG,
	    "requests/__init__.py", "x = 1\n" },
	{ "foreign-module", false, "swapmempool", "1.0",
	    "swapmempool-1.0-py3-none-any.whl", "Name: swapmempool\n" RICH LONG,
	    "tests/__init__.py", "x = 1\n" },
	/* what setup.py imports helps to build, and is looked at again */
	{ "foreign-module", false, "swapmempool", "1.0", "a-1.0.tar.gz",
	    "Name: swapmempool\n" RICH LONG, "requests.py", "x = 1\n" },
	{ "requires-lookalike", true, "weather", "1.0", "a-1.0.tar.gz",
	    "Name: weather\nRequires-Dist: req-uests>=2\n" RICH LONG, NULL,
	    NULL },
	{ "requires-misspelt", true, "weather", "1.0", "a-1.0.tar.gz",
	    "Name: weather\nRequires-Dist: reqeusts>=2\n" RICH LONG, NULL,
	    NULL },
	{ "requires-misspelt", false, "weather", "1.0", "a-1.0.tar.gz",
	    "Name: weather\nRequires-Dist: req-uests>=2\n" RICH LONG, NULL,
	    NULL },
	{ "requires-lookalike", false, "weather", "1.0", "a-1.0.tar.gz",
	    "Name: weather\nRequires-Dist: requests>=2\n" RICH LONG, NULL,
	    NULL },
	{ "requires-misspelt", false, "weather", "1.0", "a-1.0.tar.gz",
	    "Name: weather\nRequires-Dist: reqeusts>=2; extra == \"web\"\n"
	    RICH LONG, NULL, NULL },
	{ "requires-lookalike", true, "weather", "1.0", "a-1.0.tar.gz",
	    "Name: weather\nRequires-Dist: reqeusts>=2; extra == \"web\"\n"
	    RICH LONG, NULL, NULL },
	{ "requires-lookalike", false, "weather", "1.0", "a-1.0.tar.gz",
	    "Name: weather\nRequires-Dist: req-uests; extra == \"web\"\n"
	    RICH LONG, NULL, NULL },
	/* another key, and it is another name */
	{ "requires-misspelt", false, "weather", "1.0", "a-1.0.tar.gz",
	    "Name: weather\nRequires-Dist: cryptogtaphy\n" RICH LONG, NULL,
	    NULL },
	{ "requires-lookalike", true, "weather", "1.0", "a-1.0.tar.gz",
	    "Name: weather\nRequires-Dist: cryptogtaphy\n" RICH LONG, NULL,
	    NULL },
	/* one family's parts */
	{ "requires-lookalike", false, "measuring-things-django", "1.0",
	    "a-1.0.tar.gz", "Name: measuring-things-django\nRequires-Dist: "
	    "measuring-things-wsgi==1.0\n" RICH LONG, NULL, NULL },
	{ "requires-lookalike", true, "things-django", "1.0", "a-1.0.tar.gz",
	    "Name: things-django\nRequires-Dist: measuring-things-wsgi==1.0\n"
	    RICH LONG, NULL, NULL },
	/* a word is no project */
	{ "requires-lookalike", false, "weather", "1.0", "a-1.0.tar.gz",
	    "Name: weather\nRequires-Dist: complexipy\n" RICH LONG, NULL,
	    NULL },
	{ "requires-lookalike", false, "reqeusts", "1.0", "a-1.0.tar.gz",
	    "Name: reqeusts\nRequires-Dist: reqeusts-core\n" RICH LONG, NULL,
	    NULL },
	{ "metadata-missing", true, "a", "1.0", "a-1.0.tar.gz", NULL,
	    "a.py", "x = 1\n" },
	{ "metadata-missing", false, "a", "1.0", "a-1.0.tar.gz",
	    "Name: a\n" RICH LONG, "a.py", "x = 1\n" },
	{ "metadata-name", true, "weather", "1.0", "a-1.0.tar.gz",
	    "Name: climate\n" RICH LONG, NULL, NULL },
	{ "metadata-name", false, "my-weather", "1.0", "a-1.0.tar.gz",
	    "Name: My_Weather\n" RICH LONG, NULL, NULL },
	{ "version-inflated", true, "a", "99.10.9", "a-1.0.tar.gz",
	    "Name: a\n" RICH LONG, NULL, NULL },
	{ "version-inflated", false, "a", "2026.1", "a-1.0.tar.gz",
	    "Name: a\n" RICH LONG, NULL, NULL },
	{ "mail-disposable", true, "a", "1.0", "a-1.0.tar.gz",
	    "Name: a\nSummary: x\nAuthor-email: a@mailinator.com\n" LONG, NULL,
	    NULL },
	{ "mail-disposable", false, "a", "1.0", "a-1.0.tar.gz",
	    "Name: a\n" RICH LONG, NULL, NULL },
	{ "native-in-pure-wheel", true, "a", "1.0", "a-1.0-py3-none-any.whl",
	    "Name: a\n" RICH LONG, "a/tool.exe", PE },
	{ "native-in-pure-wheel", false, "a", "1.0",
	    "a-1.0-py3-none-win_amd64.whl", "Name: a\n" RICH LONG,
	    "a/tool.exe", PE },
};

static void
feed(struct inspection *in, const char *path, const void *data, size_t size,
    bool installed)
{
	inspection_entry(in, &(struct entry){ .kind = ENTRY_FILE, .path = path,
	    .inner = path, .data = data, .size = size, .declared = size,
	    .installed = installed });
}

/* The least that counts as a Windows image. */
static void
feed_image(struct inspection *in, const char *path)
{
	static uint8_t image[1024];

	memcpy(image, "MZ\x90", 3);
	image[0x3c] = 0x80;
	memcpy(image + 0x80, "PE\0\0\x64\x86", 6);
	feed(in, path, image, sizeof(image), true);
}

static bool
speaks(const struct inspect_tools *t, const struct targets *targets,
    const struct sample *s)
{
	struct inspected_file file = { s->project, s->version, s->filename,
	    packagetype_from_filename(s->filename) };
	bool wheel = file.packagetype == PACKAGE_WHEEL, found = false;
	struct features f = { 0 };
	struct inspection *in = inspection_new(t->inspector, &file, targets,
	    &f);

	if (!wheel)
		feed(in, "setup.py", "import requests\n", 16, false);
	if (s->data != NULL && str_equal(s->data, PE))
		feed_image(in, s->path);
	else if (s->path != NULL)
		feed(in, s->path, s->data, strlen(s->data), wheel);
	if (s->metadata != NULL)
		feed(in, wheel ? "a-1.0.dist-info/METADATA" : "PKG-INFO",
		    s->metadata, strlen(s->metadata), wheel);
	inspection_end(in);
	inspection_free(in);
	for (size_t i = 0; i < f.nfindings; i++)
		found = found || str_equal(f.findings[i].rule, s->rule);
	features_release(&f);
	return found;
}

static void
speak_and_are_silent(void **state)
{
	struct buf b = BUF_EMPTY;
	struct targets *targets;
	unsigned int wrong = 0;

	targets_build(popular, ARRAY_LEN(popular), &b);
	targets = targets_open(b.data, b.len, NULL);
	for (size_t i = 0; i < ARRAY_LEN(samples); i++)
		if (speaks(*state, targets, &samples[i]) !=
		    samples[i].speaks) {
			print_message("%s of %s: %s expected\n",
			    samples[i].rule, samples[i].project,
			    samples[i].speaks ? "a finding" : "none");
			wrong++;
		}
	assert_int_equal(wrong, 0);
	targets_free(targets);
	buf_release(&b);
}

/* ---- the project's past ----------------------------------------------------- */

static bool
gives_reason(const struct inspect_tools *t, const struct history *h,
    enum scan_outcome outcome, bool native, const char *rule)
{
	struct features f = { .outcome = outcome };
	struct finding *one = features_add_finding(&f);
	struct verdict v;
	bool found = false;

	/* Support is heard beside evidence. */
	finding_set(&one->rule, "exec-decoded-value", 18, 80);
	finding_set(&one->category, "dynamic-exec", 12, 80);
	finding_set(&one->text, "x", 1, 80);
	one->context = CONTEXT_IMPORT;
	if (native) {
		one = features_add_finding(&f);
		finding_set(&one->rule, "native-executable", 17, 80);
		finding_set(&one->category, "native", 6, 80);
		finding_set(&one->text, "x", 1, 80);
	}
	judge_file(&t->judge, &f, h, &v);
	for (size_t i = 0; i < v.nreasons; i++)
		found = found || str_equal(v.reasons[i].rule, rule);
	verdict_release(&v);
	features_release(&f);
	return found;
}

static void
the_past_speaks(void **state)
{
	const char *const had[] = { "native-executable" };
	const struct history old = { .known = true, .releases = 9 };
	const struct history native = { .known = true, .releases = 9,
	    .seen_rules = had, .nseen_rules = 1 };
	struct history h = old;
	const struct { bool *fact; const char *rule; } facts[] = {
		{ &h.owner_changed, "owner-changed" },
		{ &h.revived, "revived" }, { &h.changed_bytes,
		"changed-bytes" }, { &h.new_requirement, "requires-new" },
		{ &h.index_differs, "metadata-index" },
	};

	for (size_t i = 0; i < ARRAY_LEN(facts); i++) {
		*facts[i].fact = true;
		assert_true(gives_reason(*state, &h, SCAN_SCANNED, false,
		    facts[i].rule));
		*facts[i].fact = false;
		assert_false(gives_reason(*state, &h, SCAN_SCANNED, false,
		    facts[i].rule));
	}
	assert_true(gives_reason(*state, &old, SCAN_SCANNED, true,
	    "native-new"));
	assert_false(gives_reason(*state, &native, SCAN_SCANNED, true,
	    "native-new"));
	assert_false(gives_reason(*state, NULL, SCAN_SCANNED, true,
	    "native-new"));
	assert_true(gives_reason(*state, NULL, SCAN_PARTIAL, false,
	    "partial-new"));
	assert_false(gives_reason(*state, &old, SCAN_PARTIAL, false,
	    "partial-new"));
	assert_true(gives_reason(*state, NULL, SCAN_UNSCANNABLE, false,
	    "unscannable-new"));
	assert_false(gives_reason(*state, &old, SCAN_UNSCANNABLE, false,
	    "unscannable-new"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(speak_and_are_silent),
		cmocka_unit_test(the_past_speaks),
	};

	return cmocka_run_group_tests(tests, inspect_tools_setup,
	    inspect_tools_teardown);
}
