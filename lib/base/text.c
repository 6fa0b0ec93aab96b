/* SPDX-License-Identifier: Apache-2.0 */
/*
 * text - are bytes a text?
 *
 * Takes: any bytes.  Gives: yes or no.  Runs in: every process.
 */
#include "base/text.h"

#include <string.h>

#include "base/vis.h"

/* Share of control bytes, in 1/1000, that honest text in any one-byte or
 * multi-byte encoding stays below. */
#define CONTROLS_PER_MILLE 2

/* Does a comment of the first two lines declare an encoding (PEP 263)? */
static bool
has_cookie(const uint8_t *data, size_t size)
{
	size_t lines = 0;

	for (size_t i = 0; i + 7 < size && lines < 2 && i < 400; i++) {
		if (data[i] == '\n')
			lines++;
		if (memcmp(data + i, "coding", 6) == 0 &&
		    (data[i + 6] == ':' || data[i + 6] == '='))
			return true;
	}
	return false;
}

static bool
is_utf16(const uint8_t *data, size_t size)
{
	return size >= 2 && size % 2 == 0 &&
	    ((data[0] == 0xff && data[1] == 0xfe) ||
	    (data[0] == 0xfe && data[1] == 0xff));
}

typedef uint8_t bytes16 __attribute__((vector_size(16)));

/* Sixteen bytes of plain ASCII: from blank to 0x7f, tabs and line ends. */
static bool
is_plain(const uint8_t *data)
{
	uint64_t half[2];
	bytes16 c;

	memcpy(&c, data, sizeof(c));
	c = (bytes16)(c - 0x20 < 0x60) | (bytes16)(c == '\n') |
	    (bytes16)(c == '\r') | (bytes16)(c == '\t');
	memcpy(half, &c, sizeof(half));
	return (half[0] & half[1]) == UINT64_MAX;
}

bool
text_is(const uint8_t *data, size_t size)
{
	size_t controls = 0, high = 0;

	if (is_utf16(data, size))
		return true;
	for (size_t i = 0; i < size; i++) {
		uint8_t c;

		while (size - i > sizeof(bytes16) && is_plain(data + i))
			i += sizeof(bytes16);
		c = data[i];
		if (c == 0)
			return false;
		if (c >= 0x80)
			high++;
		else if (c < 0x20 && c != '\n' && c != '\r' && c != '\t' &&
		    c != '\f' && c != 0x1b && c != 0x0b && c != 0x1a)
			controls++;
	}
	if (controls * 1000 > size * CONTROLS_PER_MILLE && controls > 8)
		return false;
	/* Legacy encodings without a cookie: mostly ASCII all the same. */
	return high == 0 || utf8_valid(data, size) ||
	    has_cookie(data, size) || high * 4 < size;
}
