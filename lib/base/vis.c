/* SPDX-License-Identifier: Apache-2.0 */
/*
 * vis - text from outside, made safe to show.
 * Takes: any bytes.  Gives: valid UTF-8 without characters that act.
 * Runs in: every process.
 */
#include "base/vis.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"

static const struct { uint32_t first, last; } invisible[] = {
	{ 0x00, 0x1f }, { 0x7f, 0x9f }, { 0xad, 0xad }, { 0x34f, 0x34f },
	{ 0x61c, 0x61c }, { 0x115f, 0x1160 }, { 0x17b4, 0x17b5 },
	{ 0x180b, 0x180f }, { 0x200b, 0x200f }, { 0x2028, 0x202e },
	{ 0x2060, 0x206f }, { 0x3164, 0x3164 }, { 0xd800, 0xdfff },
	{ 0xfe00, 0xfe0f }, { 0xfeff, 0xfeff }, { 0xffa0, 0xffa0 },
	{ 0xfff0, 0xfffb }, { 0xfffe, 0xffff }, { 0xe0000, 0xe0fff },
};

static bool
is_invisible(uint32_t code)
{
	for (size_t i = 0; i < sizeof(invisible) / sizeof(*invisible); i++)
		if (code >= invisible[i].first && code <= invisible[i].last)
			return true;
	return false;
}

size_t
utf8_next(const uint8_t *s, size_t left, uint32_t *code)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	size_t		len;
	uint32_t	c = s[0];

	if (c < 0x80) {
		*code = c;
		return 1;
	}
	len = c >= 0xf0 && c < 0xf5 ? 4 : c >= 0xe0 && c < 0xf0 ? 3 :
	    c >= 0xc2 && c < 0xe0 ? 2 : 0;
	if (len == 0 || len > left)
		return 0;
	c &= 0x7fu >> len;
	for (size_t i = 1; i < len; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (s[i] & 0x3fu);
	}
	if (c < least[len] || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
		return 0;
	*code = c;
	return len;
}

size_t
ascii_run(const void *bytes, size_t len)
{
	const uint8_t	*s = bytes;
	size_t		 n = 0;

	for (uint64_t eight; len - n >= sizeof(eight); n += sizeof(eight)) {
		memcpy(&eight, s + n, sizeof(eight));
		if (eight & UINT64_C(0x8080808080808080))
			break;
	}
	while (n < len && s[n] < 0x80)
		n++;
	return n;
}

bool
utf8_valid(const void *bytes, size_t len)
{
	const uint8_t	*s = bytes;
	uint32_t	 code;

	for (size_t i = ascii_run(s, len), n; i < len; i += n) {
		if ((n = utf8_next(s + i, len - i, &code)) == 0)
			return false;
		if (code < 0x80)
			n += ascii_run(s + i + 1, len - i - 1);
	}
	return true;
}

void
utf8_add(struct buf *b, uint32_t c)
{
	if (c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
		c = 0xfffd;
	if (c < 0x80) {
		buf_addc(b, (char)c);
	} else if (c < 0x800) {
		buf_addc(b, (char)(0xc0 | c >> 6));
		buf_addc(b, (char)(0x80 | (c & 0x3f)));
	} else if (c < 0x10000) {
		buf_addc(b, (char)(0xe0 | c >> 12));
		buf_addc(b, (char)(0x80 | (c >> 6 & 0x3f)));
		buf_addc(b, (char)(0x80 | (c & 0x3f)));
	} else {
		buf_addc(b, (char)(0xf0 | c >> 18));
		buf_addc(b, (char)(0x80 | (c >> 12 & 0x3f)));
		buf_addc(b, (char)(0x80 | (c >> 6 & 0x3f)));
		buf_addc(b, (char)(0x80 | (c & 0x3f)));
	}
}

size_t
utf8_cut(const char *s, size_t len, size_t most)
{
	if (len <= most)
		return len;
	while (most > 0 && ((unsigned char)s[most] & 0xc0) == 0x80)
		most--;
	return most;
}

/* Printable ASCII, which is nearly everything. */
static size_t
plain_run(const uint8_t *s, size_t len)
{
	size_t n = 0;

	while (n < len && s[n] >= 0x20 && s[n] < 0x7f)
		n++;
	return n;
}

void
vis_add(struct buf *b, const void *bytes, size_t len, bool keep_lines)
{
	const uint8_t	*s = bytes;
	uint32_t	 code;

	for (size_t i = 0, n; i < len; i += n) {
		n = plain_run(s + i, len - i);
		if (n > 0) {
			buf_add(b, s + i, n);
			continue;
		}
		n = utf8_next(s + i, len - i, &code);
		if (n == 0) {
			buf_addf(b, "\\x%02x", s[i]);
			n = 1;
		} else if (keep_lines && (code == '\n' || code == '\t')) {
			buf_addc(b, (char)code);
		} else if (is_invisible(code)) {
			buf_addf(b, "\\u{%x}", (unsigned int)code);
		} else {
			buf_add(b, s + i, n);
		}
	}
}

void
vis_copy(char *out, size_t room, const char *s)
{
	struct buf	b = BUF_EMPTY;
	size_t		len;

	vis_add(&b, s, strlen(s), false);
	len = utf8_cut(buf_text(&b), b.len, room - 1);
	memcpy(out, buf_text(&b), len);
	out[len] = '\0';
	buf_release(&b);
}

const char *
vis(const char *s)
{
	static char	ring[8][201];
	static unsigned	next;
	char		*out = ring[next++ % 8];

	vis_copy(out, sizeof(ring[0]), s != NULL ? s : "-");
	return out;
}

char *
vis_dup(const void *bytes, size_t len)
{
	struct buf b = BUF_EMPTY;

	vis_add(&b, bytes, len, false);
	return buf_steal(&b);
}
