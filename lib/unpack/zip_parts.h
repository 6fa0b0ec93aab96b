/* SPDX-License-Identifier: Apache-2.0 */
#ifndef UNPACK_ZIP_PARTS_H
#define UNPACK_ZIP_PARTS_H

/* zip_parts - what the files of the zip reader share (APPNOTE.TXT 6.3.10). */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buf;
struct place;

enum { ZIP_LOCAL = 0x04034b50, ZIP_CENTRAL = 0x02014b50, ZIP_END = 0x06054b50,
	ZIP64_END = 0x06064b50, ZIP64_LOCATOR = 0x07064b50,
	ZIP_DESCRIPTOR = 0x08074b50 };
enum { ZIP_LOCAL_SIZE = 30, ZIP_CENTRAL_SIZE = 46, ZIP_END_SIZE = 22,
	ZIP64_LOCATOR_SIZE = 20, ZIP64_END_SIZE = 56 };
enum { ZIP_STORED = 0, ZIP_DEFLATED = 8, ZIP_BZIP2 = 12, ZIP_LZMA = 14,
	ZIP_ZSTD = 93, ZIP_XZ = 95 };
enum { ZIP_FLAG_ENCRYPTED = 0x1, ZIP_FLAG_DESCRIPTOR = 0x8,
	ZIP_FLAG_STRONG = 0x40, ZIP_FLAG_MASKED = 0x2000 };

/* The end record, with zip64 applied. */
struct zip_end {
	size_t	 at;		/* of the (first) end record */
	size_t	 after;		/* behind the comment */
	uint64_t count, directory_size;
	uint64_t directory_at;	/* in the file */
	uint64_t shift;		/* of all offsets, modulo 2^64: the bytes before
				   what they count from */
	uint16_t comment_len;
	bool	 zip64;
	bool	 disputed;	/* readers differ about which record counts */
};

struct zip_member {
	const uint8_t	*name;
	uint64_t	 packed, size, local;	/* local: where its header is */
	uint64_t	 data, end;	/* of its area; 0: not found */
	uint32_t	 crc;
	uint16_t	 name_len, method, flags;
	uint16_t	 mode;		/* Unix, or 0 */
	uint8_t		 class;
	bool		 hidden;	/* only in the streaming view */
};

struct zip {
	struct place	*place;
	const uint8_t	*data;
	size_t		 size;
	struct zip_end	 end;
	struct zip_member *members;
	size_t		 n, room;
	uint64_t	 taken;		/* packed bytes unpacked so far */
};

/* 0 and *out, or -1 with the reason. */
int	zip_end_find(const uint8_t *, size_t, struct zip_end *out,
	    const char **why);
/* NULL when there are too many. */
struct zip_member *zip_member_add(struct zip *);
void	zip_member_note(struct zip *, const struct zip_member *);

/* Reads zip64 sizes out of an extra field; unchanged where there is none. */
void	zip_extra64(const uint8_t *extra, size_t len, uint64_t *size,
	    uint64_t *packed, uint64_t *local);
/* The bytes of one field of the extra fields, or NULL. */
const uint8_t *zip_extra_find(const uint8_t *extra, size_t len, uint16_t id,
	    size_t *field_len);

/* Compares the directory with the local headers; sets data and end of every
 * member, and adds the hidden ones. */
void	zip_views(struct zip *);

/*
 * Unpacks a member: *out is borrowed from the file or from `room`.  False when
 * the budget is spent.
 */
struct zip_content { const uint8_t *data; size_t size; uint64_t declared;
	bool cut, unreadable; };
bool	zip_unpack(struct zip *, const struct zip_member *, struct buf *room,
	    struct zip_content *out);

#endif
