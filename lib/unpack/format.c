/* SPDX-License-Identifier: Apache-2.0 */
/*
 * format - what kind of archive a name promises, and what the bytes are.
 * Runs in: worker child, the command.
 */
#include "unpack/format.h"

#include <string.h>

#include "base/bytes.h"
#include "base/str.h"
#include "unpack/path.h"

static const struct { const char *ending; enum format format; } endings[] = {
	{ ".whl", FORMAT_ZIP }, { ".zip", FORMAT_ZIP }, { ".egg", FORMAT_ZIP },
	{ ".tar.gz", FORMAT_GZIP }, { ".tgz", FORMAT_GZIP },
	{ ".tar.bz2", FORMAT_BZIP2 }, { ".tbz", FORMAT_BZIP2 },
	{ ".tbz2", FORMAT_BZIP2 },
	{ ".tar.xz", FORMAT_XZ }, { ".txz", FORMAT_XZ },
	{ ".tar.lzma", FORMAT_LZMA }, { ".tlz", FORMAT_LZMA },
	{ ".tar.zst", FORMAT_ZSTD }, { ".tar.Z", FORMAT_COMPRESS },
	{ ".tar", FORMAT_TAR },
	{ ".exe", FORMAT_OPAQUE }, { ".msi", FORMAT_OPAQUE },
	{ ".rpm", FORMAT_OPAQUE }, { ".deb", FORMAT_OPAQUE },
	{ ".dmg", FORMAT_OPAQUE },
};

static const struct {
	enum format	 format;
	size_t		 at, len;
	const char	*bytes;
} magics[] = {
	{ FORMAT_ZIP, 0, 4, "PK\3\4" }, { FORMAT_ZIP, 0, 4, "PK\5\6" },
	{ FORMAT_GZIP, 0, 3, "\x1f\x8b\x08" }, { FORMAT_BZIP2, 0, 3, "BZh" },
	{ FORMAT_XZ, 0, 6, "\xfd" "7zXZ\0" },
	{ FORMAT_ZSTD, 0, 4, "\x28\xb5\x2f\xfd" },
	{ FORMAT_COMPRESS, 0, 2, "\x1f\x9d" },
	{ FORMAT_TAR, 257, 5, "ustar" },
	{ FORMAT_OPAQUE, 0, 8, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" },
	{ FORMAT_OPAQUE, 0, 4, "\xed\xab\xee\xdb" },
	{ FORMAT_OPAQUE, 0, 21, "!<arch>\ndebian-binary" },
};

static const char *const names[FORMAT_COUNT] = {
	[FORMAT_NONE] = "no archive", [FORMAT_ZIP] = "zip",
	[FORMAT_TAR] = "tar", [FORMAT_GZIP] = "gzip", [FORMAT_BZIP2] = "bzip2",
	[FORMAT_XZ] = "xz", [FORMAT_LZMA] = "lzma", [FORMAT_ZSTD] = "zstd",
	[FORMAT_COMPRESS] = "compress", [FORMAT_OPAQUE] = "installer",
};

enum format
format_from_name(const char *filename)
{
	for (size_t i = 0; i < ARRAY_LEN(endings); i++)
		if (path_ends(filename, strlen(filename), endings[i].ending))
			return endings[i].format;
	return FORMAT_NONE;
}

/* A tar header from before "ustar": only its sum shows that it is one. */
static int
is_old_tar(const uint8_t *data, size_t size)
{
	uint32_t sum = 0, said = 0;

	if (size < 512 || data[0] == 0)
		return 0;
	for (size_t i = 0; i < 512; i++)
		sum += i >= 148 && i < 156 ? ' ' : data[i];
	for (size_t i = 148; i < 156; i++)
		if (data[i] >= '0' && data[i] <= '7')
			said = said * 8 + data[i] - '0';
	return sum == said;
}

/*
 * LZMA has no magic number: properties, a dictionary of 2^n or 2^n + 2^(n-1)
 * bytes, and a size that is unknown or below 256 GiB, as liblzma takes them.
 */
static int
is_lzma(const uint8_t *data, size_t size)
{
	uint32_t dictionary, low;
	uint64_t length;

	if (size < 14 || data[0] != 0x5d || data[13] != 0)
		return 0;
	dictionary = le32(data + 1);
	length = le64(data + 5);
	low = dictionary & (~dictionary + 1);
	return dictionary >= 4096 && (dictionary == low ||
	    dictionary == low * 3) && (length == UINT64_MAX ||
	    length < UINT64_C(1) << 38);
}

enum format
format_from_bytes(const uint8_t *data, size_t size)
{
	for (size_t i = 0; i < ARRAY_LEN(magics); i++)
		if (size >= magics[i].at + magics[i].len && memcmp(data +
		    magics[i].at, magics[i].bytes, magics[i].len) == 0)
			return magics[i].format;
	if (is_lzma(data, size))
		return FORMAT_LZMA;
	return is_old_tar(data, size) ? FORMAT_TAR : FORMAT_NONE;
}

const char *
format_name(enum format format)
{
	return names[format];
}
