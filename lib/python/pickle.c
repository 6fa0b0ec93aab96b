/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pickle - which names a pickle imports and calls, and which texts it holds.
 *
 * The opcodes are walked over as CPython's pickletools does; nothing is built.
 * STACK_GLOBAL takes its names from the stack: the last two texts stand for
 * it, and a memo of texts serves those fetched again.
 * Runs in: worker child, command.
 */
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "python/decode.h"

#define MEMO_MOST 4096		/* texts that GET may fetch again */

enum argument {
	ARG_WRONG,		/* no opcode */
	ARG_NONE, ARG_1, ARG_2, ARG_4, ARG_8,
	ARG_LINE,		/* up to a newline */
	ARG_TWO_LINES,
	ARG_COUNTED_1, ARG_COUNTED_4, ARG_COUNTED_8 /* length, then bytes */
};

static const uint8_t arguments[256] = {
	['('] = ARG_NONE, ['.'] = ARG_NONE, ['0'] = ARG_NONE, ['1'] = ARG_NONE,
	['2'] = ARG_NONE, ['F'] = ARG_LINE, ['I'] = ARG_LINE, ['J'] = ARG_4,
	['K'] = ARG_1, ['L'] = ARG_LINE, ['M'] = ARG_2, ['N'] = ARG_NONE,
	['P'] = ARG_LINE, ['Q'] = ARG_NONE, ['R'] = ARG_NONE,
	['S'] = ARG_LINE, ['T'] = ARG_COUNTED_4, ['U'] = ARG_COUNTED_1,
	['V'] = ARG_LINE, ['X'] = ARG_COUNTED_4, ['a'] = ARG_NONE,
	['b'] = ARG_NONE, ['c'] = ARG_TWO_LINES, ['d'] = ARG_NONE,
	['}'] = ARG_NONE, ['e'] = ARG_NONE, ['g'] = ARG_LINE, ['h'] = ARG_1,
	['i'] = ARG_TWO_LINES, ['j'] = ARG_4, ['l'] = ARG_NONE,
	[']'] = ARG_NONE, ['o'] = ARG_NONE, ['p'] = ARG_LINE, ['q'] = ARG_1,
	['r'] = ARG_4, ['s'] = ARG_NONE, ['t'] = ARG_NONE, [')'] = ARG_NONE,
	['u'] = ARG_NONE, ['G'] = ARG_8, ['B'] = ARG_COUNTED_4,
	['C'] = ARG_COUNTED_1, [0x80] = ARG_1, [0x81] = ARG_NONE,
	[0x82] = ARG_1, [0x83] = ARG_2, [0x84] = ARG_4, [0x85] = ARG_NONE,
	[0x86] = ARG_NONE, [0x87] = ARG_NONE, [0x88] = ARG_NONE,
	[0x89] = ARG_NONE, [0x8a] = ARG_COUNTED_1, [0x8b] = ARG_COUNTED_4,
	[0x8c] = ARG_COUNTED_1, [0x8d] = ARG_COUNTED_8,
	[0x8e] = ARG_COUNTED_8, [0x8f] = ARG_NONE, [0x90] = ARG_NONE,
	[0x91] = ARG_NONE, [0x92] = ARG_NONE, [0x93] = ARG_NONE,
	[0x94] = ARG_NONE, [0x95] = ARG_8, [0x96] = ARG_COUNTED_8,
	[0x97] = ARG_NONE, [0x98] = ARG_NONE,
};

struct text { const uint8_t *at; size_t len; };

struct reader {
	const uint8_t	*at, *end;
	struct text	 arg, second;
	uint64_t	 number;
	struct text	 last, before;	/* the newest two texts */
	struct text	 memo[MEMO_MOST];
	size_t		 nmemo;
	struct buf	*out;
};

static bool
take(struct reader *r, uint64_t n, struct text *out)
{
	if (n > (uint64_t)(r->end - r->at))
		return false;
	*out = (struct text){ r->at, (size_t)n };
	r->at += n;
	return true;
}

static bool
take_line(struct reader *r, struct text *out)
{
	const uint8_t *end = memchr(r->at, '\n', (size_t)(r->end - r->at));

	if (end == NULL)
		return false;
	*out = (struct text){ r->at, (size_t)(end - r->at) };
	r->at = end + 1;
	return true;
}

static bool
take_number(struct reader *r, unsigned int size)
{
	struct text t;

	if (!take(r, size, &t))
		return false;
	r->number = 0;
	for (unsigned int i = size; i > 0; i--)
		r->number = r->number << 8 | t.at[i - 1];
	return true;
}

static bool
take_argument(struct reader *r, enum argument kind)
{
	switch (kind) {
	case ARG_NONE:
		return true;
	case ARG_1:
		return take_number(r, 1);
	case ARG_2:
		return take_number(r, 2);
	case ARG_4:
		return take_number(r, 4);
	case ARG_8:
		return take_number(r, 8);
	case ARG_LINE:
		return take_line(r, &r->arg);
	case ARG_TWO_LINES:
		return take_line(r, &r->arg) && take_line(r, &r->second);
	case ARG_COUNTED_1:
		return take_number(r, 1) && take(r, r->number, &r->arg);
	case ARG_COUNTED_4:
		return take_number(r, 4) && take(r, r->number, &r->arg);
	case ARG_COUNTED_8:
		return take_number(r, 8) && take(r, r->number, &r->arg);
	case ARG_WRONG:
		break;
	}
	return false;
}

static void
push(struct reader *r, struct text t)
{
	r->before = r->last;
	r->last = t;
}

static void
line(struct reader *r, const char *what, struct text a, const char *between,
    struct text b)
{
	buf_adds(r->out, what);
	buf_add(r->out, a.at, a.len);
	buf_adds(r->out, between);
	buf_add(r->out, b.at, b.len);
	buf_addc(r->out, '\n');
}

static void
fetch(struct reader *r, uint64_t i)
{
	if (i < r->nmemo && r->memo[i].at != NULL)
		push(r, r->memo[i]);
}

static void
store(struct reader *r, uint64_t i)
{
	if (i >= MEMO_MOST)
		return;
	while (r->nmemo <= i)
		r->memo[r->nmemo++] = (struct text){ 0 };
	r->memo[i] = r->last;
}

static uint64_t
line_number(struct text t)
{
	uint64_t n = 0;

	for (size_t i = 0; i < t.len && t.at[i] >= '0' && t.at[i] <= '9' &&
	    n < MEMO_MOST; i++)
		n = n * 10 + (uint64_t)(t.at[i] - '0');
	return n;
}

static void
act(struct reader *r, uint8_t op)
{
	static const struct text none = { (const uint8_t *)"", 0 };

	switch (op) {
	case 'S': case 'T': case 'U': case 'V': case 'X': case 'B': case 'C':
	case 0x8c: case 0x8d: case 0x8e: case 0x96:
		line(r, "text ", r->arg, "", none);
		push(r, r->arg);
		break;
	case 'c': case 'i':
		line(r, "import ", r->arg, ".", r->second);
		break;
	case 0x93:
		line(r, "import ", r->before, ".", r->last);
		break;
	case 'R': case 'o': case 0x81: case 0x92:
		line(r, "call", none, "", none);
		break;
	case 'p':
		store(r, line_number(r->arg));
		break;
	case 'q': case 'r':
		store(r, r->number);
		break;
	case 0x94:
		store(r, r->nmemo);
		break;
	case 'g':
		fetch(r, line_number(r->arg));
		break;
	case 'h': case 'j':
		fetch(r, r->number);
		break;
	default:
		break;
	}
}

bool
pickle_text(const uint8_t *in, size_t len, struct buf *out)
{
	struct reader r = { .at = in, .end = in + len, .out = out };
	static const struct text none = { (const uint8_t *)"", 0 };
	size_t steps = 0;

	r.last = r.before = none;
	while (r.at < r.end && !out->full) {
		uint8_t op = *r.at++;

		if (!take_argument(&r, arguments[op]))
			return false;
		if (op == '.')
			return steps > 0;
		act(&r, op);
		steps++;
	}
	return false;
}
