/* SPDX-License-Identifier: Apache-2.0 */
/*
 * marshal - what CPython wrote, walked over with a stack of what is still to
 * come.
 *
 * A code object is a row of numbers and of objects, which differs between
 * versions, and says nothing about its version: its number of counts is the
 * one behind which the bytes of its code begin.
 *
 * Takes: bytes.  Gives: names, texts.  Runs in: worker child, command.
 */
#include "python/marshal.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/bytes.h"
#include "base/limits.h"
#include "base/mem.h"
#include "python/decode.h"

#define FLAG_REF 0x80

/* What the objects of a code object are, one letter each: c constants, n names
 * (its file's and its own too: later names may refer to them), - others, # a
 * number. */
static const char row_27[] = "####-cnnnnnn#-";
static const char row_30[] = "#####-cnnnnnn#-";
static const char row_38[] = "######-cnnnnnn#-";
static const char row_311[] = "#####-cnn-nnn#--";
#define ROW_30_SAME 9		/* letters that 3.0 and 3.11 share */

struct frame {
	const char	*row;		/* of a code object, or NULL */
	uint32_t	 left;		/* objects of a container, else */
	enum marshal_kind kind;		/* of those */
};

/* An object that others refer to: its type; where it is a text, its bytes. */
struct seen { uint8_t type; const uint8_t *at; size_t len; };

struct reader {
	const uint8_t	*data;
	size_t		 size, at;
	bool		 python2;	/* by its code */
	struct frame	 frames[MARSHAL_DEPTH_MAX];
	size_t		 depth;
	struct seen	*refs;
	size_t		 nrefs, refs_room;
	const struct marshal_sink *sink;
};

static bool
take(struct reader *r, uint64_t n)
{
	if (n > r->size - r->at)
		return false;
	r->at += (size_t)n;
	return true;
}

static bool
number_take(struct reader *r, size_t width, uint32_t *out)
{
	if (!take(r, width))
		return false;
	*out = width == 1 ? r->data[r->at - 1] : le32(r->data + r->at - 4);
	return true;
}

static bool
say(struct reader *r, enum marshal_kind kind, const uint8_t *at, size_t len)
{
	return at == NULL || r->sink->text(r->sink->ctx, kind, at, len);
}

/* Objects are numbered as they begin. */
static bool
ref_add(struct reader *r, uint8_t type)
{
	if (r->nrefs == r->refs_room) {
		if (r->refs_room >= MARSHAL_REFS_MAX)
			return false;
		r->refs_room = r->refs_room != 0 ? 2 * r->refs_room : 256;
		r->refs = mem_grow(r->refs, r->refs_room, sizeof(*r->refs));
	}
	r->refs[r->nrefs++] = (struct seen){ .type = type };
	return true;
}

static bool
ref_take(struct reader *r, enum marshal_kind kind)
{
	uint32_t i;

	if (!number_take(r, 4, &i))
		return false;
	return i >= r->nrefs || say(r, kind, r->refs[i].at, r->refs[i].len);
}

static bool
push(struct reader *r, const char *row, uint64_t left, enum marshal_kind kind)
{
	if (r->depth == MARSHAL_DEPTH_MAX || left > r->size - r->at)
		return false;	/* an object takes a byte at least */
	r->frames[r->depth++] = (struct frame){ row, (uint32_t)left, kind };
	return true;
}

static bool
text_take(struct reader *r, size_t width, enum marshal_kind kind, bool ref)
{
	uint32_t len;
	const uint8_t *at;

	if (!number_take(r, width, &len) || !take(r, len))
		return false;
	at = r->data + r->at - len;
	if (ref) {
		r->refs[r->nrefs - 1].at = at;
		r->refs[r->nrefs - 1].len = len;
	}
	return say(r, kind, at, len);
}

/* A number as text is nobody's text. */
static bool
float_take(struct reader *r)
{
	uint32_t len;

	return number_take(r, 1, &len) && take(r, len);
}

static bool
group_take(struct reader *r, size_t width, enum marshal_kind kind)
{
	uint32_t n;

	return number_take(r, width, &n) && push(r, NULL, n, kind);
}

/* A long: 15 bits of it in each two bytes, the sign in the count. */
static bool
long_take(struct reader *r)
{
	uint32_t n;

	if (!number_take(r, 4, &n))
		return false;
	return take(r, 2 * (uint64_t)((n & UINT32_C(0x80000000)) != 0 ?
	    0 - n : n));
}

/* ---- code ---------------------------------------------------------------- */

/* Do bytes follow that fit, `counts` numbers further on? */
static bool
code_begins(const struct reader *r, size_t counts)
{
	size_t left = r->size - r->at, n = 4 * counts;
	const uint8_t *at = r->data + r->at + n;

	return left >= n + 5 && (at[0] & ~FLAG_REF) == 's' &&
	    le32(at + 1) <= left - n - 5;
}

static bool
code_take(struct reader *r)
{
	const char *row = code_begins(r, 5) ? row_30 : code_begins(r, 6) ?
	    row_38 : code_begins(r, 4) ? row_27 : NULL;

	r->python2 = row == row_27;
	return row != NULL && push(r, row, 0, MARSHAL_OTHER);
}

/* From 3.11 on the kinds of the locals follow, which are bytes or refer to
 * bytes; before it names, in a tuple. */
static bool
kinds_follow(const struct reader *r)
{
	uint32_t i;

	if (r->size - r->at < 5)
		return false;
	if ((r->data[r->at] & ~FLAG_REF) != 'r')
		return (r->data[r->at] & ~FLAG_REF) == 's';
	i = le32(r->data + r->at + 1);
	return i < r->nrefs && r->refs[i].type == 's';
}

/* ---- objects ------------------------------------------------------------- */

/* One object; false when it is none, or does not fit. */
static bool
object_take(struct reader *r, enum marshal_kind kind)
{
	uint8_t type;
	bool ref;

	if (r->at == r->size)
		return false;
	type = r->data[r->at++];
	/* Python 2 numbers its interned texts only, and has no flag. */
	ref = (type & FLAG_REF) != 0 || (type == 't' && r->python2);
	type &= (uint8_t)~FLAG_REF;
	ref = ref && ref_add(r, type);
	switch (type) {
	case 'N': case 'F': case 'T': case 'S': case '.': case '0':
		return true;
	case 'i':
		return take(r, 4);
	case 'r': case 'R':
		return ref_take(r, kind);
	case 'I': case 'g':
		return take(r, 8);
	case 'y':
		return take(r, 16);
	case 'f':
		return float_take(r);
	case 'x':
		return float_take(r) && float_take(r);
	case 'l':
		return long_take(r);
	case 's': case 't': case 'u': case 'a': case 'A':
		return text_take(r, 4, kind, ref);
	case 'z': case 'Z':
		return text_take(r, 1, kind, ref);
	case ')':
		return group_take(r, 1, kind);
	case '(': case '[': case '<': case '>':
		return group_take(r, 4, kind);
	case ':':			/* a slice, from 3.14 on */
		return push(r, NULL, 3, kind);
	case '{':			/* until the null object */
		return push(r, NULL, r->size - r->at, kind);
	case 'c':
		return code_take(r);
	}
	return false;
}

static bool
code_step(struct reader *r, struct frame *f)
{
	char what;

	if (f->row == row_30 + ROW_30_SAME && kinds_follow(r))
		f->row = row_311 + ROW_30_SAME;
	what = *f->row;
	if (what == '\0') {
		r->depth--;
		return true;
	}
	f->row++;
	return what == '#' ? take(r, 4) : object_take(r, what == 'c' ?
	    MARSHAL_CONSTANT : what == 'n' ? MARSHAL_NAME : MARSHAL_OTHER);
}

/* The next piece of the innermost object; false when that is impossible. */
static bool
step(struct reader *r)
{
	struct frame *f = &r->frames[r->depth - 1];

	if (f->row != NULL)
		return code_step(r, f);
	/* A dictionary ends with a null. */
	if (f->left == 0 || (r->at < r->size && r->data[r->at] == '0')) {
		r->at += f->left != 0;
		r->depth--;
		return true;
	}
	f->left--;
	return object_take(r, f->kind);
}

bool
marshal_read(const uint8_t *data, size_t size, const struct marshal_sink *sink)
{
	struct reader r = { .data = data, .size = size, .sink = sink };
	bool fits = object_take(&r, MARSHAL_CONSTANT);

	while (fits && r.depth > 0)
		fits = step(&r);
	free(r.refs);
	return fits;
}

static bool
line_add(void *ctx, enum marshal_kind kind, const uint8_t *at, size_t len)
{
	struct buf *out = ctx;

	if (kind == MARSHAL_OTHER || len == 0)
		return true;
	buf_add(out, at, len);
	buf_addc(out, '\n');
	return !out->full;
}

bool
marshal_text(const uint8_t *in, size_t len, struct buf *out)
{
	const struct marshal_sink sink = { line_add, out };

	return (marshal_read(in, len, &sink) || out->full) && out->len != 0;
}
