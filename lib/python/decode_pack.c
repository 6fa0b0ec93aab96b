/* SPDX-License-Identifier: Apache-2.0 */
/*
 * decode_pack - deflate, bzip2 and xz, into a bounded buf.
 * Runs in: worker child, command.
 */
#include <bzlib.h>
#include <lzma.h>
#include <zlib.h>

#include "base/buf.h"
#include "python/decode.h"

#define PIECE 32768
#define LZMA_MEMORY (64u << 20)	/* what a stream may ask for */

bool
decode_inflate(const uint8_t *in, size_t len, int window, struct buf *out)
{
	uint8_t piece[PIECE];
	z_stream z = { 0 };
	int result = Z_OK;

	if (len > UINT32_MAX || inflateInit2(&z, window) != Z_OK)
		return false;
	/* zlib's interface is older than const; it only reads. */
	z.next_in = (Bytef *)(uintptr_t)in;
	z.avail_in = (uInt)len;
	while (result == Z_OK && !out->full) {
		z.next_out = piece;
		z.avail_out = sizeof(piece);
		result = inflate(&z, Z_NO_FLUSH);
		buf_add(out, piece, sizeof(piece) - z.avail_out);
		if (result == Z_BUF_ERROR || (z.avail_in == 0 &&
		    z.avail_out != 0))
			break;
	}
	(void)inflateEnd(&z);
	return result == Z_STREAM_END;
}

bool
decode_bz2(const uint8_t *in, size_t len, struct buf *out)
{
	char piece[PIECE];
	bz_stream z = { 0 };
	int result = BZ_OK;

	if (len > UINT32_MAX || BZ2_bzDecompressInit(&z, 0, 0) != BZ_OK)
		return false;
	z.next_in = (char *)(uintptr_t)in;
	z.avail_in = (unsigned int)len;
	while (result == BZ_OK && !out->full) {
		z.next_out = piece;
		z.avail_out = sizeof(piece);
		result = BZ2_bzDecompress(&z);
		buf_add(out, piece, sizeof(piece) - z.avail_out);
		if (z.avail_in == 0 && z.avail_out != 0)
			break;
	}
	(void)BZ2_bzDecompressEnd(&z);
	return result == BZ_STREAM_END;
}

bool
decode_lzma(const uint8_t *in, size_t len, struct buf *out)
{
	uint8_t piece[PIECE];
	lzma_stream z = LZMA_STREAM_INIT;
	lzma_ret result;

	result = lzma_auto_decoder(&z, LZMA_MEMORY, 0);
	z.next_in = in;
	z.avail_in = len;
	while (result == LZMA_OK && !out->full) {
		z.next_out = piece;
		z.avail_out = sizeof(piece);
		result = lzma_code(&z, LZMA_FINISH);
		buf_add(out, piece, sizeof(piece) - z.avail_out);
	}
	lzma_end(&z);
	return result == LZMA_STREAM_END;
}
