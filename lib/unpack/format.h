/* SPDX-License-Identifier: Apache-2.0 */
#ifndef UNPACK_FORMAT_H
#define UNPACK_FORMAT_H

/* format - what kind of archive a name promises, and what the bytes are. */
#include <stddef.h>
#include <stdint.h>

enum format {
	FORMAT_NONE,
	FORMAT_ZIP,
	FORMAT_TAR,
	FORMAT_GZIP, FORMAT_BZIP2, FORMAT_XZ, FORMAT_LZMA, FORMAT_ZSTD,
	FORMAT_COMPRESS,
	FORMAT_OPAQUE,		/* an installer for Windows, macOS or Linux */
	FORMAT_COUNT
};

enum format format_from_name(const char *filename);
/* By the first bytes.  A zip may also hide behind others: see zip_find. */
enum format format_from_bytes(const uint8_t *, size_t);
const char *format_name(enum format);

#endif
