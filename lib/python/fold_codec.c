/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fold_codec - encodings and compressions of known values, as layers.
 * Runs in: worker child, command.
 */
#include <string.h>

#include "base/str.h"
#include "python/decode.h"
#include "python/fold_state.h"
#include "python/source.h"
#include "python/utf8.h"

#define CODEC_NAME_MOST 32

/* How many times slower than going through its bytes a decoder is, measured;
 * what it writes is paid for by itself. */
static unsigned int
decoding_pace(enum decoding d)
{
	switch (d) {
	case DECODE_BASE85:
	case DECODE_LZMA:
		return 16;
	case DECODE_BZ2:
		return 64;
	default:
		return 4;
	}
}

struct value
decode_value(struct fold *f, uint32_t node, enum decoding d, struct value v)
{
	uint64_t cost = (uint64_t)v.len * decoding_pace(d) +
	    (d >= DECODE_PACKED ? FOLD_UNPACK_COST : 0);
	struct buf b;
	bool ok;

	/* With holes in it, nothing of it can be unpacked. */
	if (!value_is_text(&v) || v.len == 0 || v.flags & VALUE_OPEN ||
	    !fold_pay(f, node, cost) || !value_begin(f, node, &b))
		return value_unknown();
	ok = decode_bytes(d, v.bytes, v.len, &b);
	return value_decoded(f, node, decode_name(d), &v, VALUE_BYTES, &b, ok);
}

/* As codecs.lookup compares names; false when it is too long for one. */
static bool
codec_name(const struct value *v, char out[CODEC_NAME_MOST])
{
	if (!value_is_text(v) || v->len >= CODEC_NAME_MOST)
		return false;
	for (uint32_t i = 0; i < v->len; i++) {
		uint8_t c = v->bytes[i];

		out[i] = (char)(c == '_' || c == ' ' ? '-' : c >= 'A' &&
		    c <= 'Z' ? c | 0x20 : c);
	}
	out[v->len] = '\0';
	return true;
}

static int
packing(const char *name)
{
	static const struct { const char *name; enum decoding d; } codecs[] = {
		{ "base64", DECODE_BASE64 }, { "base64-codec", DECODE_BASE64 },
		{ "base-64", DECODE_BASE64 },
		{ "hex", DECODE_BASE16 }, { "hex-codec", DECODE_BASE16 },
		{ "zlib", DECODE_ZLIB }, { "zlib-codec", DECODE_ZLIB },
		{ "zip", DECODE_ZLIB }, { "bz2", DECODE_BZ2 },
		{ "bz2-codec", DECODE_BZ2 }, { "uu", DECODE_UU },
		{ "uu-codec", DECODE_UU }, { "quopri", DECODE_QUOTED },
		{ "quopri-codec", DECODE_QUOTED },
		{ "quotedprintable", DECODE_QUOTED },
		{ "rot13", DECODE_ROT13 }, { "rot-13", DECODE_ROT13 },
	};

	for (size_t i = 0; i < ARRAY_LEN(codecs); i++)
		if (str_equal(codecs[i].name, name))
			return (int)codecs[i].d;
	return -1;
}

static bool
is_utf8(const char *name)
{
	return str_equal(name, "utf-8") || str_equal(name, "utf8") ||
	    str_equal(name, "ascii") || str_equal(name, "us-ascii") ||
	    str_equal(name, "utf-8-sig") || str_equal(name, "u8") ||
	    str_equal(name, "utf");
}

static struct value
text_decoded(struct fold *f, uint32_t node, const char *name, struct value v)
{
	struct python_source s;
	struct value out = value_unknown();
	bool escapes = str_equal(name, "unicode-escape") ||
	    str_equal(name, "raw-unicode-escape");

	if (is_utf8(name)) {
		v.kind = VALUE_STR;
		v.flags &= (uint8_t)~(VALUE_GROWS | VALUE_ASCII);
		return v;
	}
	if (!python_source_decode(&s, name, v.bytes, v.len))
		return out;
	out = value_copy(f, node, VALUE_STR, s.text, s.size);
	out.layer = v.layer;
	python_source_release(&s);
	return escapes ? value_layer(f, node, "unicode-escape", &v, out) : out;
}

static struct value
text_encoded(struct fold *f, uint32_t node, const char *name, struct value v)
{
	bool latin = str_starts(name, "latin") || str_equal(name,
	    "iso-8859-1") || str_equal(name, "l1");
	bool wide = str_starts(name, "utf-16") || str_starts(name, "utf16");
	uint8_t *room;
	size_t n = 0;

	if (!latin && !wide) {
		v.kind = VALUE_BYTES;
		v.flags &= (uint8_t)~(VALUE_GROWS | VALUE_ASCII);
		return v;
	}
	room = fold_room(f, node, 2 * (size_t)v.len);
	if (room == NULL)
		return value_unknown();
	for (uint32_t i = 0; i < v.len;) {
		size_t len = str_offset(v.bytes + i, v.len - i, 1);
		uint32_t c = utf8_get(v.bytes + i, len);

		if (c > 0xffff || (latin && c > 0xff))
			return value_unknown();
		room[n++] = (uint8_t)c;
		if (wide)
			room[n++] = (uint8_t)(c >> 8);
		i += (uint32_t)len;
	}
	v.bytes = room;
	v.len = (uint32_t)n;
	v.kind = VALUE_BYTES;
	v.flags &= (uint8_t)~(VALUE_GROWS | VALUE_ASCII);
	return v;
}

struct value
decode_codec(struct fold *f, uint32_t node, const struct value *codec,
    struct value v, bool decoding)
{
	char name[CODEC_NAME_MOST];
	struct value out;
	int pack;

	if (!value_is_text(&v) || !codec_name(codec, name))
		return value_unknown();
	pack = packing(name);
	if (pack >= 0 && (decoding || pack == DECODE_ROT13)) {
		out = decode_value(f, node, (enum decoding)pack, v);
		if (pack == DECODE_ROT13 && out.kind == VALUE_BYTES)
			out.kind = v.kind;
		return out;
	}
	if (pack >= 0)
		return value_unknown();
	out = decoding ? text_decoded(f, node, name, v) :
	    text_encoded(f, node, name, v);
	out.flags |= v.flags & VALUE_OPEN;
	return out;
}
