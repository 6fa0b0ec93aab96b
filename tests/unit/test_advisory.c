/* SPDX-License-Identifier: Apache-2.0 */
/* advisory: which records are taken, what of them, and what is refused. */
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
#include "base/str.h"
#include "poll/advisory.h"

#define HEAD "{\"id\":\"MAL-2024-1\",\"modified\":\"2024-09-10T01:02:03Z\","
#define ALL "\"ranges\":[{\"type\":\"ECOSYSTEM\",\"events\":" \
	"[{\"introduced\":\"0\"}]}]"
#define PYPI "{\"package\":{\"ecosystem\":\"PyPI\",\"name\":\"Evil.One\"},"

static const struct {
	const char *text;
	size_t taken, others;
	const char *has;	/* in what was given, or NULL */
} good[] = {
	{ HEAD "\"affected\":[" PYPI ALL "}]}", 1, 0, "\"versions\":null" },
	{ HEAD "\"affected\":[" PYPI "\"versions\":[\"1.0\",\"2\"]}]}", 1, 0,
	  "\"versions\":[\"1.0\",\"2\"]" },
	/* A range that ends says nothing that we could compare. */
	{ HEAD "\"affected\":[" PYPI "\"ranges\":[{\"events\":"
	  "[{\"introduced\":\"0\"},{\"fixed\":\"2\"}]}]}]}", 0, 1, NULL },
	{ HEAD "\"affected\":[" PYPI "\"versions\":[\"1\"],\"ranges\":["
	  "{\"events\":[{\"introduced\":\"0\"},{\"fixed\":\"2\"}]}]}]}", 1, 0,
	  "[\"1\"]" },
	{ HEAD "\"withdrawn\":\"2024-10-01T00:00:00+02:00\",\"affected\":["
	  PYPI ALL "}]}", 1, 0, "\"withdrawn\":\"2024-09-30T22:00:00" },
	{ HEAD "\"affected\":[{\"package\":{\"ecosystem\":\"npm\",\"name\":"
	  "\"x\"}," ALL "}]}", 0, 1, NULL },
	{ HEAD "\"affected\":[{\"package\":{\"ecosystem\":\"PyPIx\",\"name\":"
	  "\"x\"}," ALL "}]}", 0, 1, NULL },
	{ HEAD "\"affected\":[{\"package\":{\"ecosystem\":\"PyPI\",\"name\":"
	  "\"../x y\"}," ALL "}]}", 0, 1, NULL },
	{ HEAD "\"affected\":{}}", 0, 1, NULL },
	{ HEAD "\"affected\":[1,null,\"x\",[]]}", 0, 1, NULL },
	/* A vulnerability is no malice, unless it says so. */
	{ "{\"id\":\"PYSEC-1\",\"modified\":\"2024-09-10T01:02:03Z\","
	  "\"affected\":[" PYPI ALL "}]}", 0, 1, NULL },
	{ "{\"id\":\"GHSA-1\",\"aliases\":[\"MAL-1\"],\"modified\":"
	  "\"2024-09-10T01:02:03Z\",\"affected\":[" PYPI ALL "}]}", 1, 0,
	  "GHSA-1" },
	{ "{\"id\":\"GHSA-1\",\"database_specific\":{\"cwe_ids\":[\"CWE-506\"]"
	  "},\"modified\":\"2024-09-10T01:02:03Z\",\"affected\":[" PYPI ALL
	  "}]}", 1, 0, "GHSA-1" },
	{ HEAD "\"summary\":\"a\\u001b[31m\\u202eb\",\"affected\":[" PYPI ALL
	  "}]}", 1, 0, "\\\\u{202e}b" },
	{ "[]", 0, 0, NULL },
	{ "{\"vulns\":[]}", 0, 0, NULL },
	{ "[" HEAD "\"affected\":[" PYPI ALL "}]}," HEAD "\"affected\":[]}]",
	  1, 1, "Evil.One" },
	{ "{\"vulns\":[" HEAD "\"affected\":[" PYPI ALL "}]}]}", 1, 0,
	  "Evil.One" },
};

static const struct {
	const char *text, *why;
} bad[] = {
	{ "", "not JSON" },
	{ "{", "not JSON" },
	{ "1", "not JSON" },
	{ "{}", "no usable id" },
	{ "[1]", "no usable id" },
	{ "{\"id\":7}", "no usable id" },
	{ "{\"id\":\"MAL 1\"}", "no usable id" },
	{ "{\"id\":\"MAL-1\",\"affected\":[" PYPI ALL "}]}", "no usable time" },
	{ "{\"id\":\"MAL-1\",\"modified\":\"soon\",\"affected\":[" PYPI ALL
	  "}]}", "no usable time" },
	{ HEAD "\"published\":\"x\",\"affected\":[" PYPI ALL "}]}",
	  "no usable time" },
	/* One that is broken spoils its document, so that it is seen. */
	{ "[" HEAD "\"affected\":[" PYPI ALL "}]},{\"id\":\"MAL-2\","
	  "\"affected\":[" PYPI ALL "}]}]", "MAL-2" },
	{ "{\"id\":\"a\\u0000b\"}", "not JSON" },
};

static void
keep(void *ctx, const char *id, const char *json)
{
	assert_non_null(id);
	buf_adds(ctx, json);
}

static void
test_good(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(good); i++) {
		struct buf out = BUF_EMPTY;
		struct advisory_reader r = { .each = keep, .ctx = &out };
		struct fault why = { 0 };

		if (advisories_parse(good[i].text, strlen(good[i].text), &r,
		    &why) == -1)
			fail_msg("%s: %s", good[i].text, why.text);
		if (r.taken != good[i].taken || r.others != good[i].others ||
		    (good[i].has != NULL &&
		    strstr(buf_text(&out), good[i].has) == NULL))
			fail_msg("%s: %zu %zu %s", good[i].text, r.taken,
			    r.others, buf_text(&out));
		buf_release(&out);
	}
}

static void
test_bad(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		struct buf out = BUF_EMPTY;
		struct advisory_reader r = { .each = keep, .ctx = &out };
		struct fault why = { 0 };

		if (advisories_parse(bad[i].text, strlen(bad[i].text), &r,
		    &why) == 0)
			fail_msg("%s is taken", bad[i].text);
		if (strstr(why.text, bad[i].why) == NULL)
			fail_msg("%s: %s", bad[i].text, why.text);
		assert_int_equal(out.len, 0);
		buf_release(&out);
	}
}

/* As deep, long and many as an attacker likes. */
static void
test_bounds(void **state)
{
	struct buf text = BUF_EMPTY, out = BUF_EMPTY;
	struct advisory_reader r = { .each = keep, .ctx = &out };
	struct fault why = { 0 };

	(void)state;
	for (int i = 0; i < 100000; i++)
		buf_adds(&text, "[");
	assert_int_equal(advisories_parse(buf_text(&text), text.len, &r, &why),
	    -1);
	buf_release(&text);
	text = (struct buf)BUF_EMPTY;
	buf_adds(&text, HEAD "\"affected\":[");
	for (int i = 0; i < 2 * ADVISORY_AFFECTED_MAX; i++)
		buf_adds(&text, i == 0 ? PYPI ALL "}" : "," PYPI ALL "}");
	buf_adds(&text, "]}");
	assert_int_equal(advisories_parse(buf_text(&text), text.len, &r, &why),
	    0);
	assert_true(out.len < ADVISORY_AFFECTED_MAX * 50 + 200);
	buf_release(&text);
	buf_release(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good),
		cmocka_unit_test(test_bad),
		cmocka_unit_test(test_bounds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
