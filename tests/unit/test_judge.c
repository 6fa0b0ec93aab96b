/* SPDX-License-Identifier: Apache-2.0 */
/*
 * judge: what the score promises - more findings never lower it, support never
 * alerts alone, every point is explained.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/str.h"
#include "inspect_tools.h"

/* Rules of many categories, with weights of the shipped file. */
static const struct { const char *rule, *category; } known[] = {
	{ "xor-executable", "hidden-executable" },
	{ "exec-decoded", "dynamic-exec" },
	{ "exec-built", "dynamic-exec" },
	{ "beacon-host", "beacon" },
	{ "install-network", "install-action" },
	{ "install-process", "install-action" },
	{ "import-network", "network" },
	{ "native-executable", "native" },
	{ "metadata-bare", "metadata-poverty" },
	{ "metadata-poor", "metadata-poverty" },
	{ "version-inflated", "metadata-version" },
	{ "mail-disposable", "metadata-mail" },
	{ "lookalike-name", "lookalike-name" },
	{ "send-endpoint", "endpoint" },
	{ "exfil-secret", "exfiltration" },
	{ "long-line", "obfuscation-shape" },
	{ "hidden-call", "obfuscation" },
	{ "link-member", "archive-anomaly" },
	{ "somebody-elses-rule", "operator-rule" },
	{ "unheard-of", "nobody-knows" },
	{ "invisible-payload", "obfuscation" },
};

static void
add(struct features *f, size_t which, enum context context)
{
	struct finding *one = features_add_finding(f);

	one->rule = mem_strdup(known[which].rule);
	one->category = mem_strdup(known[which].category);
	one->text = mem_strdup("a sentence");
	one->context = context;
}

static struct verdict
judged(const struct inspect_tools *t, struct features *f,
    const struct history *history)
{
	struct verdict v;

	judge_file(&t->judge, f, history, &v);
	return v;
}

static uint32_t
score(const struct inspect_tools *t, struct features *f,
    const struct history *history)
{
	struct verdict v = judged(t, f, history);
	uint32_t s = v.score;
	double sum = 0;

	for (size_t i = 0; i < v.nreasons; i++) {
		sum += v.reasons[i].points;
		assert_true(v.reasons[i].points > 0);
		assert_non_null(v.reasons[i].text);
		assert_true(i == 0 || v.reasons[i].points <=
		    v.reasons[i - 1].points);
	}
	assert_true(fabs(sum - s) < 1e-6);
	assert_true(s <= 100);
	assert_int_equal(v.severity, severity_of(s));
	assert_int_equal(v.alert, s >= 60);
	verdict_release(&v);
	return s;
}

static uint32_t
next(uint32_t *seed)
{
	*seed = *seed * 1664525 + 1013904223;
	return *seed >> 16;
}

/* Random sets, grown one finding at a time in random contexts. */
static void
more_never_lowers(void **state)
{
	struct name_match name = { .score = 60 };
	uint32_t seed = 42;

	for (int round = 0; round < 400; round++) {
		struct features f = { 0 };
		struct history h = { .known = round % 2 == 1, .releases = 3 };
		uint32_t last = 0;

		if (round % 3 == 0)
			*features_add_name(&f) = name;
		for (int n = 0; n < 25; n++) {
			uint32_t now;

			add(&f, next(&seed) % ARRAY_LEN(known),
			    (enum context)(next(&seed) % CONTEXT_COUNT));
			now = score(*state, &f, &h);
			assert_true(now >= last);
			last = now;
		}
		features_release(&f);
	}
}

static void
nothing_is_zero(void **state)
{
	struct features f = { 0 };

	assert_int_equal(score(*state, &f, NULL), 0);
	add(&f, ARRAY_LEN(known) - 2, CONTEXT_INSTALL);
	assert_int_equal(score(*state, &f, NULL), 0);
	features_release(&f);
}

static void
support_alone_never_alerts(void **state)
{
	struct features f = { 0 };
	struct name_match *m = features_add_name(&f);

	m->score = 100;
	m->target = mem_strdup("requests");
	for (size_t i = 0; i < ARRAY_LEN(known); i++)
		if (str_starts(known[i].category, "metadata-") ||
		    str_equal(known[i].category, "lookalike-name"))
			add(&f, i, CONTEXT_METADATA);
	assert_int_equal(score(*state, &f, NULL), 59);
	m->is_protected = true;
	assert_true(score(*state, &f, NULL) >= 60);
	/* hardly like the protected one: like any other name */
	m->score = 20;
	assert_true(score(*state, &f, NULL) < 60);
	m = features_add_name(&f);
	m->score = 100;
	m->target = mem_strdup("numpy");
	assert_int_equal(score(*state, &f, NULL), 59);
	features_release(&f);
}

/* A name that counts alone is severity low: its project stays under watch. */
static void
names_alone(void **state)
{
	struct features f = { 0 };
	struct name_match *m = features_add_name(&f);
	size_t name = 0;

	while (!str_equal(known[name].category, "lookalike-name"))
		name++;
	m->target = mem_strdup("requests");
	add(&f, name, CONTEXT_NAME);
	m->score = 21;
	assert_true(score(*state, &f, NULL) < 23);
	m->score = 22;
	assert_in_range(score(*state, &f, NULL), 20, 59);
	m->score = 0;
	assert_int_equal(score(*state, &f, NULL), 0);
	features_release(&f);
}

/* Each support category has its own bound alone; a broken archive stays low. */
static void
poor_metadata_multiplies_only(void **state)
{
	struct features f = { 0 };
	uint32_t evidence;

	add(&f, 8, CONTEXT_METADATA);
	assert_in_range(score(*state, &f, NULL), 1, 19);
	f.outcome = SCAN_UNSCANNABLE;
	assert_in_range(score(*state, &f, NULL), 1, 39);
	f.outcome = SCAN_SCANNED;
	features_release(&f);
	f = (struct features){ 0 };
	add(&f, 4, CONTEXT_INSTALL);
	evidence = score(*state, &f, NULL);
	add(&f, 8, CONTEXT_METADATA);
	assert_true(score(*state, &f, NULL) > evidence + 10);
	features_release(&f);
}

static void
context_and_novelty_weaken(void **state)
{
	struct features f = { 0 };
	const char *const seen[] = { "exec-decoded" };
	struct history h = { .known = true, .releases = 4, .seen_rules = seen,
	    .nseen_rules = 1 };
	uint32_t fresh;

	add(&f, 1, CONTEXT_INSTALL);
	fresh = score(*state, &f, NULL);
	assert_true(fresh >= 85);
	assert_true(f.findings[0].novel);
	assert_true(score(*state, &f, &h) < 20);
	assert_false(f.findings[0].novel);
	f.findings[0].context = CONTEXT_TEST;
	assert_true(score(*state, &f, NULL) < 20);
	f.findings[0].context = CONTEXT_CALL;
	assert_in_range(score(*state, &f, NULL), 40, 59);
	features_release(&f);
}

/* Whoever breaks the reader is told aloud, each time; want of memory or time is
 * more common. */
static void
a_crash_alerts(void **state)
{
	struct features f = { .outcome = SCAN_UNSCANNABLE };
	const char *const seen[] = { "inspection-crash" };
	struct history h = { .known = true, .releases = 4, .seen_rules = seen,
	    .nseen_rules = 1 };

	features_end_early(&f, "inspection-memory", "a sentence");
	assert_true(score(*state, &f, NULL) < 60);
	features_end_early(&f, "inspection-crash", "a sentence");
	assert_true(score(*state, &f, NULL) >= 60);
	assert_true(score(*state, &f, &h) >= 60);
	features_release(&f);
}

/* A library of tools that have to be called gathers no alert; what acts by
 * itself beside them does. */
static void
called_ones_share(void **state)
{
	struct features f = { 0 };
	uint32_t one, more;

	add(&f, 1, CONTEXT_CALL);
	one = score(*state, &f, NULL);
	add(&f, 14, CONTEXT_CALL);
	add(&f, 16, CONTEXT_CALL);
	add(&f, 13, CONTEXT_DATA);
	more = score(*state, &f, NULL);
	assert_true(more > one && more < 60);
	add(&f, 16, CONTEXT_IMPORT);
	assert_true(score(*state, &f, NULL) > more);
	add(&f, 1, CONTEXT_IMPORT);
	assert_true(score(*state, &f, NULL) >= 85);
	features_release(&f);
}

/* Tests hold what scanners look for. */
static void
tests_hold_samples(void **state)
{
	struct features f = { 0 };

	add(&f, ARRAY_LEN(known) - 1, CONTEXT_TEST);
	assert_true(score(*state, &f, NULL) < 20);
	add(&f, ARRAY_LEN(known) - 1, CONTEXT_DATA);
	assert_true(score(*state, &f, NULL) >= 60);
	features_release(&f);
	f = (struct features){ 0 };
	add(&f, 0, CONTEXT_TEST);	/* "everywhere" */
	assert_true(score(*state, &f, NULL) >= 90);
	features_release(&f);
}

static void
beacons_are_a_lesser_tier(void **state)
{
	struct features f = { 0 };

	add(&f, 3, CONTEXT_INSTALL);
	add(&f, 4, CONTEXT_INSTALL);
	add(&f, 8, CONTEXT_METADATA);
	add(&f, 13, CONTEXT_INSTALL);
	assert_in_range(score(*state, &f, NULL), 60, 84);
	add(&f, 14, CONTEXT_INSTALL);
	assert_true(score(*state, &f, NULL) >= 85);
	features_release(&f);
}

static void
partial_raises_suspicion(void **state)
{
	struct features f = { .outcome = SCAN_PARTIAL };
	struct history old = { .known = true, .releases = 40 };

	assert_true(score(*state, &f, NULL) > 0);
	assert_int_equal(score(*state, &f, &old), 0);
	features_release(&f);
}

static void
weights_file_is_checked(void **state)
{
	static const struct { const char *text, *said; } wrong[] = {
		{ "rule a 1.5 reason\n", ":1: a number" },
		{ "\nrule a 0.5\n", ":2: a reason" },
		{ "rule a 0.5 x\nrule a 0.5 x\n", ":2: this name" },
		{ "support a x\n", ":1: a number" },
		{ "support a 0.5\n", ":1: a reason" },
		{ "context nowhere 0.5 x\n", ":1: no such context" },
		{ "rule  \n", ":1: a number" },
		{ "nonsense\n", ":1: a line begins" },
		{ "rule a nan reason\n", ":1: a number" },
	};
	char path[] = "/tmp/test_judge.XXXXXX";
	int fd = mkstemp(path);

	(void)state;
	assert_true(fd >= 0);
	for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
		FILE *out = fopen(path, "w");
		struct buf errors = BUF_EMPTY;

		assert_non_null(out);
		fputs(wrong[i].text, out);
		(void)fclose(out);
		assert_null(weights_load(path, &errors));
		assert_non_null(strstr(errors.data, wrong[i].said));
		buf_release(&errors);
	}
	(void)remove(path);
}

/* What cannot be read to its end, or says nothing, would weigh nothing: no
 * release would ever alert. */
static void
weights_absent(void **state)
{
	static const struct { const char *file, *said; } table[] = {
		{ "/nowhere/weights.conf", "No such file" },
		{ "/etc", "Is a directory" },
		{ "/dev/null", "no rule and no category has a weight" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(table); i++) {
		struct buf errors = BUF_EMPTY;

		assert_null(weights_load(table[i].file, &errors));
		assert_non_null(strstr(errors.data, table[i].said));
		buf_release(&errors);
	}
}

/* The scan object, byte for byte. */
static void
scan_object(void **state)
{
	struct scanned_file file = { "a-1.tar.gz", "a", "1", PACKAGE_SDIST };
	struct features f = { .entries = 3, .bytes = 900, .layers = 1,
	    .ms = 4 };
	struct verdict v = { .score = 97, .severity = SEVERITY_CRITICAL,
	    .alert = true };
	struct buf out = BUF_EMPTY;
	char *want = inspect_tools_read("tests/golden/scan_object.json");
	struct indicator *in = features_add_indicator(&f);
	struct name_match *m = features_add_name(&f);

	(void)state;
	assert_int_equal(str_copy(f.sha256, sizeof(f.sha256), "0123"), 0);
	f.ruleset = mem_strdup("2026.1+3f2c");
	f.platforms = mem_strdup("windows,linux");
	add(&f, 0, CONTEXT_DATA);
	add(&f, 7, CONTEXT_CALL);
	f.findings[0].path = mem_strdup("a-1/\xff\xe2\x80\xae.py");
	f.findings[0].layers = mem_strdup("base64 > xor:0xe8");
	f.findings[0].tactic = mem_strdup("TA0005");
	f.findings[1].line = 12;
	f.findings[1].snippet = mem_strdup("x = \"1\"");
	*in = (struct indicator){ mem_strdup("url"),
	    mem_strdup("https://c2.example.invalid/"), mem_strdup("a-1/a.py"),
	    12 };
	*m = (struct name_match){ .target = mem_strdup("aa"), .rank = 7,
	    .technique = mem_strdup("affix"), .score = 55 };
	f.findings[0].weight = 0.9;
	f.findings[1].weight = 0.0275;
	f.findings[0].novel = true;
	scan_json(&file, &f, &v, SCAN_JSON_STATS, &out);
	buf_addc(&out, '\n');
	assert_string_equal(out.data, want);
	features_release(&f);
	buf_release(&out);
	free(want);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(more_never_lowers),
		cmocka_unit_test(nothing_is_zero),
		cmocka_unit_test(support_alone_never_alerts),
		cmocka_unit_test(names_alone),
		cmocka_unit_test(poor_metadata_multiplies_only),
		cmocka_unit_test(context_and_novelty_weaken),
		cmocka_unit_test(a_crash_alerts),
		cmocka_unit_test(called_ones_share),
		cmocka_unit_test(tests_hold_samples),
		cmocka_unit_test(beacons_are_a_lesser_tier),
		cmocka_unit_test(partial_raises_suspicion),
		cmocka_unit_test(weights_file_is_checked),
		cmocka_unit_test(weights_absent),
		cmocka_unit_test(scan_object),
	};

	return cmocka_run_group_tests(tests, inspect_tools_setup,
	    inspect_tools_teardown);
}
