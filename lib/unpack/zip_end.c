/* SPDX-License-Identifier: Apache-2.0 */
/*
 * zip_end - the record at the end of a zip, found as Python's zipfile finds it.
 * Takes: bytes.  Gives: where the directory is.
 * Runs in: worker child, the command.
 */
#include "unpack/zip_parts.h"

#include <string.h>

#include "base/bytes.h"
#include "unpack/zip.h"

#define COMMENT_MAX 65535

/* Offset of the end record, or size when there is none. */
static size_t
end_seek(const uint8_t *data, size_t size)
{
	size_t low, at;

	if (size < ZIP_END_SIZE)
		return size;
	at = size - ZIP_END_SIZE;
	if (le32(data + at) == ZIP_END && le16(data + at + 20) == 0)
		return at;
	low = at > COMMENT_MAX ? at - COMMENT_MAX : 0;
	for (;; at--) {
		if (data[at] == 'P' && le32(data + at) == ZIP_END)
			return at;
		if (at == low)
			return size;
	}
}

/* A field of the 32-bit record gives way only when all its bits are set; some
 * readers take the 64-bit one all the same. */
static bool
disputes(uint64_t narrow, uint64_t full, uint64_t wide)
{
	return narrow != full && narrow != wide;
}

/* The 64-bit record stands before its locator, which is before the end. */
static void
zip64_read(const uint8_t *data, struct zip_end *e)
{
	size_t		 at = e->at;
	const uint8_t	*r;

	if (at < ZIP64_LOCATOR_SIZE + ZIP64_END_SIZE ||
	    le32(data + at - ZIP64_LOCATOR_SIZE) != ZIP64_LOCATOR)
		return;
	r = data + at - ZIP64_LOCATOR_SIZE - ZIP64_END_SIZE;
	if (le32(r) != ZIP64_END)
		return;
	e->zip64 = true;
	/* zipfile takes both always, others only when a field asks for them. */
	e->disputed = disputes(e->count, UINT16_MAX, le64(r + 32)) ||
	    disputes(e->directory_size, UINT32_MAX, le64(r + 40)) ||
	    disputes(e->directory_at, UINT32_MAX, le64(r + 48));
	e->count = le64(r + 32);
	e->directory_size = le64(r + 40);
	e->directory_at = le64(r + 48);
	e->at = (size_t)(r - data);
}

int
zip_end_find(const uint8_t *data, size_t size, struct zip_end *e,
    const char **why)
{
	size_t		 at = end_seek(data, size);
	uint64_t	 start, locator;

	*e = (struct zip_end){ .at = at };
	*why = "no end record";
	if (at == size)
		return -1;
	e->count = le16(data + at + 10);
	e->directory_size = le32(data + at + 12);
	e->directory_at = le32(data + at + 16);
	e->comment_len = le16(data + at + 20);
	e->after = at + ZIP_END_SIZE;
	e->after = e->comment_len < size - e->after ?
	    e->after + e->comment_len : size;
	locator = at >= ZIP64_LOCATOR_SIZE ?
	    le64(data + at - ZIP64_LOCATOR_SIZE + 8) : 0;
	zip64_read(data, e);
	/* zipfile believes the size: the directory ends where the end records
	 * start, and offsets that miss it are shifted, whichever way. */
	*why = "the directory does not fit into the file";
	if (e->directory_size > e->at)
		return -1;
	start = e->at - e->directory_size;
	e->shift = start - e->directory_at;
	e->directory_at = start;
	/* zipfile takes the record before the locator, others the one that it
	 * points to. */
	if (e->zip64 && locator != e->at && locator + e->shift != e->at)
		e->disputed = true;
	return 0;
}

static bool
has_directory(const uint8_t *data, const struct zip_end *e)
{
	return e->directory_size >= ZIP_CENTRAL_SIZE &&
	    le32(data + e->directory_at) == ZIP_CENTRAL;
}

bool
zip_inside(const uint8_t *data, size_t size)
{
	struct zip_end	 e;
	const char	*why;

	return zip_end_find(data, size, &e, &why) == 0 &&
	    has_directory(data, &e);
}

bool
zip_at_end(const uint8_t *data, size_t size)
{
	return size > ZIP_END_SIZE &&
	    le32(data + size - ZIP_END_SIZE) == ZIP_END &&
	    le16(data + size - 2) == 0 && zip_inside(data, size);
}
