/* SPDX-License-Identifier: Apache-2.0 */
/* token: every source gives tokens, and the right ones. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/str.h"
#include "python/token.h"

/* Kind letters and texts: "N:a O:= S:'b' L". */
static void
spell(const char *source, struct buf *out)
{
	static const char letters[] = "ELNDSOCX";
	struct token_reader r;
	struct token t;

	token_open(&r, source, strlen(source));
	while (token_next(&r, &t)) {
		if (out->len != 0)
			buf_addc(out, ' ');
		buf_addc(out, letters[t.kind]);
		if (t.kind == TOKEN_LINE)
			continue;
		buf_addc(out, ':');
		buf_add(out, source + t.start, t.end - t.start);
	}
}

static const struct { const char *source, *tokens; } cases[] = {
	{ "", "" },
	{ "a = 1\n", "N:a O:= D:1 L" },
	{ "\n\n  x\n", "N:x L" },
	{ "x # c\n", "N:x C:# c L" },
	{ "rb'a' f\"b\" u''", "S:rb'a' S:f\"b\" S:u''" },
	{ "'''a\nb''' c", "S:'''a\nb''' N:c" },
	{ "'a\nb", "S:'a L N:b" },
	{ "'a\\'b'", "S:'a\\'b'" },
	{ "'''never", "S:'''never" },
	{ "f(\n a,\n)\n", "N:f O:( N:a O:, O:) L" },
	{ "f(\ndef g", "N:f O:( N:def N:g" },
	{ "a \\\n+ b\n", "N:a O:+ N:b L" },
	{ "1e-5 0xffe-1 .5 1_0", "D:1e-5 D:0xffe O:- D:1 D:.5 D:1_0" },
	{ "a:=b**=c->d", "N:a O::= N:b O:**= N:c O:-> N:d" },
	{ "x = $ ?", "N:x O:= X:$ X:?" },
	{ "\xef\xbb\xbfpass", "N:pass" },
	{ "a\rb\r\nc", "N:a L N:b L N:c" },
	{ "rate'x'", "N:rate S:'x'" },
};

static void
tokens(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct buf b = BUF_EMPTY;

		spell(cases[i].source, &b);
		assert_string_equal(buf_text(&b), cases[i].tokens);
		buf_release(&b);
	}
}

static const struct { const char *source, *value; } strings[] = {
	{ "'a\\x41\\101\\n'", "aAA\n" },
	{ "r'a\\x41'", "a\\x41" },
	{ "'\\u20ac\\U0001f600'", "\xe2\x82\xac\xf0\x9f\x98\x80" },
	{ "b'\\xff'", "\xff" },
	{ "'a\\\nb'", "ab" },
	{ "'\\q\\", "\\q\\" },
};

static void
values(void **state)
{
	struct token_reader r;
	struct token t;
	uint8_t out[64];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(strings); i++) {
		size_t n;

		token_open(&r, strings[i].source, strlen(strings[i].source));
		assert_true(token_next(&r, &t));
		n = token_string(&r, &t, out, sizeof(out));
		assert_int_equal(n, strlen(strings[i].value));
		assert_memory_equal(out, strings[i].value, n);
	}
}

static void
lines_and_gaps(void **state)
{
	static const char source[] = "a\n\tb;      c\n";
	struct token_reader r;
	struct token t;

	(void)state;
	token_open(&r, source, sizeof(source) - 1);
	assert_true(token_next(&r, &t) && t.first && t.line == 1);
	assert_true(token_next(&r, &t) && t.kind == TOKEN_LINE);
	assert_true(token_next(&r, &t) && t.first && t.gap == 8);
	assert_int_equal(t.line, 2);
	assert_true(token_next(&r, &t) && !t.first);
	assert_true(token_next(&r, &t) && t.gap == 6);
}

static void
folds_names(void **state)
{
	static const char source[] = "\xf0\x9d\x90\x9e\xf0\x9d\x95\xa9"
	    "\xef\xbd\x85" "c";
	struct token_reader r;
	struct token t;
	char out[16];

	(void)state;
	token_open(&r, source, sizeof(source) - 1);
	assert_true(token_next(&r, &t));
	assert_int_equal(token_name(&r, &t, out, sizeof(out)), 4);
	assert_string_equal(out, "exec");
}

/* Whatever the bytes, the reader goes forward and comes to an end. */
static void
ends(void **state)
{
	uint8_t bytes[512];
	uint32_t seed = 7;

	(void)state;
	for (int round = 0; round < 2000; round++) {
		struct token_reader r;
		struct token t;
		size_t last = 0, steps = 0;

		for (size_t i = 0; i < sizeof(bytes); i++) {
			seed = seed * 1664525 + 1013904223;
			bytes[i] = (uint8_t)((seed >> 24) % (round % 2 ? 256 :
			    128));
		}
		token_open(&r, bytes, sizeof(bytes));
		while (token_next(&r, &t)) {
			assert_true(t.end >= last && t.end <= sizeof(bytes));
			assert_true(++steps <= sizeof(bytes));
			last = t.end;
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tokens),
		cmocka_unit_test(values),
		cmocka_unit_test(lines_and_gaps),
		cmocka_unit_test(folds_names),
		cmocka_unit_test(ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
