/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Findings that somebody answers for: which one falls under what, and stored
 * scan objects that are judged again.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/str.h"
#include "inspect_tools.h"
#include "judge/suppress.h"

static void
patterns(void **state)
{
	static const struct { const char *text, *pattern; bool fits; } t[] = {
		{ "a/b.py", "a/b.py", true }, { "a/b.py", "a/*", true },
		{ "a/b/c.py", "a/*.py", true }, { "a/b.py", "*", true },
		{ "", "*", true }, { "", "", true }, { "", "?", false },
		{ "ab", "a?", true }, { "abc", "a?", false },
		{ "aXbXc", "a*b*c", true }, { "abd", "a*b*c", false },
		{ "a*b", "a*b", true }, { "[a]", "[a]", true },
		{ "a", "[a]", false }, { "b.py.txt", "*.py", false },
	};
	char *text = mem_array(5000, 1), pattern[201];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(t); i++)
		assert_int_equal(str_like(t[i].text, t[i].pattern), t[i].fits);
	/* What would take for ever by going back to every star. */
	memset(text, 'a', 4999);
	for (size_t i = 0; i < 200; i += 2)
		memcpy(pattern + i, "*a", 2);
	memcpy(pattern + 198, "*b", 3);
	assert_false(str_like(text, pattern));
	free(text);
}

static void
falls_under(void **state)
{
	const struct suppression s[] = {
		{ .id = 1, .rule = "beacon-*", .path = "acme/t.py" },
		{ .id = 2, .path = "tests/*.txt", .alone = true },
		{ .id = 3, .rule = "owner-changed" },
	};
	const struct history h = { .suppressions = s, .nsuppressions = 3 };
	struct { const char *rule, *path; enum context context; int64_t id; }
	t[] = {
		{ "beacon-url", "acme-1.0/acme/t.py", CONTEXT_IMPORT, 1 },
		{ "beacon-url", "acme/t.py", CONTEXT_INSTALL, 1 },
		{ "beacon-url", "acme-1.0/acme/u.py", CONTEXT_IMPORT, 0 },
		{ "exec-decoded", "acme/t.py", CONTEXT_IMPORT, 0 },
		{ "x", "a-1/tests/data/a.txt", CONTEXT_TEST, 2 },
		{ "x", "a-1/tests/data/a.txt", CONTEXT_INSTALL, 0 },
		{ "x", NULL, CONTEXT_ARCHIVE, 0 },
		{ "owner-changed", NULL, CONTEXT_METADATA, 3 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(t); i++) {
		struct finding f = { .rule = mem_strdup(t[i].rule),
		    .context = t[i].context,
		    .path = t[i].path ? mem_strdup(t[i].path) : NULL };
		const struct suppression *by = suppress_find(&h, &f);

		assert_int_equal(by != NULL ? by->id : 0, t[i].id);
		assert_null(suppress_find(NULL, &f));
		free(f.rule);
		free(f.path);
	}
}

/* ---- judged again -------------------------------------------------------- */

static const struct { const char *rule, *category; } known[] = {
	{ "xor-executable", "hidden-executable" },
	{ "exec-decoded", "obfuscated-execution" },
	{ "import-process", "process" }, { "import-network", "network" },
	{ "native-executable", "native" },
	{ "metadata-bare", "metadata-poverty" },
	{ "lookalike-name", "lookalike-name" },
	{ "exfil-secret", "exfiltration" },
	{ "long-line", "obfuscation-shape" },
};

static void
add(struct features *f, size_t which, enum context context)
{
	struct finding *one = features_add_finding(f);

	one->rule = mem_strdup(known[which].rule);
	one->category = mem_strdup(known[which].category);
	one->path = mem_printf("p-1/f%zu.py", which);
	one->text = mem_strdup("a sentence");
	one->context = context;
}

static json_t *
object_of(const struct features *f, const struct verdict *v)
{
	const struct scanned_file file = { "p-1.tar.gz", "p", "1",
	    PACKAGE_SDIST };
	struct buf	 out = BUF_EMPTY;
	json_t		*o;

	scan_json(&file, f, v, 0, &out);
	o = json_loadb(out.data, out.len, 0, NULL);
	assert_non_null(o);
	buf_release(&out);
	return o;
}

static json_t *
reasons_of(const struct verdict *v)
{
	json_t *list = json_array();

	for (size_t i = 0; i < v->nreasons; i++)
		json_array_append_new(list, json_pack("{s:s}", "rule",
		    v->reasons[i].rule));
	return list;
}

/* Without suppressions the same comes out, whatever is found and known. */
static void
the_same_again(void **state)
{
	const struct inspect_tools *t = *state;

	for (uint32_t round = 0; round < 512; round++) {
		const char *const seen[] = { known[round % 9].rule };
		struct features	 f = { .outcome = round % 7 == 0 ?
		    SCAN_PARTIAL : SCAN_SCANNED };
		struct history	 h = { .known = round % 2, .releases =
		    round % 4 == 3 ? 5 : 0, .owner_changed = round % 5 == 0,
		    .revived = round % 11 == 0, .seen_rules = seen,
		    .nseen_rules = 1, .new_requirement = round % 13 == 0 };
		struct verdict	 v, w;
		json_t		*o, *r;

		for (size_t i = 0; i < ARRAY_LEN(known); i++)
			if (round >> i & 1)
				add(&f, i, (enum context)((round + i) %
				    CONTEXT_COUNT));
		if (round % 3 == 0)
			*features_add_name(&f) = (struct name_match){
			    .score = 90, .is_protected = round % 2 };
		judge_file(&t->judge, &f, &h, &v);
		o = object_of(&f, &v);
		r = reasons_of(&v);
		assert_int_equal(suppress_again(&t->judge, o, r, NULL, 0, &w),
		    0);
		if (v.score > 0)
			assert_int_equal(w.score, v.score);
		verdict_release(&v);
		verdict_release(&w);
		features_release(&f);
		json_decref(o);
		json_decref(r);
	}
}

static void
what_is_left(void **state)
{
	const struct inspect_tools *t = *state;
	const struct suppression s[] = {
		{ .id = 7, .rule = "exec-decoded", .owner = "ann",
		    .reason = "ours", .until = "2027-01-01T00:00:00Z" },
	};
	const struct history h = { .suppressions = s, .nsuppressions = 1 };
	struct features	 f = { 0 };
	struct verdict	 v, w, fresh;
	json_t		*o, *r, *one;

	add(&f, 1, CONTEXT_INSTALL);
	add(&f, 8, CONTEXT_IMPORT);
	judge_file(&t->judge, &f, NULL, &v);
	assert_true(v.alert);
	o = object_of(&f, &v);
	r = reasons_of(&v);
	assert_int_equal(suppress_again(&t->judge, o, r, s, 1, &w), 7);
	assert_false(w.alert);
	judge_file(&t->judge, &f, &h, &fresh);
	assert_int_equal(fresh.score, w.score);
	assert_int_equal(json_integer_value(json_object_get(o, "score")),
	    w.score);
	one = json_array_get(json_object_get(o, "findings"), 0);
	assert_string_equal(json_string_value(json_object_get(json_object_get(
	    one, "suppressed"), "owner")), "ann");
	assert_true(json_real_value(json_object_get(one, "weight")) <= 0);
	json_decref(o);
	o = object_of(&f, &fresh);
	one = json_array_get(json_object_get(o, "findings"), 1);
	assert_int_equal(json_integer_value(json_object_get(json_object_get(
	    one, "suppressed"), "id")), 7);
	json_decref(o);
	json_decref(r);
	verdict_release(&v);
	verdict_release(&w);
	verdict_release(&fresh);
	features_release(&f);
}

#define ODD_FINDINGS "{\"findings\":[1,{},{\"rule\":3," \
	"\"context\":\"x\"}],\"names\":[{}]}"

/* Objects are our own, and yet: nothing that is not there is used. */
static void
odd_objects(void **state)
{
	const struct inspect_tools *t = *state;
	static const char *const texts[] = { "{}", "[]", "{\"findings\":3}",
		ODD_FINDINGS };

	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		json_t *o = json_loads(texts[i], 0, NULL);
		struct verdict v;

		assert_int_equal(suppress_again(&t->judge, o, NULL, NULL, 0,
		    &v), 0);
		verdict_release(&v);
		json_decref(o);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(patterns),
		cmocka_unit_test(falls_under),
		cmocka_unit_test(the_same_again),
		cmocka_unit_test(what_is_left),
		cmocka_unit_test(odd_objects),
	};

	return cmocka_run_group_tests(tests, inspect_tools_setup,
	    inspect_tools_teardown);
}
