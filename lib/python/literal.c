/* SPDX-License-Identifier: Apache-2.0 */
/*
 * literal - the values of strings and numbers as written.
 * Runs in: worker child, command.
 */
#include <stdlib.h>
#include <string.h>

#include "python/decode.h"
#include "python/fold_state.h"
#include "python/lex.h"
#include "python/utf8.h"

#define FLOAT_MOST 40
#define BIG_PACE 128		/* rounds of reading digits in a byte's time */

struct escapes {
	const uint8_t	*at, *end;
	uint8_t		*out;
	bool		 bytes;
};

static void
put_code(struct escapes *e, uint32_t code)
{
	if (e->bytes)
		*e->out++ = (uint8_t)code;
	else
		e->out = utf8_put(e->out, code);
}

static bool
escape_code(struct escapes *e, unsigned int most, int base)
{
	const uint8_t *at = e->at;
	uint32_t code = 0;
	unsigned int n = 0;

	for (; n < most && at < e->end; n++, at++) {
		int digit = hex_digit(*at);

		if (digit < 0 || digit >= base)
			break;
		code = code * (uint32_t)base + (uint32_t)digit;
	}
	if (n == 0 || (base == 16 && n != most))
		return false;
	e->at = at;
	put_code(e, code);
	return true;
}

/* \N{NAME}: without Unicode's list of names, one unknown character. */
static bool
escape_name(struct escapes *e)
{
	const uint8_t *close = e->at < e->end && *e->at == '{' ?
	    memchr(e->at, '}', (size_t)(e->end - e->at)) : NULL;

	if (close == NULL)
		return false;
	put_code(e, 0xfffd);
	e->at = close + 1;
	return true;
}

/* What follows a backslash. */
static void
escape(struct escapes *e)
{
	static const char letters[] = "abfnrtv\\'\"";
	static const char values[] = "\a\b\f\n\r\t\v\\'\"";
	uint8_t c = *e->at;
	const char *letter = c != 0 ? strchr(letters, c) : NULL;

	if (c >= '0' && c <= '7') {
		(void)escape_code(e, 3, 8);
		return;
	}
	e->at++;
	if (letter != NULL) {
		*e->out++ = (uint8_t)values[letter - letters];
		return;
	}
	if (c == '\n')
		return;
	if (c == '\r') {
		e->at += e->at < e->end && *e->at == '\n';
		return;
	}
	if ((c == 'x' && escape_code(e, 2, 16)) || (!e->bytes &&
	    ((c == 'u' && escape_code(e, 4, 16)) ||
	    (c == 'U' && escape_code(e, 8, 16)) ||
	    (c == 'N' && escape_name(e)))))
		return;
	*e->out++ = '\\';
	*e->out++ = c;
}

static bool
needs_work(const uint8_t *at, const uint8_t *end, bool raw)
{
	size_t len = (size_t)(end - at);

	return (!raw && memchr(at, '\\', len) != NULL) ||
	    memchr(at, '\r', len) != NULL;
}

static bool
is_brace(const struct escapes *e, bool format)
{
	return format && (*e->at == '{' || *e->at == '}') &&
	    e->at + 1 < e->end && e->at[1] == *e->at;
}

/* The text between two offsets, escapes undone. */
static struct value
text_between(struct fold *f, uint32_t node, uint32_t from, uint32_t to,
    unsigned int flags, bool format)
{
	const uint8_t *text = f->tree->source.text;
	struct escapes e = { text + from, text + to, NULL,
	    (flags & LEX_BYTES) != 0 };
	bool raw = (flags & LEX_RAW) != 0;
	enum value_kind kind = e.bytes ? VALUE_BYTES : VALUE_STR;
	struct value v = value_text(kind, text + from, to - from);
	uint8_t *room;

	v.flags = 0;
	fold_charge(f, &v);
	if (!needs_work(e.at, e.end, raw) && !format)
		return v;
	room = fold_room(f, node, 2 * (size_t)(to - from) + UTF8_MOST);
	if (room == NULL)
		return value_unknown();
	for (e.out = room; e.at < e.end;) {
		if (*e.at == '\\' && !raw && e.at + 1 < e.end) {
			e.at++;
			escape(&e);
		} else if (*e.at == '\r') {
			*e.out++ = '\n';
			e.at += e.at + 1 < e.end && e.at[1] == '\n' ? 2 : 1;
		} else {
			e.at += is_brace(&e, format);
			*e.out++ = *e.at++;
		}
	}
	v = value_text(kind, room, (size_t)(e.out - room));
	v.flags = 0;
	return v;
}

struct value
literal_string(struct fold *f, uint32_t node)
{
	const struct node *n = fold_at(f, node);
	const uint8_t *text = f->tree->source.text;
	uint32_t at = n->at, end = n->end, quotes;

	if (n->kind == NODE_PIECE)
		return text_between(f, node, at, end,
		    n->flags & ~(unsigned int)LEX_BYTES, true);
	while (at < end && text[at] != '"' && text[at] != '\'')
		at++;
	quotes = n->flags & LEX_TRIPLE ? 3 : 1;
	at += quotes;
	if (!(n->flags & LEX_UNCLOSED))
		end -= quotes;
	if (at > end)
		return value_unknown();
	return text_between(f, node, at, end, n->flags, false);
}

struct value
literal_strings(struct fold *f, uint32_t node, struct env *env)
{
	struct value part;
	size_t len = 0, at = 0;
	unsigned int flags = 0;
	uint8_t *room, kind = VALUE_STR;

	for (uint32_t k = fold_at(f, node)->kid; k != 0;
	    k = fold_at(f, k)->next) {
		part = fold_in(f, k, env);
		if (!value_is_text(&part))
			return value_unknown();
		kind = part.kind;
		fold_charge(f, &part);
		flags |= part.flags;
		len += part.len;
	}
	room = fold_room(f, node, len);
	if (room == NULL)
		return value_unknown();
	for (uint32_t k = fold_at(f, node)->kid; k != 0;
	    k = fold_at(f, k)->next) {
		part = fold_in(f, k, env);
		if (!value_is_text(&part) || part.len > len - at)
			return value_unknown();
		memcpy(room + at, part.bytes, part.len);
		at += part.len;
	}
	part = value_text(kind, room, at);
	part.flags = (uint8_t)(flags & VALUE_OPEN);
	return part;
}

/* ---- numbers ------------------------------------------------------------ */

/* As many digits as fit into 32 bits make one round. */
static unsigned int
digits_at_once(unsigned int base)
{
	unsigned int n = 0;

	for (uint64_t most = base; most <= UINT32_MAX; most *= base)
		n++;
	return n;
}

/* number = number * times + more; the lowest limb first. */
static size_t
multiply_add(uint32_t *limbs, size_t n, uint32_t times, uint32_t more)
{
	uint64_t carry = more;

	for (size_t i = 0; i < n; i++) {
		carry += (uint64_t)limbs[i] * times;
		limbs[i] = (uint32_t)carry;
		carry >>= 32;
	}
	if (carry != 0)
		limbs[n++] = (uint32_t)carry;
	return n;
}

static struct value
big_of_limbs(struct fold *f, uint32_t node, const uint32_t *limbs, size_t n)
{
	uint8_t *bytes = fold_room(f, node, 4 * n);

	for (size_t i = 0; bytes != NULL && i < 4 * n; i++)
		bytes[4 * n - 1 - i] = (uint8_t)(limbs[i / 4] >> 8 * (i % 4));
	return bytes == NULL ? value_unknown() : value_big(bytes, 4 * n);
}

static struct value
big_number(struct fold *f, uint32_t node, const char *digits, size_t n,
    unsigned int base)
{
	uint32_t *limbs = (uint32_t *)(void *)fold_room(f, node, 4 *
	    (n / 8 + 1));	/* four bits a digit at most */
	unsigned int most = digits_at_once(base);
	size_t len = 0;

	if (limbs == NULL || !fold_pay(f, node, n * n / BIG_PACE))
		return value_unknown();
	for (size_t i = 0; i < n;) {
		uint32_t part = 0, times = 1;

		for (unsigned int k = 0; k < most && i < n; k++, i++) {
			int d = hex_digit((uint8_t)digits[i]);

			if (d < 0 || d >= (int)base)
				return value_unknown();
			part = part * base + (uint32_t)d;
			times *= base;
		}
		len = multiply_add(limbs, len, times, part);
	}
	return big_of_limbs(f, node, limbs, len);
}

static struct value
whole_number(struct fold *f, uint32_t node, const char *digits, size_t n,
    unsigned int base)
{
	int64_t v = 0;

	for (size_t i = 0; i < n; i++) {
		int d = hex_digit((uint8_t)digits[i]);

		if (d < 0 || d >= (int)base)
			return value_unknown();
		if (v > (INT64_MAX - d) / (int64_t)base)
			return big_number(f, node, digits, n, base);
		v = v * (int64_t)base + d;
	}
	return n != 0 ? value_int(v) : value_unknown();
}

/* Digits without their underscores; int(text, base) reads them too. */
struct value
literal_digits(struct fold *f, uint32_t node, const uint8_t *text, size_t len,
    unsigned int base)
{
	char *digits;
	size_t n = 0;

	if (len > 1 && text[0] == '0') {
		uint8_t x = text[1] | 0x20;
		unsigned int radix = x == 'x' ? 16 : x == 'o' ? 8 :
		    x == 'b' ? 2 : 0;

		if (radix != 0 && (base == 0 || base == radix)) {
			base = radix;
			text += 2;
			len -= 2;
		} else if (base == 0) {
			base = 8;	/* 0777 of Python 2; 00 is 0 */
		}
	}
	if (len > FOLD_DIGITS_MAX)
		return fold_skip(f, SKIP_BYTES, node);
	digits = arena_take(&f->arena, len + 1);
	if (digits == NULL)
		return fold_skip(f, SKIP_BYTES, node);
	for (size_t i = 0; i < len; i++)
		if (text[i] != '_')
			digits[n++] = (char)text[i];
	return whole_number(f, node, digits, n, base != 0 ? base : 10);
}

struct value
literal_number(struct fold *f, uint32_t node)
{
	const struct node *n = fold_at(f, node);
	const uint8_t *text = f->tree->source.text + n->at;
	size_t len = n->end - n->at;
	char copy[FLOAT_MOST + 1];
	bool hex = len > 1 && text[0] == '0' && (text[1] | 0x20) == 'x';

	if (len > 0 && (text[len - 1] | 0x20) == 'l')
		len--;
	if (len == 1)
		return value_int(text[0] - '0');
	for (size_t i = 0; i < len && !hex; i++) {
		if (text[i] != '.' && (text[i] | 0x20) != 'e' &&
		    (text[i] | 0x20) != 'j')
			continue;
		if (len > FLOAT_MOST || (text[len - 1] | 0x20) == 'j')
			return value_unknown();
		memcpy(copy, text, len);
		copy[len] = '\0';
		return (struct value){ .kind = VALUE_FLOAT,
		    .f = strtod(copy, NULL) };
	}
	return literal_digits(f, node, text, len, 0);
}
