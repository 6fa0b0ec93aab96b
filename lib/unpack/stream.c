/* SPDX-License-Identifier: Apache-2.0 */
/*
 * source, stream - a compressed file, unpacked as often as needed.
 * Takes: packed bytes in memory.  Gives: unpacked pieces.
 * Runs in: worker child, the command.
 */
#include "unpack/stream.h"

#include <archive.h>
#include <archive_entry.h>
#include <libdeflate.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/inflater.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/vis.h"
#include "unpack/inflate.h"

/* Inflates all members of a gzip file into one buffer; false when they do not
 * fit or are broken. */
static bool
inflate_whole(struct source *s, size_t room)
{
	struct libdeflate_decompressor *d = inflater();
	size_t in, out;

	if (d == NULL)
		return false;
	while (s->size - s->used >= 18 &&
	    s->data[s->used] == 0x1f && s->data[s->used + 1] == 0x8b) {
		if (libdeflate_gzip_decompress_ex(d, s->data + s->used,
		    s->size - s->used, s->whole + s->whole_len,
		    room - s->whole_len, &in, &out) != LIBDEFLATE_SUCCESS)
			return false;
		s->used += in;
		s->whole_len += out;
		s->members++;
	}
	return s->members > 0;
}

/* What the trailer tells of the last member's size (RFC 1952, 2.3.1), if that
 * is little: memory that the heap has.  It may lie. */
static size_t
told_size(const struct source *s, size_t room)
{
	size_t told = s->size < 18 ? 0 : le32(s->data + s->size - 4);

	return told < UNPACK_TOLD_MAX && told < room ? told : 0;
}

static bool
inflate_small(struct source *s, size_t room)
{
	size_t told = told_size(s, room);

	if (told == 0 || (s->whole = mem_try(told)) == NULL)
		return false;
	if (inflate_whole(s, told))
		return true;
	source_release(s);
	s->whole_len = s->used = 0;
	s->members = 0;
	return false;
}

void
source_release(struct source *s)
{
	free(s->whole);
	s->whole = NULL;
}

int
stream_add_filter(struct archive *a, enum format format)
{
	switch (format) {
	case FORMAT_BZIP2:
		return archive_read_support_filter_bzip2(a);
	case FORMAT_XZ:
		return archive_read_support_filter_xz(a);
	case FORMAT_LZMA:
		return archive_read_support_filter_lzma(a);
	case FORMAT_ZSTD:
		return archive_read_support_filter_zstd(a);
	case FORMAT_COMPRESS:
		return archive_read_support_filter_compress(a);
	case FORMAT_NONE:
	case FORMAT_ZIP:
	case FORMAT_TAR:
	case FORMAT_GZIP:	/* inflate.h */
	case FORMAT_OPAQUE:
	case FORMAT_COUNT:
		break;
	}
	return -1;
}

static int
stream_fail(struct stream *s, const char *fallback)
{
	const char *why = archive_error_string(s->archive);

	vis_copy(s->error, sizeof(s->error), why != NULL ? why : fallback);
	return -1;
}

int
stream_open(struct stream *s, const struct source *source, uint64_t most)
{
	struct archive_entry *entry;

	*s = (struct stream){ .source = source, .most = most };
	if (source->whole != NULL || source->format == FORMAT_TAR)
		return 0;
	if (source->format == FORMAT_GZIP) {
		s->inflate = inflate_new(true, source->data, source->size);
		return 0;
	}
	s->archive = archive_read_new();
	if (s->archive == NULL)
		mem_exhausted(0);
	/* A warning means that libarchive would run a program. */
	if (stream_add_filter(s->archive, source->format) != ARCHIVE_OK) {
		vis_copy(s->error, sizeof(s->error), "no decompressor");
		return -1;
	}
	archive_read_support_format_raw(s->archive);
	if (archive_read_open_memory(s->archive, source->data,
	    source->size) != ARCHIVE_OK ||
	    archive_read_next_header(s->archive, &entry) < ARCHIVE_WARN)
		return stream_fail(s, "broken compressed data");
	/* The last filter is the file itself.  More than one before it would
	 * let inner layers grow without being counted. */
	s->twice = archive_filter_count(s->archive) > 2;
	if (s->twice || archive_filter_count(s->archive) < 2) {
		vis_copy(s->error, sizeof(s->error), s->twice ?
		    "compressed more than once" : "broken compressed data");
		return -1;
	}
	return 0;
}

static void
first_check(struct stream *s, const uint8_t *piece, size_t len)
{
	enum format format = s->given == 0 ? format_from_bytes(piece, len) :
	    FORMAT_NONE;

	s->twice |= format == FORMAT_GZIP || format == FORMAT_BZIP2 ||
	    format == FORMAT_XZ || format == FORMAT_LZMA;
}

/* The one piece of a file that is in memory. */
static int
whole_next(struct stream *s, const uint8_t **piece, size_t *len)
{
	const struct source *from = s->source;

	if (s->ended) {
		if (from->whole == NULL || from->error[0] == '\0' ||
		    s->limited)
			return 0;
		memcpy(s->error, from->error, sizeof(s->error));
		return -1;
	}
	s->ended = true;
	*piece = from->whole != NULL ? from->whole : from->data;
	*len = from->whole != NULL ? from->whole_len : from->size;
	s->used = from->whole != NULL ? from->used : from->size;
	s->members = from->members;
	if (*len > s->most) {
		*len = (size_t)s->most;
		s->limited = true;
	}
	first_check(s, *piece, *len);
	s->given = *len;
	return *len != 0 ? 1 : whole_next(s, piece, len);
}

/* The next piece, however long; 1, 0 or -1. */
static int
filter_next(struct stream *s, const uint8_t **piece, size_t *len)
{
	const void	*block;
	la_int64_t	 offset;
	int		 rc;

	do {
		rc = archive_read_data_block(s->archive, &block, len, &offset);
	} while (rc >= ARCHIVE_WARN && rc != ARCHIVE_EOF && *len == 0);
	if (rc < ARCHIVE_WARN)
		return stream_fail(s, "broken compressed data");
	s->used = (size_t)archive_filter_bytes(s->archive, -1);
	*piece = block;
	return rc != ARCHIVE_EOF;
}

static int
gzip_next(struct stream *s, const uint8_t **piece, size_t *len)
{
	int rc = inflate_next(s->inflate, piece, len);

	s->used = s->inflate->used;
	s->members = s->inflate->members;
	if (rc == -1)
		vis_copy(s->error, sizeof(s->error), s->inflate->error);
	return rc;
}

int
stream_next(struct stream *s, const uint8_t **piece, size_t *len)
{
	int rc;

	if (s->archive == NULL && s->inflate == NULL)
		return whole_next(s, piece, len);
	if (s->ended || s->limited)
		return 0;
	rc = s->inflate != NULL ? gzip_next(s, piece, len) :
	    filter_next(s, piece, len);
	if (rc != 1) {
		s->ended = rc == 0;
		return rc;
	}
	if (*len > s->most - s->given) {
		*len = (size_t)(s->most - s->given);
		s->limited = true;
	}
	first_check(s, *piece, *len);
	s->given += *len;
	return *len != 0;
}

void
stream_close(struct stream *s)
{
	if (s->archive != NULL)
		archive_read_free(s->archive);
	inflate_free(s->inflate);
	s->archive = NULL;
	s->inflate = NULL;
}

/* The same for any format, more slowly, as far as the file is good; false: it
 * does not fit. */
static bool
unpack_whole(struct source *s, size_t room)
{
	struct source	 packed = *s;
	struct stream	 in;
	const uint8_t	*piece;
	size_t		 len;
	int		 rc;

	packed.whole = NULL;
	s->whole_len = 0;
	if ((rc = stream_open(&in, &packed, UINT64_MAX)) == 0)
		while ((rc = stream_next(&in, &piece, &len)) == 1 &&
		    len <= room - s->whole_len) {
			memcpy(s->whole + s->whole_len, piece, len);
			s->whole_len += len;
		}
	s->members = in.members;
	s->used = in.used;
	memcpy(s->error, in.error, sizeof(s->error));
	stream_close(&in);
	/* Without a byte there is only the reason, which streaming gives. */
	return rc == 0 || (rc == -1 && s->whole_len > 0);
}

/*
 * Where the last xz stream ends: a footer's magic, then zeros in fours.  What
 * follows makes libarchive give up, while Python reads up to it.
 */
static size_t
xz_end(const uint8_t *data, size_t size)
{
	size_t end = size;

	while (end >= 4 && all_zero(data + end - 4, 4))
		end -= 4;
	if (end >= 2 && data[end - 2] == 'Y' && data[end - 1] == 'Z')
		return size;
	while (end >= 2 && !(data[end - 2] == 'Y' && data[end - 1] == 'Z'))
		end--;
	return end > 12 ? end : size;	/* 12: a header */
}

void
source_init(struct source *s, enum format format, const uint8_t *data,
    size_t size, uint64_t most)
{
	size_t	room = most < UNPACK_WHOLE_MAX ? (size_t)most :
	    UNPACK_WHOLE_MAX;

	if (format == FORMAT_XZ)
		size = xz_end(data, size);
	*s = (struct source){ .format = format, .data = data, .size = size };
	if (format == FORMAT_GZIP && inflate_small(s, room))
		return;
	/* Pages that stay untouched cost nothing: nobody clears them. */
	if (format == FORMAT_TAR || room == 0 ||
	    (s->whole = mem_try(room)) == NULL)
		return;
	if (!(format == FORMAT_GZIP && inflate_whole(s, room)) &&
	    !unpack_whole(s, room))
		source_release(s);
}
