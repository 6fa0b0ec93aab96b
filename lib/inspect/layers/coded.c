/* SPDX-License-Identifier: Apache-2.0 */
/*
 * coded - programs written so that nobody reads them.
 *
 * Takes: literals and layers.  Gives: layers, and a finding for a program that
 * was encoded, whoever runs it.
 * Runs in: worker child, command.  Linear.
 */
#include "inspect/layers/coded.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/str.h"
#include "flow/program.h"
#include "flow/reading.h"
#include "inspect/disguise.h"
#include "inspect/layers/bundled.h"
#include "inspect/layers/crib.h"
#include "python/decode.h"
#include "python/tree.h"

#define NUMBERS_LEAST 32	/* shorter lists hold no program */
#define ESCAPES_LEAST 12	/* fewer spell a word or a sign */
#define ADDRESS_MOST 40		/* characters of a UUID, a fraction, and more */

/* ---- a program under an encoding ---------------------------------------- */

/* Is one of these among the names of a chain, "base64 > xor:0x2a"? */
static bool
chain_has(const char *chain, const char *const *names, size_t n)
{
	for (const char *at = chain; at != NULL; at = strstr(at, " > ")) {
		at += str_starts(at, " > ") ? 3 : 0;
		for (size_t i = 0; i < n; i++)
			if (str_starts(at, names[i]))
				return true;
	}
	return false;
}

/* Code that puts a text together is a template; these hide one. */
static bool
is_encoded(const struct view *v)
{
	static const char *const encodings[] = { "base", "hex", "ascii85",
	    "rot13", "reversed", "numbers", "zlib", "deflate", "gzip", "bz",
	    "lzma", "xz", "zstd", "uu", "addresses", "doubles", "escapes" };
	static const char *const keys[] = { "xor", "add:" };
	const struct view *outer = v;

	while (outer->outer != NULL)
		outer = outer->outer;
	/* Files that are packed as a whole are data of honest packages. */
	return v->layers != NULL && (chain_has(v->layers, keys,
	    ARRAY_LEN(keys)) || (outer->kind == VIEW_PYTHON &&
	    chain_has(v->layers, encodings, ARRAY_LEN(encodings))));
}

void
coded_program(struct inspection *in, const struct view *v)
{
	struct report r = { .rule = "coded-code", .category = "hidden-program",
	    .tactic = "TA0005", .snippet = v->data, .snippet_len = v->size,
	    .text = "a literal that is an encoded program" };
	bool python;

	if (v->kind == VIEW_BINARY || !is_encoded(v))
		return;
	python = program_is_python(v->data, v->size);
	if (!python && !program_is_shell(v->data, v->size))
		return;
	if (!python || (in->acts && in->acts_early)) {
		r.rule = "coded-acts";
		r.text = "an encoded program that fetches, sends or runs "
		    "something by itself";
	}
	inspection_report(in, v, &r);
	if (str_equal(r.rule, "coded-code"))
		bundled_note(in, v);
}

/* ---- keys, and what needs none ------------------------------------------ */

void
coded_key(struct inspection *in, const struct view *v, const uint8_t *data,
    size_t size, uint32_t line)
{
	struct crib crib;
	uint8_t *text;

	if (!crib_find(data, size, &crib))
		return;
	text = crib_undo(data, &crib);
	inspection_layer(in, v, crib.name, line, text, crib.len);
	free(text);
}

static uint8_t *
backwards(const uint8_t *data, size_t size)
{
	uint8_t *back = mem_alloc(size + 1);

	for (size_t i = 0; i < size; i++)
		back[i] = data[size - 1 - i];
	return back;
}

/* The program that a letter for a letter hides, or NULL. */
static void
look_turned(struct inspection *in, const struct view *v, const uint8_t *data,
    size_t size, uint32_t line)
{
	struct buf out = { .most = LAYER_BYTES_MAX };

	if (decode_bytes(DECODE_ROT13, data, size, &out) &&
	    program_is_python((const uint8_t *)out.data, out.len))
		inspection_layer(in, v, "rot13", line, out.data, out.len);
	buf_release(&out);
}

/* "\\x63\\x75", as a shell or another interpreter undoes it. */
static void
look_escapes(struct inspection *in, const struct view *v, const uint8_t *data,
    size_t size, uint32_t line)
{
	struct buf out = { .most = LAYER_BYTES_MAX };
	size_t escapes = 0;

	for (size_t i = 0; i < size; i++) {
		int high = size - i > 3 && data[i] == '\\' &&
		    data[i + 1] == 'x' ? hex_digit(data[i + 2]) : -1;
		int low = high >= 0 ? hex_digit(data[i + 3]) : -1;

		escapes += low >= 0;
		buf_addc(&out, (char)(low >= 0 ? high << 4 | low : data[i]));
		i += low >= 0 ? 3 : 0;
	}
	if (escapes >= ESCAPES_LEAST && (program_is_shell(
	    (const uint8_t *)out.data, out.len) || program_is_python(
	    (const uint8_t *)out.data, out.len)))
		inspection_layer(in, v, "escapes", line, out.data, out.len);
	buf_release(&out);
}

void
coded_literal(struct inspection *in, const struct view *v, const uint8_t *data,
    size_t size, uint32_t line)
{
	uint8_t *back;

	static const char *const turned[] = { " tropmi", "__tropmi__", " lruc",
	    " tegw", "hs/nib/" };
	static const char *const any[] = { "\\x", " tropmi", "__tropmi__",
	    " lruc", " tegw", "hs/nib/", "vzcbeg ", "__vzcbeg__" };

	if (!str_any_in(any, ARRAY_LEN(any), data, size)) {
		if (crib_is_dense(data, size))
			coded_key(in, v, data, size, line);
	} else if (memmem(data, size, "\\x", 2) != NULL) {
		look_escapes(in, v, data, size, line);
	} else if (str_any_in(turned, ARRAY_LEN(turned), data, size)) {
		back = backwards(data, size);
		if (program_is_python(back, size) ||
		    program_is_shell(back, size))
			inspection_layer(in, v, "reversed", line, back, size);
		free(back);
	} else {
		look_turned(in, v, data, size, line);
	}
}

/* ---- lists of numbers --------------------------------------------------- */

/* The lowest byte of a whole number as it is written; -1: it is none. */
static int
byte_of(const struct tree *t, uint32_t node)
{
	const struct node *n = &t->nodes[node];
	const uint8_t *text = t->source.text + n->at;
	size_t len = n->end - n->at, i = 0;
	unsigned int sum = 0, base = 10;

	if (len > 2 && text[0] == '0' && (text[1] | 0x20) == 'x') {
		base = 16;
		i = 2;
	}
	for (; i < len; i++) {
		int digit = text[i] == '_' ? 0 : hex_digit(text[i]);

		if (digit < 0 || (unsigned int)digit >= base)
			return -1;
		sum = sum * base + (unsigned int)digit;
	}
	return (int)(sum & 0xff);
}

/* ---- lists of addresses, identifiers and fractions ---------------------- */

enum address_kind { ADDRESS_NONE, ADDRESS_IP, ADDRESS_UUID, ADDRESS_MAC,
	ADDRESS_DOUBLE };

/* "192.0.2.1": four bytes. */
static size_t
ip_bytes(const char *text, uint8_t out[16])
{
	unsigned int b[4];
	int n = 0;

	if (sscanf(text, "%3u.%3u.%3u.%3u%n", &b[0], &b[1], &b[2], &b[3],
	    &n) != 4 || text[n] != '\0')
		return 0;
	for (size_t i = 0; i < 4; i++)
		out[i] = (uint8_t)b[i];
	return 4;
}

/* Pairs of digits with signs between: six bytes of a network card, or sixteen
 * of a UUID. */
static size_t
pairs_bytes(const char *text, uint8_t out[16])
{
	size_t n = 0;

	while (*text != '\0' && n < 16) {
		int high = hex_digit((uint8_t)text[0]);
		int low = high >= 0 ? hex_digit((uint8_t)text[1]) : -1;

		if (low < 0)
			return 0;
		out[n++] = (uint8_t)(high << 4 | low);
		text += 2;
		text += *text == '-' || *text == ':';
	}
	return *text == '\0' && (n == 6 || n == 16) ? n : 0;
}

static enum address_kind
address_bytes(const char *text, struct buf *out)
{
	uint8_t bytes[16];
	size_t n = ip_bytes(text, bytes);

	if (n == 0)
		n = pairs_bytes(text, bytes);
	buf_add(out, bytes, n);
	return n == 0 ? ADDRESS_NONE : n == 4 ? ADDRESS_IP : n == 6 ?
	    ADDRESS_MAC : ADDRESS_UUID;
}

static enum address_kind
double_bytes(const char *text, struct buf *out)
{
	char *end;
	double value = strtod(text, &end);
	uint8_t bytes[sizeof(value)];

	if (end == text || *end != '\0')
		return ADDRESS_NONE;
	memcpy(bytes, &value, sizeof(value));
	buf_add(out, bytes, sizeof(bytes));
	return ADDRESS_DOUBLE;
}

/* Without its quotes, NUL-terminated; false: it is no short literal. */
static bool
literal_text(const struct tree *t, uint32_t node, char out[ADDRESS_MOST + 1])
{
	const struct node *n = &t->nodes[node];
	const char *text = (const char *)t->source.text + n->at;
	size_t len = n->end - n->at;

	if (n->kind == NODE_STRING && len >= 2 && (*text == '"' ||
	    *text == '\'')) {
		text++;
		len -= 2;
	} else if (n->kind != NODE_NUMBER)
		return false;
	if (len > ADDRESS_MOST)
		return false;
	memcpy(out, text, len);
	out[len] = '\0';
	return true;
}

/* Bytes that a list of them spells, all of one kind; nothing otherwise. */
static enum address_kind
addresses_read(const struct tree *t, uint32_t node, struct buf *out)
{
	enum address_kind kind = ADDRESS_NONE;

	for (uint32_t k = t->nodes[node].kid; k != 0; k = t->nodes[k].next) {
		enum address_kind one;
		char text[ADDRESS_MOST + 1];

		one = !literal_text(t, k, text) ? ADDRESS_NONE :
		    t->nodes[k].kind == NODE_NUMBER ? double_bytes(text, out) :
		    address_bytes(text, out);
		if (one == ADDRESS_NONE || (kind != ADDRESS_NONE &&
		    kind != one)) {
			buf_reset(out);
			return ADDRESS_NONE;
		}
		kind = one;
	}
	return kind;
}

/* From bytes to bytes_le: the first three fields the other way round. */
static void
uuids_turn(struct buf *bytes)
{
	static const uint8_t from[8] = { 3, 2, 1, 0, 5, 4, 7, 6 };

	for (size_t i = 0; i + 16 <= bytes->len; i += 16) {
		char field[8];

		memcpy(field, bytes->data + i, sizeof(field));
		for (size_t k = 0; k < sizeof(field); k++)
			bytes->data[i + k] = field[from[k]];
	}
}

static void
numbers_read(const struct tree *t, uint32_t node, struct buf *out)
{
	for (uint32_t k = t->nodes[node].kid; k != 0; k = t->nodes[k].next) {
		uint32_t n = k;
		bool minus = t->nodes[k].kind == NODE_UNARY &&
		    t->nodes[k].op == '-';
		int byte;

		if (minus)
			n = t->nodes[k].kid;
		byte = t->nodes[n].kind == NODE_NUMBER ? byte_of(t, n) : -1;
		if (byte < 0)
			break;
		buf_addc(out, (char)(minus ? -byte : byte));
	}
}

static bool
look_bytes(struct inspection *in, const struct view *v, const char *name,
    uint32_t node, const struct buf *bytes)
{
	const struct tree *t = v->reading->tree;
	const uint8_t *data = (const uint8_t *)buf_text(bytes);
	struct crib crib;

	if (bytes->len < NUMBERS_LEAST || (!program_is_python(data,
	    bytes->len) && !program_is_shell(data, bytes->len) &&
	    executable_of(data, bytes->len) == EXECUTABLE_NONE &&
	    !crib_find(data, bytes->len, &crib)))
		return false;
	inspection_layer(in, v, name, tree_line(t, t->nodes[node].at), data,
	    bytes->len);
	return true;
}

void
coded_numbers(struct inspection *in, const struct view *v, uint32_t node)
{
	const struct tree *t = v->reading->tree;
	struct buf bytes = { .most = CRIB_ENDS_MAX };
	enum address_kind kind = ADDRESS_NONE;

	numbers_read(t, node, &bytes);
	if (bytes.len == 0)
		kind = addresses_read(t, node, &bytes);
	if (!look_bytes(in, v, kind == ADDRESS_NONE ? "numbers" :
	    kind == ADDRESS_DOUBLE ? "doubles" : "addresses", node, &bytes) &&
	    kind == ADDRESS_UUID) {
		uuids_turn(&bytes);
		(void)look_bytes(in, v, "addresses", node, &bytes);
	}
	buf_release(&bytes);
}
