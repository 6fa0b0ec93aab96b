/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PYTHON_MARSHAL_H
#define PYTHON_MARSHAL_H

/*
 * marshal - the names and texts of what CPython's marshal wrote, of every
 * Python from 2.7 to 3.14 (Python/marshal.c); nothing is built or loaded.
 *
 * One pass without recursion: memory is bounded by MARSHAL_DEPTH_MAX and
 * MARSHAL_REFS_MAX, time by the size.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum marshal_kind {
	MARSHAL_OTHER,		/* code, tables of lines: no text of a person */
	MARSHAL_NAME,		/* that code uses, its file's and its own */
	MARSHAL_CONSTANT	/* and whatever stands outside of code */
};

struct marshal_sink {
	/* Each text or bytes object, in order, also where an earlier one is
	 * referred to; the bytes are the input's.  False: enough. */
	bool	(*text)(void *ctx, enum marshal_kind, const uint8_t *, size_t);
	void	*ctx;
};

/* True when one whole object was read, whatever follows it; false when the
 * bytes are none, exceed a bound, or the sink had enough. */
bool	marshal_read(const uint8_t *, size_t, const struct marshal_sink *);

#endif
