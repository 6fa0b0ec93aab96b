/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pickle - what a pickle imports and calls when it is loaded.
 * Takes: bytes.  Gives: names and texts.  Runs in: worker child, command.
 */
#include "python/pickle.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/str.h"
#include "python/decode.h"

#define NAME_LOOKED_AT 200	/* bytes of a module and a name in it */

/* How the bytes behind an opcode are counted. */
enum operand { NONE, LINE, TWO_LINES, COUNT1, COUNT4, COUNT8, FIXED1, FIXED2,
	FIXED4, FIXED8, INVALID };

struct opcodes {
	const uint8_t	*data;
	size_t		 size, at;
	struct text_span texts[2];	/* the last two that were pushed */
	struct text_span *memo;
	uint32_t	 nmemo;
	bool		 is_text;	/* the last push was one */
	bool		 calls;
};

static enum operand
operand_of(uint8_t op)
{
	static const struct { const char *ops; enum operand kind; } kinds[] = {
		{ "(.012NRQ)]}abdelstuo", NONE },
		{ "FILSVPgp", LINE },
		{ "ci", TWO_LINES },
		{ "UC", COUNT1 },
		{ "TXB", COUNT4 },
		{ "Khq", FIXED1 },
		{ "M", FIXED2 },
		{ "Jjr", FIXED4 },
		{ "G", FIXED8 },
	};
	static const uint8_t high[] = {	/* from 0x80: protocol 2 and later */
		FIXED1, NONE, FIXED1, FIXED2, FIXED4, NONE, NONE, NONE, NONE,
		NONE, COUNT1, COUNT4, COUNT1, COUNT8, COUNT8, NONE, NONE, NONE,
		NONE, NONE, NONE, FIXED8, COUNT8, NONE, NONE };

	if (op >= 0x80)
		return op - 0x80u < sizeof(high) ?
		    (enum operand)high[op - 0x80] : INVALID;
	for (size_t i = 0; op > ' ' && i < ARRAY_LEN(kinds); i++)
		if (strchr(kinds[i].ops, op) != NULL)
			return kinds[i].kind;
	return INVALID;
}

static uint64_t
number(const uint8_t *p, size_t n)
{
	uint64_t value = 0;

	for (size_t i = 0; i < n; i++)
		value |= (uint64_t)p[i] << (8 * i);
	return value;
}

/* The text up to the end of the line; false when there is none. */
static bool
line_take(struct opcodes *o, struct text_span *out)
{
	const uint8_t *from = o->data + o->at;
	const uint8_t *end = memchr(from, '\n', o->size - o->at);

	if (end == NULL)
		return false;
	*out = (struct text_span){ from, (size_t)(end - from) };
	o->at += out->len + 1;
	return true;
}

static bool
bytes_take(struct opcodes *o, uint64_t len, struct text_span *out)
{
	if (len > o->size - o->at)
		return false;
	*out = (struct text_span){ o->data + o->at, (size_t)len };
	o->at += (size_t)len;
	return true;
}

static bool
counted_take(struct opcodes *o, size_t width, struct text_span *out)
{
	struct text_span count;

	return bytes_take(o, width, &count) &&
	    bytes_take(o, number(count.text, width), out);
}

static bool
operand_take(struct opcodes *o, enum operand kind, struct text_span *first,
    struct text_span *second)
{
	switch (kind) {
	case NONE:
		return true;
	case LINE:
		return line_take(o, first);
	case TWO_LINES:
		return line_take(o, first) && line_take(o, second);
	case COUNT1:
		return counted_take(o, 1, first);
	case COUNT4:
		return counted_take(o, 4, first);
	case COUNT8:
		return counted_take(o, 8, first);
	case FIXED1:
		return bytes_take(o, 1, first);
	case FIXED2:
		return bytes_take(o, 2, first);
	case FIXED4:
		return bytes_take(o, 4, first);
	case FIXED8:
		return bytes_take(o, 8, first);
	case INVALID:
		break;
	}
	return false;
}

/* Protocol 0 writes texts in quotes. */
static struct text_span
unquoted(struct text_span t)
{
	if (t.len >= 2 && (t.text[0] == '\'' || t.text[0] == '"') &&
	    t.text[t.len - 1] == t.text[0])
		return (struct text_span){ t.text + 1, t.len - 2 };
	return t;
}

static void
push_text(struct opcodes *o, struct text_span t, const struct pickle_reader *r)
{
	o->texts[0] = o->texts[1];
	o->texts[1] = t;
	o->is_text = true;
	if (r != NULL)
		r->text(r->ctx, t);
}

/* Only texts are remembered: they are what names are made of. */
static void
memo_put(struct opcodes *o, uint64_t i)
{
	if (!o->is_text || i >= PICKLE_MEMO_MAX)
		return;
	if (o->memo == NULL)
		o->memo = mem_array(PICKLE_MEMO_MAX, sizeof(*o->memo));
	o->memo[i] = o->texts[1];
}

static void
memo_get(struct opcodes *o, uint64_t i)
{
	o->is_text = false;
	if (o->memo != NULL && i < PICKLE_MEMO_MAX && o->memo[i].text != NULL)
		push_text(o, o->memo[i], NULL);
}

static uint64_t
index_of(uint8_t op, struct text_span t)
{
	uint64_t value = 0;

	if (op != 'p' && op != 'g')
		return number(t.text, t.len);
	for (size_t i = 0; i < t.len && i < 18; i++)
		value = value * 10 + (uint64_t)(t.text[i] - '0');
	return value;
}

static void
op_do(struct opcodes *o, uint8_t op, struct text_span a, struct text_span b,
    const struct pickle_reader *r)
{
	switch (op) {
	case 'S': case 'V': case 'U': case 'T': case 'X': case 0x8c: case 0x8d:
	case 'C': case 'B': case 0x8e:
		push_text(o, unquoted(a), r);
		return;
	case 'c': case 'i':
		r->global(r->ctx, a, b);
		o->calls |= op == 'i';
		break;
	case 0x93:			/* STACK_GLOBAL */
		r->global(r->ctx, o->texts[0], o->texts[1]);
		break;
	case 'R': case 'o': case 0x81: case 0x92: case 'b':
		o->calls = true;
		if (r->call != NULL && op != 'b')
			r->call(r->ctx);
		break;
	case 'q': case 'r': case 'p':
		memo_put(o, index_of(op, a));
		return;
	case 0x94:			/* MEMOIZE: the next index */
		memo_put(o, o->nmemo++);
		return;
	case 'h': case 'j': case 'g':
		memo_get(o, index_of(op, a));
		return;
	case 0x80: case 0x95:		/* PROTO, FRAME: nothing is pushed */
		return;
	}
	o->is_text = false;
}

bool
pickle_read(const uint8_t *data, size_t size, const struct pickle_reader *r,
    bool *whole)
{
	struct opcodes o = { .data = data, .size = size };
	bool ended = false;
	uint8_t op;

	while (o.at < size) {
		struct text_span a = { NULL, 0 }, b = a;

		op = data[o.at++];
		if (!operand_take(&o, operand_of(op), &a, &b))
			break;
		ended = ended || (op == '.' && o.at > 1);
		op_do(&o, op, a, b, r);
	}
	free(o.memo);
	if (whole != NULL)
		*whole = ended;
	return o.calls;
}

/* "\x93NUMPY", version, length of the header (numpy's format.py). */
static size_t
numpy_start(const uint8_t *data, size_t size)
{
	size_t width, at;

	if (size < 12 || memcmp(data, "\x93NUMPY", 6) != 0)
		return SIZE_MAX;
	width = data[6] == 1 ? 2 : 4;
	at = 8 + width + (size_t)number(data + 8, width);
	return at < size && memmem(data, at, "|O", 2) != NULL ? at : SIZE_MAX;
}

/* "cposix\nsystem\n": whatever stands behind the end is not read. */
static bool
begins_with_name(const uint8_t *data, size_t size)
{
	unsigned int lines = 0;

	if (size < 8 || data[0] != 'c')
		return false;
	for (size_t i = 1; i < size && i < NAME_LOOKED_AT; i++) {
		if (data[i] == '\n' && data[i - 1] != '\n' && ++lines == 2)
			return true;
		if (data[i] != '\n' && data[i] != '.' && data[i] != '_' &&
		    !(data[i] < 0x80 && isalnum(data[i])))
			return false;
	}
	return false;
}

size_t
pickle_start(const uint8_t *data, size_t size)
{
	size_t at = numpy_start(data, size);

	if (at != SIZE_MAX)
		return at;
	if (size > 3 && data[0] == 0x80 && data[1] >= 2 && data[1] <= 5)
		return 0;
	/* Protocols 0 and 1 have no mark: a name that is imported comes first,
	 * or a mark and then something that is pushed. */
	if (begins_with_name(data, size))
		return 0;
	while (size > 8 && (data[size - 1] == '\n' || data[size - 1] == '\r'))
		size--;
	if (size > 8 && data[size - 1] == '.' && (data[0] == 'c' ||
	    (data[0] == '(' && data[1] != 0 &&
	    strchr("SVUTXciIKM(", data[1]) != NULL)))
		return 0;
	return SIZE_MAX;
}

/* ---- as lines of text --------------------------------------------------- */

static void
global_line(void *ctx, struct text_span module, struct text_span name)
{
	buf_adds(ctx, "import ");
	buf_add(ctx, module.text, module.len);
	buf_addc(ctx, '.');
	buf_add(ctx, name.text, name.len);
	buf_addc(ctx, '\n');
}

static void
text_line(void *ctx, struct text_span t)
{
	buf_adds(ctx, "text ");
	buf_add(ctx, t.text, t.len);
	buf_addc(ctx, '\n');
}

static void
call_line(void *ctx)
{
	buf_adds(ctx, "call\n");
}

bool
pickle_text(const uint8_t *data, size_t size, struct buf *out)
{
	const struct pickle_reader r = { global_line, text_line, call_line,
	    out };
	bool whole;

	(void)pickle_read(data, size, &r, &whole);
	return whole;
}
