/* SPDX-License-Identifier: Apache-2.0 */
/*
 * buf - a byte string that grows.
 * Takes: bytes and formats.  Gives: one NUL-terminated string.
 * Runs in: every process.
 */
#include "base/buf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

static void
buf_reserve(struct buf *b, size_t more)
{
	size_t room = b->room ? b->room : 64;

	while (room - b->len <= more) {
		if (room > SIZE_MAX / 2)
			mem_exhausted(more);
		room *= 2;
	}
	if (room != b->room) {
		b->data = mem_resize(b->data, room);
		b->room = room;
	}
}

void
buf_add(struct buf *b, const void *bytes, size_t len)
{
	if (b->most != 0 && len > b->most - b->len) {
		len = b->most - b->len;
		b->full = true;
	}
	buf_reserve(b, len);
	if (len != 0)
		memcpy(b->data + b->len, bytes, len);
	b->len += len;
	b->data[b->len] = '\0';
}

void
buf_adds(struct buf *b, const char *s)
{
	buf_add(b, s, strlen(s));
}

void
buf_addc(struct buf *b, char c)
{
	buf_add(b, &c, 1);
}

void
buf_addv(struct buf *b, const char *fmt, va_list ap)
{
	char	*s;
	int	 n = vasprintf(&s, fmt, ap);

	if (n == -1)
		mem_exhausted(strlen(fmt));
	buf_add(b, s, (size_t)n);
	free(s);
}

void
buf_addf(struct buf *b, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	buf_addv(b, fmt, ap);
	va_end(ap);
}

void
buf_reset(struct buf *b)
{
	b->len = 0;
	b->full = false;
	if (b->data != NULL)
		b->data[0] = '\0';
}

void
buf_release(struct buf *b)
{
	free(b->data);
	*b = (struct buf){ .most = b->most };
}

const char *
buf_text(const struct buf *b)
{
	return b->data != NULL ? b->data : "";
}

char *
buf_steal(struct buf *b)
{
	char *s = b->data != NULL ? b->data : mem_strdup("");

	*b = (struct buf){ .most = b->most };
	return s;
}
