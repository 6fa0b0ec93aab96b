/* SPDX-License-Identifier: Apache-2.0 */
/*
 * alphabets - bytes written as letters.
 *
 * Takes: a text.  Gives: the bytes, on the heap, or NULL when it is none.
 * Runs in: worker child, command.
 */
#include "inspect/alphabets.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "python/decode.h"

int
alphabet_base64_value(unsigned char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	if (c == '+' || c == '-')
		return 62;
	return c == '/' || c == '_' ? 63 : -1;
}

bool
alphabet_is_blank(unsigned char c)
{
	return c == ' ' || c == '\n' || c == '\r' || c == '\t';
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
