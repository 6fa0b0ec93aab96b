/* SPDX-License-Identifier: Apache-2.0 */
/* The list of all projects, and what is made of it: visits, names, tags. */
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
#include "poll/name_list.h"
#include "poll/simple_index.h"
#include "poll/visits.h"

static void
take(void *ctx, const char *name, int64_t serial)
{
	buf_addf(ctx, "%s=%lld ", name, (long long)serial);
}

static void
read_index(const char *text, size_t len, size_t step, struct buf *out,
    struct simple_index *index)
{
	struct simple_index_reader *r = simple_index_reader_new(take, out);

	for (size_t at = 0; at < len; at += step)
		if (simple_index_feed(r, text + at,
		    len - at < step ? len - at : step) == -1)
			break;
	simple_index_end(r, index);
	simple_index_reader_free(r);
}

#define META "\"meta\": {\"api-version\": \"1.4\", \"_last-serial\": 90}"

static const struct { const char *text, *projects, *error; int64_t serial; }
documents[] = {
	{ "{" META ", \"projects\": [{\"name\": \"A\", \"_last-serial\": 7}, "
	    "{\"_last-serial\": 9, \"name\": \"b.c\", \"more\": {\"name\": "
	    "\"no\"}}]}", "A=7 b.c=9 ", "", 90 },
	{ "{\"projects\": [{\"name\": \"a\"}], \"meta\": {}}", "a=-1 ", "",
	    -1 },
	{ "{\"projects\": []}", "", "", -1 },
	/* A name that is none, in whatever way. */
	{ "{\"projects\": [{\"name\": \"../x\"}, {\"name\": 5}, {}, 3, null, "
	    "{\"name\": \"\"}, {\"name\": \"a\\u0000b\"}, {\"name\": "
	    "\"\\u00e9\"}]}", "", "", -1 },
	{ "{\"projects\": [{\"name\": \"a\", \"_last-serial\": -4}, {\"name\":"
	    " \"b\", \"_last-serial\": \"5\"}, {\"name\": \"c\", "
	    "\"_last-serial\": 1.5}]}", "a=-1 b=-1 c=-1 ", "", -1 },
	/* Not the list of projects. */
	{ "{\"meta\": {\"projects\": [{\"name\": \"a\"}]}}", "", "no list", -1 },
	{ "{\"projects\": {\"name\": \"a\"}}", "", "no list", -1 },
	{ "[{\"name\": \"a\"}]", "", "no list", -1 },
	{ "{\"meta\": {\"api-version\": \"2.0\"}, \"projects\": []}", "",
	    "no list", -1 },
	{ "", "", "ends too early", -1 },
	{ "{\"projects\": [{\"name\": \"a\"}", "a=-1 ", "ends too early", -1 },
	{ "<!DOCTYPE html>", "", "not JSON", -1 },
	{ "{\"projects\": [{\"name\": \"a\"}]} x", "a=-1 ", "not JSON", -1 },
	{ "{\"projects\": [{\"name\": \"\xff\"}]}", "", "not JSON", -1 },
	{ "{\"projects\": [{\"name\": \"a\", \"_last-serial\": "
	    "99999999999999999999}]}", "", "not JSON", -1 },
	{ "[[[[[[[[[[]]]]]]]]]]", "", "nested too deep", -1 },
};

static void
indexes(void **state)
{
	static const size_t steps[] = { 1, 7, 100000 };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(documents); i++)
		for (size_t j = 0; j < ARRAY_LEN(steps); j++) {
			struct buf out = BUF_EMPTY;
			struct simple_index x;

			read_index(documents[i].text,
			    strlen(documents[i].text), steps[j], &out, &x);
			if (strcmp(buf_text(&out), documents[i].projects) != 0
			    || strstr(x.error, documents[i].error) == NULL ||
			    (x.error[0] != '\0') !=
			    (documents[i].error[0] != '\0'))
				fail_msg("%s: %s, %s", documents[i].text,
				    buf_text(&out), x.error);
			if (x.error[0] == '\0')
				assert_int_equal(x.serial,
				    documents[i].serial);
			buf_release(&out);
		}
}

/* One token that never ends is not kept. */
static void
endless(void **state)
{
	static char zeros[65536];
	struct simple_index_reader *r;
	struct buf out = BUF_EMPTY;
	struct simple_index x;
	size_t fed = 0;

	(void)state;
	memset(zeros, 'a', sizeof(zeros));
	r = simple_index_reader_new(take, &out);
	assert_int_equal(simple_index_feed(r, "{\"projects\": [\"", 15), 0);
	while (simple_index_feed(r, zeros, sizeof(zeros)) == 0)
		assert_true((fed += sizeof(zeros)) <= SIMPLE_TOKEN_MAX * 2);
	simple_index_end(r, &x);
	assert_non_null(strstr(x.error, "too long"));
	simple_index_reader_free(r);
	buf_release(&out);
}

static void
count(void *ctx, const char *name, int64_t serial)
{
	(void)name;
	*(int64_t *)ctx += serial;
}

/* As large as PyPI's: read as it comes. */
static void
thirty_megabytes(void **state)
{
	struct simple_index_reader *r;
	struct simple_index x;
	int64_t sum = 0;
	char line[128];

	(void)state;
	r = simple_index_reader_new(count, &sum);
	assert_int_equal(simple_index_feed(r, "{\"projects\":[", 13), 0);
	for (int i = 0; i < 800000; i++) {
		int n = snprintf(line, sizeof(line), "%s{\"_last-serial\":%d,"
		    "\"name\":\"project-%d\"}", i > 0 ? "," : "", i % 10, i);

		assert_int_equal(simple_index_feed(r, line, (size_t)n), 0);
	}
	assert_int_equal(simple_index_feed(r, "]}", 2), 0);
	simple_index_end(r, &x);
	assert_string_equal(x.error, "");
	assert_int_equal(x.projects, 800000);
	assert_int_equal(sum, 3600000);
	assert_int_equal(x.largest, 9);
	simple_index_reader_free(r);
}

/* The cursor never passes a project that was put off. */
static void
cursor(void **state)
{
	struct visits v;
	struct visit *late, *one;
	int64_t ms;

	(void)state;
	visits_init(&v);
	visits_add(&v, "c", 30);
	visits_add(&v, "a", 10);
	visits_add(&v, "b", 20);
	visits_sort(&v);
	late = visits_next(&v, 0, &ms);
	assert_string_equal(late->name, "a");
	assert_int_equal(visits_cursor(&v, 40), 19);
	visits_put_off(&v, late, 500);
	assert_int_equal(visits_cursor(&v, 40), 9);
	one = visits_next(&v, 0, &ms);
	assert_string_equal(one->name, "b");
	assert_int_equal(visits_cursor(&v, 40), 9);
	visit_free(one);
	one = visits_next(&v, 500, &ms);	/* due, so before c */
	assert_ptr_equal(one, late);
	assert_int_equal(visits_cursor(&v, 40), 29);
	visits_put_off(&v, one, 900);
	visit_free(visits_next(&v, 500, &ms));
	assert_null(visits_next(&v, 500, &ms));
	assert_int_equal(ms, 400);
	visit_free(visits_next(&v, 901, &ms));
	assert_null(visits_next(&v, 901, &ms));
	assert_int_equal(ms, -1);
	assert_int_equal(visits_cursor(&v, 40), 40);
	visits_release(&v);
}

/* Quarantined projects are looked at in turn, a few a pass. */
static void
held(void **state)
{
	struct visits v;
	struct visit *one;
	char name[16];
	int64_t ms;
	int n = 0;

	(void)state;
	visits_init(&v);
	for (int i = 0; i < LISTING_HELD_TURN + 5; i++) {
		snprintf(name, sizeof(name), "p%d", i);
		visits_hold(&v, name, true);
		visits_hold(&v, name, true);
	}
	visits_hold(&v, "p0", false);
	visits_add_held(&v);
	while ((one = visits_next(&v, 0, &ms)) != NULL) {
		assert_int_equal(one->serial, VISIT_GONE);
		if (n++ == 0)
			assert_string_equal(one->name, "p1");
		visit_free(one);
	}
	assert_int_equal(n, LISTING_HELD_TURN);
	visits_add_held(&v);
	one = visits_next(&v, 0, &ms);
	snprintf(name, sizeof(name), "p%d", LISTING_HELD_TURN + 1);
	assert_string_equal(one->name, name);
	visit_free(one);
	visits_release(&v);
}

static void
gone(void *ctx, const char *name)
{
	buf_addf(ctx, "%s ", name);
}

static void
names(void **state)
{
	struct name_list a = { 0 }, b = { 0 };
	struct buf out = BUF_EMPTY;

	(void)state;
	name_list_add(&a, "Zope.Interface");
	name_list_add(&a, "alpha");
	name_list_add(&a, "m");
	name_list_add(&b, "zope-interface");
	name_list_add(&b, "new");
	name_list_gone(&a, &b, gone, &out);
	assert_string_equal(buf_text(&out), "alpha m ");
	buf_reset(&out);
	b.full = true;	/* it may be among those that were dropped */
	name_list_gone(&a, &b, gone, &out);
	assert_string_equal(buf_text(&out), "");
	name_list_release(&a);
	name_list_release(&b);
	buf_release(&out);
}

static void
tags(void **state)
{
	struct tags t = { 0 };

	(void)state;
	tags_put(&t, "b", "\"1\"");
	tags_put(&t, "a", "\"2\"");
	tags_put(&t, "c", "");
	tags_put(&t, "b", "\"3\"");
	assert_string_equal(tags_get(&t, "b"), "\"3\"");
	assert_string_equal(tags_get(&t, "a"), "\"2\"");
	assert_null(tags_get(&t, "c"));
	assert_null(tags_get(&t, "d"));
	tags_clear(&t);
	assert_null(tags_get(&t, "a"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(indexes),
		cmocka_unit_test(endless),
		cmocka_unit_test(thirty_megabytes),
		cmocka_unit_test(cursor),
		cmocka_unit_test(held),
		cmocka_unit_test(names),
		cmocka_unit_test(tags),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
