/* SPDX-License-Identifier: Apache-2.0 */
/* lex: every source gives tokens, and the right ones; blank leaves what runs. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/str.h"
#include "python/blank.h"
#include "python/lex.h"

/* Kind letters and texts: "N:a O:= S:'b' L". */
static void
spell(const char *source, struct buf *out)
{
	static const char letters[] = "ELIDCNUSFPfcseEOX";
	struct lex_token t;
	struct lexer l;

	lex_open(&l, source, strlen(source));
	l.comments = true;
	while (lex_next(&l, &t)) {
		if (out->len != 0)
			buf_addc(out, ' ');
		buf_addc(out, letters[t.kind]);
		if (t.kind == LEX_NEWLINE || t.kind == LEX_INDENT ||
		    t.kind == LEX_DEDENT)
			continue;
		buf_addc(out, ':');
		buf_add(out, source + t.start, t.end - t.start);
	}
}

static const struct { const char *source, *tokens; } cases[] = {
	{ "", "" },
	{ "a = 1\n", "N:a O:= U:1 L" },
	{ "\n\nx\n", "N:x L" },
	{ "if x:\n  y\nz\n", "N:if N:x O:: L I N:y L D N:z L" },
	{ "x # c\n", "N:x C:# c L" },
	{ "rb'a' u''\n", "S:rb'a' S:u'' L" },
	{ "'''a\nb''' c\n", "S:'''a\nb''' N:c L" },
	{ "'a\nb\n", "S:'a L N:b L" },
	{ "'a\\'b'\n", "S:'a\\'b' L" },
	{ "f(\n a,\n)\n", "N:f O:( N:a O:, O:) L" },
	{ "a \\\n+ b\n", "N:a O:+ N:b L" },
	{ "1e-5 0xffe-1 .5 1_0\n", "U:1e-5 U:0xffe O:- U:1 U:.5 U:1_0 L" },
	{ "a:=b**=c->d\n", "N:a O::= N:b O:**= N:c O:-> N:d L" },
	{ "x = $ ?\n", "N:x O:= X:$ X:? L" },
	{ "\xef\xbb\xbfpass\n", "N:pass L" },
	{ "a\rb\r\nc\n", "N:a L N:b L N:c L" },
	{ "rate'x'\n", "N:rate S:'x' L" },
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

static void
lines_and_gaps(void **state)
{
	static const char source[] = "a\nif b:\n\tc;      d\n";
	struct lex_token t = { 0 };
	struct lexer l;
	uint32_t gaps[8] = { 0 }, n = 0;

	(void)state;
	lex_open(&l, source, sizeof(source) - 1);
	while (lex_next(&l, &t))
		if (t.kind == LEX_NAME && n < ARRAY_LEN(gaps)) {
			assert_int_equal(t.line, n == 0 ? 1 : n < 3 ? 2 : 3);
			gaps[n++] = t.gap;
		}
	assert_int_equal(n, 5);
	assert_int_equal(gaps[2], 1);
	assert_int_equal(gaps[4], 6);
}

static const struct { const char *source, *left; } blanks[] = {
	{ "x = 1 # no\n", "x = 1     \n" },
	{ "\"\"\"a\nb\"\"\"\nx\n", "    \n    \nx\n" },
	{ "def f():\n  'doc'\n  return 'x'\n",
	    "def f():\n       \n  return 'x'\n" },
	{ "'a' 'b'\n", "       \n" },
	{ "x = 'a'\n", "x = 'a'\n" },
	{ "'a'.join(b)\n", "'a'.join(b)\n" },
	{ "f('a', # c\n 'b')\n", "f('a',    \n 'b')\n" },
	{ "'kept'\nexec(__doc__)\n", "'kept'\nexec(__doc__)\n" },
	{ "'never closed", "             " },
};

static void
blanked(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(blanks); i++) {
		size_t len = strlen(blanks[i].source);
		uint8_t *out = blank_copy((const uint8_t *)blanks[i].source,
		    len);

		assert_string_equal((char *)out, blanks[i].left);
		free(out);
	}
}

/* Whatever the bytes, the reader goes forward and comes to an end. */
static void
ends(void **state)
{
	uint8_t bytes[512];
	uint32_t seed = 7;

	(void)state;
	for (int round = 0; round < 2000; round++) {
		struct lex_token t;
		struct lexer l;
		size_t last = 0, steps = 0;

		for (size_t i = 0; i < sizeof(bytes); i++) {
			seed = seed * 1664525 + 1013904223;
			bytes[i] = (uint8_t)((seed >> 24) % (round % 2 ? 256 :
			    128));
		}
		lex_open(&l, bytes, sizeof(bytes));
		while (lex_next(&l, &t)) {
			assert_true(t.end >= last && t.end <= sizeof(bytes));
			assert_true(++steps <= 4 * sizeof(bytes));
			last = t.end;
		}
		free(blank_copy(bytes, sizeof(bytes)));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tokens),
		cmocka_unit_test(lines_and_gaps),
		cmocka_unit_test(blanked),
		cmocka_unit_test(ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
