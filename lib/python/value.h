/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PYTHON_VALUE_H
#define PYTHON_VALUE_H

/*
 * value - what an expression is known to be, without running it.
 *
 * Small, passed by value; bytes and items belong to the fold that made it (or
 * are the source's own) and live as long.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum value_kind {
	VALUE_UNKNOWN,
	VALUE_NONE,
	VALUE_BOOL, VALUE_INT,	/* i */
	VALUE_FLOAT,		/* f */
	VALUE_BIG,		/* a whole number, not negative: big-endian
				   bytes; beyond 64 bits */
	VALUE_STR,		/* bytes: UTF-8, surrogates as three bytes */
	VALUE_BYTES,		/* also bytearray */
	VALUE_LIST,		/* items; also tuple, set, iterators */
	VALUE_DICT,		/* items: key, value, key, value; len
				   counts both */
	VALUE_RANGE,		/* items: from, to, step */
	VALUE_PATH,		/* a dotted name: `word`, "os.system", "exec",
				   "socket.socket()" for what a call gave */
	VALUE_CODE,		/* function or lambda of this source: i, a node;
				   `word`: what it sees of the function that it
				   stands in (fold_closure.c), or 0 */
	VALUE_METHOD,		/* `word` of items[0] */
	VALUE_OBJECT		/* made by calling `word` with items */
};

enum { VALUE_TUPLE = 1, VALUE_SET = 2,
	VALUE_PLAIN = 2,	/* code, without its decorators */
	VALUE_GROWS = 4,	/* there is a header before it (fold_grow.c) */
	VALUE_HIDDEN = 8,	/* a path reached through its name as a text:
				   getattr, __import__, globals()[...] */
	VALUE_BUILT = 16,	/* a text made by code, not written as it is */
	VALUE_ASCII = 128,	/* measured: a byte a character */
	VALUE_BOUND = 64,	/* a method: its first parameter is taken */
	VALUE_OPEN = 32		/* parts of it are not known; their places hold
				   nothing (a path in a format string) */
};

struct value {
	uint8_t		 kind, flags;
	uint32_t	 len;		/* bytes or items */
	uint32_t	 layer;		/* the decoding that gave it, or 0 */
	uint32_t	 word;
	union {
		int64_t		 i;
		double		 f;
		const uint8_t	*bytes;
		struct value	*items;
	};
};

static inline bool
value_is_text(const struct value *v)
{
	return v->kind == VALUE_STR || v->kind == VALUE_BYTES;
}

#endif
