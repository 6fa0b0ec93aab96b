/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tails - what stands behind the end of a picture, sound or archive.
 *
 * Takes: views.  Gives: layers, and a finding where one is a program.
 * Runs in: worker child, command.  Only lengths are read; nothing is unpacked.
 * PNG (ISO 15948), JPEG (ITU T.81), GIF89a, RIFF (WAV, WebP), BMP, PDF (the
 * last %%EOF) and ZIP (APPNOTE 4.3.16).
 */
#include "inspect/layers/tails.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/str.h"
#include "flow/program.h"
#include "inspect/context.h"
#include "inspect/inspectors.h"
#include "inspect/layers/crib.h"
#include "inspect/layers/layers.h"

#define TAIL_FORMAT_LEAST 32	/* bytes of the shortest picture, and more */
#define TAIL_LEAST 16		/* the shortest command that fetches */

static size_t
big_endian(const uint8_t *at, int bytes)
{
	size_t n = 0;

	while (bytes-- > 0)
		n = n << 8 | *at++;
	return n;
}

static size_t
little_endian(const uint8_t *at, int bytes)
{
	size_t n = 0;

	while (bytes-- > 0)
		n = n << 8 | at[bytes];
	return n;
}

/* ---- where each format ends --------------------------------------------- */

static size_t
png_end(const uint8_t *data, size_t size)
{
	size_t at = 8, len;

	while (size - at >= 12) {
		len = big_endian(data + at, 4);
		if (len > size - at - 12)
			return size;
		if (memcmp(data + at + 4, "IEND", 4) == 0)
			return at + len + 12;
		at += len + 12;
	}
	return size;
}

/* Behind the entropy-coded part: where the next marker stands that is one. */
static size_t
jpeg_scan_end(const uint8_t *data, size_t size, size_t at)
{
	const uint8_t *found;

	while (at + 1 < size && (found = memchr(data + at, 0xff,
	    size - at - 1)) != NULL) {
		at = (size_t)(found - data);
		if (data[at + 1] != 0 && data[at + 1] != 0xff &&
		    (data[at + 1] & 0xf8) != 0xd0)
			return at;
		at++;
	}
	return size;
}

static size_t
jpeg_end(const uint8_t *data, size_t size)
{
	size_t at = 2, len;

	while (at < size && size - at >= 2 && data[at] == 0xff) {
		uint8_t marker = data[at + 1];

		if (marker == 0xd9)
			return at + 2;
		if (size - at < 4)
			return size;
		len = big_endian(data + at + 2, 2) + 2;
		if (len > size - at)
			return size;
		at += len;
		if (marker == 0xda)
			at = jpeg_scan_end(data, size, at);
	}
	return size;
}

/* Behind sub-blocks, each after its length, to the one that is empty. */
static size_t
gif_blocks_end(const uint8_t *data, size_t size, size_t at)
{
	while (at < size && data[at] != 0)
		at += data[at] + 1u;
	return at + 1;
}

static size_t
gif_colours(uint8_t flags)
{
	return flags & 0x80 ? (size_t)3 << ((flags & 7) + 1) : 0;
}

static size_t
gif_end(const uint8_t *data, size_t size)
{
	size_t at = 13 + gif_colours(data[10]);

	while (at + 10 < size) {
		if (data[at] == ';')
			return at + 1;
		if (data[at] == '!')
			at = gif_blocks_end(data, size, at + 2);
		else if (data[at] == ',')
			at = gif_blocks_end(data, size, at + 11 +
			    gif_colours(data[at + 9]));
		else
			return size;
	}
	return size;
}

static size_t
riff_end(const uint8_t *data, size_t size)
{
	size_t len = little_endian(data + 4, 4);

	return len < size - 8 && len > 4 ? len + 8 + (len & 1) : size;
}

static size_t
bmp_end(const uint8_t *data, size_t size)
{
	size_t len = little_endian(data + 2, 4);

	return len < size && len > 54 && little_endian(data + 6, 4) == 0 &&
	    little_endian(data + 14, 4) <= 124 ? len : size;
}

/* The last place where a few bytes stand, or NULL. */
static const uint8_t *
last_of(const uint8_t *data, size_t size, const char *bytes, size_t n)
{
	for (size_t at = size; at >= n; at--)
		if (data[at - n] == (uint8_t)bytes[0] &&
		    memcmp(data + at - n, bytes, n) == 0)
			return data + at - n;
	return NULL;
}

static size_t
pdf_end(const uint8_t *data, size_t size)
{
	const uint8_t *found = last_of(data, size, "%%EOF", 5);

	return found != NULL ? (size_t)(found - data) + 5 : size;
}

static size_t
zip_end(const uint8_t *data, size_t size)
{
	const uint8_t *found = last_of(data, size, "PK\5\6", 4);
	size_t at, comment;

	if (found == NULL || (at = (size_t)(found - data)) + 22 > size)
		return size;
	comment = little_endian(found + 20, 2);
	return comment <= size - at - 22 ? at + 22 + comment : size;
}

static const struct format {
	const char	*magic;
	size_t		 len;
	const char	*name;
	size_t		(*end)(const uint8_t *, size_t);
} formats[] = {
	{ "\x89PNG\r\n\x1a\n", 8, "png-tail", png_end },
	{ "\xff\xd8\xff", 3, "jpeg-tail", jpeg_end },
	{ "GIF8", 4, "gif-tail", gif_end },
	{ "RIFF", 4, "riff-tail", riff_end },
	{ "BM", 2, "bmp-tail", bmp_end },
	{ "%PDF-", 5, "pdf-tail", pdf_end },
	{ "PK\3\4", 4, "zip-tail", zip_end },
};

size_t
tails_find(const uint8_t *data, size_t size, const char **name)
{
	size_t end;

	if (size < TAIL_FORMAT_LEAST)
		return size;
	for (size_t i = 0; i < ARRAY_LEN(formats); i++)
		if (memcmp(data, formats[i].magic, formats[i].len) == 0) {
			end = formats[i].end(data, size);
			*name = formats[i].name;
			return end < size ? end : size;
		}
	return size;
}

/* ---- what stands there -------------------------------------------------- */

static bool
is_filler(uint8_t c)
{
	return c == 0 || c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

static void
look_tail(struct inspection *in, const struct view *v, const char *name,
    const uint8_t *tail, size_t size)
{
	bool shell = program_is_shell(tail, size);
	struct crib crib;

	if (shell || program_is_python(tail, size)) {
		inspection_report(in, v, &(struct report){ .rule = "tail-code",
		    .category = "hidden-program", .tactic = "TA0005",
		    .text = "a program's text behind the end of a picture, "
		    "sound or document", .layers = name, .snippet = tail,
		    .snippet_len = size });
		inspection_layer_as(in, v, name, 0, tail, size, shell ?
		    VIEW_SCRIPT : VIEW_PYTHON);
	} else if (layers_is_sense(tail, size) ||
	    crib_find(tail, size, &crib))
		inspection_layer(in, v, name, 0, tail, size);
}

void
tails_view(struct inspection *in, const struct view *v)
{
	const char *name;
	size_t at, end = v->size;

	if (v->kind == VIEW_PYTHON || v->size > LAYER_BYTES_MAX)
		return;
	at = tails_find(v->data, v->size, &name);
	while (at < end && is_filler(v->data[at]))
		at++;
	while (end > at && v->data[end - 1] == 0)
		end--;
	if (end - at >= TAIL_LEAST)
		look_tail(in, v, name, v->data + at, end - at);
}
