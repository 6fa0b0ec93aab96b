/* SPDX-License-Identifier: Apache-2.0 */
/*
 * packed - compressed streams that are no archive.
 *
 * Takes: bytes.  Gives: what was compressed, at most a bound, on the heap.
 * Runs in: worker child, command.  zlib and gzip by libdeflate; bzip2, xz,
 * lzma and zstd by libarchive's filters, which unpack trusts too.
 */
#include "inspect/layers/packed.h"

#include <archive.h>
#include <archive_entry.h>
#include <libdeflate.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/inflater.h"
#include "base/mem.h"
#include "base/str.h"

bool
packed_is_zlib(const uint8_t *d, size_t size)
{
	return size > 8 && (d[0] & 0x0f) == 8 && d[0] >> 4 <= 7 &&
	    (d[0] * 256 + d[1]) % 31 == 0;
}

static bool
is_gzip(const uint8_t *d, size_t size)
{
	return size > 18 && d[0] == 0x1f && d[1] == 0x8b && d[2] == 8;
}

/* libdeflate wants the room first: it is grown until the result fits. */
static uint8_t *
inflate_whole(const uint8_t *data, size_t size, bool gzip, size_t most,
    size_t *out_len)
{
	struct libdeflate_decompressor *d = inflater();
	enum libdeflate_result result = LIBDEFLATE_INSUFFICIENT_SPACE;
	uint8_t *out = NULL;

	for (size_t room = 64 * 1024; d != NULL &&
	    result == LIBDEFLATE_INSUFFICIENT_SPACE && room <= most;
	    room *= 8) {
		free(out);
		out = mem_try(room);
		if (out == NULL)
			break;
		result = gzip ? libdeflate_gzip_decompress(d, data, size, out,
		    room, out_len) : libdeflate_zlib_decompress_ex(d, data,
		    size, out, room, NULL, out_len);
	}
	if (result == LIBDEFLATE_SUCCESS && *out_len != 0)
		return out;
	free(out);
	return NULL;
}

/* ---- the rest ----------------------------------------------------------- */

static const struct magic {
	const char	*bytes;
	size_t		 len;
	const char	*name;
} magics[] = {
	{ "BZh", 3, "bzip2" }, { "\xfd" "7zXZ", 6, "xz" },
	{ "\x5d\0\0", 3, "lzma" }, { "\x28\xb5\x2f\xfd", 4, "zstd" },
};

static const struct magic *
magic_of(const uint8_t *data, size_t size)
{
	for (size_t i = 0; i < ARRAY_LEN(magics); i++)
		if (size > magics[i].len + 8 && memcmp(data, magics[i].bytes,
		    magics[i].len) == 0)
			return &magics[i];
	return NULL;
}

static struct archive *
filters_new(void)
{
	struct archive *a = archive_read_new();

	if (a == NULL)
		return NULL;
	archive_read_support_filter_bzip2(a);
	archive_read_support_filter_xz(a);
	archive_read_support_filter_lzma(a);
	archive_read_support_filter_zstd(a);
	archive_read_support_format_raw(a);
	return a;
}

/* As much as there is, up to `most`: a damaged tail leaves its head. */
static uint8_t *
filter_whole(const uint8_t *data, size_t size, size_t most, size_t *out_len)
{
	struct archive *a = filters_new();
	struct archive_entry *entry;
	struct buf out = { .most = most };
	char piece[8192];
	la_ssize_t n;

	if (a == NULL)
		return NULL;
	if (archive_read_open_memory(a, data, size) == ARCHIVE_OK &&
	    archive_read_next_header(a, &entry) == ARCHIVE_OK)
		while (!out.full && (n = archive_read_data(a, piece,
		    sizeof(piece))) > 0)
			buf_add(&out, piece, (size_t)n);
	archive_read_free(a);
	*out_len = out.len;
	if (out.len == 0) {
		buf_release(&out);
		return NULL;
	}
	return (uint8_t *)buf_steal(&out);
}

bool
packed_is(const uint8_t *data, size_t size)
{
	return packed_is_zlib(data, size) || is_gzip(data, size) ||
	    magic_of(data, size) != NULL;
}

uint8_t *
packed_open(const uint8_t *data, size_t size, size_t most, size_t *out_len,
    const char **name)
{
	const struct magic *magic = magic_of(data, size);

	if (is_gzip(data, size)) {
		*name = "gzip";
		return inflate_whole(data, size, true, most, out_len);
	}
	if (packed_is_zlib(data, size)) {
		*name = "zlib";
		return inflate_whole(data, size, false, most, out_len);
	}
	if (magic == NULL)
		return NULL;
	*name = magic->name;
	return filter_whole(data, size, most, out_len);
}
