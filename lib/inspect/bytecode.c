/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bytecode - the names and texts of a .pyc file: its head is read here, what
 * follows by marshal.
 *
 * Takes: bytes.  Gives: names, texts.  Runs in: worker child, command.
 */
#include "inspect/bytecode.h"

#include <string.h>

#include "base/bytes.h"
#include "base/limits.h"
#include "python/marshal.h"

#define CODE_LEAST 80		/* bytes: no code is shorter */

/* Magic numbers (importlib/_bootstrap_external.py); Python 2's are larger. */
enum { MAGIC_2_LEAST = 20000, MAGIC_33 = 3190, MAGIC_37 = 3390 };

bool
bytecode_is(const uint8_t *data, size_t size)
{
	unsigned int magic;

	if (size < 9 || data[2] != '\r' || data[3] != '\n')
		return false;
	magic = data[0] | (unsigned int)data[1] << 8;
	return (magic >= 3000 && magic < 4000) || (magic >= 50000) ||
	    (magic >= 62000 && magic < 63000);
}

static bool
note(void *ctx, enum marshal_kind kind, const uint8_t *at, size_t len)
{
	struct bytecode *b = ctx;
	struct buf *to = kind == MARSHAL_NAME ? &b->names : &b->texts;

	if (kind == MARSHAL_OTHER)
		return true;
	buf_add(to, at, len);
	buf_addc(to, '\n');
	return true;
}

void
bytecode_read(const uint8_t *data, size_t size, struct bytecode *out)
{
	const struct marshal_sink sink = { note, out };
	size_t header;

	*out = (struct bytecode){ .names = { .most = BYTECODE_TEXT_MAX },
		.texts = { .most = BYTECODE_TEXT_MAX } };
	if (!bytecode_is(data, size))
		return;
	out->magic = data[0] | (unsigned int)data[1] << 8;
	/* Magic and time; from 3.3 on a size; from 3.7 on flags before. */
	header = out->magic >= MAGIC_2_LEAST ? 8 : out->magic < MAGIC_33 ? 8 :
	    out->magic < MAGIC_37 ? 12 : 16;
	if (header == 16 && size > 8)
		out->unchecked = le32(data + 4) == 1;
	/* Of a module nothing but code is there. */
	out->broken = size <= header || (data[header] & 0x7f) != 'c' ||
	    !marshal_read(data + header, size - header, &sink);
}

bool
bytecode_is_code(const uint8_t *data, size_t size)
{
	return size >= CODE_LEAST && (data[0] & 0x7f) == 'c' &&
	    memchr(data, 0, size) != NULL;
}

/* Little-endian numbers of four bytes behind the letter. */
bool
bytecode_is_surely_code(const uint8_t *data, size_t size)
{
	if (!bytecode_is_code(data, size))
		return false;
	for (size_t i = 0; i < 3; i++)
		if (data[4 * i + 2] != 0 || data[4 * i + 3] != 0 ||
		    data[4 * i + 4] != 0)
			return false;
	return true;
}

void
bytecode_read_code(const uint8_t *data, size_t size, struct bytecode *out)
{
	const struct marshal_sink sink = { note, out };

	*out = (struct bytecode){ .names = { .most = BYTECODE_TEXT_MAX },
		.texts = { .most = BYTECODE_TEXT_MAX } };
	out->broken = !marshal_read(data, size, &sink);
}

void
bytecode_release(struct bytecode *b)
{
	buf_release(&b->names);
	buf_release(&b->texts);
}
