/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INSPECT_LAYERS_PACKED_H
#define INSPECT_LAYERS_PACKED_H

/* packed - compressed streams that are no archive. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

bool	packed_is(const uint8_t *, size_t);	/* by its first bytes */
bool	packed_is_zlib(const uint8_t *, size_t);
/* Heap of at most `most` bytes and the name of the layer, or NULL. */
uint8_t	*packed_open(const uint8_t *, size_t, size_t most, size_t *out_len,
	    const char **name);

#endif
