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

#include "base/mem.h"

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

uint8_t *
alphabet_base64(const char *text, size_t len, size_t *out_len)
{
	uint8_t *out = mem_alloc(len / 4 * 3 + 4);
	uint32_t bits = 0;
	unsigned int n = 0;
	size_t k = 0, digits = 0, i;

	for (i = 0; i < len; i++) {
		int v = alphabet_base64_value((unsigned char)text[i]);

		if (v < 0) {
			if (alphabet_is_blank((unsigned char)text[i]))
				continue;
			break;
		}
		digits++;
		bits = bits << 6 | (uint32_t)v;
		n += 6;
		if (n >= 8) {
			n -= 8;
			out[k++] = (uint8_t)(bits >> n);
		}
	}
	while (i < len && (text[i] == '=' || alphabet_is_blank((unsigned char)text[i])))
		i++;
	if (i != len || digits < 8 || digits % 4 == 1) {
		free(out);
		return NULL;
	}
	*out_len = k;
	return out;
}

static int
hex_value(char c)
{
	static const char digits[] = "0123456789abcdef0123456789ABCDEF";
	const char *at = c != '\0' ? strchr(digits, c) : NULL;

	return at != NULL ? (int)((at - digits) % 16) : -1;
}

uint8_t *
alphabet_hex(const char *text, size_t len, size_t *out_len)
{
	uint8_t *out;

	if (len < 16 || len % 2 != 0)
		return NULL;
	out = mem_alloc(len / 2 + 1);
	for (size_t i = 0; i < len; i += 2) {
		int a = hex_value(text[i]), b = hex_value(text[i + 1]);

		if (a < 0 || b < 0) {
			free(out);
			return NULL;
		}
		out[i / 2] = (uint8_t)(a << 4 | b);
	}
	*out_len = len / 2;
	return out;
}

uint8_t *
alphabet_base32(const char *text, size_t len, size_t *out_len)
{
	uint8_t *out = mem_alloc(len / 8 * 5 + 8);
	uint64_t bits = 0;
	unsigned int n = 0;
	size_t k = 0, i;

	for (i = 0; i < len && text[i] != '='; i++) {
		char c = text[i];
		unsigned int v = c >= 'A' && c <= 'Z' ? (unsigned int)(c - 'A') :
		    c >= '2' && c <= '7' ? (unsigned int)(c - '2' + 26) : 32;

		if (v == 32) {
			free(out);
			return NULL;
		}
		bits = (bits << 5 | v) & 0xffffffffff;
		n += 5;
		if (n >= 8) {
			n -= 8;
			out[k++] = (uint8_t)(bits >> n);
		}
	}
	*out_len = k;
	return out;
}

/* Five letters a group of four bytes, most significant first. */
static size_t
put_group(uint8_t *out, uint64_t v, unsigned int letters)
{
	size_t n = letters - 1;

	for (size_t i = 0; i < n; i++)
		out[i] = (uint8_t)(v >> (24 - 8 * i));
	return n;
}

static uint8_t *
base85(const char *text, size_t len, const char *letters, size_t *out_len)
{
	uint8_t *out = mem_alloc(len + 8);
	uint64_t v = 0;
	unsigned int n = 0;
	size_t k = 0, i;

	for (i = 0; i < len; i++) {
		const char *at = text[i] != '\0' ? strchr(letters, text[i]) :
		    NULL;

		if (alphabet_is_blank((unsigned char)text[i]))
			continue;
		if (at == NULL)
			break;
		v = v * 85 + (uint64_t)(at - letters);
		if (++n < 5)
			continue;
		if (v > UINT32_MAX)
			break;
		k += put_group(out + k, v, 5);
		v = n = 0;
	}
	if (n > 1 && i == len) {
		for (unsigned int p = n; p < 5; p++)
			v = v * 85 + 84;
		k += put_group(out + k, v, n);
	}
	if (i < len || k < 4) {
		free(out);
		return NULL;
	}
	*out_len = k;
	return out;
}

uint8_t *
alphabet_base85(const char *text, size_t len, size_t *out_len)
{
	static const char git[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefgh"
	    "ijklmnopqrstuvwxyz!#$%&()*+-;<=>?@^_`{|}~";

	return base85(text, len, git, out_len);
}

uint8_t *
alphabet_ascii85(const char *text, size_t len, size_t *out_len)
{
	char letters[86];

	for (int i = 0; i < 85; i++)
		letters[i] = (char)('!' + i);
	letters[85] = '\0';
	if (len > 4 && text[0] == '<' && text[1] == '~') {
		text += 2;
		len -= 4;
	}
	return base85(text, len, letters, out_len);
}

uint8_t *
alphabet_rot13(const char *text, size_t len, size_t *out_len)
{
	uint8_t *out = mem_alloc(len + 1);

	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)text[i];
		unsigned char first = isupper(c) ? 'A' : 'a';

		out[i] = isascii(c) && isalpha(c) ?
		    (uint8_t)(first + (c - first + 13) % 26) : c;
	}
	*out_len = len;
	return out;
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
