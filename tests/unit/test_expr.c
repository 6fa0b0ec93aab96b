/* SPDX-License-Identifier: Apache-2.0 */
/* expr: match expressions, as JSON. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/expr.h"
#include "base/str.h"

static const char *const keys[] = { "project", "rule", NULL };

#define TEN_NOTS "not not not not not not not not not not "
#define P(s) "{\"key\":\"project\",\"like\":\"" s "\"}"
#define ALL(s) "{\"all\":[" s "]}"
#define ANY(s) "{\"any\":[" s "]}"

static void
compiles(void **state)
{
	static const struct { const char *in, *out; } table[] = {
		{ "acme-*", ANY(ALL(P("acme-%"))) },
		{ "project:ACME?", ANY(ALL(P("acme_"))) },
		{ " a  b ", ANY(ALL(P("a") "," P("b"))) },
		{ "a and b", ANY(ALL(P("a") "," P("b"))) },
		{ "a or b", ANY(ALL(P("a")) "," ALL(P("b"))) },
		{ "not a", ANY(ALL("{\"not\":" P("a") "}")) },
		{ "(a or b) and not (c)", ANY(ALL(ANY(ALL(P("a")) ","
		    ALL(P("b"))) ",{\"not\":" ANY(ALL(P("c"))) "}")) },
		{ "a_b%", ANY(ALL(P("a\\\\_b\\\\%"))) },
		{ "rule:x", ANY(ALL("{\"key\":\"rule\",\"like\":\"x\"}")) },
		{ "rule:a:b",
		    ANY(ALL("{\"key\":\"rule\",\"like\":\"a:b\"}")) },
		{ "android", ANY(ALL(P("android"))) },
	};
	char why[100];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(table); i++) {
		struct buf b = BUF_EMPTY;

		assert_int_equal(expr_compile(table[i].in, keys, &b, why,
		    sizeof(why)), 0);
		assert_string_equal(buf_text(&b), table[i].out);
		buf_release(&b);
	}
}

static void
refuses(void **state)
{
	static const char *const table[] = { "", " ", "(", ")", "a)", "(a",
		"not", "and", "a and", "or a", "a or", "colour:red", "rule:",
		"project:a\"b", "project:a\\b", "project:'a", "a\x01",
		"project:\xc3\xa4", TEN_NOTS TEN_NOTS "not not a" };
	struct buf b = BUF_EMPTY;
	char why[100];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(table); i++) {
		why[0] = '\0';
		assert_int_equal(expr_compile(table[i], keys, &b, why,
		    sizeof(why)), -1);
		assert_true(why[0] != '\0');
	}
	assert_int_equal(b.len, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(compiles),
		cmocka_unit_test(refuses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
