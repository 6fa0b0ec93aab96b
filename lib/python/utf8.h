/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PYTHON_UTF8_H
#define PYTHON_UTF8_H

/* utf8 - code points into bytes, where room is known to suffice. */
#include <stddef.h>
#include <stdint.h>

#define UTF8_MOST 4

/*
 * Writes up to UTF8_MOST bytes and gives the place behind them.  Surrogates go
 * in as three bytes, so that a value that Python can hold stays itself; above
 * U+10FFFF stands U+FFFD.
 */
static inline uint8_t *
utf8_put(uint8_t *out, uint32_t c)
{
	if (c > 0x10ffff)
		c = 0xfffd;
	if (c < 0x80) {
		*out++ = (uint8_t)c;
		return out;
	}
	if (c < 0x800) {
		*out++ = (uint8_t)(0xc0 | c >> 6);
	} else {
		if (c < 0x10000) {
			*out++ = (uint8_t)(0xe0 | c >> 12);
		} else {
			*out++ = (uint8_t)(0xf0 | c >> 18);
			*out++ = (uint8_t)(0x80 | (c >> 12 & 0x3f));
		}
		*out++ = (uint8_t)(0x80 | (c >> 6 & 0x3f));
	}
	*out++ = (uint8_t)(0x80 | (c & 0x3f));
	return out;
}

/* The code point of the `len` bytes of one character, surrogates included. */
static inline uint32_t
utf8_get(const uint8_t *s, size_t len)
{
	uint32_t c = len == 1 ? *s : len == 2 ? *s & 0x1f : len == 3 ?
	    *s & 0x0f : len == 0 ? 0 : *s & 0x07;

	for (size_t i = 1; i < len && i < UTF8_MOST; i++)
		c = c << 6 | (s[i] & 0x3f);
	return c;
}

#endif
