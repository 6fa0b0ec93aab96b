/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tar_shadow - where Python's tarfile finds members.
 * Takes: the bytes of a tar file in pieces.  Gives: where members stand.
 * Runs in: worker child, the command.
 */
#include "unpack/tar_shadow.h"

#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/limits.h"
#include "base/mem.h"

#define BLOCK 512

enum { AT_SIZE = 124, AT_SUM = 148, AT_TYPE = 156, AT_MAGIC = 257,
	AT_PREFIX = 345, AT_EXTENDED = 482 };

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

/* "prefix/name" of a plain header, unless an extended one said better. */
static void
name_make(struct tar_shadow *t)
{
	const char *h = (const char *)t->block;

	if (t->name.len > 0)
		return;
	if (memcmp(h + AT_MAGIC, "ustar\0", 6) == 0 && h[AT_PREFIX] != '\0') {
		buf_add(&t->name, h + AT_PREFIX, strnlen(h + AT_PREFIX, 155));
		buf_addc(&t->name, '/');
	}
	buf_add(&t->name, h, strnlen(h, 100));
}

static void
spot_add(struct tar_shadow *t, uint64_t size, bool sparse)
{
	name_make(t);
	if (t->n >= UNPACK_HEADERS_MAX ||
	    t->name.len > UNPACK_NAMES_MAX - t->names.len)
		return;
	if (t->n == t->room) {
		t->room = t->room != 0 ? t->room * 2 : 64;
		t->spots = mem_grow(t->spots, t->room, sizeof(*t->spots));
	}
	t->spots[t->n++] = (struct tar_spot){ .start = t->group,
		.data = t->at, .size = size, .sparse = sparse,
		.name = (uint32_t)t->names.len,
		.name_len = (uint32_t)t->name.len };
	buf_add(&t->names, buf_text(&t->name), t->name.len);
}

static void
pax_pair(struct tar_shadow *t, const char *key, const char *end)
{
	bool path = strncmp(key, "path=", 5) == 0;

	if (strncmp(key, "size=", 5) == 0) {
		t->size = strtoull(key + 5, NULL, 10);
		t->has_size = true;
	}
	if (path) {
		buf_reset(&t->name);
		buf_add(&t->name, key + 5, (size_t)(end - key) - 5);
	}
	/* Readers written in C see another name. */
	if ((path || strncmp(key, "linkpath=", 9) == 0) &&
	    memchr(key, '\0', (size_t)(end - key)) != NULL)
		t->nul_path = true;
}

/* "LENGTH KEY=VALUE\n" records. */
static void
pax_read(struct tar_shadow *t)
{
	const char *s = buf_text(&t->keep), *end = s + t->keep.len;

	while (s < end) {
		char		*after;
		unsigned long	 len = strtoul(s, &after, 10);

		if (after == s || *after != ' ' || len > (size_t)(end - s) ||
		    len < (size_t)(after - s) + 3)
			return;
		pax_pair(t, after + 1, s + len - 1);
		s += len;
	}
}

static void
extension_read(struct tar_shadow *t)
{
	switch (t->keep_type) {
	case 'x': case 'X':
		pax_read(t);
		break;
	case 'L':
		buf_reset(&t->name);
		buf_add(&t->name, buf_text(&t->keep),
		    strlen(buf_text(&t->keep)));
	}
}

/* The header of a member proper. */
static void
member_read(struct tar_shadow *t, uint8_t type, uint64_t size, bool sparse)
{
	const uint8_t	*h = t->block;
	size_t		 name = strnlen((const char *)h, 100);
	bool		 data = type == 0 || strchr("123456", type) == NULL;

	if (type == 0 && name > 0 && h[name - 1] == '/')
		data = false;	/* a folder, in the oldest format */
	/* Without data there is no size to speak of; yet some readers skip
	 * what is said, and some do not. */
	t->overrides |= !data && size != 0;
	if (t->has_size && t->size != size) {
		t->overrides |= size != 0;
		size = t->size;
	}
	spot_add(t, data ? size : 0, sparse);
	t->in_group = false;
	t->has_size = false;
	buf_reset(&t->name);
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
	case 'x': case 'X': case 'g': case 'L': case 'K':
		t->keep_type = (char)h[AT_TYPE];
		buf_reset(&t->keep);
		t->keep.most = UNPACK_PAX_MAX;
		t->ext = size;
		t->pad = rounded(size) - size;
		break;
	case 'S':
		/* Further maps of holes would follow; nobody ships them. */
		member_read(t, '0', size, true);
		t->ended = h[AT_EXTENDED] != 0;
		break;
	default:
		member_read(t, h[AT_TYPE], size, false);
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
		buf_add(&t->keep, s, n);
		t->ext -= n;
		if (t->ext == 0) {
			extension_read(t);
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
	buf_release(&t->keep);
	buf_release(&t->name);
	buf_release(&t->names);
	free(t->spots);
	*t = (struct tar_shadow){ 0 };
}
