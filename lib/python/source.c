/* SPDX-License-Identifier: Apache-2.0 */
/*
 * source - the bytes of a Python file as UTF-8 text.
 * Runs in: worker child, command.
 */
#include "python/source.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/mem.h"
#include "base/str.h"
#include "python/utf8.h"

#define PRIVATE_PLANE 0xf0000u

enum family { PLAIN, LATIN, DOUBLE, SHIFT, GB, UTF7, ESCAPED, RAW_ESCAPED,
	ROT13, UTF16LE, UTF16BE, UTF32LE, UTF32BE, UNKNOWN };

static const struct { const char *name; enum family family; } encodings[] = {
	{ "utf-8", PLAIN }, { "utf8", PLAIN }, { "utf-8-sig", PLAIN },
	{ "u8", PLAIN }, { "ascii", PLAIN }, { "us-ascii", PLAIN },
	{ "utf", PLAIN }, { "cp65001", PLAIN },
	{ "mbcs", LATIN }, { "latin1", LATIN },
	{ "latin-1", LATIN }, { "l1", LATIN }, { "8859", LATIN },
	{ "gbk", DOUBLE }, { "gb2312", DOUBLE }, { "cp936", DOUBLE },
	{ "gb18030", GB }, { "gb18030-2000", GB }, { "euc-cn", DOUBLE },
	{ "big5", DOUBLE }, { "big5-tw", DOUBLE }, { "big5-hkscs", DOUBLE },
	{ "big5hkscs", DOUBLE }, { "cp950", DOUBLE },
	{ "euc-kr", DOUBLE }, { "euckr", DOUBLE }, { "cp949", DOUBLE },
	{ "uhc", DOUBLE }, { "johab", DOUBLE }, { "ks-c-5601", DOUBLE },
	{ "euc-jp", DOUBLE }, { "eucjp", DOUBLE }, { "euc-jis-2004", DOUBLE },
	{ "shift-jis", SHIFT }, { "shiftjis", SHIFT }, { "sjis", SHIFT },
	{ "s-jis", SHIFT }, { "cp932", SHIFT }, { "ms932", SHIFT },
	{ "windows-31j", SHIFT }, { "shift-jis-2004", SHIFT },
	{ "utf-7", UTF7 }, { "utf7", UTF7 }, { "u7", UTF7 },
	{ "unicode-escape", ESCAPED }, { "raw-unicode-escape", RAW_ESCAPED },
	{ "string-escape", ESCAPED }, { "rot13", ROT13 }, { "rot-13", ROT13 },
	{ "rot", ROT13 },
};
static const char *const single_bytes[] = { "iso-8859", "iso8859", "latin",
	"cp", "windows-", "koi8", "mac", "tis-620", "tis620", "hp-roman",
	"iso-ir", "ptcp", "kz-", "palmos" };

static enum family
family_of(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(encodings); i++)
		if (str_equal(encodings[i].name, name))
			return encodings[i].family;
	for (size_t i = 0; i < ARRAY_LEN(single_bytes); i++)
		if (str_starts(name, single_bytes[i]))
			return LATIN;
	return UNKNOWN;
}

/* ---- the coding line ---------------------------------------------------- */

static bool
is_encoding_char(uint8_t c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
	    (c >= 'A' && c <= 'Z') || c == '-' || c == '_' || c == '.';
}

/* coding[:=] name, in a comment; the name folded as Python compares it. */
static bool
coding_in(const uint8_t *at, const uint8_t *end, char out[SOURCE_ENCODING_MAX])
{
	size_t n = 0;

	for (; end - at > 7; at++) {
		if (memcmp(at, "coding", 6) != 0 ||
		    (at[6] != ':' && at[6] != '='))
			continue;
		for (at += 7; at < end && (*at == ' ' || *at == '\t'); at++)
			continue;
		for (; at < end && is_encoding_char(*at); at++) {
			uint8_t c = *at == '_' ? '-' : *at;

			if (n + 1 < SOURCE_ENCODING_MAX)
				out[n++] = (char)(c >= 'A' && c <= 'Z' ?
				    c | 0x20 : c);
		}
		out[n] = '\0';
		if (n != 0)
			return true;
	}
	return false;
}

static const uint8_t *
line_end(const uint8_t *at, const uint8_t *end)
{
	while (at < end && *at != '\n' && *at != '\r')
		at++;
	return at;
}

/* The first or second line, and the second only below a comment or nothing. */
static bool
find_coding(const uint8_t *data, size_t size, char out[SOURCE_ENCODING_MAX])
{
	const uint8_t *at = data, *end = data + size;

	for (int line = 0; line < 2 && at < end; line++) {
		const uint8_t *stop = line_end(at, end);

		while (at < stop && (*at == ' ' || *at == '\t' || *at == '\f'))
			at++;
		if (at < stop && *at != '#')
			return false;
		if (at < stop && coding_in(at, stop, out))
			return true;
		at = stop + 1;
		if (stop + 1 < end && stop[0] == '\r' && stop[1] == '\n')
			at++;
	}
	return false;
}

/* ---- conversion --------------------------------------------------------- */

struct reader {
	const uint8_t	*at, *end;
	uint8_t		*out;
};

static void
put(struct reader *r, uint32_t code)
{
	r->out = utf8_put(r->out, code);
}

static uint32_t
take(struct reader *r, unsigned int n, bool little)
{
	uint32_t v = 0;

	for (unsigned int i = 0; i < n; i++)
		v |= (uint32_t)r->at[i] << 8 * (little ? i : n - 1 - i);
	r->at += n;
	return v;
}

static void
read_utf16(struct reader *r, bool little)
{
	while (r->end - r->at >= 2) {
		uint32_t c = take(r, 2, little), low;

		if (c >= 0xd800 && c < 0xdc00 && r->end - r->at >= 2) {
			low = take(r, 2, little);
			if (low >= 0xdc00 && low < 0xe000)
				c = 0x10000 + ((c & 0x3ff) << 10 |
				    (low & 0x3ff));
			else
				r->at -= 2;
		}
		put(r, c);
	}
}

static void
read_utf32(struct reader *r, bool little)
{
	while (r->end - r->at >= 4)
		put(r, take(r, 4, little));
}

static void
read_latin(struct reader *r)
{
	while (r->at < r->end)
		put(r, *r->at++);
}

static bool
is_lead(uint8_t c, enum family family)
{
	if (family == SHIFT)
		return (c >= 0x81 && c <= 0x9f) || (c >= 0xe0 && c <= 0xfc);
	return c >= 0x81 && c <= 0xfe;
}

/* A lead byte takes the next one along, unless that ends the line. */
static void
read_double(struct reader *r, enum family family)
{
	while (r->at < r->end) {
		uint8_t c = *r->at++, next = r->at < r->end ? *r->at : 0;

		if (!is_lead(c, family) || next < 0x30 || (next < 0x40 &&
		    family != GB)) {
			put(r, c);
			continue;
		}
		put(r, PRIVATE_PLANE | (uint32_t)c << 8 | next);
		r->at++;
	}
}

static void
read_rot13(struct reader *r)
{
	for (; r->at < r->end; r->at++) {
		uint8_t c = *r->at, low = c | 0x20;

		if (low >= 'a' && low <= 'z')
			c = (uint8_t)(low < 'n' ? c + 13 : c - 13);
		*r->out++ = c;
	}
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
	return c == '+' ? 62 : c == '/' ? 63 : -1;
}

/* +...-: UTF-16 in base64 (RFC 2152). */
static void
read_shifted(struct reader *r)
{
	uint32_t bits = 0, high = 0;
	unsigned int n = 0;
	int v;

	for (; r->at < r->end && (v = base64_digit(*r->at)) >= 0; r->at++) {
		bits = bits << 6 | (uint32_t)v;
		n += 6;
		if (n < 16)
			continue;
		n -= 16;
		v = (int)(bits >> n & 0xffff);
		if (v >= 0xd800 && v < 0xdc00) {
			high = (uint32_t)v;
		} else if (v >= 0xdc00 && v < 0xe000 && high != 0) {
			put(r, 0x10000 + ((high & 0x3ff) << 10 |
			    ((uint32_t)v & 0x3ff)));
			high = 0;
		} else {
			put(r, (uint32_t)v);
		}
	}
	if (r->at < r->end && *r->at == '-')
		r->at++;
}

static void
read_utf7(struct reader *r)
{
	while (r->at < r->end) {
		uint8_t c = *r->at++;

		if (c != '+') {
			put(r, c);
		} else if (r->at < r->end && *r->at == '-') {
			put(r, c);
			r->at++;
		} else {
			read_shifted(r);
		}
	}
}

static int
hex_digit(uint8_t c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool
read_code(struct reader *r, unsigned int most, unsigned int base)
{
	const uint8_t *at = r->at;
	uint32_t code = 0;
	unsigned int n = 0;

	for (; n < most && at < r->end; n++, at++) {
		int v = hex_digit(*at);

		if (v < 0 || (unsigned int)v >= base)
			break;
		code = code * base + (uint32_t)v;
	}
	if (n == 0 || (base == 16 && n != most))
		return false;
	put(r, code);
	r->at = at;
	return true;
}

/* Escapes undone before Python reads the source: "\u000aimport os". */
static void
read_escaped(struct reader *r, bool raw)
{
	static const char letters[] = "abfnrtv", values[] = "\a\b\f\n\r\t\v";

	while (r->at < r->end) {
		uint8_t c = *r->at++, e = r->at < r->end ? *r->at : 0;
		const char *letter;
		bool done;

		if (c != '\\' || e == 0) {
			put(r, c);
			continue;
		}
		if (!raw && e >= '0' && e <= '7') {
			(void)read_code(r, 3, 8);
			continue;
		}
		r->at++;
		done = (e == 'u' && read_code(r, 4, 16)) ||
		    (e == 'U' && read_code(r, 8, 16)) ||
		    (!raw && e == 'x' && read_code(r, 2, 16));
		letter = strchr(letters, e);
		if (done)
			continue;
		if (!raw && letter != NULL)
			put(r, (uint8_t)values[letter - letters]);
		else if (!raw && (e == '\\' || e == '\'' || e == '"'))
			put(r, e);
		else if (raw || e != '\n') {
			put(r, c);
			put(r, e);
		}
	}
}

static void
convert(struct python_source *s, const uint8_t *data, size_t size,
    enum family family)
{
	struct reader r = { data, data + size, NULL };

	s->text = mem_array(4, size + 1);
	r.out = s->text;
	switch (family) {
	case LATIN:
		read_latin(&r);
		break;
	case DOUBLE:
	case SHIFT:
	case GB:
		read_double(&r, family);
		break;
	case UTF7:
		read_utf7(&r);
		break;
	case ESCAPED:
	case RAW_ESCAPED:
		read_escaped(&r, family == RAW_ESCAPED);
		break;
	case ROT13:
		read_rot13(&r);
		break;
	case UTF16LE:
	case UTF16BE:
		read_utf16(&r, family == UTF16LE);
		break;
	case UTF32LE:
	case UTF32BE:
		read_utf32(&r, family == UTF32LE);
		break;
	case PLAIN:
	case UNKNOWN:
		break;
	}
	s->size = (size_t)(r.out - s->text);
	s->text = mem_resize(s->text, s->size + 1);
	s->text[s->size] = '\0';
	s->converted = true;
}

static bool
is_ascii(const uint8_t *data, size_t size)
{
	size_t i = 0;
	uint64_t eight;

	for (; i + 8 <= size; i += 8) {
		memcpy(&eight, data + i, 8);
		if (eight & 0x8080808080808080u)
			return false;
	}
	for (; i < size; i++)
		if (data[i] >= 0x80)
			return false;
	return true;
}

static bool
alternates(const uint8_t *d, size_t size, size_t zero)
{
	size_t n = size < 64 ? size & ~(size_t)1 : 64;

	for (size_t i = 0; i < n; i += 2)
		if (d[i + zero] != 0 || d[i + 1 - zero] == 0)
			return false;
	return n >= 8;
}

/* The family that the first bytes show, and the length of the BOM. */
static enum family
family_of_bom(const uint8_t *d, size_t size, size_t *bom)
{
	*bom = 4;
	if (size >= 4 && memcmp(d, "\xff\xfe\0\0", 4) == 0)
		return UTF32LE;
	if (size >= 4 && memcmp(d, "\0\0\xfe\xff", 4) == 0)
		return UTF32BE;
	*bom = 2;
	if (size >= 2 && memcmp(d, "\xff\xfe", 2) == 0)
		return UTF16LE;
	if (size >= 2 && memcmp(d, "\xfe\xff", 2) == 0)
		return UTF16BE;
	*bom = 0;
	if (size >= 8 && alternates(d, size, 1))
		return UTF16LE;
	if (size >= 8 && alternates(d, size, 0))
		return UTF16BE;
	*bom = size >= 3 && memcmp(d, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
	return *bom != 0 ? PLAIN : UNKNOWN;
}

static void
name_encoding(struct python_source *s, enum family family)
{
	static const char *const names[] = { [UTF16LE] = "utf-16",
	    [UTF16BE] = "utf-16", [UTF32LE] = "utf-32", [UTF32BE] = "utf-32" };

	const char *name = family >= UTF16LE && family <= UTF32BE ?
	    names[family] : "utf-8";

	memcpy(s->encoding, name, strlen(name) + 1);
}

/* Python's tokenizer cuts "utf-8-with-signature-unix" behind its beginning. */
static enum family
family_of_cookie(const char *name)
{
	return str_starts(name, "utf-8-") ? PLAIN :
	    str_starts(name, "iso-latin-1-") ? LATIN : family_of(name);
}

void
python_source_read(struct python_source *s, const void *bytes, size_t size)
{
	const uint8_t *data = bytes;
	enum family family;
	size_t bom;

	*s = (struct python_source){ .known = true };
	if (size > PYTHON_SOURCE_MAX) {
		size = PYTHON_SOURCE_MAX;
		s->cut = true;
	}
	family = family_of_bom(data, size, &bom);
	s->bom = bom != 0;
	name_encoding(s, family);
	if (family == UNKNOWN) {
		family = PLAIN;
		s->declared = find_coding(data, size, s->encoding);
		if (s->declared)
			family = family_of_cookie(s->encoding);
		s->known = family != UNKNOWN;
	}
	data += bom;
	size -= bom;
	if (family == PLAIN || family == UNKNOWN || (family < UTF7 &&
	    is_ascii(data, size))) {
		s->text = mem_alloc(size + 1);
		memcpy(s->text, data, size);
		s->size = size;
		return;
	}
	convert(s, data, size, family);
}

static enum family
wide_family(const char *name)
{
	static const struct { const char *name; enum family family; } wide[] = {
		{ "utf-16", UTF16LE }, { "utf-16-le", UTF16LE },
		{ "utf-16le", UTF16LE }, { "u16", UTF16LE },
		{ "utf16", UTF16LE },
		{ "utf-16-be", UTF16BE }, { "utf-16be", UTF16BE },
		{ "utf-32", UTF32LE }, { "utf-32-le", UTF32LE },
		{ "utf-32le", UTF32LE }, { "utf-32-be", UTF32BE },
		{ "utf-32be", UTF32BE },
	};

	for (size_t i = 0; i < ARRAY_LEN(wide); i++)
		if (str_equal(wide[i].name, name))
			return wide[i].family;
	return family_of(name);
}

bool
python_source_decode(struct python_source *s, const char *encoding,
    const void *bytes, size_t size)
{
	enum family family = wide_family(encoding);
	const uint8_t *data = bytes;

	*s = (struct python_source){ .known = family != UNKNOWN };
	if (family == UNKNOWN || size > PYTHON_SOURCE_MAX)
		return false;
	if ((family == UTF16LE && size >= 2 && memcmp(data, "\xff\xfe", 2) ==
	    0)) {
		data += 2;
		size -= 2;
	}
	if (family != PLAIN) {
		convert(s, data, size, family);
		return true;
	}
	s->text = mem_alloc(size + 1);
	memcpy(s->text, data, size);
	s->size = size;
	return true;
}

void
python_source_release(struct python_source *s)
{
	free(s->text);
	*s = (struct python_source){ 0 };
}
