/* SPDX-License-Identifier: Apache-2.0 */
/*
 * token - Python source as tokens.
 *
 * Takes: bytes.  Gives: tokens, strings' values, names.
 * Runs in: worker child, command.  Linear in the source, whatever it holds.
 *
 * A format string is one token, as up to Python 3.11; its quotes end it even
 * inside braces, which 3.12 allows to nest: such a string comes out as several
 * tokens, and nothing is lost.
 */
#include "python/token.h"

#include <string.h>

#include "base/vis.h"

#define TAB_WIDTH 8

static bool
is_name_start(uint8_t c)
{
	return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    c >= 0x80;
}

static bool
is_digit(uint8_t c)
{
	return c >= '0' && c <= '9';
}

static bool
is_name(uint8_t c)
{
	return is_name_start(c) || is_digit(c);
}

void
token_open(struct token_reader *r, const void *data, size_t size)
{
	*r = (struct token_reader){ .data = data, .size = size, .line = 1,
	    .fresh = true };
	if (size >= 3 && memcmp(data, "\xef\xbb\xbf", 3) == 0)
		r->at = 3;
}

/* Length of a line break at `at`, or 0. */
static size_t
newline_at(const struct token_reader *r, size_t at)
{
	if (at >= r->size)
		return 0;
	if (r->data[at] == '\n')
		return 1;
	if (r->data[at] != '\r')
		return 0;
	return at + 1 < r->size && r->data[at + 1] == '\n' ? 2 : 1;
}

static uint8_t
peek(const struct token_reader *r, size_t ahead)
{
	return r->at + ahead < r->size ? r->data[r->at + ahead] : 0;
}

/* ---- strings --------------------------------------------------------------- */

/* Length of a string prefix followed by a quote at `at`, or -1. */
static int
prefix_at(const struct token_reader *r, unsigned int *flags)
{
	int n = 0;

	*flags = 0;
	for (; n < 3; n++) {
		uint8_t c = peek(r, (size_t)n) | 0x20;

		if (peek(r, (size_t)n) == '"' || peek(r, (size_t)n) == '\'')
			return n;
		if (c == 'r')
			*flags |= TOKEN_RAW;
		else if (c == 'b')
			*flags |= TOKEN_BYTES;
		else if (c == 'f' || c == 't')
			*flags |= TOKEN_FORMAT;
		else if (c != 'u')
			return -1;
	}
	return -1;
}

static void
read_string(struct token_reader *r, struct token *t, size_t prefix)
{
	size_t at = r->at + prefix, quotes = 1, n;
	uint8_t quote = r->data[at];

	if (at + 2 < r->size && r->data[at + 1] == quote &&
	    r->data[at + 2] == quote) {
		quotes = 3;
		t->string |= TOKEN_TRIPLE;
	}
	at += quotes;
	t->body = at;
	t->kind = TOKEN_STRING;
	for (; at < r->size; at++) {
		if (r->data[at] == '\\' && at + 1 < r->size) {
			at++;
			n = newline_at(r, at);
			if (n != 0) {
				r->line++;
				at += n - 1;
			}
			continue;
		}
		n = newline_at(r, at);
		if (n != 0) {
			if (quotes == 1)
				break;
			r->line++;
			at += n - 1;
			continue;
		}
		if (r->data[at] == quote && (quotes == 1 ||
		    (at + 2 < r->size && r->data[at + 1] == quote &&
		    r->data[at + 2] == quote))) {
			t->body_end = at;
			r->at = at + quotes;
			return;
		}
	}
	t->string |= TOKEN_UNCLOSED;
	t->body_end = at;
	r->at = at;
}

static bool
is_octal(uint8_t c)
{
	return c >= '0' && c <= '7';
}

static int
hex_value(uint8_t c)
{
	if (is_digit(c))
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

struct spill {
	uint8_t	*out;
	size_t	 room, len;
};

static void
spill_byte(struct spill *s, uint8_t c)
{
	if (s->len < s->room)
		s->out[s->len++] = c;
}

static void
spill_code(struct spill *s, uint32_t c)
{
	if (c < 0x80) {
		spill_byte(s, (uint8_t)c);
	} else if (c < 0x800) {
		spill_byte(s, (uint8_t)(0xc0 | c >> 6));
		spill_byte(s, (uint8_t)(0x80 | (c & 0x3f)));
	} else if (c < 0x10000) {
		spill_byte(s, (uint8_t)(0xe0 | c >> 12));
		spill_byte(s, (uint8_t)(0x80 | (c >> 6 & 0x3f)));
		spill_byte(s, (uint8_t)(0x80 | (c & 0x3f)));
	} else if (c < 0x110000) {
		spill_byte(s, (uint8_t)(0xf0 | c >> 18));
		spill_byte(s, (uint8_t)(0x80 | (c >> 12 & 0x3f)));
		spill_byte(s, (uint8_t)(0x80 | (c >> 6 & 0x3f)));
		spill_byte(s, (uint8_t)(0x80 | (c & 0x3f)));
	}
}

/* Up to `most` hexadecimal digits from `at`; their number in *digits. */
static uint32_t
read_hex(const uint8_t *data, size_t at, size_t end, size_t most,
    size_t *digits)
{
	uint32_t value = 0;

	*digits = 0;
	while (*digits < most && at + *digits < end &&
	    hex_value(data[at + *digits]) >= 0) {
		value = value << 4 |
		    (uint32_t)hex_value(data[at + *digits]);
		(*digits)++;
	}
	return value;
}

/* Undoes the escape whose backslash stands at `at`; gives its length. */
static size_t
escape(const struct token_reader *r, const struct token *t, size_t at,
    struct spill *s)
{
	static const char letters[] = "abfnrtv\\'\"";
	static const char values[] = "\a\b\f\n\r\t\v\\'\"";
	bool bytes = (t->string & TOKEN_BYTES) != 0;
	size_t digits, n = newline_at(r, at + 1);
	const char *letter;
	uint32_t value = 0;
	uint8_t c;

	if (at + 1 >= t->body_end) {
		spill_byte(s, '\\');
		return 1;
	}
	if (n != 0)
		return 1 + n;
	c = r->data[at + 1];
	letter = c != 0 ? strchr(letters, c) : NULL;
	if (letter != NULL) {
		spill_byte(s, (uint8_t)values[letter - letters]);
		return 2;
	}
	if (is_octal(c)) {
		for (n = 1; n < 4 && at + n < t->body_end &&
		    is_octal(r->data[at + n]); n++)
			value = value * 8 + (uint32_t)(r->data[at + n] - '0');
		if (bytes)
			spill_byte(s, (uint8_t)value);
		else
			spill_code(s, value);
		return n;
	}
	if (c == 'x' || (!bytes && (c == 'u' || c == 'U'))) {
		value = read_hex(r->data, at + 2, t->body_end,
		    c == 'x' ? 2 : c == 'u' ? 4 : 8, &digits);
		if (digits != 0) {
			if (bytes)
				spill_byte(s, (uint8_t)value);
			else
				spill_code(s, value);
			return 2 + digits;
		}
	}
	spill_byte(s, '\\');
	spill_byte(s, c);
	return 2;
}

size_t
token_string(const struct token_reader *r, const struct token *t, uint8_t *out,
    size_t room)
{
	struct spill s = { out, room, 0 };

	for (size_t i = t->body; i < t->body_end && s.len < room;) {
		if (r->data[i] == '\\' && !(t->string & TOKEN_RAW)) {
			i += escape(r, t, i, &s);
			continue;
		}
		spill_byte(&s, r->data[i++]);
	}
	return s.len;
}

/* ---- the rest ---------------------------------------------------------------- */

static void
read_number(struct token_reader *r, struct token *t)
{
	size_t at = r->at;

	while (at < r->size) {
		uint8_t c = r->data[at], before = at > r->at ?
		    r->data[at - 1] : 0;

		if (is_digit(c) || c == '_' || c == '.' ||
		    (c < 0x80 && is_name(c)) || ((c == '+' || c == '-') &&
		    (before | 0x20) == 'e' && peek(r, 1) != 'x' &&
		    peek(r, 1) != 'X'))
			at++;
		else
			break;
	}
	t->kind = TOKEN_NUMBER;
	r->at = at;
}

static size_t
operator_len(const struct token_reader *r)
{
	static const char *const three[] = { "**=", "//=", ">>=", "<<=",
	    "..." };
	static const char *const two[] = { "**", "//", ">>", "<<", "<=", ">=",
	    "==", "!=", "->", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=",
	    "@=", ":=" };
	const uint8_t *at = r->data + r->at;
	size_t left = r->size - r->at;

	for (size_t i = 0; left >= 3 && i < sizeof(three) / sizeof(*three); i++)
		if (memcmp(at, three[i], 3) == 0)
			return 3;
	for (size_t i = 0; left >= 2 && i < sizeof(two) / sizeof(*two); i++)
		if (memcmp(at, two[i], 2) == 0)
			return 2;
	return 1;
}

static void
read_operator(struct token_reader *r, struct token *t)
{
	uint8_t c = r->data[r->at];

	t->kind = c != 0 && strchr("+-*/%@&|^~<>()[]{},:.;=!", c) != NULL ?
	    TOKEN_OPERATOR : TOKEN_OTHER;
	if (t->kind == TOKEN_OTHER) {
		r->at++;
		return;
	}
	if (c == '(' || c == '[' || c == '{')
		r->open++;
	else if ((c == ')' || c == ']' || c == '}') && r->open > 0)
		r->open--;
	r->at += operator_len(r);
}

/* Skips blanks and joined lines; true when a logical line ended. */
static bool
skip_blanks(struct token_reader *r, struct token *t)
{
	size_t n;

	for (; r->at < r->size; r->at += n) {
		uint8_t c = r->data[r->at];

		n = 1;
		if (c == ' ' || c == '\f' || c == '\v') {
			t->gap++;
		} else if (c == '\t') {
			t->gap = (t->gap / TAB_WIDTH + 1) * TAB_WIDTH;
		} else if (c == '\\' && newline_at(r, r->at + 1) != 0) {
			n = 1 + newline_at(r, r->at + 1);
			r->line++;
		} else if ((n = newline_at(r, r->at)) != 0) {
			if (!r->fresh && r->open == 0)
				return true;
			r->line++;
			t->gap = 0;
		} else {
			return false;
		}
	}
	return false;
}

static void
read_line_end(struct token_reader *r, struct token *t)
{
	t->kind = TOKEN_LINE;
	t->start = r->at;
	t->line = r->line;
	r->at += newline_at(r, r->at);
	t->end = r->at;
	r->line++;
	r->fresh = true;
}

/*
 * A statement keyword at the margin while a bracket is open means that the
 * bracket will never be closed: an attacker, or a template.
 */
static void
mend_brackets(struct token_reader *r, const struct token *t)
{
	static const char *const starts[] = { "def", "class", "import" };

	if (r->open == 0 || t->gap != 0 ||
	    (t->start != 0 && r->data[t->start - 1] != '\n'))
		return;
	for (size_t i = 0; i < sizeof(starts) / sizeof(*starts); i++) {
		size_t n = strlen(starts[i]);

		if (t->end - t->start == n &&
		    memcmp(r->data + t->start, starts[i], n) == 0 &&
		    t->end < r->size && r->data[t->end] == ' ')
			r->open = 0;
	}
}

bool
token_next(struct token_reader *r, struct token *t)
{
	unsigned int flags;
	int prefix;
	uint8_t c;

	*t = (struct token){ .kind = TOKEN_END };
	if (skip_blanks(r, t)) {
		read_line_end(r, t);
		return true;
	}
	t->start = t->end = r->at;
	t->line = r->line;
	if (r->at >= r->size)
		return false;
	c = r->data[r->at];
	if (c == '#') {
		const uint8_t *end = memchr(r->data + r->at, '\n',
		    r->size - r->at);

		t->kind = TOKEN_COMMENT;
		r->at = end != NULL ? (size_t)(end - r->data) : r->size;
		t->end = r->at;
		return true;
	}
	t->first = r->fresh;
	r->fresh = false;
	prefix = prefix_at(r, &flags);
	if (prefix >= 0) {
		t->string = flags;
		read_string(r, t, (size_t)prefix);
	} else if (is_name_start(c)) {
		t->kind = TOKEN_NAME;
		while (r->at < r->size && is_name(r->data[r->at]))
			r->at++;
	} else if (is_digit(c) || (c == '.' && is_digit(peek(r, 1)))) {
		read_number(r, t);
	} else {
		read_operator(r, t);
	}
	t->end = r->at;
	if (t->kind == TOKEN_NAME)
		mend_brackets(r, t);
	return true;
}

bool
token_is(const struct token_reader *r, const struct token *t, const char *text)
{
	size_t len = strlen(text);

	return (t->kind == TOKEN_NAME || t->kind == TOKEN_OPERATOR) &&
	    t->end - t->start == len &&
	    memcmp(r->data + t->start, text, len) == 0;
}

/* ASCII letter that NFKC makes of a compatibility letter, or 0. */
static char
folded(uint32_t c)
{
	static const char letters[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

	if (c >= 0x1d400 && c < 0x1d6a4)
		return letters[(c - 0x1d400) % 52];
	if (c >= 0x1d7ce && c < 0x1d800)
		return (char)('0' + (c - 0x1d7ce) % 10);
	if (c >= 0xff21 && c <= 0xff3a)
		return (char)('A' + (c - 0xff21));
	if (c >= 0xff41 && c <= 0xff5a)
		return (char)('a' + (c - 0xff41));
	return c == 0xff3f ? '_' : 0;
}

size_t
token_name(const struct token_reader *r, const struct token *t, char *out,
    size_t room)
{
	size_t len = 0, n;

	for (size_t i = t->start; i < t->end && len + 1 < room; i += n) {
		uint32_t code;
		char plain = 0;

		n = 1;
		if (r->data[i] >= 0x80) {
			size_t whole = utf8_next(r->data + i, t->end - i,
			    &code);

			plain = whole > 1 ? folded(code) : 0;
			if (plain != 0)
				n = whole;
		}
		out[len++] = plain != 0 ? plain : (char)r->data[i];
	}
	out[len] = '\0';
	return len;
}

bool
token_is_keyword(const char *name, size_t len)
{
	static const char keywords[] = " and as assert async await break class "
	    "continue def del elif else except finally for from global if "
	    "import in is lambda nonlocal not or pass raise return try while "
	    "with yield ";
	const char *at = keywords;

	if (len < 2 || len > 8)
		return false;
	while ((at = strstr(at + 1, name)) != NULL)
		if (at[-1] == ' ' && at[len] == ' ')
			return true;
	return false;
}
