/* SPDX-License-Identifier: Apache-2.0 */
/*
 * decode - encodings of bytes as text.
 * Runs in: worker child, command.
 */
#include "python/decode.h"

#include <string.h>

#include "base/buf.h"

#define WINDOW_GZIP 31		/* zlib's numbers for its three wrappers */
#define WINDOW_ZLIB 15
#define WINDOW_NONE (-15)

const char *
decode_name(enum decoding d)
{
	static const char *const names[DECODE_KINDS] = {
		[DECODE_BASE64] = "base64", [DECODE_BASE32] = "base32",
		[DECODE_BASE16] = "hex", [DECODE_BASE85] = "base85",
		[DECODE_ASCII85] = "ascii85", [DECODE_PERCENT] = "percent",
		[DECODE_QUOTED] = "quoted-printable", [DECODE_UU] = "uu",
		[DECODE_ROT13] = "rot13", [DECODE_ZLIB] = "zlib",
		[DECODE_DEFLATE] = "deflate", [DECODE_GZIP] = "gzip",
		[DECODE_BZ2] = "bz2", [DECODE_LZMA] = "lzma",
	};

	return names[d];
}

static bool
is_blank(uint8_t c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static int
base64_digit(uint8_t c)
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

/* As binascii does: what is not in the alphabet is skipped, "=" ends. */
static bool
base64(const uint8_t *in, size_t len, struct buf *out)
{
	uint32_t bits = 0;
	unsigned int n = 0;

	for (size_t i = 0; i < len && in[i] != '='; i++) {
		int v = base64_digit(in[i]);

		if (v < 0)
			continue;
		bits = bits << 6 | (uint32_t)v;
		n += 6;
		if (n >= 8) {
			n -= 8;
			buf_addc(out, (char)(bits >> n));
		}
	}
	return n != 6 || len == 0;
}

static bool
base32(const uint8_t *in, size_t len, struct buf *out)
{
	uint64_t bits = 0;
	unsigned int n = 0;

	for (size_t i = 0; i < len && in[i] != '='; i++) {
		uint8_t c = in[i] >= 'a' && in[i] <= 'z' ? in[i] & 0xdf :
		    in[i];
		int v = c >= 'A' && c <= 'Z' ? c - 'A' :
		    c >= '2' && c <= '7' ? c - '2' + 26 : 32;

		if (v == 32)
			return false;
		bits = bits << 5 | (unsigned int)v;
		n += 5;
		if (n >= 8) {
			n -= 8;
			buf_addc(out, (char)(bits >> n));
		}
	}
	return true;
}

static bool
base16(const uint8_t *in, size_t len, struct buf *out)
{
	int high = -1, v;

	for (size_t i = 0; i < len; i++) {
		if (is_blank(in[i]))
			continue;
		v = hex_digit(in[i]);
		if (v < 0)
			return false;
		if (high < 0) {
			high = v;
		} else {
			buf_addc(out, (char)(high << 4 | v));
			high = -1;
		}
	}
	return high < 0;
}

static int
base85_digit(uint8_t c)
{
	static const char digits[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "abcdefghijklmnopqrstuvwxyz!#$%&()*+-;<=>?@^_`{|}~";
	const char *at = c != 0 ? strchr(digits, c) : NULL;

	return at != NULL ? (int)(at - digits) : -1;
}

static void
five_digits(struct buf *out, const uint8_t five[5], size_t n)
{
	uint64_t v = 0;

	for (size_t i = 0; i < 5; i++)
		v = v * 85 + (i < n ? five[i] : 84);
	for (size_t i = 0; i + 1 < n; i++)
		buf_addc(out, (char)(v >> (24 - 8 * i)));
}

static bool
base85(const uint8_t *in, size_t len, struct buf *out)
{
	uint8_t five[5];
	size_t n = 0;

	for (size_t i = 0; i < len; i++) {
		int v = base85_digit(in[i]);

		if (v < 0)
			return false;
		five[n++] = (uint8_t)v;
		if (n == 5) {
			five_digits(out, five, n);
			n = 0;
		}
	}
	five_digits(out, five, n);
	return true;
}

static bool
ascii85(const uint8_t *in, size_t len, struct buf *out)
{
	uint8_t five[5];
	size_t n = 0;

	if (len >= 2 && in[0] == '<' && in[1] == '~') {
		in += 2;
		len -= 2;
	}
	for (size_t i = 0; i < len && in[i] != '~'; i++) {
		if (is_blank(in[i]))
			continue;
		if (in[i] == 'z' && n == 0) {
			buf_add(out, "\0\0\0\0", 4);
			continue;
		}
		if (in[i] < '!' || in[i] > 'u')
			return false;
		five[n++] = (uint8_t)(in[i] - '!');
		if (n == 5) {
			five_digits(out, five, n);
			n = 0;
		}
	}
	five_digits(out, five, n);
	return true;
}

/* %41 and =41; "=" at the end of a line joins it to the next. */
static bool
escaped_hex(const uint8_t *in, size_t len, uint8_t sign, struct buf *out)
{
	for (size_t i = 0; i < len; i++) {
		int a = i + 2 < len ? hex_digit(in[i + 1]) : -1;
		int b = i + 2 < len ? hex_digit(in[i + 2]) : -1;

		if (in[i] == sign && a >= 0 && b >= 0) {
			buf_addc(out, (char)(a << 4 | b));
			i += 2;
		} else if (in[i] == sign && sign == '=' && i + 1 < len &&
		    (in[i + 1] == '\n' || in[i + 1] == '\r')) {
			i += i + 2 < len && in[i + 2] == '\n' ? 2 : 1;
		} else {
			buf_addc(out, (char)in[i]);
		}
	}
	return true;
}

static bool
uu_line(const uint8_t *in, size_t len, struct buf *out)
{
	size_t n = (size_t)(in[0] - ' ') & 63, done = 0;

	for (size_t i = 1; i < len && done < n; i += 4) {
		uint32_t bits = 0;

		for (size_t k = 0; k < 4; k++)
			bits = bits << 6 | (i + k < len ?
			    (uint32_t)(in[i + k] - ' ') & 63 : 0);
		for (int k = 16; k >= 0 && done < n; k -= 8, done++)
			buf_addc(out, (char)(bits >> k));
	}
	return done == n;
}

static bool
uu(const uint8_t *in, size_t len, struct buf *out)
{
	const uint8_t *end = in + len;
	bool ok = len != 0;

	while (in < end && ok) {
		const uint8_t *stop = memchr(in, '\n', (size_t)(end - in));
		size_t n;

		stop = stop != NULL ? stop : end;
		n = (size_t)(stop - in);
		if (n >= 3 && memcmp(in, "end", 3) == 0)
			break;
		if (n > 0 && (n < 6 || memcmp(in, "begin ", 6) != 0))
			ok = uu_line(in, n, out);
		in = stop < end ? stop + 1 : end;
	}
	return ok;
}

static bool
rot13(const uint8_t *in, size_t len, struct buf *out)
{
	for (size_t i = 0; i < len; i++) {
		uint8_t c = in[i], low = c | 0x20;

		if (low >= 'a' && low <= 'z')
			c = (uint8_t)(low < 'n' ? c + 13 : c - 13);
		buf_addc(out, (char)c);
	}
	return true;
}

bool
decode_bytes(enum decoding d, const uint8_t *in, size_t len, struct buf *out)
{
	switch (d) {
	case DECODE_BASE64:
		return base64(in, len, out);
	case DECODE_BASE32:
		return base32(in, len, out);
	case DECODE_BASE16:
		return base16(in, len, out);
	case DECODE_BASE85:
		return base85(in, len, out);
	case DECODE_ASCII85:
		return ascii85(in, len, out);
	case DECODE_PERCENT:
		return escaped_hex(in, len, '%', out);
	case DECODE_QUOTED:
		return escaped_hex(in, len, '=', out);
	case DECODE_UU:
		return uu(in, len, out);
	case DECODE_ROT13:
		return rot13(in, len, out);
	case DECODE_ZLIB:
		return decode_inflate(in, len, WINDOW_ZLIB, out);
	case DECODE_DEFLATE:
		return decode_inflate(in, len, WINDOW_NONE, out);
	case DECODE_GZIP:
		return decode_inflate(in, len, WINDOW_GZIP, out);
	case DECODE_BZ2:
		return decode_bz2(in, len, out);
	case DECODE_LZMA:
		return decode_lzma(in, len, out);
	case DECODE_KINDS:
		break;
	}
	return false;
}
