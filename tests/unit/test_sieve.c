/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sieve: what it leaves out never matches.  libyara itself says what matches:
 * the rules' examples, and those cut, joined and in other letters.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <yara.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/str.h"
#include "inspect/rules/literals.h"
#include "inspect/rules/pattern.h"
#include "inspect/rules/parts.h"
#include "inspect/rules/sieve.h"
#include "inspect_tools.h"

#define VARIANTS 40		/* of each example */

/* ---- words of strings --------------------------------------------------- */

static void
words_text(const struct pattern *p, struct buf *out)
{
	buf_reset(out);
	for (size_t i = 0; i < p->n; i++) {
		buf_adds(out, i == 0 ? "" : " & ");
		for (size_t k = 0; k < p->sets[i].n; k++) {
			buf_adds(out, k == 0 ? "" : "|");
			buf_add(out, p->sets[i].word[k].text,
			    p->sets[i].word[k].len);
		}
	}
}

static void
words_of_regexes(void **state)
{
	static const struct { const char *regex, *words; } table[] = {
		{ "abc", "abc" }, { "ABC\\.d", "abc.d" }, { "ab", "" },
		{ "(curl|wget)\\s", "curl |wget " },
		{ "abcd.*efg", "abcd & efg" }, { "abcd(efg)?", "abcdefg|abcd" },
		{ "abcd(efg)*hij", "abcd & hij" },
		{ "abcd(efg)+hij", "abcdefg & efghij" },
		{ "ab{2}cde", "bcde" }, { "ab{0,2}cde", "cde" },
		{ "x[ab]yz", "xayz|xbyz" }, { "x[^ab]yzw", "yzw" },
		{ "x[a-z]yzw", "yzw" }, { "[\\x7f-\\x81]abc",
		    "\x7f""abc|\x80""abc|\x81""abc" },
		{ "abc|de", "" }, { "abc|def", "abc|def" },
		{ "(abc|.)def", "def" }, { "\\babc\\b", "abc" },
		{ "a\\s?bcd", "a bcd|abcd" }, { "a\\d+bcd", "bcd" },
		{ "(ba|z)?sh -c", "bash -c|zsh -c|sh -c" },
		{ "", "" }, { "(abc", "" }, { "abc)", "" }, { "abc[", "" },
		{ "(?:abc)", "" }, { "abc\\1", "" }, { "abc{x", "" },
		{ "abc{0}", "" }, { "[b-a]cde", "" }, { "abc\\", "" },
		{ "((((((((((((((abc))))))))))))))", "" },
	};
	struct buf out = BUF_EMPTY;
	struct pattern p;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(table); i++) {
		pattern_of_regex(table[i].regex, strlen(table[i].regex), &p);
		words_text(&p, &out);
		if (!str_equal(buf_text(&out), table[i].words))
			print_message("%s\n", table[i].regex);
		assert_string_equal(buf_text(&out), table[i].words);
	}
	pattern_of_text("Say \\\"hi\\\"\\t\\x41", 16, &p);
	words_text(&p, &out);
	assert_string_equal(buf_text(&out), "say \"hi\" a");
	pattern_of_hex(" 41 42 43 ?\? 6465 66 (94 | 71 ?\?) 31 32 33 34", 45, &p);
	words_text(&p, &out);
	assert_string_equal(buf_text(&out), "1234 & abc & def");
	pattern_of_hex("41 42 ~43 44 45", 15, &p);
	assert_int_equal(p.n, 0);
	buf_release(&out);
}

/* ---- beside libyara ----------------------------------------------------- */

struct beside {
	struct rules	*rules;
	bool		*may, *matched;
	size_t		 hits;
};

static int
on_message(YR_SCAN_CONTEXT *context, int message, void *data, void *user)
{
	const struct beside *b = user;
	const YR_RULE *rule = data;

	(void)context;
	if (message == CALLBACK_MSG_RULE_MATCHING)
		b->matched[rule - b->rules->compiled->rules_table] = true;
	return CALLBACK_CONTINUE;
}

static void
try(struct beside *b, const void *text, size_t len)
{
	memset(b->matched, 0, b->rules->count);
	assert_int_equal(yr_rules_scan_mem(b->rules->compiled, text, len,
	    SCAN_FLAGS_NO_TRYCATCH, on_message, b, 5), ERROR_SUCCESS);
	sieve_shake(b->rules->sieve, text, len, b->may);
	for (size_t i = 0; i < b->rules->count; i++) {
		b->hits += b->matched[i];
		if (!b->matched[i] || b->may[i])
			continue;
		print_message("%s\n%.*s\n", sieve_rule(b->rules->sieve, i),
		    (int)len, (const char *)text);
		fail();
	}
}

static uint32_t
dice(uint32_t *seed, size_t sides)
{
	*seed = *seed * 1664525u + 1013904223u;
	return (*seed >> 8) % (uint32_t)sides;
}

/* Bytes left out, doubled, in the other case, other blanks; two joined. */
static void
vary(struct buf *text, const struct buf *other, uint32_t *seed)
{
	static const char blanks[] = " \t\n\r\v\f";
	uint32_t changes = 1 + dice(seed, 4);

	if (text->len == 0)
		return;
	for (uint32_t i = 0; i < changes; i++) {
		size_t at = dice(seed, text->len);
		char *c = &text->data[at];

		switch (dice(seed, 5)) {
		case 0:
			memmove(c, c + 1, text->len - at);
			text->len -= text->len > 1;
			break;
		case 1:
			*c ^= *c >= 'A' ? 0x20 : 0;
			break;
		case 2:
			*c = strchr(blanks, *c) != NULL ? blanks[dice(seed,
			    6)] : *c;
			break;
		case 3:
			text->len = at + 1;
			break;
		default:
			buf_add(text, other->data, other->len);
			break;
		}
	}
}

static void
try_example(struct beside *b, const struct buf *text, struct buf *before)
{
	uint32_t seed = (uint32_t)text->len;

	try(b, buf_text(text), text->len);
	for (int i = 0; i < VARIANTS; i++) {
		struct buf variant = BUF_EMPTY;

		buf_add(&variant, text->data, text->len);
		vary(&variant, before, &seed);
		try(b, buf_text(&variant), variant.len);
		buf_release(&variant);
	}
	buf_reset(before);
	buf_add(before, text->data, text->len);
}

static void
leaves_out_nothing(void **state)
{
	struct beside b = { .rules = inspect_tools_rules() };
	char *all = inspect_tools_read("tests/fixtures/rules.txt");
	struct buf text = BUF_EMPTY, before = BUF_EMPTY;

	(void)state;
	b.may = mem_array(b.rules->count, sizeof(bool));
	b.matched = mem_array(b.rules->count, sizeof(bool));
	for (char *line = all, *next; line != NULL; line = next) {
		next = strchr(line, '\n');
		if (next != NULL)
			*next++ = '\0';
		if (str_starts(line, "=== ")) {
			try_example(&b, &text, &before);
			buf_reset(&text);
			continue;
		}
		buf_adds(&text, line);
		buf_addc(&text, '\n');
	}
	try_example(&b, &text, &before);
	assert_true(b.hits > 2000);
	buf_release(&text);
	buf_release(&before);
	free(all);
	free(b.may);
	free(b.matched);
	rules_free(b.rules);
}

/* Honest code is left out, or the sieve would be of no use. */
static void
leaves_out_much(void **state)
{
	static const char text[] = "import os\nimport sys\n\n\n"
	    "def read(path):\n    with open(path) as f:\n"
	    "        return f.read().split(',')\n\n\n"
	    "print(read(os.path.join(sys.argv[1], 'data')))\n";
	struct rules *r = inspect_tools_rules();
	bool *may = mem_array(r->count, sizeof(*may));

	(void)state;
	sieve_shake(r->sieve, (const uint8_t *)text, sizeof(text) - 1, may);
	for (size_t i = 0; i < r->count; i++)
		assert_false(may[i]);
	free(may);
	rules_free(r);
}

static int
on_byte(YR_SCAN_CONTEXT *context, int message, void *data, void *user)
{
	(void)context;
	(void)data;
	if (message == CALLBACK_MSG_RULE_MATCHING)
		*(bool *)user = true;
	return CALLBACK_CONTINUE;
}

/* Whatever \s matches is a blank to us. */
static void
same_blanks(void **state)
{
	YR_COMPILER *compiler;
	YR_RULES *rules;
	size_t blanks = 0;

	(void)state;
	assert_int_equal(yr_initialize(), ERROR_SUCCESS);
	assert_int_equal(yr_compiler_create(&compiler), ERROR_SUCCESS);
	assert_int_equal(yr_compiler_add_string(compiler, "rule r { strings: "
	    "$a = /abc\\sdef/ condition: $a }", NULL), 0);
	assert_int_equal(yr_compiler_get_rules(compiler, &rules),
	    ERROR_SUCCESS);
	for (int c = 0; c < 256; c++) {
		uint8_t text[] = "abc?def";
		bool found = false;

		text[3] = (uint8_t)c;
		(void)yr_rules_scan_mem(rules, text, 7,
		    SCAN_FLAGS_NO_TRYCATCH, on_byte, &found, 5);
		if (found)
			assert_int_equal(literals_plain((char)c), ' ');
		blanks += found;
	}
	assert_int_equal(blanks, 6);
	(void)yr_rules_destroy(rules);
	yr_compiler_destroy(compiler);
	(void)yr_finalize();
}

/* What is not understood makes no sieve. */
static void
not_understood(void **state)
{
	static const char *const texts[] = {
		"rule a { condition: pe.is_pe }", "rule a { condition: b }",
		"global rule a { condition: true }", "import \"math\"",
		"rule a { strings: $a = \"x\" condition: #a > 3 }",
		"rule a { strings: $a = \"x\" condition: $b }",
		"rule a { strings: $a = \"x\" condition: 0 of them }",
		"rule a { strings: $a = \"x\" condition: $a", "rule",
		"rule a { strings: $a = \"x condition: $a }",
		"rule a { strings: $a = /x condition: $a }",
		"rule a { strings: $a = { 41 condition: $a",
		"rule a { strings: $a = \"x\" xor(1-255) condition: $a }",
		"rule a { meta: x condition: true }",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		struct sieve *s = sieve_new();

		if (sieve_read(s, texts[i], strlen(texts[i])) != -1)
			print_message("%s\n", texts[i]);
		assert_int_equal(sieve_read(s, texts[i], strlen(texts[i])),
		    -1);
		sieve_free(s);
	}
}

/* Wide strings and conditions about no string may always hold. */
static void
may_always_hold(void **state)
{
	static const char text[] = "rule a { strings: $a = \"xyzzy\" wide\n"
	    "condition: $a }\nrule b { strings: $a = \"xyzzy\"\n"
	    "condition: not $a }\nrule c { strings: $a = \"xyzzy\"\n"
	    "$b = /./ condition: $a and 2 of ($*) }\n";
	struct sieve *s = sieve_new();
	bool may[3];

	(void)state;
	assert_int_equal(sieve_read(s, text, sizeof(text) - 1), 0);
	assert_int_equal(sieve_count(s), 3);
	assert_string_equal(sieve_rule(s, 1), "b");
	assert_string_equal(sieve_string(s, 2, 1), "$b");
	assert_null(sieve_string(s, 2, 2));
	sieve_shake(s, (const uint8_t *)"", 0, may);
	assert_true(may[0] && may[1] && !may[2]);
	sieve_shake(s, (const uint8_t *)"a XYZZY", 7, may);
	assert_true(may[0] && may[1] && may[2]);
	sieve_free(s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_of_regexes),
		cmocka_unit_test(leaves_out_nothing),
		cmocka_unit_test(leaves_out_much),
		cmocka_unit_test(same_blanks),
		cmocka_unit_test(not_understood),
		cmocka_unit_test(may_always_hold),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
