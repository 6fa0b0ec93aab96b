/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PYTHON_PICKLE_H
#define PYTHON_PICKLE_H

/*
 * pickle - what a pickle imports and calls when it is loaded (PEP 307, 574).
 *
 * Opcodes are read one after the other; nothing is built or run.  One pass,
 * memory bounded by PICKLE_MEMO_MAX, whatever the bytes.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct text_span { const uint8_t *text; size_t len; };	/* borrowed */

struct pickle_reader {
	/* Each thing that is imported, as it is. */
	void	(*global)(void *ctx, struct text_span module,
		    struct text_span name);
	/* Each text that stands in the pickle. */
	void	(*text)(void *ctx, struct text_span);
	/* Each call of what was imported; may be NULL. */
	void	(*call)(void *ctx);
	void	*ctx;
};

/* Where a pickle may begin: 0, behind the head of a .npy file; SIZE_MAX when
 * these bytes are none. */
size_t	pickle_start(const uint8_t *, size_t);
/* True when the pickle calls something.  Stops at what is no opcode; `whole`,
 * unless NULL, says whether a pickle came to its end before. */
bool	pickle_read(const uint8_t *, size_t, const struct pickle_reader *,
	    bool *whole);

#endif
