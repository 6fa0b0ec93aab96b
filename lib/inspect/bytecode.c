/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bytecode - the names and texts of a .pyc file.
 *
 * A code object is a row of numbers and of objects, which differs between
 * versions; its objects are read in turn, and those that hold names are told
 * from the rest.
 *
 * Takes: bytes.  Gives: names, texts.  Runs in: worker child, command.
 */
#include "inspect/bytecode.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/mem.h"

#define FLAG_REF 0x80
/* Magic numbers (importlib/_bootstrap_external.py); Python 2's are larger. */
enum { MAGIC_2_LEAST = 20000, MAGIC_33 = 3190, MAGIC_37 = 3390,
	MAGIC_38 = 3400, MAGIC_311 = 3450 };

/* What the objects of a code object are, one letter each: c constants, n names
 * (its file's and its own too: later names may refer to them), - others, # a
 * number. */
static const char row_27[] = "####-cnnnnnn#-";
static const char row_30[] = "#####-cnnnnnn#-";
static const char row_38[] = "######-cnnnnnn#-";
static const char row_311[] = "#####-cnn-nnn#--";

struct frame {
	const char	*row;		/* of a code object, or NULL */
	uint32_t	 left;		/* objects of a container, else */
	char		 kind;		/* of those: c, n or - */
};

struct text { const uint8_t *at; size_t len; };

struct reader {
	const uint8_t	*data;
	size_t		 size, at;
	const char	*row;		/* of this version's code objects */
	struct frame	 frames[BYTECODE_DEPTH_MAX];
	size_t		 depth;
	struct text	*refs;		/* that later objects refer to */
	size_t		 nrefs, refs_room;
	struct bytecode	*out;
};

static uint32_t
word(const uint8_t *p)
{
	return p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 |
	    (uint32_t)p[3] << 24;
}

bool
bytecode_is(const uint8_t *data, size_t size)
{
	unsigned int magic;

	if (size < 9 || data[2] != '\r' || data[3] != '\n')
		return false;
	magic = data[0] | (unsigned int)data[1] << 8;
	return (magic >= 3000 && magic < 4000) || (magic >= 50000) ||
	    (magic >= 62000 && magic < 63000);
}

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
	*out = width == 1 ? r->data[r->at - 1] : word(r->data + r->at - 4);
	return true;
}

static void
note(struct reader *r, char kind, struct text t)
{
	struct buf *to = kind == 'n' ? &r->out->names : &r->out->texts;

	if (kind == '-' || t.at == NULL)
		return;
	buf_add(to, t.at, t.len);
	buf_addc(to, '\n');
}

/* Objects are numbered as they begin; an empty place stands for all but
 * texts. */
static bool
ref_add(struct reader *r)
{
	if (r->nrefs == r->refs_room) {
		if (r->refs_room >= BYTECODE_REFS_MAX)
			return false;
		r->refs_room = r->refs_room != 0 ? 2 * r->refs_room : 256;
		r->refs = mem_grow(r->refs, r->refs_room, sizeof(*r->refs));
	}
	r->refs[r->nrefs++] = (struct text){ NULL, 0 };
	return true;
}

static bool
ref_take(struct reader *r, char kind)
{
	uint32_t i;

	if (!number_take(r, 4, &i))
		return false;
	if (i < r->nrefs)
		note(r, kind, r->refs[i]);
	return true;
}

static bool
push(struct reader *r, const char *row, uint64_t left, char kind)
{
	if (r->depth == BYTECODE_DEPTH_MAX || left > r->size - r->at)
		return false;	/* an object takes a byte at least */
	r->frames[r->depth++] = (struct frame){ row, (uint32_t)left, kind };
	return true;
}

static bool
text_take(struct reader *r, size_t width, char kind, bool ref)
{
	uint32_t len;
	struct text t;

	if (!number_take(r, width, &len) || !take(r, len))
		return false;
	t = (struct text){ r->data + r->at - len, len };
	if (ref)
		r->refs[r->nrefs - 1] = t;
	note(r, kind, t);
	return true;
}

static bool
group_take(struct reader *r, size_t width, uint32_t times, char kind)
{
	uint32_t n;

	return number_take(r, width, &n) &&
	    push(r, NULL, (uint64_t)n * times, kind);
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

/* One object of marshal; false when it is none, or does not fit. */
static bool
object_take(struct reader *r, char kind)
{
	uint8_t type;
	bool ref;

	if (r->at == r->size)
		return false;
	type = r->data[r->at++];
	/* Python 2 numbers its interned texts only, and has no flag. */
	ref = (type & FLAG_REF) != 0 || (type == 't' && r->row == row_27);
	type &= (uint8_t)~FLAG_REF;
	ref = ref && ref_add(r);
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
		return text_take(r, 1, '-', false);
	case 'x':
		return text_take(r, 1, '-', false) &&
		    text_take(r, 1, '-', false);
	case 'l':
		return long_take(r);
	case 's': case 't': case 'u': case 'a': case 'A':
		return text_take(r, 4, kind, ref);
	case 'z': case 'Z':
		return text_take(r, 1, kind, ref);
	case ')':
		return group_take(r, 1, 1, kind);
	case '(': case '[': case '<': case '>':
		return group_take(r, 4, 1, kind);
	case ':':			/* a slice, from 3.14 on */
		return push(r, NULL, 3, kind);
	case '{':			/* until the null object */
		return push(r, NULL, r->size - r->at, kind);
	case 'c':
		return push(r, r->row, 0, '-');
	}
	return false;
}

/* The next piece of the innermost object; false when that is impossible. */
static bool
step(struct reader *r)
{
	struct frame *f = &r->frames[r->depth - 1];
	char kind;

	if (f->row == NULL) {
		/* A dictionary ends with a null. */
		if (f->left == 0 || (r->at < r->size &&
		    r->data[r->at] == '0')) {
			r->at += f->left != 0;
			r->depth--;
			return true;
		}
		f->left--;
		return object_take(r, f->kind);
	}
	kind = *f->row;
	if (kind == '\0') {
		r->depth--;
		return true;
	}
	f->row++;
	return kind == '#' ? take(r, 4) : object_take(r, kind);
}

static const char *
row_of(unsigned int magic)
{
	if (magic >= MAGIC_2_LEAST)
		return row_27;
	return magic < MAGIC_38 ? row_30 : magic < MAGIC_311 ? row_38 :
	    row_311;
}

void
bytecode_read(const uint8_t *data, size_t size, struct bytecode *out)
{
	struct reader r = { .data = data, .size = size, .out = out };
	size_t header;

	*out = (struct bytecode){ .names = { .most = BYTECODE_TEXT_MAX },
		.texts = { .most = BYTECODE_TEXT_MAX } };
	if (!bytecode_is(data, size))
		return;
	out->magic = data[0] | (unsigned int)data[1] << 8;
	r.row = row_of(out->magic);
	/* Magic and time; from 3.3 on a size; from 3.7 on flags before. */
	header = out->magic >= MAGIC_2_LEAST ? 8 : out->magic < MAGIC_33 ? 8 :
	    out->magic < MAGIC_37 ? 12 : 16;
	if (header == 16 && size > 8)
		out->unchecked = word(data + 4) == 1;
	r.at = header;
	out->broken = size <= header || !object_take(&r, 'c');
	while (!out->broken && r.depth > 0)
		out->broken = !step(&r);
	free(r.refs);
}

void
bytecode_release(struct bytecode *b)
{
	buf_release(&b->names);
	buf_release(&b->texts);
}
