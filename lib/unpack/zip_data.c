/* SPDX-License-Identifier: Apache-2.0 */
/*
 * zip_data - the content of one zip member.
 *
 * Deflate goes through libdeflate when the declared size fits the limit of an
 * entry, the most common case, else through zlib in pieces; rarer methods
 * stream through libarchive's filters, dressed as the file that each knows.
 *
 * Takes: packed bytes.  Gives: at most limits.entry-bytes of content.
 * Runs in: worker child, the command.
 */
#include "unpack/zip_parts.h"

#include <archive.h>
#include <archive_entry.h>
#include <inttypes.h>
#include <libdeflate.h>
#include <string.h>

#include "base/buf.h"
#include "base/bytes.h"
#include "base/inflater.h"
#include "base/mem.h"
#include "unpack/budget.h"
#include "unpack/inflate.h"
#include "unpack/walk.h"

/* What libarchive is made to read: a head of ours, then the member. */
struct dressed {
	uint8_t		 head[16];
	size_t		 head_len;
	const uint8_t	*data;
	size_t		 len;
	unsigned int	 part;
};

static la_ssize_t
dressed_read(struct archive *a, void *ctx, const void **out)
{
	struct dressed	*d = ctx;
	size_t		 len = 0;

	(void)a;
	for (; len == 0 && d->part < 2; d->part++) {
		*out = d->part == 0 ? d->head : d->data;
		len = d->part == 0 ? d->head_len : d->len;
	}
	return (la_ssize_t)len;
}

/* False when the method is none that an installer reads. */
static bool
dress(const struct zip_member *m, struct dressed *d, struct archive *a)
{
	switch (m->method) {
	case ZIP_BZIP2:
		return archive_read_support_filter_bzip2(a) == ARCHIVE_OK;
	case ZIP_LZMA:		/* version, properties; then .lzma lacks
				   a size */
		if (d->len < 9 || le16(d->data + 2) != 5)
			return false;
		memcpy(d->head, d->data + 4, 5);
		memset(d->head + 5, 0xff, 8);
		d->head_len = 13;
		d->data += 9;
		d->len -= 9;
		return archive_read_support_filter_lzma(a) == ARCHIVE_OK;
	case ZIP_ZSTD:
		return archive_read_support_filter_zstd(a) == ARCHIVE_OK;
	case ZIP_XZ:
		return archive_read_support_filter_xz(a) == ARCHIVE_OK;
	}
	return false;
}

struct sums { uint32_t crc; uint64_t size; bool broken, cut; };

enum taken { TAKEN, TAKEN_ENOUGH, TAKEN_SPENT };

static enum taken
block_take(struct walk *w, const void *block, size_t len, struct buf *room,
    struct sums *sums)
{
	if (!budget_spend(w, len))
		return TAKEN_SPENT;
	if (len > room->most - room->len) {
		/* A member is reached without reading those before it: the
		 * rest need not be unpacked. */
		sums->cut = true;
		len = room->most - room->len;
	}
	buf_add(room, block, len);
	sums->crc = libdeflate_crc32(sums->crc, block, len);
	sums->size += len;
	return sums->cut ? TAKEN_ENOUGH : TAKEN;
}

static int
filter_blocks(struct walk *w, struct archive *a, struct buf *room,
    struct sums *sums)
{
	const void	*block;
	size_t		 len;
	la_int64_t	 offset;
	enum taken	 taken;
	int		 rc;

	while ((rc = archive_read_data_block(a, &block, &len, &offset)) ==
	    ARCHIVE_OK || rc == ARCHIVE_WARN) {
		taken = block_take(w, block, len, room, sums);
		if (taken != TAKEN)
			return taken == TAKEN_ENOUGH;
	}
	sums->broken = rc != ARCHIVE_EOF;
	return 1;
}

/* 1 read, 0 budget spent. */
static int
inflate_blocks(struct zip *z, const struct zip_member *m, struct buf *room,
    struct sums *sums)
{
	struct inflate	*s = inflate_new(false, z->data + m->data,
	    (size_t)m->packed);
	const uint8_t	*piece;
	size_t		 len;
	enum taken	 taken = TAKEN;
	int		 rc;

	while ((rc = inflate_next(s, &piece, &len)) == 1) {
		taken = block_take(z->place->walk, piece, len, room, sums);
		if (taken != TAKEN)
			break;
	}
	sums->broken = rc == -1;
	inflate_free(s);
	return taken != TAKEN_SPENT;
}

/* 1 read, 0 budget spent, -1 not a method we can read. */
static int
unpack_filtered(struct zip *z, const struct zip_member *m, struct buf *room,
    struct sums *sums)
{
	struct archive	*a = archive_read_new();
	struct archive_entry *entry;
	struct dressed	 d = { .data = z->data + m->data,
		.len = (size_t)m->packed };
	int		 more = 1;

	if (a == NULL)
		mem_exhausted(0);
	archive_read_support_format_raw(a);
	archive_read_support_format_empty(a);
	if (!dress(m, &d, a)) {
		archive_read_free(a);
		return -1;
	}
	archive_read_set_read_callback(a, dressed_read);
	archive_read_set_callback_data(a, &d);
	if (archive_read_open1(a) != ARCHIVE_OK ||
	    archive_filter_count(a) != 2 ||
	    archive_read_next_header(a, &entry) < ARCHIVE_WARN)
		sums->broken = m->size != 0;
	else
		more = filter_blocks(z->place->walk, a, room, sums);
	archive_read_free(a);
	return more;
}

/* At most limits.entry-bytes, whatever the archive says. */
static void
room_make(struct buf *room, size_t size)
{
	if (size < room->room)
		return;
	room->room = size + 1;
	room->data = mem_resize(room->data, room->room);
}

/* Deflate of a size that fits; false: the streaming way has to tell. */
static bool
inflate_at_once(struct zip *z, const struct zip_member *m, struct buf *room,
    struct sums *sums)
{
	struct libdeflate_decompressor *d = inflater();
	enum libdeflate_result rc = LIBDEFLATE_BAD_DATA;
	size_t	in = 0, out = 0;

	if (d == NULL)
		return false;
	buf_reset(room);
	room_make(room, (size_t)m->size);
	rc = libdeflate_deflate_decompress_ex(d, z->data + m->data,
	    (size_t)m->packed, room->data, (size_t)m->size, &in, &out);
	if (rc != LIBDEFLATE_SUCCESS)
		return false;
	room->data[out] = '\0';
	room->len = out;
	sums->size = out;
	sums->crc = libdeflate_crc32(0, room->data, out);
	if (in < m->packed && !m->hidden)
		place_odd(z->place, ANOMALY_ZIP_SLACK, (const char *)m->name,
		    m->name_len, "%" PRIu64 " bytes", m->packed - in);
	return true;
}

static void
sums_check(struct zip *z, const struct zip_member *m, const struct sums *sums)
{
	const char *name = (const char *)m->name;

	/* The local header of a hidden one may leave both for later. */
	if (m->hidden && m->crc == 0 && m->size == 0)
		return;
	if (sums->broken)
		place_odd(z->place, ANOMALY_ZIP_CRC, name, m->name_len,
		    "broken after %" PRIu64 " bytes", sums->size);
	else if (sums->size != m->size)
		place_odd(z->place, ANOMALY_ZIP_SIZE, name, m->name_len,
		    "%" PRIu64 " bytes, %" PRIu64 " declared", sums->size,
		    m->size);
	else if (sums->crc != m->crc)
		place_odd(z->place, ANOMALY_ZIP_CRC, name, m->name_len, NULL);
}

static bool
unpack_stored(struct zip *z, const struct zip_member *m, uint64_t most,
    struct zip_content *out, struct sums *sums)
{
	sums->cut = m->packed > most;
	out->data = z->data + m->data;
	out->size = (size_t)(sums->cut ? most : m->packed);
	sums->size = out->size;
	sums->crc = libdeflate_crc32(0, out->data, out->size);
	return budget_spend(z->place->walk, out->size);
}

/* 1 read, 0 budget spent, -1 not a method we can read. */
static int
unpack_packed(struct zip *z, const struct zip_member *m, uint64_t most,
    struct buf *room, struct zip_content *out, struct sums *sums)
{
	int more = 1;

	if (m->method == ZIP_DEFLATED && m->size <= most &&
	    m->size <= budget_left(z->place->walk) &&
	    inflate_at_once(z, m, room, sums))
		budget_spend(z->place->walk, sums->size);
	else {
		buf_reset(room);
		*sums = (struct sums){ 0 };
		more = m->method == ZIP_DEFLATED ?
		    inflate_blocks(z, m, room, sums) :
		    unpack_filtered(z, m, room, sums);
	}
	out->data = (const uint8_t *)buf_text(room);
	out->size = room->len;
	return more;
}

static void
unreadable(struct zip *z, const struct zip_member *m, const char *why)
{
	if (z->place->depth == 0)
		walk_partial(z->place->walk, "%s: %.*s", why,
		    m->name_len < 150 ? (int)m->name_len : 150,
		    (const char *)m->name);
}

bool
zip_unpack(struct zip *z, const struct zip_member *m, struct buf *room,
    struct zip_content *out)
{
	uint64_t	 most = (uint64_t)z->place->walk->limits->entry_bytes;
	struct sums	 sums = { 0 };
	int		 more = 1;

	*out = (struct zip_content){ .data = (const uint8_t *)"",
		.declared = m->size };
	/* ZIP_FLAG_MASKED stops nobody: zipfile does not look at it. */
	if (m->data == 0 ||
	    (m->flags & (ZIP_FLAG_ENCRYPTED | ZIP_FLAG_STRONG)) != 0) {
		if (m->data != 0)
			unreadable(z, m, "an encrypted member");
		out->cut = m->size != 0;
		return true;
	}
	/* Members that overlap are more than the file: each is paid for, or a
	 * stretch that unpacks to nothing could be read over and over. */
	z->taken += m->packed;
	if (z->taken > z->size && !budget_spend(z->place->walk, m->packed)) {
		out->cut = m->size != 0;
		return false;
	}
	buf_reset(room);
	room->full = false;
	room->most = (size_t)most;
	more = m->method == ZIP_STORED ?
	    unpack_stored(z, m, most, out, &sums) :
	    unpack_packed(z, m, most, room, out, &sums);
	if (more == -1) {
		place_odd(z->place, ANOMALY_ZIP_METHOD, (const char *)m->name,
		    m->name_len, "method %u", m->method);
		unreadable(z, m, "a method of compression that cannot be read");
		out->cut = m->size != 0;
		return true;
	}
	if (more == 1 && !sums.cut)
		sums_check(z, m, &sums);
	/* zipfile reads as much as declared: if that is what the checksum is
	 * of, it is what gets installed. */
	if (!m->hidden && sums.size > m->size && m->size <= out->size &&
	    libdeflate_crc32(0, out->data, (size_t)m->size) == m->crc)
		out->size = (size_t)m->size;
	out->cut = sums.cut || sums.broken || more == 0;
	if (sums.size > out->declared)
		out->declared = sums.size;
	return more == 1;
}
