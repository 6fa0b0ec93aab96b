/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INSPECT_BYTECODE_H
#define INSPECT_BYTECODE_H

/*
 * bytecode - the names and texts of a .pyc file (PEP 552, marshal), of every
 * Python from 2.7 to 3.14; nothing is loaded.
 *
 * Memory is bounded by BYTECODE_TEXT_MAX and what python/marshal.h says, time
 * by the size.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

struct bytecode {
	unsigned int	 magic;		/* of the interpreter, 3495 for 3.11 */
	bool		 unchecked;	/* never compared with its source */
	bool		 broken;	/* stopped before the end */
	struct buf	 names;		/* that the code uses, one a line */
	struct buf	 texts;		/* constants, one a line */
};

/* Does a .pyc begin here? */
bool	bytecode_is(const uint8_t *, size_t);
/* Does code begin here, as marshal writes it, that is worth reading? */
bool	bytecode_is_code(const uint8_t *, size_t);
/* ... and do its first numbers, of parameters and variables, look like such? */
bool	bytecode_is_surely_code(const uint8_t *, size_t);
/* As below, of such code without a file's header. */
void	bytecode_read_code(const uint8_t *, size_t, struct bytecode *out);
/* Fills *out, which the caller releases. */
void	bytecode_read(const uint8_t *, size_t, struct bytecode *out);
void	bytecode_release(struct bytecode *);

#endif
