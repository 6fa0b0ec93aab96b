/* SPDX-License-Identifier: Apache-2.0 */
/* text: visible, harmless, escaped, cut; in this order. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "alert/text.h"
#include "base/buf.h"
#include "base/str.h"
#include "base/vis.h"

static void
defangs(void **state)
{
	static const struct { const char *in, *out; } table[] = {
		{ "", "" },
		{ "fetches https://evil.example.invalid/a.exe now",
		    "fetches hxxps://evil[.]example[.]invalid/a.exe now" },
		{ "HTTP://10.0.0.1:80/x.y", "hxxp://10[.]0[.]0[.]1:80/x.y" },
		{ "ftp://a.b/c", "ftp[:]//a[.]b/c" },
		{ "http://u:p@h.com/", "hxxp://u:p@h[.]com/" },
		{ "mail bob@example.com.", "mail bob@example[.]com[.]" },
		{ "see setup.py and a/b.so", "see setup.py and a/b.so" },
		{ "192.168.1.1 and 1.2.3 and 1.0.7",
		    "192[.]168[.]1[.]1 and 1.2.3 and 1.0.7" },
		{ "discord.com/api", "discord[.]com/api" },
		{ "://", "://" },
		{ "https://", "hxxps://" },
		{ "a\r\nb\x1b[31m", "a\\u{d}\\u{a}b\\u{1b}[31m" },
		{ "\xe2\x80\xae" "evil", "\\u{202e}evil" },
		{ "\xff\xfe", "\\xff\\xfe" },
		{ "...", "..." },
		{ "hxxps://a[.]com/ b[.]com", "hxxps://a[.]com/ b[.]com" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(table); i++) {
		struct buf b = BUF_EMPTY;

		text_defang(&b, table[i].in);
		assert_string_equal(buf_text(&b), table[i].out);
		buf_release(&b);
	}
}

static void
defangs_values(void **state)
{
	static const struct { const char *in, *out; } table[] = {
		{ "evil.py", "evil[.]py" },
		{ "https://a.b/c.d", "hxxps://a[.]b/c[.]d" },
		{ "x@y.z", "x@y[.]z" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(table); i++) {
		struct buf b = BUF_EMPTY;

		text_defang_value(&b, table[i].in);
		assert_string_equal(buf_text(&b), table[i].out);
		buf_release(&b);
	}
}

static void
escapes_then_cuts(void **state)
{
	static const struct { const char *in; size_t most; const char *out; }
	table[] = {
		{ "<!channel> & <@U1>", 100,
		    "&lt;!channel&gt; &amp; &lt;@U1&gt;" },
		{ "<<<<", 10, "&lt;..." },
		{ "<<<<", 6, "..." },
		{ "abcdefgh", 5, "ab..." },
		{ "abcde", 5, "abcde" },
		{ "\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9", 5,
		    "\xc3\xa9\xc3\xa9..." },
		/* two UTF-16 units each */
		{ "\xf0\x9f\x90\x8d\xf0\x9f\x90\x8d\xf0\x9f\x90\x8d", 5,
		    "\xf0\x9f\x90\x8d..." },
		{ "abcdef", 0, "" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(table); i++) {
		struct buf b = BUF_EMPTY;

		text_put(&b, table[i].in, table[i].most, TEXT_SLACK);
		assert_string_equal(buf_text(&b), table[i].out);
		assert_true(text_units(buf_text(&b), b.len) <= table[i].most);
		buf_release(&b);
	}
}

static void
code_holds_no_backtick(void **state)
{
	struct buf b = BUF_EMPTY;

	(void)state;
	text_put_code(&b, "a`*b*`<x>", 100, TEXT_SLACK);
	assert_string_equal(buf_text(&b), "`a'*b*'&lt;x&gt;`");
	buf_reset(&b);
	text_put_code(&b, "", 100, TEXT_SLACK);
	text_put_code(&b, "abc", 2, TEXT_SLACK);
	assert_string_equal(buf_text(&b), "");
	text_put_quiet(&b, "plain words", 100, TEXT_SLACK);
	text_put_quiet(&b, "_a_", 100, TEXT_SLACK);
	assert_string_equal(buf_text(&b), "plain words`_a_`");
	buf_release(&b);
}

/* Every byte value, at every length of a cut: valid and within bounds. */
static void
any_bytes(void **state)
{
	char all[3 * 255 + 1];
	size_t n = 0;

	(void)state;
	for (int i = 1; i < 256; i++) {
		all[n++] = (char)i;
		all[n++] = '<';
		all[n++] = (char)(i ^ 0x80) == '\0' ? 'x' : (char)(i ^ 0x80);
	}
	all[n] = '\0';
	for (size_t most = 0; most < 3000; most += 7)
		for (int style = 0; style < TEXT_STYLES; style++) {
			struct buf b = BUF_EMPTY;

			text_put_code(&b, all, most, (enum text_style)style);
			assert_true(utf8_valid(buf_text(&b), b.len));
			assert_true(text_units(buf_text(&b), b.len) <= most);
			buf_reset(&b);
			text_put(&b, all, most, (enum text_style)style);
			assert_true(utf8_valid(buf_text(&b), b.len));
			assert_true(text_units(buf_text(&b), b.len) <= most);
			buf_release(&b);
		}
}

/* ASCII is passed eight bytes at a time; what is wrong is seen wherever. */
static void
validates_utf8(void **state)
{
	char text[60];

	(void)state;
	for (size_t n = 1; n < sizeof(text); n++)
		for (size_t at = 0; at < n; at++) {
			memset(text, 'a', n);
			assert_int_equal(ascii_run(text + at, n - at), n - at);
			text[at] = '\xff';
			assert_int_equal(ascii_run(text, n), at);
			assert_false(utf8_valid(text, n));
			text[at] = '\xc3';
			assert_false(utf8_valid(text, n));
			if (at + 1 == n)
				continue;
			text[at + 1] = '\xa9';
			assert_true(utf8_valid(text, n));
			assert_false(utf8_valid(text + at + 1, n - at - 1));
		}
	assert_true(utf8_valid("", 0));
	assert_int_equal(ascii_run("", 0), 0);
}

/* What each receiver's markup would make of a string, taken away. */
static void
styles_escape(void **state)
{
	static const struct { enum text_style style; const char *in, *out; }
	table[] = {
		{ TEXT_PLAIN, "*a* <b> @all", "*a* <b> @all" },
		{ TEXT_HTML, "<img src=\"x\" onerror='y'>&",
		    "&lt;img src=&quot;x&quot; onerror=&#39;y&#39;&gt;&amp;" },
		{ TEXT_DISCORD, "@everyone <@1> [a](b) **c** `d` :e:",
		    "\\@everyone \\<\\@1\\> \\[a\\]\\(b\\) "
		    "\\*\\*c\\*\\* \\`d\\` \\:e\\:" },
		{ TEXT_TEAMS, "[a](b) *c* `d`",
		    "\\[a\\]\\(b\\) \\*c\\* \\`d\\`" },
		{ TEXT_MATTERMOST, "@all ~town #x",
		    "@\xe2\x80\x8b" "all \\~town \\#x" },
	}, codes[] = {
		{ TEXT_PLAIN, "a`b", "a`b" },
		{ TEXT_HTML, "a<`>", "<code>a&lt;`&gt;</code>" },
		{ TEXT_DISCORD, "a`*b*@here", "`a'*b*@here`" },
		{ TEXT_TEAMS, "a_b_", "a\\_b\\_" },
		{ TEXT_MATTERMOST, "@all`", "`@\xe2\x80\x8b" "all'`" },
	};
	struct buf b = BUF_EMPTY;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(table); i++) {
		buf_reset(&b);
		text_put(&b, table[i].in, 200, table[i].style);
		assert_string_equal(buf_text(&b), table[i].out);
	}
	for (size_t i = 0; i < ARRAY_LEN(codes); i++) {
		buf_reset(&b);
		text_put_code(&b, codes[i].in, 200, codes[i].style);
		assert_string_equal(buf_text(&b), codes[i].out);
	}
	/* Neither an entity nor an escape is ever cut apart. */
	for (size_t most = 0; most < 60; most++) {
		buf_reset(&b);
		text_put(&b, "****************", most, TEXT_DISCORD);
		for (size_t i = 0; i < b.len; i += 2)
			assert_true(b.data[i] == '.' || i + 1 < b.len);
	}
	buf_release(&b);
}

static void
percent_encodes(void **state)
{
	struct buf b = BUF_EMPTY;

	(void)state;
	text_percent(&b, "a.b-1|<>/?\xc3\xa9~");
	assert_string_equal(buf_text(&b), "a.b-1%7C%3C%3E%2F%3F%C3%A9~");
	buf_release(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(defangs),
		cmocka_unit_test(defangs_values),
		cmocka_unit_test(escapes_then_cuts),
		cmocka_unit_test(code_holds_no_backtick),
		cmocka_unit_test(styles_escape),
		cmocka_unit_test(any_bytes),
		cmocka_unit_test(validates_utf8),
		cmocka_unit_test(percent_encodes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
