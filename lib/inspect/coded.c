/* SPDX-License-Identifier: Apache-2.0 */
/*
 * coded - programs written so that nobody reads them.
 *
 * Takes: literals and layers.  Gives: layers, and a finding for a program that
 * was encoded, whoever runs it.
 * Runs in: worker child, command.  Linear.
 */
#include "inspect/coded.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/str.h"
#include "inspect/crib.h"
#include "inspect/program.h"
#include "inspect/reading.h"
#include "python/decode.h"
#include "python/tree.h"

#define NUMBERS_LEAST 32	/* shorter lists hold no program */

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
	    "lzma", "xz", "zstd", "uu" };
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

void
coded_literal(struct inspection *in, const struct view *v, const uint8_t *data,
    size_t size, uint32_t line)
{
	uint8_t *back;

	if (memmem(data, size, " tropmi", 7) != NULL ||
	    memmem(data, size, "__tropmi__", 10) != NULL) {
		back = backwards(data, size);
		if (program_is_python(back, size))
			inspection_layer(in, v, "reversed", line, back, size);
		free(back);
	} else if (memmem(data, size, "vzcbeg ", 7) != NULL ||
	    memmem(data, size, "__vzcbeg__", 10) != NULL)
		look_turned(in, v, data, size, line);
	else if (crib_is_dense(data, size))
		coded_key(in, v, data, size, line);
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

void
coded_numbers(struct inspection *in, const struct view *v, uint32_t node)
{
	const struct tree *t = v->reading->tree;
	struct buf bytes = { .most = CRIB_ENDS_MAX };
	uint32_t line = tree_line(t, t->nodes[node].at);
	const uint8_t *data;
	struct crib crib;

	numbers_read(t, node, &bytes);
	data = (const uint8_t *)bytes.data;
	if (bytes.len >= NUMBERS_LEAST && (program_is_python(data,
	    bytes.len) || program_is_shell(data, bytes.len) ||
	    crib_find(data, bytes.len, &crib)))
		inspection_layer(in, v, "numbers", line, data, bytes.len);
	buf_release(&bytes);
}
