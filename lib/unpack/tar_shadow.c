/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tar_shadow - where Python's tarfile finds members.
 * Takes: the bytes of a tar file in pieces.  Gives: offsets of headers.
 * Runs in: worker child, the command.
 */
#include "unpack/tar_shadow.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/mem.h"
#include "unpack/bytes.h"

#define BLOCK 512

enum { AT_SUM = 148, AT_SIZE = 124, AT_TYPE = 156, AT_EXTENDED = 482 };

static uint64_t
rounded(uint64_t size)
{
	return size > UINT64_MAX - BLOCK ? size : (size + BLOCK - 1) /
	    BLOCK * BLOCK;
}

/* tarfile.nti: base 256 behind 0x80, else octal that ends at NUL or space. */
static bool
number_read(const uint8_t *field, size_t len, uint64_t *out)
{
	uint64_t n = 0;
	size_t	 i = 0;

	if (field[0] == 0x80) {
		for (i = 1; i < len; i++) {
			if (n >> 55 != 0)
				return false;
			n = n << 8 | field[i];
		}
		*out = n;
		return true;
	}
	while (i < len && field[i] == ' ')
		i++;
	for (; i < len && field[i] >= '0' && field[i] <= '7'; i++)
		n = n << 3 | (uint64_t)(field[i] - '0');
	while (i < len && field[i] == ' ')
		i++;
	*out = n;
	return i == len || field[i] == '\0';
}

static bool
sum_matches(const uint8_t *h)
{
	uint64_t said, sum = 8 * ' ';
	int64_t	 signed_sum = 8 * ' ';

	if (!number_read(h + AT_SUM, 8, &said))
		return false;
	for (size_t i = 0; i < BLOCK; i++) {
		if (i >= AT_SUM && i < AT_SUM + 8)
			continue;
		sum += h[i];
		signed_sum += (int8_t)h[i];
	}
	return said == sum || (int64_t)said == signed_sum;
}

static void
start_add(struct tar_shadow *t)
{
	if (t->n >= UNPACK_HEADERS_MAX)
		return;
	if (t->n == t->room) {
		t->room = t->room != 0 ? t->room * 2 : 64;
		t->starts = mem_grow(t->starts, t->room, sizeof(*t->starts));
	}
	t->starts[t->n++] = t->group;
}

/* "LENGTH KEY=VALUE\n" records; only size matters here, and paths that end
 * early for readers written in C. */
static void
pax_read(struct tar_shadow *t)
{
	const char *s = buf_text(&t->pax), *end = s + t->pax.len, *key;

	while (s < end) {
		char		*after;
		unsigned long	 len = strtoul(s, &after, 10);

		if (after == s || *after != ' ' || len > (size_t)(end - s) ||
		    len < (size_t)(after - s) + 3)
			return;
		key = after + 1;
		if (strncmp(key, "size=", 5) == 0) {
			t->size = strtoull(key + 5, NULL, 10);
			t->has_size = true;
		}
		if ((strncmp(key, "path=", 5) == 0 ||
		    strncmp(key, "linkpath=", 9) == 0) &&
		    memchr(key, '\0', (size_t)(s + len - key)) != NULL)
			t->nul_path = true;
		s += len;
	}
}

/* The header of a member proper. */
static void
member_read(struct tar_shadow *t, uint8_t type, uint64_t size)
{
	const uint8_t	*h = t->block;
	size_t		 name = strnlen((const char *)h, 100);
	bool		 data = strchr("123456", type) == NULL || type == 0;

	if (type == 0 && name > 0 && h[name - 1] == '/')
		data = false;	/* a folder, in the oldest format */
	start_add(t);
	t->in_group = false;
	if (t->has_size && t->size != size) {
		t->overrides |= size != 0 || !data;
		size = t->size;
	}
	t->has_size = false;
	t->skip = data ? rounded(size) : 0;
}

static void
header_read(struct tar_shadow *t)
{
	const uint8_t	*h = t->block;
	uint64_t	 size;

	if (all_zero(h, BLOCK) || !sum_matches(h) ||
	    !number_read(h + AT_SIZE, 12, &size)) {
		t->ended = true;
		return;
	}
	if (!t->in_group)
		t->group = t->at - BLOCK;
	t->in_group = true;
	switch (h[AT_TYPE]) {
	case 'x': case 'X': case 'g':
		t->pax_local = h[AT_TYPE] != 'g';
		buf_reset(&t->pax);
		t->pax.most = UNPACK_PAX_MAX;
		t->ext = size;
		t->pad = rounded(size) - size;
		if (size == 0)
			t->ext = 0;
		break;
	case 'L': case 'K':
		t->skip = rounded(size);
		break;
	case 'S':
		/* Further maps of holes would follow; nobody ships them. */
		if (h[AT_EXTENDED] != 0)
			t->ended = true;
		member_read(t, '0', size);
		break;
	default:
		member_read(t, h[AT_TYPE], size);
	}
}

static size_t
smaller(uint64_t a, size_t b)
{
	return a < b ? (size_t)a : b;
}

/* Takes some of the bytes; returns how many. */
static size_t
step(struct tar_shadow *t, const uint8_t *s, size_t len)
{
	size_t n;

	if (t->ended) {
		if (!t->trailing && !all_zero(s, len)) {
			t->trailing = true;
			t->trailing_at = t->at;
		}
		return len;
	}
	if (t->ext > 0) {
		n = smaller(t->ext, len);
		buf_add(&t->pax, s, n);
		t->ext -= n;
		if (t->ext == 0) {
			if (t->pax_local)
				pax_read(t);
			t->skip = t->pad;
		}
		return n;
	}
	if (t->skip > 0) {
		n = smaller(t->skip, len);
		t->skip -= n;
		return n;
	}
	n = smaller(BLOCK - t->have, len);
	memcpy(t->block + t->have, s, n);
	t->have += n;
	return n;
}

void
tar_shadow_feed(struct tar_shadow *t, const uint8_t *s, size_t len)
{
	while (len > 0) {
		size_t n = step(t, s, len);

		s += n;
		len -= n;
		t->at += n;
		if (t->have == BLOCK) {
			t->have = 0;
			header_read(t);
		}
	}
}

void
tar_shadow_release(struct tar_shadow *t)
{
	buf_release(&t->pax);
	free(t->starts);
	*t = (struct tar_shadow){ 0 };
}
