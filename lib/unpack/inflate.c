/* SPDX-License-Identifier: Apache-2.0 */
/*
 * inflate - deflate and gzip in pieces, by zlib.
 * Takes: packed bytes in memory.  Gives: unpacked pieces, up to any break.
 * Runs in: worker child, the command.
 */
#include "unpack/inflate.h"

#include <limits.h>
#include <stdlib.h>

#include "base/mem.h"

#define WINDOW_RAW (-15)
#define WINDOW_GZIP 31

struct inflate *
inflate_new(bool gzip, const uint8_t *data, size_t len)
{
	struct inflate *s = mem_alloc(sizeof(*s));

	s->data = data;
	s->len = len;
	s->gzip = gzip;
	s->members = 1;
	if (inflateInit2(&s->z, gzip ? WINDOW_GZIP : WINDOW_RAW) != Z_OK)
		mem_exhausted(sizeof(*s));
	return s;
}

void
inflate_free(struct inflate *s)
{
	if (s == NULL)
		return;
	inflateEnd(&s->z);
	free(s);
}

/* zlib counts its input in 32 bits. */
static void
input_give(struct inflate *s)
{
	size_t left = s->len - s->used;

	/* zlib does not write to its input, whatever the type says. */
	s->z.next_in = (z_const Bytef *)(uintptr_t)(s->data + s->used);
	s->z.avail_in = left < UINT_MAX ? (uInt)left : UINT_MAX;
}

static bool
member_follows(const struct inflate *s)
{
	return s->gzip && s->len - s->used >= 2 && s->data[s->used] == 0x1f &&
	    s->data[s->used + 1] == 0x8b;
}

/* One call of zlib; false when there is nothing more. */
static bool
step(struct inflate *s)
{
	uInt	given;
	int	rc;

	input_give(s);
	given = s->z.avail_in;
	rc = inflate(&s->z, Z_NO_FLUSH);
	s->used += given - s->z.avail_in;
	if (rc == Z_STREAM_END) {
		if (!member_follows(s)) {
			s->ended = true;
			return false;
		}
		s->members++;
		return inflateReset(&s->z) == Z_OK;
	}
	if (rc == Z_OK)
		return true;
	s->error = rc == Z_BUF_ERROR ? "compressed data is cut short" :
	    s->z.msg != NULL ? s->z.msg : "broken compressed data";
	return false;
}

int
inflate_next(struct inflate *s, const uint8_t **piece, size_t *len)
{
	bool more = !s->ended && s->error == NULL;

	s->z.next_out = s->piece;
	s->z.avail_out = sizeof(s->piece);
	while (more && s->z.avail_out > 0)
		more = step(s);
	*piece = s->piece;
	*len = sizeof(s->piece) - s->z.avail_out;
	if (*len > 0)
		return 1;
	return s->error != NULL ? -1 : 0;
}
