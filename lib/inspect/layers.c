/* SPDX-License-Identifier: Apache-2.0 */
/*
 * layers - what encodings hide.
 *
 * Takes: literals of Python source, whole texts, packed bytes.
 * Gives: decoded layers, looked at by every inspector in turn.
 * Runs in: worker child, command.  Depth, number and bytes are bounded in
 * inspection_layer; a layer that makes no sense is not followed.
 */
#include "inspect/layers.h"

#include <libdeflate.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/mem.h"
#include "base/str.h"
#include "base/vis.h"
#include "inspect/context.h"
#include "inspect/disguise.h"
#include "inspect/inspectors.h"
#include "python/token.h"

#define LITERAL_LEAST 40	/* shorter ones hide nothing worth a look */
#define CODE_LEAST 12

/* ---- alphabets --------------------------------------------------------------- */

static int
base64_value(unsigned char c)
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

static bool
is_blank(unsigned char c)
{
	return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

static uint8_t *
decode_base64(const char *text, size_t len, size_t *out_len)
{
	uint8_t *out = mem_alloc(len / 4 * 3 + 4);
	uint32_t bits = 0;
	unsigned int n = 0;
	size_t k = 0, digits = 0, i;

	for (i = 0; i < len; i++) {
		int v = base64_value((unsigned char)text[i]);

		if (v < 0) {
			if (is_blank((unsigned char)text[i]))
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
	while (i < len && (text[i] == '=' || is_blank((unsigned char)text[i])))
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

static uint8_t *
decode_hex(const char *text, size_t len, size_t *out_len)
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

static uint8_t *
decode_base32(const char *text, size_t len, size_t *out_len)
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

uint8_t *
layers_decode_text(const char *text, size_t len, size_t *out_len)
{
	uint8_t *out = decode_hex(text, len, out_len);

	return out != NULL ? out : decode_base64(text, len, out_len);
}

/* ---- compression -------------------------------------------------------------- */

static bool
is_zlib(const uint8_t *d, size_t size)
{
	return size > 8 && (d[0] & 0x0f) == 8 && d[0] >> 4 <= 7 &&
	    (d[0] * 256 + d[1]) % 31 == 0;
}

static bool
is_gzip(const uint8_t *d, size_t size)
{
	return size > 18 && d[0] == 0x1f && d[1] == 0x8b && d[2] == 8;
}

/* libdeflate wants the room first: it is grown until the result fits. */
static uint8_t *
inflate_whole(const uint8_t *data, size_t size, bool gzip, size_t most,
    size_t *out_len)
{
	struct libdeflate_decompressor *d = libdeflate_alloc_decompressor();
	enum libdeflate_result result = LIBDEFLATE_INSUFFICIENT_SPACE;
	uint8_t *out = NULL;

	for (size_t room = 64 * 1024; d != NULL &&
	    result == LIBDEFLATE_INSUFFICIENT_SPACE && room <= most;
	    room *= 8) {
		free(out);
		out = mem_try(room);
		if (out == NULL)
			break;
		result = gzip ? libdeflate_gzip_decompress(d, data, size, out,
		    room, out_len) : libdeflate_zlib_decompress_ex(d, data,
		    size, out, room, NULL, out_len);
	}
	libdeflate_free_decompressor(d);
	if (result == LIBDEFLATE_SUCCESS && *out_len != 0)
		return out;
	free(out);
	return NULL;
}

/* ---- one layer ------------------------------------------------------------------ */

/* Worth following: text, a packed stream, an executable, an archive. */
static bool
makes_sense(const uint8_t *data, size_t size)
{
	if (size < CODE_LEAST)
		return false;
	return is_zlib(data, size) || is_gzip(data, size) ||
	    executable_of(data, size) != EXECUTABLE_NONE ||
	    (context_is_text(data, size) && utf8_valid(data, size));
}

static uint8_t *
keep(uint8_t *decoded, const char *as, size_t *len, const char **name)
{
	if (decoded == NULL)
		return NULL;
	if (makes_sense(decoded, *len)) {
		*name = as;
		return decoded;
	}
	free(decoded);
	return NULL;
}

static uint8_t *
peel_text(const char *text, size_t len, size_t *out_len, const char **name)
{
	uint8_t *out;
	char *back;

	while (len > 0 && is_blank((unsigned char)text[len - 1]))
		len--;
	out = keep(decode_hex(text, len, out_len), "hex", out_len, name);
	if (out == NULL)
		out = keep(decode_base64(text, len, out_len), "base64",
		    out_len, name);
	if (out == NULL)
		out = keep(decode_base32(text, len, out_len), "base32",
		    out_len, name);
	if (out != NULL || len == 0 || (text[0] != '=' &&
	    base64_value((unsigned char)text[0]) < 0))
		return out;
	back = mem_alloc(len + 1);
	for (size_t i = 0; i < len; i++)
		back[i] = text[len - 1 - i];
	out = keep(decode_base64(back, len, out_len), "reversed > base64",
	    out_len, name);
	free(back);
	return out;
}

static uint8_t *
peel_reversed(const uint8_t *data, size_t size, size_t most, size_t *out_len)
{
	uint8_t *back, *out;

	if (size < 16 || !is_zlib((const uint8_t[9]){ data[size - 1],
	    data[size - 2] }, 9))
		return NULL;
	back = mem_alloc(size);
	for (size_t i = 0; i < size; i++)
		back[i] = data[size - 1 - i];
	out = inflate_whole(back, size, false, most, out_len);
	free(back);
	return out;
}

uint8_t *
layers_peel(const uint8_t *data, size_t size, size_t most, size_t *out_len,
    const char **name)
{
	uint8_t *out = NULL;

	if (is_gzip(data, size)) {
		*name = "gzip";
		return inflate_whole(data, size, true, most, out_len);
	}
	if (is_zlib(data, size)) {
		*name = "zlib";
		out = inflate_whole(data, size, false, most, out_len);
	}
	if (out == NULL && size <= most)
		out = peel_text((const char *)data, size, out_len, name);
	if (out == NULL && size <= most) {
		*name = "reversed > zlib";
		out = peel_reversed(data, size, most, out_len);
	}
	return out;
}

/* ---- literals -------------------------------------------------------------------- */

/* A literal that is itself a program. */
static bool
is_program(const uint8_t *text, size_t len)
{
	static const char *const deeds[] = { "exec(", "urlopen", "requests.",
	    "subprocess", "socket.", "os.system", "b64decode", "Popen" };

	if (memmem(text, len, "import ", 7) == NULL)
		return false;
	for (size_t i = 0; i < ARRAY_LEN(deeds); i++)
		if (memmem(text, len, deeds[i], strlen(deeds[i])) != NULL)
			return true;
	return false;
}

static void
look_literal(struct inspection *in, const struct view *v, const uint8_t *text,
    size_t len, uint32_t line)
{
	struct view later = *v;
	const char *name;
	uint8_t *out;
	size_t n;

	if (len < LITERAL_LEAST)
		return;
	out = layers_peel(text, len, LAYER_BYTES_MAX, &n, &name);
	if (out != NULL) {
		inspection_layer(in, v, name, line, out, n);
		free(out);
	} else if (is_program(text, len)) {
		/* Nobody says that it runs. */
		if (later.context == CONTEXT_IMPORT)
			later.context = CONTEXT_CALL;
		inspection_layer(in, &later, "string", line, text, len);
	}
}

static void
look_python(struct inspection *in, const struct view *v)
{
	struct token_reader r;
	struct buf text = BUF_EMPTY;
	struct token t;
	uint32_t line = 0;
	bool fresh = true, alone = false;

	token_open(&r, v->data, v->size);
	do {
		(void)token_next(&r, &t);
		if (t.kind == TOKEN_STRING) {
			size_t room = t.body_end - t.body;
			uint8_t *bytes = mem_alloc(room + 1);

			if (fresh) {
				line = t.line;
				alone = t.first;
			}
			fresh = false;
			buf_add(&text, bytes, token_string(&r, &t, bytes,
			    room));
			free(bytes);
			continue;
		}
		if (t.kind == TOKEN_COMMENT || (t.kind == TOKEN_OPERATOR &&
		    token_is(&r, &t, "+") && !fresh))
			continue;
		/* A text that stands alone documents. */
		if (!fresh && !(alone && t.kind == TOKEN_LINE))
			look_literal(in, v, (const uint8_t *)text.data,
			    text.len, line);
		buf_reset(&text);
		fresh = true;
	} while (t.kind != TOKEN_END);
	buf_release(&text);
}

void
layers_view(struct inspection *in, const struct view *v)
{
	const char *name;
	uint8_t *out;
	size_t n;

	if (v->kind == VIEW_PYTHON) {
		look_python(in, v);
		return;
	}
	/* Packed members of honest packages are data; of layers they are not. */
	if (v->size < LITERAL_LEAST || v->size > LAYER_BYTES_MAX)
		return;
	out = layers_peel(v->data, v->size, LAYER_BYTES_MAX, &n, &name);
	if (out == NULL)
		return;
	inspection_layer(in, v, name, 0, out, n);
	free(out);
}
