/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fold_big - whole numbers beyond 64 bits: what a decoder with an alphabet of
 * its own gathers before it takes bytes out of it.
 *
 * Takes: an operator and two numbers, of which none is negative.  Gives: a
 * number, or nothing: for division by more than 32 bits, for one.
 * Runs in: worker child, command.  Each operation is linear and is paid for.
 */
#include <string.h>

#include "python/fold_state.h"
#include "python/lex.h"

#define INT_BYTES 8

struct big {
	const uint8_t	*bytes;		/* big-endian */
	uint32_t	 len;
	uint8_t		 own[INT_BYTES]; /* of a small one */
};

static bool
big_of(const struct value *v, struct big *out)
{
	int64_t i;

	if (v->kind == VALUE_BIG) {
		out->bytes = v->bytes;
		out->len = v->len;
		return true;
	}
	if (!value_as_int(v, &i) || i < 0)
		return false;
	for (int k = 0; k < INT_BYTES; k++)
		out->own[k] = (uint8_t)((uint64_t)i >> 8 * (INT_BYTES - 1 - k));
	out->bytes = out->own;
	out->len = INT_BYTES;
	return true;
}

/* The byte that many from the end. */
static uint32_t
byte_at(const struct big *b, uint32_t from_end)
{
	return from_end < b->len ? b->bytes[b->len - 1 - from_end] : 0;
}

static struct value
bitwise(struct fold *f, uint32_t node, uint8_t op, const struct big *a,
    const struct big *b)
{
	uint32_t n = a->len > b->len ? a->len : b->len;
	uint8_t *out = fold_room(f, node, n);

	for (uint32_t i = 0; out != NULL && i < n; i++) {
		uint32_t x = byte_at(a, i), y = byte_at(b, i);

		out[n - 1 - i] = (uint8_t)(op == '^' ? x ^ y : op == '&' ?
		    x & y : x | y);
	}
	return out == NULL ? value_unknown() : value_big(out, n);
}

static struct value
add(struct fold *f, uint32_t node, const struct big *a, const struct big *b)
{
	uint32_t n = (a->len > b->len ? a->len : b->len) + 1, carry = 0;
	uint8_t *out = fold_room(f, node, n);

	for (uint32_t i = 0; out != NULL && i < n; i++) {
		carry += byte_at(a, i) + byte_at(b, i);
		out[n - 1 - i] = (uint8_t)carry;
		carry >>= 8;
	}
	return out == NULL ? value_unknown() : value_big(out, n);
}

static struct value
multiply(struct fold *f, uint32_t node, const struct big *a, uint32_t by)
{
	uint32_t n = a->len + (uint32_t)sizeof(by);
	uint8_t *out = fold_room(f, node, n);
	uint64_t carry = 0;

	for (uint32_t i = 0; out != NULL && i < n; i++) {
		carry += (uint64_t)byte_at(a, i) * by;
		out[n - 1 - i] = (uint8_t)carry;
		carry >>= 8;
	}
	return out == NULL ? value_unknown() : value_big(out, n);
}

static struct value
divide(struct fold *f, uint32_t node, const struct big *a, uint32_t by,
    bool rest)
{
	uint8_t *out = fold_room(f, node, a->len);
	uint64_t left = 0;

	for (uint32_t i = 0; out != NULL && i < a->len; i++) {
		left = left << 8 | a->bytes[i];
		out[i] = (uint8_t)(left / by);
		left %= by;
	}
	if (out == NULL)
		return value_unknown();
	return rest ? value_int((int64_t)left) : value_big(out, a->len);
}

static struct value
shift_left(struct fold *f, uint32_t node, const struct big *a, uint32_t bits)
{
	uint32_t n = a->len + bits / 8 + 1;
	uint8_t *out = fold_room(f, node, n);

	for (uint32_t i = 0; out != NULL && i < n; i++) {
		uint32_t at = i - bits / 8;
		uint32_t both = i < bits / 8 ? 0 : byte_at(a, at) << 8 |
		    (at > 0 ? byte_at(a, at - 1) : 0);

		out[n - 1 - i] = (uint8_t)(both << bits % 8 >> 8);
	}
	return out == NULL ? value_unknown() : value_big(out, n);
}

static struct value
shift_right(struct fold *f, uint32_t node, const struct big *a, uint64_t bits)
{
	uint32_t n = bits / 8 < a->len ? a->len - (uint32_t)(bits / 8) : 0;
	uint8_t *out = fold_room(f, node, n);

	for (uint32_t i = 0; out != NULL && i < n; i++) {
		uint32_t at = i + (uint32_t)(bits / 8);

		out[n - 1 - i] = (uint8_t)((byte_at(a, at + 1) << 8 |
		    byte_at(a, at)) >> bits % 8);
	}
	return out == NULL ? value_unknown() : value_big(out, n);
}

/* One by a number of up to 32 bits. */
static struct value
scale(struct fold *f, uint32_t node, uint8_t op, const struct big *a,
    int64_t by)
{
	switch (op) {
	case '*':
		return by > UINT32_MAX ? value_unknown() : multiply(f, node, a,
		    (uint32_t)by);
	case OP_FLOOR:
	case '%':
		return by == 0 || by > UINT32_MAX ? value_unknown() : divide(f,
		    node, a, (uint32_t)by, op == '%');
	case OP_LEFT:
		return by > 8 * (int64_t)FOLD_DIGITS_MAX ? value_unknown() :
		    shift_left(f, node, a, (uint32_t)by);
	case OP_RIGHT:
		return shift_right(f, node, a, (uint64_t)by);
	default:
		return value_unknown();
	}
}

struct value
fold_big(struct fold *f, uint32_t node, uint8_t op, const struct value *a,
    const struct value *b)
{
	struct big x, y;
	int64_t by;

	if (!big_of(a, &x) || !big_of(b, &y) || x.len > FOLD_DIGITS_MAX ||
	    y.len > FOLD_DIGITS_MAX)
		return value_unknown();
	if (op == '^' || op == '&' || op == '|')
		return bitwise(f, node, op, &x, &y);
	if (op == '+')
		return add(f, node, &x, &y);
	if (op == '*' && value_as_int(a, &by) && by <= UINT32_MAX)
		return scale(f, node, op, &y, by);
	return value_as_int(b, &by) ? scale(f, node, op, &x, by) :
	    value_unknown();
}
