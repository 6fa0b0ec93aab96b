/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pack - tar.gz and zip written by hand, so that they can be written wrong.
 * Takes: members.  Gives: archive bytes, the same for the same members.
 * Runs in: simindex.
 */
#include "pack.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#define TAR_BLOCK 512
/* 1980-01-01 00:00, the oldest that zip can say. */
#define ZIP_DATE 0x0021u

struct tar_header {
	char name[100], mode[8], uid[8], gid[8], size[12], mtime[12];
	char checksum[8], type, link[100], magic[6], version[2];
	char owner[32], group[32], major[8], minor[8], prefix[155], rest[12];
};

/* Names over 100 bytes are cut at a slash into prefix and name. */
static bool
tar_name(struct tar_header *h, const char *path)
{
	size_t		 len = strlen(path);
	const char	*cut = path;

	while (len - (size_t)(cut - path) > sizeof(h->name)) {
		cut = strchr(cut, '/');
		if (cut++ == NULL)
			return false;
	}
	if (cut > path) {
		if ((size_t)(cut - path - 1) > sizeof(h->prefix))
			return false;
		memcpy(h->prefix, path, (size_t)(cut - path - 1));
	}
	memcpy(h->name, cut, strlen(cut));
	return true;
}

static void
tar_sum(struct tar_header *h)
{
	const unsigned char	*p = (const unsigned char *)h;
	unsigned int		 sum = 0;

	memset(h->checksum, ' ', sizeof(h->checksum));
	for (size_t i = 0; i < TAR_BLOCK; i++)
		sum += p[i];
	snprintf(h->checksum, sizeof(h->checksum), "%06o", sum & 0777777);
}

void
tar_put(struct text *out, const char *path, const void *bytes, size_t len,
    unsigned int mode, const char *link)
{
	struct tar_header	 h = { 0 };
	static const char	 zeros[TAR_BLOCK];

	_Static_assert(sizeof(h) == TAR_BLOCK, "a header is one block");
	if (!tar_name(&h, path)) {
		fprintf(stderr, "simindex: %s: too long for tar\n", path);
		exit(2);
	}
	snprintf(h.mode, sizeof(h.mode), "%07o", mode & 07777);
	snprintf(h.uid, sizeof(h.uid), "%07o", 0u);
	snprintf(h.gid, sizeof(h.gid), "%07o", 0u);
	snprintf(h.size, sizeof(h.size), "%011o",
	    link != NULL ? 0u : (unsigned int)len);
	snprintf(h.mtime, sizeof(h.mtime), "%011o", 0u);
	h.type = link != NULL ? '2' : '0';
	if (link != NULL)
		memcpy(h.link, link, strnlen(link, sizeof(h.link)));
	memcpy(h.magic, "ustar", 6);
	memcpy(h.version, "00", 2);
	tar_sum(&h);
	text_add(out, &h, sizeof(h));
	if (link != NULL)
		return;
	text_add(out, bytes, len);
	text_add(out, zeros, (TAR_BLOCK - len % TAR_BLOCK) % TAR_BLOCK);
}

void
tar_end(struct text *out)
{
	static const char	 zeros[2 * TAR_BLOCK];

	text_add(out, zeros, sizeof(zeros));
}

/* window: negative for a bare deflate stream, over 15 for gzip. */
static void
deflate_text(const void *bytes, size_t len, int window, struct text *out)
{
	z_stream	 z = { 0 };
	size_t		 room;
	char		*to;

	if (deflateInit2(&z, 6, Z_DEFLATED, window, 8,
	    Z_DEFAULT_STRATEGY) != Z_OK) {
		fprintf(stderr, "simindex: zlib refuses\n");
		exit(2);
	}
	room = deflateBound(&z, (uLong)len);
	to = must_alloc(room);
	z.next_in = (Bytef *)(uintptr_t)bytes;
	z.avail_in = (uInt)len;
	z.next_out = (Bytef *)to;
	z.avail_out = (uInt)room;
	deflate(&z, Z_FINISH);
	text_add(out, to, z.total_out);
	deflateEnd(&z);
	free(to);
}

void
gzip_text(const void *bytes, size_t len, struct text *out)
{
	deflate_text(bytes, len, 15 + 16, out);
}

static void
put16(struct text *t, unsigned int v)
{
	unsigned char	 b[2] = { v & 0xff, (v >> 8) & 0xff };

	text_add(t, b, sizeof(b));
}

static void
put32(struct text *t, unsigned long v)
{
	put16(t, (unsigned int)(v & 0xffff));
	put16(t, (unsigned int)((v >> 16) & 0xffff));
}

/* The fields that local and central headers have in common. */
static void
zip_fields(struct text *t, unsigned long crc, size_t packed, size_t len,
    size_t name)
{
	put16(t, 20);			/* version needed */
	put16(t, 0x0800);		/* names are UTF-8 */
	put16(t, 8);			/* deflate */
	put16(t, 0);
	put16(t, ZIP_DATE);
	put32(t, crc);
	put32(t, packed);
	put32(t, len);
	put16(t, (unsigned int)name);
	put16(t, 0);			/* extra */
}

void
zip_put(struct zip *z, const char *streamed, const char *listed,
    const void *bytes, size_t len)
{
	size_t		 offset = z->local.len;
	unsigned long	 crc = crc32(0, bytes, (uInt)len);
	struct text	 packed = { 0 };

	deflate_text(bytes, len, -15, &packed);
	put32(&z->local, 0x04034b50);
	zip_fields(&z->local, crc, packed.len, len, strlen(streamed));
	text_puts(&z->local, streamed);
	text_add(&z->local, packed.s, packed.len);
	if (listed != NULL) {
		put32(&z->central, 0x02014b50);
		put16(&z->central, 0x0314);	/* made on Unix */
		zip_fields(&z->central, crc, packed.len, len, strlen(listed));
		put16(&z->central, 0);		/* comment */
		put16(&z->central, 0);		/* disk */
		put16(&z->central, 0);
		put32(&z->central, 0100644ul << 16);
		put32(&z->central, offset);
		text_puts(&z->central, listed);
		z->entries++;
	}
	text_free(&packed);
}

void
zip_end(struct zip *z, struct text *out)
{
	text_add(out, z->local.s, z->local.len);
	text_add(out, z->central.s, z->central.len);
	put32(out, 0x06054b50);
	put32(out, 0);			/* both disk numbers */
	put16(out, z->entries);
	put16(out, z->entries);
	put32(out, z->central.len);
	put32(out, z->local.len);
	put16(out, 0);
	text_free(&z->local);
	text_free(&z->central);
	z->entries = 0;
}
