/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fold_json - what json.loads() makes of a text that is known.
 *
 * Takes: a text.  Gives: the value, or nothing when it is no JSON.  Also reads
 * what ast.literal_eval() takes of it: other quotes, tuples, Python's names.
 * Runs in: worker child, command.  Nothing in it recurses.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "python/fold_state.h"
#include "python/utf8.h"

#define JSON_DIGITS 18		/* in 64 bits */

struct open {
	size_t		 from;		/* of the values behind its bracket */
	char		 end;
};

struct json {
	struct fold	*fold;
	uint32_t	 node;
	const uint8_t	*at, *end;
	struct value	*values;	/* that wait for their bracket */
	size_t		 n, room;
	struct open	 open[JSON_DEPTH_MAX];
	size_t		 depth;
};

static void
skip_blanks(struct json *j)
{
	while (j->at < j->end && strchr(" \t\r\n", *j->at) != NULL &&
	    *j->at != '\0')
		j->at++;
}

static bool
push(struct json *j, struct value v)
{
	if (j->n == FOLD_ITEMS_MAX || !fold_pay(j->fold, j->node,
	    FOLD_STEP_BYTES))
		return false;
	if (j->n == j->room) {
		j->room = j->room == 0 ? 32 : 2 * j->room;
		j->values = mem_grow(j->values, j->room, sizeof(*j->values));
	}
	j->values[j->n++] = v;
	return true;
}

/* Behind "\u": four digits, or -1. */
static int
hex4(const uint8_t *at, const uint8_t *end)
{
	int c = 0;

	for (int i = 0; i < 4; i++) {
		const char *digit = at + i < end ? memchr("0123456789abcdef",
		    at[i] | 32, 16) : NULL;

		if (digit == NULL)
			return -1;
		c = c * 16 + (int)(digit - "0123456789abcdef");
	}
	return c;
}

/* An escape behind its backslash into `out`; its length, or 0. */
static size_t
escaped(struct json *j, uint8_t *out)
{
	static const char from[] = "\"\\/'bfnrt", to[] = "\"\\/'\b\f\n\r\t";
	const char *known = memchr(from, *j->at, sizeof(from) - 1);
	int c, low;

	if (known != NULL) {
		*out = (uint8_t)to[known - from];
		j->at++;
		return 1;
	}
	c = *j->at == 'u' ? hex4(j->at + 1, j->end) : -1;
	if (c < 0)
		return 0;
	j->at += 5;
	/* half of a pair */
	if (c >= 0xd800 && c < 0xdc00 && j->end - j->at >= 6 &&
	    j->at[0] == '\\' && j->at[1] == 'u') {
		low = hex4(j->at + 2, j->end);
		if (low >= 0xdc00 && low < 0xe000) {
			j->at += 6;
			c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
		}
	}
	return (size_t)(utf8_put(out, (uint32_t)c) - out);
}

/* A text, from behind its quote. */
static bool
text(struct json *j, uint8_t quote)
{
	const uint8_t *from = j->at, *close = from;
	uint8_t *out;
	size_t n = 0;

	while (close < j->end && *close != quote)
		close += *close == '\\' && close + 1 < j->end ? 2 : 1;
	if (close >= j->end)
		return false;
	out = fold_room(j->fold, j->node, (size_t)(close - from) + 1);
	if (out == NULL)
		return false;
	while (j->at < close) {
		size_t len = 1;

		if (*j->at != '\\') {
			out[n] = *j->at++;
		} else {
			j->at++;
			len = escaped(j, out + n);
		}
		if (len == 0)
			return false;
		n += len;
	}
	j->at = close + 1;
	return push(j, value_text(VALUE_STR, out, n));
}

/* Whole ones; others are values that nobody knows. */
static struct value
number(const uint8_t *at, size_t len)
{
	bool minus = *at == '-';
	int64_t i = 0;

	if (len - minus == 0 || len - minus > JSON_DIGITS)
		return value_unknown();
	for (size_t k = minus; k < len; k++) {
		if (at[k] < '0' || at[k] > '9')
			return value_unknown();
		i = i * 10 + (at[k] - '0');
	}
	return value_int(minus ? -i : i);
}

/* true, None, -12 */
static bool
word(struct json *j)
{
	static const struct { const char *name; enum value_kind kind; bool is; }
	    names[] = { { "true", VALUE_BOOL, true }, { "false", VALUE_BOOL,
	    false }, { "null", VALUE_NONE, false }, { "True", VALUE_BOOL,
	    true }, { "False", VALUE_BOOL, false }, { "None", VALUE_NONE,
	    false } };
	const uint8_t *from = j->at;
	size_t len;

	while (j->at < j->end && *j->at != '\0' &&
	    strchr(" \t\r\n,:]})", *j->at) == NULL)
		j->at++;
	len = (size_t)(j->at - from);
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (strlen(names[i].name) == len &&
		    memcmp(names[i].name, from, len) == 0)
			return push(j, names[i].kind == VALUE_BOOL ?
			    value_bool(names[i].is) : (struct value){
			    .kind = VALUE_NONE });
	if (len == 0 || strchr("-0123456789", *from) == NULL)
		return false;
	return push(j, number(from, len));
}

/* What waits behind the bracket becomes a list or a table. */
static bool
closes(struct json *j)
{
	const struct open *o = &j->open[j->depth - 1];
	size_t n = j->n - o->from;
	struct value *items = fold_items(j->fold, j->node, n);

	if (items == NULL || *j->at != (uint8_t)o->end ||
	    (o->end == '}' && n % 2 != 0))
		return false;
	memcpy(items, j->values + o->from, n * sizeof(*items));
	j->n = o->from;
	j->depth--;
	j->at++;
	return push(j, (struct value){ .kind = o->end == '}' ? VALUE_DICT :
	    VALUE_LIST, .len = (uint32_t)n, .items = items });
}

static bool
opens(struct json *j, char end)
{
	if (j->depth == JSON_DEPTH_MAX)
		return false;
	j->open[j->depth++] = (struct open){ .from = j->n, .end = end };
	j->at++;
	return true;
}

/* One sign, or a value. */
static bool
step(struct json *j)
{
	switch (*j->at) {
	case '{':
		return opens(j, '}');
	case '[':
		return opens(j, ']');
	case '(':
		return opens(j, ')');
	case '}':
	case ']':
	case ')':
		return j->depth != 0 && closes(j);
	case ',':
	case ':':
		j->at++;
		return j->depth != 0;
	case '"':
	case '\'':
		j->at++;
		return text(j, j->at[-1]);
	default:
		return word(j);
	}
}

struct value
function_json(struct fold *f, struct arguments *a)
{
	struct value v = given(a, 0), out = value_unknown();
	struct json j = { .fold = f, .node = a->node, .at = v.bytes };
	bool ok = value_is_text(&v) && !(v.flags & VALUE_OPEN) &&
	    fold_pay(f, a->node, v.len);

	j.end = ok ? v.bytes + v.len : NULL;
	while (ok) {
		skip_blanks(&j);
		if (j.at >= j.end)
			break;
		ok = step(&j);
	}
	if (ok && j.n == 1 && j.depth == 0)
		out = j.values[0];
	free(j.values);
	return out;
}
