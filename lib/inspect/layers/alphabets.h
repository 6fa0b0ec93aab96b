/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INSPECT_LAYERS_ALPHABETS_H
#define INSPECT_LAYERS_ALPHABETS_H

/* alphabets - bytes written as letters.  Each gives heap, or NULL when the
 * text is not in that alphabet throughout. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

static inline bool
alphabet_is_blank(unsigned char c)
{
	return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

/* One more than the value; 0 for what is no digit. */
extern const uint8_t alphabet_base64_digits[256];
int	alphabet_base64_value(unsigned char);	/* either alphabet; or -1 */
uint8_t	*alphabet_base64(const char *, size_t, size_t *out_len);
uint8_t	*alphabet_hex(const char *, size_t, size_t *out_len);
uint8_t	*alphabet_base32(const char *, size_t, size_t *out_len);
uint8_t	*alphabet_base85(const char *, size_t, size_t *out_len);
/* Latin text in UTF-16, with a mark or without. */
uint8_t	*alphabet_utf16(const uint8_t *, size_t, size_t *out_len);

#endif
