/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INSPECT_LAYERS_H
#define INSPECT_LAYERS_H

/* layers - what encodings hide. */
#include <stddef.h>
#include <stdint.h>

/* One layer off: heap and its name, or NULL when nothing sensible is below.
 * At most `most` bytes. */
uint8_t	*layers_peel(const uint8_t *, size_t, size_t most, size_t *out_len,
	    const char **name);

#endif
