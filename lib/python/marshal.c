/* SPDX-License-Identifier: Apache-2.0 */
/*
 * marshal - the names and texts of code objects (.pyc files, marshal.loads).
 *
 * Objects are walked over with a stack of how many are still to come; nothing
 * is built.  A code object says nothing about the Python that wrote it: its
 * number of counts is the one behind which the bytes of its code begin.
 * Runs in: worker child, command.
 */
#include <string.h>

#include "base/buf.h"
#include "python/decode.h"

#define DEPTH_MOST 256		/* CPython's own is 2000; honest code: 20 */
#define REF 0x80

struct level {
	uint32_t	 left;		/* objects to come; of a dict, pairs end
					   with a NULL */
	bool		 code, dict;
	uint32_t	 done;
};

struct reader {
	const uint8_t	*at, *end;
	struct level	 levels[DEPTH_MOST];
	size_t		 depth;
	struct buf	*out;
};

static bool
take(struct reader *r, size_t n, const uint8_t **out)
{
	if (n > (size_t)(r->end - r->at))
		return false;
	*out = r->at;
	r->at += n;
	return true;
}

static bool
take_long(struct reader *r, uint32_t *out)
{
	const uint8_t *b;

	if (!take(r, 4, &b))
		return false;
	*out = (uint32_t)b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 |
	    (uint32_t)b[3] << 24;
	return true;
}

static bool
push(struct reader *r, struct level l)
{
	if (r->depth == DEPTH_MOST)
		return false;
	r->levels[r->depth++] = l;
	return true;
}

static bool
text(struct reader *r, uint32_t len, bool wanted)
{
	const uint8_t *b;

	if (!take(r, len, &b))
		return false;
	if (wanted && len != 0) {
		buf_add(r->out, b, len);
		buf_addc(r->out, '\n');
	}
	return true;
}

/* The bytes of the code come after 4, 5 or 6 numbers. */
static bool
open_code(struct reader *r)
{
	static const uint8_t counts[] = { 5, 6, 4 };

	for (size_t i = 0; i < sizeof(counts); i++) {
		size_t n = 4u * counts[i];
		struct reader ahead = { .at = r->at + n, .end = r->end };
		uint32_t len;

		if ((size_t)(r->end - r->at) < n + 5 ||
		    (r->at[n] & ~REF) != 's')
			continue;
		ahead.at++;
		if (!take_long(&ahead, &len) ||
		    len > (size_t)(ahead.end - ahead.at))
			continue;
		r->at += n;
		return push(r, (struct level){ .left = 9, .code = true });
	}
	return false;
}

static bool
sequence(struct reader *r, uint32_t n)
{
	return n <= (size_t)(r->end - r->at) &&
	    push(r, (struct level){ .left = n });
}

static bool
counted(struct reader *r, uint8_t type, bool wanted)
{
	uint32_t n;
	const uint8_t *b;

	if (type == 'z' || type == 'Z' || type == ')' || type == 'f') {
		if (!take(r, 1, &b))
			return false;
		n = *b;
		if (type == ')')
			return sequence(r, n);
		return text(r, n, type != 'f');
	}
	if (!take_long(r, &n))
		return false;
	switch (type) {
	case 's': case 't': case 'u': case 'a': case 'A':
		return text(r, n, wanted);
	case '(': case '[': case '<': case '>':
		return sequence(r, n);
	case 'l':
		n = (int32_t)n < 0 ? 0 - n : n;
		return n < 0x40000000 && take(r, 2 * (size_t)n, &b);
	default:		/* r, R, i: a number alone */
		return true;
	}
}

static bool
object(struct reader *r, bool wanted)
{
	const uint8_t *b;
	uint8_t type;

	if (!take(r, 1, &b))
		return false;
	type = *b & 0x7f;
	switch (type) {
	case '0':
		if (r->depth != 0 && r->levels[r->depth - 1].dict)
			r->levels[r->depth - 1].left = 0;
		return true;
	case 'N': case 'F': case 'T': case 'S': case '.':
		return true;
	case 'I': case 'g':
		return take(r, 8, &b);
	case 'y':
		return take(r, 16, &b);
	case 'x':
		return counted(r, 'f', false) && counted(r, 'f', false);
	case '{':
		return push(r, (struct level){ .left = UINT32_MAX,
		    .dict = true });
	case 'c': case 'C':
		return open_code(r);
	case 's': case 't': case 'u': case 'a': case 'A': case 'z': case 'Z':
	case '(': case ')': case '[': case '<': case '>': case 'l': case 'f':
	case 'r': case 'R': case 'i':
		return counted(r, type, wanted);
	default:
		return false;
	}
}

/*
 * code consts names varnames freevars cellvars filename name #line lnotab, or
 * from 3.11 code consts names locals kinds filename name qualname #line lines
 * exceptions: the fifth is bytes.
 */
static bool
code_object(struct reader *r, struct level *l)
{
	uint32_t n = l->done++, line;

	if (n == 4 && r->at < r->end && (*r->at & ~REF) == 's')
		l->left++;
	if (n == 8 && !take_long(r, &line))
		return false;
	/* Code, kinds, line tables are no texts. */
	return object(r, n != 0 && n != 4 && n < 8);
}

bool
marshal_text(const uint8_t *in, size_t len, struct buf *out)
{
	struct reader r = { .at = in, .end = in + len, .out = out };

	if (!object(&r, true))
		return false;
	while (r.depth != 0 && !out->full) {
		struct level *l = &r.levels[r.depth - 1];

		if (l->left == 0) {
			r.depth--;
			continue;
		}
		l->left--;
		if (!(l->code ? code_object(&r, l) : object(&r, true)))
			return false;
	}
	return out->len != 0;
}
