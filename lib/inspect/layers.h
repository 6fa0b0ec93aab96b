/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INSPECT_LAYERS_H
#define INSPECT_LAYERS_H

/* layers - what encodings hide. */
#include <stddef.h>
#include <stdint.h>

/* base64 (either alphabet) or hexadecimal; heap, or NULL when it is neither. */
uint8_t	*layers_decode_text(const char *, size_t, size_t *out_len);
/* One layer off: heap and its name, or NULL when nothing sensible is below.
 * At most `most` bytes. */
uint8_t	*layers_peel(const uint8_t *, size_t, size_t most, size_t *out_len,
	    const char **name);

#endif
