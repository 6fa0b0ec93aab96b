/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lookalike - each technique with a name that it must explain and one that is
 * near and must not be; guards; kinds of targets.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/str.h"
#include "names/lookalike.h"

/* A row: `name` is explained as an imitation of `target` by `technique`;
 * `miss` is near, and is not. */
static const struct {
	const char *technique, *name, *target, *miss;
} rows[] = {
	{ "separator", "setup-tools", "setuptools", "setup-toolsets" },
	{ "collision", "pi11ow", "pillow", "pitt0w" },
	{ "homoglyph", "djang0", "django", "djangx" },
	{ "homoglyph", "nurnpy", "numpy", "nunpy" },
	{ "homoglyph", "vverkzeug", "werkzeug", "vverkseug" },
	{ "homoglyph", "reque5ts", "requests", "requebts" },
	{ "omission", "reqests", "requests", "requsts-x" },
	{ "insertion", "requewsts", "requests", "requewxsts" },
	{ "repetition", "reqquests", "requests", "reqqquests" },
	{ "replacement", "reqmests", "requests", "reqmxsts" },
	{ "keyboard", "rewuests", "requests", "repuests" },
	{ "keyboard", "reauests", "requests", "rebuests" },
	{ "keyboard", "tenaorflow", "tensorflow", "tenborflow" },
	{ "keyboard", "numpz", "numpy", "numpk" },
	{ "vowel", "beautofulsoup4", "beautifulsoup4", "beautbfulsoup4" },
	{ "bitflip", "requerts", "requests", "requekts" },
	{ "transposition", "reqeusts", "requests", "resquets" },
	{ "two-edits", "tensrflwo", "tensorflow", "tnsrflwo" },
	{ "repetition", "microsoftt", "microsoft", "macrosoftt" },
	{ "omission", "conversatons", "conversations", "conversation" },
	{ "transposition", "acquisiiton", "acquisition", "acquisitions" },
	{ "transposition", "subprcoess", "subprocess", "subprocessor" },
	{ "edit-affix", "telegarm-sdk", "telegram", "telxgrxm-sdq" },
	{ "plural", "flasks", "flask", "flaskz" },
	{ "version", "urllib4", "urllib3", "urllibx" },
	{ "version", "requests2", "requests", "requestsx" },
	{ "version", "boto-three", "boto3", "boto-tree" },
	{ "spelling", "colourama", "colorama", "coluorama" },
	{ "homophone", "kryptografee", "cryptography", "kryptagrafee" },
	{ "word-order", "learn-scikit", "scikit-learn", "learns-scikit" },
	{ "word-order", "yamlpy", "pyyaml", "yamllpy" },
	{ "word-order", "toolssetup", "setuptools", "toolsetups" },
	{ "word-drop", "charset", "charset-normalizer", "chart" },
	{ "word-double", "requests-requests", "requests", "requests-request" },
	{ "python-affix", "python-requests", "requests", "pithon-requests" },
	{ "python-affix", "numpy-py", "numpy", "numpy-pz" },
	{ "affix", "pycryptoenv", "pycrypto", "pycrptenv" },
	{ "affix", "requests-async-toolkit", "requests", "request-async" },
	{ "embedded", "my-requests-fast", "requests", "my-reqests-fast" },
	{ "edit-affix", "requsets-plus", "requests", "rqesuts-plus" },
	{ "edit-affix", "request-plus", "requests", "request-polka" },
	{ "edit-affix", "dateuitl", "python-dateutil", "datexuitl" },
	{ "python-affix", "python-minutes", "minutes", "pyminutes" },
	{ "python-affix", "minuteslib", "minutes", "minutesx" },
	{ "semantic", "websocket-api", "websocket-client", "websocket-apx" },
	{ "brand", "facebook-cli-tool", "facebook", "fecebook-cli-tool" },
	{ "brand", "minecraftzz", "minecraft", "minecrzftzz" },
	{ "tooling", "setuptools-secure", "setuptools", "setuptoals-secure" },
	{ "command-slip", "requirements-txt", "pip", "requirements-text" },
	{ "command-slip", "install-requests", "requests",
	  "installed-requests" },
};

static struct target *list;
static size_t nlist;
static struct buf bytes;
static struct targets *targets;

static char *
file_read(const char *path, size_t *len)
{
	struct buf text = BUF_EMPTY;
	char piece[8192];
	FILE *f = fopen(path, "re");
	size_t n;

	assert_non_null(f);
	while ((n = fread(piece, 1, sizeof(piece), f)) > 0)
		buf_add(&text, piece, n);
	fclose(f);
	*len = text.len;
	return buf_steal(&text);
}

static int
setup(void **state)
{
	const char *top = getenv("top_srcdir");
	char path[512], why[200], *text;
	size_t len;

	(void)state;
	snprintf(path, sizeof(path), "%s/etc/popular-names.txt",
	    top != NULL ? top : ".");
	text = file_read(path, &len);
	assert_int_equal(targets_read(text, len, TARGET_POPULAR, &list, &nlist,
	    why, sizeof(why)), 0);
	free(text);
	assert_true(targets_build(list, nlist, &bytes) > 1000);
	targets = targets_open(bytes.data, bytes.len, NULL);
	assert_non_null(targets);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	targets_free(targets);
	buf_release(&bytes);
	targets_list_free(list, nlist);
	return 0;
}

struct answer {
	struct name_match match[NAME_MATCHES_MAX];
	size_t n;
};

static void
ask(const struct targets *t, const char *text, struct answer *a)
{
	struct project_name name;

	assert_int_equal(name_normalize(text, &name, NULL), 0);
	a->n = lookalike_find(t, &name, a->match, ARRAY_LEN(a->match));
}

static void
answer_release(struct answer *a)
{
	for (size_t i = 0; i < a->n; i++)
		wire_release(&name_match_desc, &a->match[i]);
	a->n = 0;
}

static const struct name_match *
answer_has(const struct answer *a, const char *target, const char *technique)
{
	for (size_t i = 0; i < a->n; i++)
		if (str_equal(a->match[i].target, target) &&
		    (technique == NULL ||
		    str_equal(a->match[i].technique, technique)))
			return &a->match[i];
	return NULL;
}

static void
techniques(void **state)
{
	struct answer a;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		if (rows[i].target == NULL)
			continue;
		ask(targets, rows[i].name, &a);
		if (answer_has(&a, rows[i].target, rows[i].technique) == NULL) {
			for (size_t k = 0; k < a.n; k++)
				print_message("  %s %s %u\n", a.match[k].target,
				    a.match[k].technique, a.match[k].score);
			fail_msg("%s is no %s of %s", rows[i].name,
			    rows[i].technique, rows[i].target);
		}
		answer_release(&a);
		if (rows[i].miss == NULL)
			continue;
		ask(targets, rows[i].miss, &a);
		if (answer_has(&a, rows[i].target, rows[i].technique) != NULL)
			fail_msg("%s is a %s of %s", rows[i].miss,
			    rows[i].technique, rows[i].target);
		answer_release(&a);
	}
}

/* ---- kinds of targets ---------------------------------------------------- */

static const struct target few[] = {
	{ .name = "acme-billing", .kind = TARGET_PROTECTED },
	{ .name = "acme-labelling", .kind = TARGET_PROTECTED },
	{ .name = "acme-ledger", .kind = TARGET_PROTECTED, .owned = true },
	{ .name = "requests", .kind = TARGET_POPULAR, .rank = 5,
	  .downloads = 900000000 },
	{ .name = "requestz", .kind = TARGET_POPULAR, .rank = 9000,
	  .downloads = 100000 },
	{ .name = "opencv-python", .kind = TARGET_POPULAR, .rank = 300 },
	{ .name = "planted-name", .kind = TARGET_POPULAR, .rank = 20 },
	{ .name = "Planted.Name", .kind = TARGET_DENIED },
	{ .name = "cv2", .kind = TARGET_IMPORT, .project = "opencv-python" },
	{ .name = "pyyaml", .kind = TARGET_POPULAR, .rank = 13 },
	{ .name = "left-pad", .kind = TARGET_FOREIGN },
	{ .name = "huggingface-cli-tools", .kind = TARGET_INVENTED },
	{ .name = "not a name", .kind = TARGET_POPULAR },
};

static struct targets *
few_open(struct buf *b)
{
	struct targets *t;

	targets_build(few, ARRAY_LEN(few), b);
	t = targets_open(b->data, b->len, NULL);
	assert_non_null(t);
	return t;
}

static const struct { const char *name, *target, *technique; unsigned least,
    most; } kinds[] = {
	{ "acme_billing", "acme-billing", "dependency-confusion", 100, 100 },
	{ "acmebilling", "acme-billing", "separator", 80, 99 },
	{ "acme-biling", "acme-billing", "omission", 80, 99 },
	{ "acme-labeling", "acme-labelling", "spelling", 80, 99 },
	{ "billing-acme", "acme-billing", "word-order", 80, 99 },
	{ "acme-billing-client", "acme-billing", "affix", 60, 99 },
	{ "cv2", "opencv-python", "import-name", 20, 59 },
	{ "left.pad", "left-pad", "foreign-registry", 20, 59 },
	{ "leftpad", "left-pad", "foreign-registry", 20, 59 },
	{ "huggingface-cli-tools", "huggingface-cli-tools", "invented", 60,
	  99 },
	{ "pysaml", "pyyaml", "keyboard", 60, 99 },
	{ "zipimport", "zipimport", "stdlib", 1, 40 },
	{ "urllib2", "urllib2", "stdlib", 1, 40 },
};

static void
kinds_of_targets(void **state)
{
	struct buf b = BUF_EMPTY;
	struct targets *t = few_open(&b);
	struct answer a;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
		ask(t, kinds[i].name, &a);
		if (a.n == 0 || !str_equal(a.match[0].target, kinds[i].target))
			fail_msg("%s is not like %s", kinds[i].name,
			    kinds[i].target);
		if (kinds[i].technique != NULL)
			assert_string_equal(a.match[0].technique,
			    kinds[i].technique);
		if (a.match[0].score < kinds[i].least ||
		    a.match[0].score > kinds[i].most)
			fail_msg("%s scores %u", kinds[i].name,
			    a.match[0].score);
		answer_release(&a);
	}
	targets_free(t);
	buf_release(&b);
}

/* Names that nobody has to hear about, or that are no targets. */
static void
silent(void **state)
{
	static const struct { const char *name, *target; } none[] = {
		{ "requests", "requests" },	/* popular itself */
		{ "acme-ledger", "acme-ledger" }, /* ours */
		{ "planted-nane", "planted-name" }, /* denied */
		{ "requestzz", "requestz" },	/* itself a lookalike */
		{ "acme", "acme-billing" },	/* one word says little */
		{ "lef-pad", "left-pad" },	/* only exactly */
		{ "cv3", "opencv-python" },
		{ "huggingface-cli-toys", "huggingface-cli-tools" },
		{ "zipimports", "zipimport" },
		{ "pysaml2", "pyyaml" },	/* import saml2 */
	};
	struct buf b = BUF_EMPTY;
	struct targets *t = few_open(&b);
	struct answer a;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(none); i++) {
		const struct name_match *m;

		ask(t, none[i].name, &a);
		m = answer_has(&a, none[i].target, NULL);
		if (m != NULL && m->score >= 60)
			fail_msg("%s is like %s", none[i].name,
			    none[i].target);
		answer_release(&a);
	}
	targets_free(t);
	buf_release(&b);
}

/* The order that an analyst expects. */
static void
ranking(void **state)
{
	static const struct { const char *more, *less; } pairs[] = {
		{ "reqeusts", "requests-x" }, { "reqeusts", "dequests" },
		{ "tensorfolw", "numyp-tools" }, { "requessts", "flasky" },
		{ "pyymal", "django-blog" }, { "colourama", "colorful" },
		{ "requets", "types-requests" },
		/* words that look official on both sides, or of the subject */
		{ "my-requests-cli", "weather-requests-tea" },
		/* the same consonants, or others */
		{ "tinsarflow", "tenzorfrow" },
		/* a slip in a long target, and one that ends another word */
		{ "matplatlib-invoices", "matplotlim-invoices" },
		/* letters doubled or swapped, or left out */
		{ "requsets-invoices", "requess-invoices" },
		/* two targets, or a word of anybody's and one */
		{ "torchpandas", "summerpandas" },
	};
	struct answer a, b;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(pairs); i++) {
		ask(targets, pairs[i].more, &a);
		ask(targets, pairs[i].less, &b);
		assert_true(a.n > 0);
		if (b.n > 0 && b.match[0].score >= a.match[0].score)
			fail_msg("%s (%u) scores no more than %s (%u)",
			    pairs[i].more, a.match[0].score, pairs[i].less,
			    b.match[0].score);
		answer_release(&a);
		answer_release(&b);
	}
}

/* Of two targets the one that accounts for more of the name comes first. */
static void
whole_targets(void **state)
{
	static const struct { const char *name, *target; } firsts[] = {
		{ "pyinstallr", "pyinstaller" },	/* not installer */
		{ "requests-toolbetl", "requests-toolbelt" },
		{ "google-cloud-storgae", "google-cloud-storage" },
		{ "aws-beautifulsoup4", "beautifulsoup4" },	/* not aws */
		{ "my-scikit-learn-cli", "scikit-learn" },
		{ "boto3-stubs3", "boto3-stubs" },
	};
	struct answer a;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(firsts); i++) {
		ask(targets, firsts[i].name, &a);
		assert_true(a.n > 0);
		if (!str_equal(a.match[0].target, firsts[i].target))
			fail_msg("%s is like %s first", firsts[i].name,
			    a.match[0].target);
		answer_release(&a);
	}
}

/* Families are learned: another django-* is nobody's imitation. */
static void
families(void **state)
{
	static const char *const honest[] = { "django-invoices",
		"pytest-weather", "types-weather", "azure-mgmt-weather",
		"google-cloud-weather", "flask-weather", "sphinxcontrib-tea" };
	struct answer a;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(honest); i++) {
		ask(targets, honest[i], &a);
		if (a.n > 0 && a.match[0].score >= 20)
			fail_msg("%s scores %u as %s of %s", honest[i],
			    a.match[0].score, a.match[0].technique,
			    a.match[0].target);
		answer_release(&a);
	}
}

/* The longest names there can be, and those with the most words. */
static void
extremes(void **state)
{
	char text[PROJECT_NAME_MAX + 1];
	struct answer a;

	(void)state;
	for (size_t n = 1; n <= PROJECT_NAME_MAX; n++) {
		memset(text, 'a', n);
		text[n] = '\0';
		ask(targets, text, &a);
		answer_release(&a);
		for (size_t i = 1; i + 1 < n; i += 2)
			text[i] = '-';
		ask(targets, text, &a);
		answer_release(&a);
		for (size_t i = 0; i < n; i++)
			text[i] = "requests"[i % 8];
		ask(targets, text, &a);
		answer_release(&a);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(techniques), cmocka_unit_test(kinds_of_targets),
		cmocka_unit_test(silent), cmocka_unit_test(ranking),
		cmocka_unit_test(whole_targets),
		cmocka_unit_test(families), cmocka_unit_test(extremes),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
