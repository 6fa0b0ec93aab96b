/* SPDX-License-Identifier: Apache-2.0 */
/*
 * wire - structs as bytes between our own processes, described once.
 * Takes: an object and its table.  Gives: bytes, and back.
 * Runs in: every process.
 */
#include "base/wire.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/vis.h"

#define WIRE_ABSENT UINT32_MAX	/* length of a NULL string */

struct wire_reader {
	const uint8_t	*at;
	size_t		 left;
};

static void
put_int(struct buf *b, uint64_t v, size_t bytes)
{
	for (size_t i = 0; i < bytes; i++)
		buf_addc(b, (char)(v >> 8 * i & 0xff));
}

static int
get_int(struct wire_reader *r, size_t bytes, uint64_t *v)
{
	if (r->left < bytes)
		return -1;
	*v = 0;
	for (size_t i = 0; i < bytes; i++)
		*v |= (uint64_t)r->at[i] << 8 * i;
	r->at += bytes;
	r->left -= bytes;
	return 0;
}

static void
put_str(struct buf *b, const char *s, size_t most)
{
	size_t len;

	if (s == NULL) {
		put_int(b, WIRE_ABSENT, 4);
		return;
	}
	len = utf8_cut(s, strlen(s), most);
	put_int(b, len, 4);
	buf_add(b, s, len);
}

/* Points *s at `*len` bytes inside the message; NULL when absent. */
static int
get_span(struct wire_reader *r, size_t most, const uint8_t **s, size_t *len)
{
	uint64_t n;

	if (get_int(r, 4, &n) == -1)
		return -1;
	*s = NULL;
	*len = 0;
	if (n == WIRE_ABSENT)
		return 0;
	if (n > most || n > r->left)
		return -1;
	*s = r->at;
	*len = n;
	r->at += n;
	r->left -= n;
	return 0;
}

static size_t *
count_of(const struct wire_field *f, void *object)
{
	return (size_t *)(void *)((char *)object + f->count);
}

static void
put_list(const struct wire_field *f, const void *object, const void *field,
    struct buf *b)
{
	const char	*items;
	size_t		 n;

	memcpy(&n, (const char *)object + f->count, sizeof(n));
	memcpy(&items, field, sizeof(items));
	if (n > f->most)
		n = f->most;
	put_int(b, n, 4);
	if (f->type == WIRE_BYTES) {
		buf_add(b, items, n);
		return;
	}
	for (size_t i = 0; i < n; i++)
		wire_put(f->sub, items + i * f->sub->size, b);
}

static uint64_t
bits_of(double v)
{
	uint64_t bits;

	memcpy(&bits, &v, sizeof(bits));
	return bits;
}

static void
put_field(const struct wire_field *f, const void *object, struct buf *b)
{
	const char *p = (const char *)object + f->at;

	switch (f->type) {
	case WIRE_BOOL:
		put_int(b, *(const bool *)(const void *)p, 1);
		break;
	case WIRE_ENUM:
		put_int(b, *(const unsigned int *)(const void *)p, 4);
		break;
	case WIRE_U32:
		put_int(b, *(const uint32_t *)(const void *)p, 4);
		break;
	case WIRE_I64:
		put_int(b, (uint64_t)*(const int64_t *)(const void *)p, 8);
		break;
	case WIRE_F64:
		put_int(b, bits_of(*(const double *)(const void *)p), 8);
		break;
	case WIRE_STR:
		put_str(b, *(char *const *)(const void *)p, f->most);
		break;
	case WIRE_TEXT:
		put_str(b, p, f->most);
		break;
	case WIRE_BYTES:
	case WIRE_LIST:
		put_list(f, object, p, b);
		break;
	case WIRE_STRUCT:
		wire_put(f->sub, p, b);
		break;
	}
}

void
wire_put(const struct wire_desc *desc, const void *object, struct buf *b)
{
	for (size_t i = 0; i < desc->n; i++)
		put_field(&desc->fields[i], object, b);
}

static int get_object(const struct wire_desc *, void *, struct wire_reader *);

/* At least four bytes an element, so a count cannot ask for more memory than
 * a small multiple of the message. */
static int
get_list(const struct wire_field *f, void *object, void *field,
    struct wire_reader *r)
{
	uint64_t	 n;
	char		*items;

	if (get_int(r, 4, &n) == -1 || n > f->most || n > r->left)
		return -1;
	items = mem_array(n, f->sub->size);
	memcpy(field, &items, sizeof(items));
	for (size_t i = 0; i < n; i++) {
		*count_of(f, object) = i + 1;
		if (get_object(f->sub, items + i * f->sub->size, r) == -1)
			return -1;
	}
	return 0;
}

static int
get_bytes(const struct wire_field *f, void *object, void *field,
    struct wire_reader *r)
{
	const uint8_t	*s;
	size_t		 len;
	uint8_t		*copy;

	if (get_span(r, f->most, &s, &len) == -1 || s == NULL)
		return -1;
	copy = mem_array(len, 1);
	memcpy(copy, s, len);
	memcpy(field, &copy, sizeof(copy));
	*count_of(f, object) = len;
	return 0;
}

/* A NUL inside a string would make two readers see two strings. */
static int
get_text(const struct wire_field *f, char *field, struct wire_reader *r)
{
	const uint8_t	*s;
	size_t		 len;
	char		*copy;

	if (get_span(r, f->most, &s, &len) == -1 ||
	    (s != NULL && memchr(s, '\0', len) != NULL))
		return -1;
	if (f->type == WIRE_TEXT) {
		if (s != NULL)
			memcpy(field, s, len);
		field[len] = '\0';
		return 0;
	}
	copy = s != NULL ? mem_strndup((const char *)s, len) : NULL;
	memcpy(field, &copy, sizeof(copy));
	return 0;
}

static int
get_number(const struct wire_field *f, void *field, struct wire_reader *r)
{
	static const size_t bytes[] = { [WIRE_BOOL] = 1, [WIRE_ENUM] = 4,
		[WIRE_U32] = 4, [WIRE_I64] = 8, [WIRE_F64] = 8 };
	uint64_t v;
	double	 d;

	if (get_int(r, bytes[f->type], &v) == -1)
		return -1;
	switch (f->type) {
	case WIRE_BOOL:
		*(bool *)field = v != 0;
		return v <= 1 ? 0 : -1;
	case WIRE_ENUM:
		*(unsigned int *)field = (unsigned int)v;
		return v <= f->most ? 0 : -1;
	case WIRE_U32:
		*(uint32_t *)field = (uint32_t)v;
		return f->most == 0 || v <= f->most ? 0 : -1;
	case WIRE_I64:
		*(int64_t *)field = (int64_t)v;
		return 0;
	case WIRE_F64:
		memcpy(&d, &v, sizeof(d));
		*(double *)field = d;
		return isfinite(d) ? 0 : -1;
	case WIRE_STR:
	case WIRE_TEXT:
	case WIRE_BYTES:
	case WIRE_LIST:
	case WIRE_STRUCT:
		break;
	}
	return -1;
}

static int
get_object(const struct wire_desc *desc, void *object, struct wire_reader *r)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < desc->n; i++) {
		const struct wire_field *f = &desc->fields[i];
		char *field = (char *)object + f->at;

		if (f->type == WIRE_LIST)
			rc = get_list(f, object, field, r);
		else if (f->type == WIRE_BYTES)
			rc = get_bytes(f, object, field, r);
		else if (f->type == WIRE_STR || f->type == WIRE_TEXT)
			rc = get_text(f, field, r);
		else if (f->type == WIRE_STRUCT)
			rc = get_object(f->sub, field, r);
		else
			rc = get_number(f, field, r);
	}
	return rc;
}

int
wire_get(const struct wire_desc *desc, void *object, const void *bytes,
    size_t len)
{
	struct wire_reader r = { bytes, len };

	memset(object, 0, desc->size);
	if (get_object(desc, object, &r) == 0 && r.left == 0)
		return 0;
	wire_release(desc, object);
	return -1;
}

static void
release_field(const struct wire_field *f, void *object)
{
	char	*p;

	if (f->type == WIRE_STRUCT)
		wire_release(f->sub, (char *)object + f->at);
	if (f->type != WIRE_STR && f->type != WIRE_BYTES &&
	    f->type != WIRE_LIST)
		return;
	memcpy(&p, (char *)object + f->at, sizeof(p));
	if (f->type == WIRE_LIST)
		for (size_t i = 0; i < *count_of(f, object); i++)
			wire_release(f->sub, p + i * f->sub->size);
	free(p);
}

void
wire_release(const struct wire_desc *desc, void *object)
{
	for (size_t i = 0; i < desc->n; i++)
		release_field(&desc->fields[i], object);
	memset(object, 0, desc->size);
}

void
wire_copy(const struct wire_desc *desc, const void *from, void *to)
{
	struct buf b = BUF_EMPTY;

	wire_put(desc, from, &b);
	if (wire_get(desc, to, b.data, b.len) == -1)
		fatal("wire: what was just written cannot be read");
	buf_release(&b);
}
