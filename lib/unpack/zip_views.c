/* SPDX-License-Identifier: Apache-2.0 */
/*
 * zip_views - what a streaming reader sees, against the directory.
 *
 * Every byte before the directory belongs to the area of exactly one member
 * (header, data, descriptor) in an honest zip.  Areas that overlap, bytes in
 * no area, and headers in such bytes are what the two views disagree about.
 *
 * Takes: the directory.  Gives: where the data is, hidden members, findings.
 * Runs in: worker child, the command.
 */
#include "unpack/zip_parts.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/mem.h"
#include "unpack/path.h"
#include "unpack/walk.h"

struct local {			/* a local header */
	uint64_t	 packed, size, data;
	uint32_t	 crc;
	uint16_t	 flags, method, name_len;
	const uint8_t	*name;
};

static int
local_read(const struct zip *z, uint64_t at, struct local *l)
{
	const uint8_t	*p;
	size_t		 extra;

	if (at > z->size || z->size - at < ZIP_LOCAL_SIZE)
		return -1;
	p = z->data + at;
	if (le32(p) != ZIP_LOCAL)
		return -1;
	l->flags = le16(p + 6);
	l->method = le16(p + 8);
	l->crc = le32(p + 14);
	l->packed = le32(p + 18);
	l->size = le32(p + 22);
	l->name_len = le16(p + 26);
	extra = le16(p + 28);
	if ((size_t)l->name_len + extra > z->size - at - ZIP_LOCAL_SIZE)
		return -1;
	l->name = p + ZIP_LOCAL_SIZE;
	zip_extra64(l->name + l->name_len, extra, &l->size, &l->packed, NULL);
	l->data = at + ZIP_LOCAL_SIZE + l->name_len + extra;
	return 0;
}

/* Length of the data descriptor behind a member, 0 when there is none. */
static size_t
descriptor_size(const struct zip *z, uint64_t at, const struct zip_member *m)
{
	const uint8_t	*p = z->data + at;
	size_t		 left = (size_t)(z->size - at), sign;

	sign = left >= 4 && le32(p) == ZIP_DESCRIPTOR ? 4 : 0;
	p += sign;
	left -= sign;
	if (left >= 20 && le32(p) == m->crc && le64(p + 4) == m->packed &&
	    le64(p + 12) == m->size)
		return sign + 20;
	if (left >= 12 && le32(p) == m->crc &&
	    le32(p + 4) == (uint32_t)m->packed &&
	    le32(p + 8) == (uint32_t)m->size)
		return sign + 12;
	return 0;
}

static void
member_compare(struct zip *z, struct zip_member *m, const struct local *l)
{
	struct place	*p = z->place;
	const char	*name = (const char *)m->name;
	bool		 later = (l->flags & ZIP_FLAG_DESCRIPTOR) != 0;

	if (l->name_len != m->name_len ||
	    memcmp(l->name, m->name, m->name_len) != 0)
		place_odd(p, ANOMALY_ZIP_LOCAL_NAME, name, m->name_len, "%.*s",
		    l->name_len < 200 ? (int)l->name_len : 200,
		    (const char *)l->name);
	if (l->method != m->method)
		place_odd(p, ANOMALY_ZIP_LOCAL_SIZE, name, m->name_len,
		    "method %u and %u", m->method, l->method);
	else if ((!later || l->packed != 0) && l->packed != m->packed)
		place_odd(p, ANOMALY_ZIP_LOCAL_SIZE, name, m->name_len,
		    "packed %" PRIu64 " and %" PRIu64, m->packed, l->packed);
	else if ((!later || l->size != 0) && l->size != m->size)
		place_odd(p, ANOMALY_ZIP_LOCAL_SIZE, name, m->name_len,
		    "size %" PRIu64 " and %" PRIu64, m->size, l->size);
	else if ((!later || l->crc != 0) && l->crc != m->crc)
		place_odd(p, ANOMALY_ZIP_LOCAL_SIZE, name, m->name_len,
		    "checksum %08" PRIx32 " and %08" PRIx32, m->crc, l->crc);
}

static void
member_place(struct zip *z, struct zip_member *m)
{
	struct local	l;
	size_t		descriptor;

	if (local_read(z, m->local, &l) == -1) {
		place_odd(z->place, ANOMALY_ZIP_LOST, (const char *)m->name,
		    m->name_len, NULL);
		return;
	}
	if (m->packed > z->size - l.data) {
		place_odd(z->place, ANOMALY_ZIP_LOCAL_SIZE,
		    (const char *)m->name, m->name_len, "packed %" PRIu64
		    " goes beyond the file", m->packed);
		/* A deflated one ends by itself, and zipfile lets it. */
		m->packed = z->size - l.data;
	}
	member_compare(z, m, &l);
	m->data = l.data;
	m->end = l.data + m->packed;
	if ((l.flags & ZIP_FLAG_DESCRIPTOR) == 0)
		return;
	descriptor = descriptor_size(z, m->end, m);
	if (descriptor == 0)
		place_odd(z->place, ANOMALY_ZIP_LOCAL_SIZE,
		    (const char *)m->name, m->name_len, "no descriptor where "
		    "the data ends");
	m->end += descriptor;
}

/* A member that no directory lists; returns where its area ends. */
static uint64_t
hidden_add(struct zip *z, uint64_t at, uint64_t end, const struct local *l)
{
	struct zip_member *m = zip_member_add(z);

	if (m == NULL)
		return end;
	m->name = l->name;
	m->name_len = l->name_len;
	m->method = l->method;
	m->flags = l->flags;
	m->crc = l->crc;
	m->size = l->size;
	m->local = at;
	m->data = l->data;
	m->hidden = true;
	m->class = (uint8_t)path_class((const char *)l->name, l->name_len);
	/* Sizes that come later: all up to the next thing we know. */
	m->packed = l->packed;
	if (l->packed == 0 && (l->flags & ZIP_FLAG_DESCRIPTOR) != 0)
		m->packed = end > l->data ? end - l->data : 0;
	if (m->packed > z->size - l->data)
		m->packed = z->size - l->data;
	m->end = l->data + m->packed;
	place_odd(z->place, ANOMALY_ZIP_HIDDEN, (const char *)l->name,
	    l->name_len, NULL);
	zip_member_note(z, m);
	return m->end;
}

/* Bytes in no area: hidden members, or what they are. */
static void
gap_read(struct zip *z, uint64_t at, uint64_t end)
{
	const uint8_t	*p;
	struct local	 l;
	uint64_t	 start = at, odd = 0;

	while (at < end) {
		p = memmem(z->data + at, (size_t)(end - at), "PK\3\4", 4);
		if (p == NULL)
			p = z->data + end;
		if (!all_zero(z->data + at, (size_t)(p - z->data) - at))
			odd += (uint64_t)(p - z->data) - at;
		at = (uint64_t)(p - z->data);
		if (at == end)
			break;
		if (local_read(z, at, &l) == 0)
			at = hidden_add(z, at, end, &l);
		else
			at += 4;
	}
	if (odd > 0)
		place_odd(z->place, start == 0 ? ANOMALY_ZIP_PREFIX :
		    ANOMALY_ZIP_GAP, NULL, 0, "%" PRIu64 " bytes at byte %"
		    PRIu64, odd, start);
}

struct area { uint64_t start, end; uint32_t member; };

static int
area_compare(const void *a, const void *b)
{
	const struct area *x = a, *y = b;

	return (x->start > y->start) - (x->start < y->start);
}

void
zip_views(struct zip *z)
{
	struct area	*areas = mem_array(z->n + 1, sizeof(*areas));
	size_t		 n = 0, listed = z->n;
	uint64_t	 at = 0;

	for (size_t i = 0; i < listed; i++) {
		member_place(z, &z->members[i]);
		if (z->members[i].data != 0)
			areas[n++] = (struct area){ z->members[i].local,
				z->members[i].end, (uint32_t)i };
	}
	qsort(areas, n, sizeof(*areas), area_compare);
	for (size_t i = 0; i < n; i++) {
		const struct zip_member *m = &z->members[areas[i].member];

		if (areas[i].start < at)
			place_odd(z->place, ANOMALY_ZIP_OVERLAP,
			    (const char *)m->name, m->name_len, NULL);
		else if (areas[i].start > at)
			gap_read(z, at, areas[i].start);
		if (areas[i].end > at)
			at = areas[i].end;
	}
	if (at < z->end.directory_at)
		gap_read(z, at, z->end.directory_at);
	else if (at > z->end.directory_at)
		place_odd(z->place, ANOMALY_ZIP_OVERLAP, NULL, 0,
		    "a member and the directory");
	free(areas);
}
