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

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/mem.h"
#include "base/str.h"
#include "base/vis.h"
#include "inspect/alphabets.h"
#include "inspect/context.h"
#include "inspect/disguise.h"
#include "inspect/inspectors.h"
#include "inspect/packed.h"
#include "python/token.h"

#define LITERAL_LEAST 40	/* shorter ones hide nothing worth a look */
#define CODE_LEAST 12
#define BASE85_LEAST 60		/* its alphabet is nearly every letter */

uint8_t *
layers_decode_text(const char *text, size_t len, size_t *out_len)
{
	uint8_t *out = alphabet_hex(text, len, out_len);

	return out != NULL ? out : alphabet_base64(text, len, out_len);
}

/* ---- one layer ------------------------------------------------------------------ */

static bool is_plain_utf16(const uint8_t *, size_t);

/* Worth following: text, a packed stream, an executable, an archive. */
static bool
makes_sense(const uint8_t *data, size_t size)
{
	if (size < CODE_LEAST)
		return false;
	return packed_is(data, size) || is_plain_utf16(data, size) ||
	    executable_of(data, size) != EXECUTABLE_NONE ||
	    (context_is_text(data, size) && utf8_valid(data, size));
}

static bool
is_plain_utf16(const uint8_t *data, size_t size)
{
	size_t n;
	uint8_t *text = size > 4 && (data[0] == 0) != (data[1] == 0) ?
	    alphabet_utf16(data, size, &n) : NULL;

	free(text);
	return text != NULL;
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

	while (len > 0 && alphabet_is_blank((unsigned char)text[len - 1]))
		len--;
	out = keep(alphabet_hex(text, len, out_len), "hex", out_len, name);
	if (out == NULL)
		out = keep(alphabet_base64(text, len, out_len), "base64",
		    out_len, name);
	if (out == NULL)
		out = keep(alphabet_base32(text, len, out_len), "base32",
		    out_len, name);
	if (out == NULL && len >= BASE85_LEAST)
		out = keep(alphabet_base85(text, len, out_len), "base85",
		    out_len, name);
	if (out != NULL || len == 0 || (text[0] != '=' &&
	    alphabet_base64_value((unsigned char)text[0]) < 0))
		return out;
	back = mem_alloc(len + 1);
	for (size_t i = 0; i < len; i++)
		back[i] = text[len - 1 - i];
	out = keep(alphabet_base64(back, len, out_len), "reversed > base64",
	    out_len, name);
	free(back);
	return out;
}

static uint8_t *
peel_reversed(const uint8_t *data, size_t size, size_t most, size_t *out_len)
{
	uint8_t *back, *out;
	const char *name;

	if (size < 16 || !packed_is_zlib((const uint8_t[9]){ data[size - 1],
	    data[size - 2] }, 9))
		return NULL;
	back = mem_alloc(size);
	for (size_t i = 0; i < size; i++)
		back[i] = data[size - 1 - i];
	out = packed_open(back, size, most, out_len, &name);
	free(back);
	return out;
}

uint8_t *
layers_peel(const uint8_t *data, size_t size, size_t most, size_t *out_len,
    const char **name)
{
	uint8_t *out = packed_open(data, size, most, out_len, name);

	if (out == NULL && size <= most)
		out = keep(alphabet_utf16(data, size, out_len), "utf-16",
		    out_len, name);
	if (out == NULL && size <= most)
		out = peel_text((const char *)data, size, out_len, name);
	if (out == NULL && size <= most) {
		*name = "reversed > zlib";
		out = peel_reversed(data, size, most, out_len);
	}
	return out;
}

/* As the function or codec `how` would. */
uint8_t *
layers_decode_as(const char *how, const char *text, size_t len, size_t most,
    size_t *out_len)
{
	const uint8_t *bytes = (const uint8_t *)text;
	const char *name;

	if (strstr(how, "rot") != NULL)
		return alphabet_rot13(text, len, out_len);
	if (strstr(how, "compress") != NULL || strstr(how, "zip") != NULL ||
	    strstr(how, "bz2") != NULL || strstr(how, "zlib") != NULL)
		return packed_open(bytes, len, most, out_len, &name);
	if (strstr(how, "b85") != NULL)
		return alphabet_base85(text, len, out_len);
	if (strstr(how, "a85") != NULL)
		return alphabet_ascii85(text, len, out_len);
	if (strstr(how, "32") != NULL)
		return alphabet_base32(text, len, out_len);
	if (strstr(how, "16le") != NULL || strstr(how, "utf") != NULL)
		return alphabet_utf16(bytes, len, out_len);
	if (strstr(how, "64") != NULL)
		return alphabet_base64(text, len, out_len);
	return layers_decode_text(text, len, out_len);
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
			later.context = CONTEXT_DATA;
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
