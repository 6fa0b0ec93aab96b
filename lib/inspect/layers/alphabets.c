/* SPDX-License-Identifier: Apache-2.0 */
/*
 * alphabets - bytes written as letters.
 *
 * Takes: a text.  Gives: the bytes, on the heap, or NULL when it is none.
 * Runs in: worker child, command.
 */
#include "inspect/layers/alphabets.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "python/decode.h"

const uint8_t alphabet_base64_digits[256] = {
	    ['A'] = 1, ['B'] = 2, ['C'] = 3, ['D'] = 4, ['E'] = 5, ['F'] = 6,
	    ['G'] = 7, ['H'] = 8, ['I'] = 9, ['J'] = 10, ['K'] = 11,
	    ['L'] = 12, ['M'] = 13, ['N'] = 14, ['O'] = 15, ['P'] = 16,
	    ['Q'] = 17, ['R'] = 18, ['S'] = 19, ['T'] = 20, ['U'] = 21,
	    ['V'] = 22, ['W'] = 23, ['X'] = 24, ['Y'] = 25, ['Z'] = 26,
	    ['a'] = 27, ['b'] = 28, ['c'] = 29, ['d'] = 30, ['e'] = 31,
	    ['f'] = 32, ['g'] = 33, ['h'] = 34, ['i'] = 35, ['j'] = 36,
	    ['k'] = 37, ['l'] = 38, ['m'] = 39, ['n'] = 40, ['o'] = 41,
	    ['p'] = 42, ['q'] = 43, ['r'] = 44, ['s'] = 45, ['t'] = 46,
	    ['u'] = 47, ['v'] = 48, ['w'] = 49, ['x'] = 50, ['y'] = 51,
	    ['z'] = 52, ['0'] = 53, ['1'] = 54, ['2'] = 55, ['3'] = 56,
	    ['4'] = 57, ['5'] = 58, ['6'] = 59, ['7'] = 60, ['8'] = 61,
	    ['9'] = 62, ['+'] = 63, ['-'] = 63, ['/'] = 64, ['_'] = 64
};

int
alphabet_base64_value(unsigned char c)
{
	return alphabet_base64_digits[c] - 1;
}

/* What is below, once the alphabet was seen to be right; blanks left out. */
static uint8_t *
below(enum decoding as, const char *text, size_t len, size_t *out_len)
{
	struct buf plain = { .most = len + 1 }, out = { .most = len + 8 };
	bool good;

	for (size_t i = 0; i < len; i++)
		if (!alphabet_is_blank((unsigned char)text[i]))
			buf_addc(&plain, text[i]);
	good = decode_bytes(as, (const uint8_t *)buf_text(&plain), plain.len,
	    &out);
	buf_release(&plain);
	if (!good || out.len == 0) {
		buf_release(&out);
		return NULL;
	}
	*out_len = out.len;
	return (uint8_t *)buf_steal(&out);
}

uint8_t *
alphabet_base64(const char *text, size_t len, size_t *out_len)
{
	size_t digits = 0, i = 0;

	for (; i < len; i++) {
		if (alphabet_base64_value((unsigned char)text[i]) >= 0)
			digits++;
		else if (!alphabet_is_blank((unsigned char)text[i]))
			break;
	}
	while (i < len && (text[i] == '=' ||
	    alphabet_is_blank((unsigned char)text[i])))
		i++;
	if (i != len || digits < 8 || digits % 4 == 1)
		return NULL;
	return below(DECODE_BASE64, text, len, out_len);
}

uint8_t *
alphabet_hex(const char *text, size_t len, size_t *out_len)
{
	if (len < 16 || len % 2 != 0)
		return NULL;
	for (size_t i = 0; i < len; i++)
		if (!isxdigit((unsigned char)text[i]))
			return NULL;
	return below(DECODE_BASE16, text, len, out_len);
}

uint8_t *
alphabet_base32(const char *text, size_t len, size_t *out_len)
{
	for (size_t i = 0; i < len && text[i] != '='; i++)
		if (!(text[i] >= 'A' && text[i] <= 'Z') &&
		    !(text[i] >= '2' && text[i] <= '7'))
			return NULL;
	return below(DECODE_BASE32, text, len, out_len);
}

uint8_t *
alphabet_base85(const char *text, size_t len, size_t *out_len)
{
	static const char git[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefgh"
	    "ijklmnopqrstuvwxyz!#$%&()*+-;<=>?@^_`{|}~\n\r\t ";

	for (size_t i = 0; i < len; i++)
		if (text[i] == '\0' || strchr(git, text[i]) == NULL)
			return NULL;
	return below(DECODE_BASE85, text, len, out_len);
}

/* Latin text in UTF-16, whichever end comes first. */
uint8_t *
alphabet_utf16(const uint8_t *data, size_t size, size_t *out_len)
{
	size_t from = size >= 2 && (data[0] ^ data[1]) == 1 &&
	    data[0] >= 0xfe ? 2 : 0, k = 0;
	uint8_t *out;
	bool big = size > from + 1 && data[from] == 0;

	if (size < 16 || size % 2 != 0)
		return NULL;
	out = mem_alloc(size / 2 + 1);
	for (size_t i = from; i < size; i += 2) {
		uint8_t low = data[i + big], high = data[i + !big];

		if (high != 0 || low == 0) {
			free(out);
			return NULL;
		}
		out[k++] = low;
	}
	*out_len = k;
	return out;
}
