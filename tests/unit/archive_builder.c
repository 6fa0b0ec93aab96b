/* SPDX-License-Identifier: Apache-2.0 */
/* archive_builder - tar, gzip and zip files that may lie. */
#include "archive_builder.h"

#include <archive.h>
#include <archive_entry.h>
#include <libdeflate.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum { BLOCK = 512 };

/* ---- tar ------------------------------------------------------------------ */

static void
pad(struct buf *b)
{
	static const char zeros[BLOCK];

	buf_add(b, zeros, (BLOCK - b->len % BLOCK) % BLOCK);
}

void
tar_add(struct buf *b, const struct tar_spec *s)
{
	char		 h[BLOCK] = { 0 };
	size_t		 len = s->len != 0 || s->data == NULL ? s->len :
	    strlen(s->data);
	size_t		 name = s->name_len != 0 ? s->name_len :
	    strlen(s->name);
	uint64_t	 said = s->lies ? s->size : len;
	unsigned int	 sum = s->bad_sum;

	memcpy(h, s->name, name < 100 ? name : 100);
	snprintf(h + 100, 8, "%07o", s->executable ? 0755U : 0644U);
	snprintf(h + 108, 8, "%07o", 0U);
	snprintf(h + 116, 8, "%07o", 0U);
	snprintf(h + 124, 12, "%011llo", (unsigned long long)said);
	snprintf(h + 136, 12, "%011o", 0U);
	memset(h + 148, ' ', 8);
	h[156] = s->type != 0 ? s->type : '0';
	if (s->link != NULL)
		memcpy(h + 157, s->link, strlen(s->link));
	memcpy(h + 257, "ustar\0" "00", 8);
	for (size_t i = 0; i < BLOCK; i++)
		sum += (unsigned char)h[i];
	snprintf(h + 148, 8, "%06o", sum);
	buf_add(b, h, BLOCK);
	if (len != 0)
		buf_add(b, s->data, len);
	pad(b);
}

void
tar_file(struct buf *b, const char *name, const char *data)
{
	tar_add(b, &(struct tar_spec){ .name = name, .data = data });
}

void
tar_pax(struct buf *b, const char *key, const void *value, size_t len)
{
	struct buf	record = BUF_EMPTY;
	size_t		total = strlen(key) + len + 3, digits;

	for (digits = 1; digits < 8; digits++)
		if (snprintf(NULL, 0, "%zu", total + digits) == (int)digits)
			break;
	buf_addf(&record, "%zu %s=", total + digits, key);
	buf_add(&record, value, len);
	buf_addc(&record, '\n');
	tar_add(b, &(struct tar_spec){ .name = "PaxHeader", .type = 'x',
	    .data = record.data, .len = record.len });
	buf_release(&record);
}

void
tar_end(struct buf *b)
{
	static const char zeros[2 * BLOCK];

	buf_add(b, zeros, sizeof(zeros));
}

void
gzip_add(struct buf *b, const void *data, size_t len)
{
	struct libdeflate_compressor *c = libdeflate_alloc_compressor(6);
	size_t	room = libdeflate_gzip_compress_bound(c, len);
	char	*out = mem_alloc(room);

	room = libdeflate_gzip_compress(c, data, len, out, room);
	buf_add(b, out, room);
	libdeflate_free_compressor(c);
	free(out);
}

static la_ssize_t
write_piece(struct archive *a, void *ctx, const void *data, size_t len)
{
	(void)a;
	buf_add(ctx, data, len);
	return (la_ssize_t)len;
}

void
filter_add(struct buf *b, const char *filter, const void *data, size_t len)
{
	struct archive		*a = archive_write_new();
	struct archive_entry	*e = archive_entry_new();

	archive_write_set_format_raw(a);
	archive_write_add_filter_by_name(a, filter);
	archive_write_set_bytes_in_last_block(a, 1);
	archive_write_open(a, b, NULL, write_piece, NULL);
	archive_entry_set_filetype(e, AE_IFREG);
	archive_write_header(a, e);
	archive_write_data(a, data, len);
	archive_entry_free(e);
	archive_write_close(a);
	archive_write_free(a);
}

/* ---- zip ------------------------------------------------------------------ */

static void
put16(struct buf *b, uint64_t v)
{
	buf_addc(b, (char)(v & 0xff));
	buf_addc(b, (char)(v >> 8 & 0xff));
}

static void
put32(struct buf *b, uint64_t v)
{
	put16(b, v & 0xffff);
	put16(b, v >> 16 & 0xffff);
}

static void
put64(struct buf *b, uint64_t v)
{
	put32(b, v & 0xffffffff);
	put32(b, v >> 32);
}

static void
deflate_to(struct buf *b, const char *data, size_t len)
{
	struct libdeflate_compressor *c = libdeflate_alloc_compressor(6);
	size_t	room = libdeflate_deflate_compress_bound(c, len);
	char	*out = mem_alloc(room);

	room = libdeflate_deflate_compress(c, data, len, out, room);
	buf_add(b, out, room);
	libdeflate_free_compressor(c);
	free(out);
}

/* What both headers share, from "flags" to "uncompressed size". */
static void
put_common(struct buf *b, const struct zip_spec *s, uint32_t crc,
    size_t packed, uint64_t size)
{
	put16(b, s->flags);
	put16(b, s->method);
	put32(b, 0);				/* time, date */
	put32(b, crc);
	put32(b, packed);
	put32(b, size);
}

static void
put_central(struct zip_builder *z, const struct zip_spec *s, uint32_t crc,
    size_t packed, uint64_t size, size_t at, size_t name_len)
{
	struct buf *d = &z->directory;

	buf_add(d, "PK\1\2\x14\3\x14\0", 8);
	put_common(d, s, crc, packed, size);
	put16(d, name_len);
	put16(d, s->extra_len);
	put16(d, 0);
	put32(d, 0);
	put32(d, (uint64_t)(s->mode != 0 ? s->mode : 0100644) << 16);
	put32(d, at - z->base);
	buf_add(d, s->name, name_len);
	buf_add(d, s->extra, s->extra_len);
	z->n++;
}

void
zip_add(struct zip_builder *z, const struct zip_spec *s)
{
	struct buf	 packed = BUF_EMPTY;
	struct buf	*f = &z->file;
	size_t		 len = s->len != 0 || s->data == NULL ? s->len :
	    strlen(s->data), at = f->len, name_len = s->name_len != 0 ?
	    s->name_len : strlen(s->name);
	const char	*local = s->local_name != NULL ? s->local_name :
	    s->name;
	size_t		 local_len = s->local_name != NULL ? strlen(local) :
	    name_len;
	uint64_t	 size = len + (uint64_t)s->size_lie;
	uint32_t	 crc = libdeflate_crc32(0, s->data, len) +
	    (uint32_t)s->crc_lie;
	bool		 later = (s->flags & 8) != 0;

	if (s->packed != NULL)
		buf_add(&packed, s->packed->data, s->packed->len);
	else if (s->method == 8)
		deflate_to(&packed, s->data, len);
	else if (len != 0)
		buf_add(&packed, s->data, len);
	if (s->slack != NULL)
		buf_adds(&packed, s->slack);
	if (!s->lost) {
		buf_add(f, "PK\3\4\x14\0", 6);
		put_common(f, s, later ? 0 : crc, later ? 0 : packed.len,
		    later ? 0 : size + (uint64_t)s->local_size_lie);
		put16(f, local_len);
		put16(f, 0);
		buf_add(f, local, local_len);
		buf_add(f, buf_text(&packed), packed.len);
		if (later) {
			buf_add(f, "PK\7\10", 4);
			put32(f, crc);
			put32(f, packed.len);
			put32(f, size);
		}
	}
	if (!s->unlisted)
		put_central(z, s, crc, packed.len, size, at, name_len);
	buf_release(&packed);
}

void
zip_file(struct zip_builder *z, const char *name, const char *data)
{
	zip_add(z, &(struct zip_spec){ .name = name, .data = data,
	    .method = 8 });
}

void
zip_end(struct zip_builder *z, const char *comment)
{
	size_t at = z->file.len - z->base;

	buf_add(&z->file, buf_text(&z->directory), z->directory.len);
	buf_add(&z->file, "PK\5\6\0\0\0\0", 8);
	put16(&z->file, z->n);
	put16(&z->file, z->n);
	put32(&z->file, z->directory.len);
	put32(&z->file, at);
	put16(&z->file, comment != NULL ? strlen(comment) : 0);
	if (comment != NULL)
		buf_adds(&z->file, comment);
	buf_release(&z->directory);
}

void
zip_end64(struct zip_builder *z, const struct zip64_lies *lies)
{
	struct buf	*f = &z->file;
	size_t		 at = f->len - z->base, end;

	buf_add(f, buf_text(&z->directory), z->directory.len);
	end = f->len - z->base;
	buf_add(f, "PK\6\6", 4);
	put64(f, 44);
	put16(f, 45);
	put16(f, 45);
	put64(f, 0);				/* disks */
	put64(f, z->n);
	put64(f, z->n);
	put64(f, z->directory.len);
	put64(f, at);
	buf_add(f, "PK\6\7", 4);
	put32(f, 0);
	put64(f, end + (uint64_t)lies->locator);
	put32(f, 1);
	buf_add(f, "PK\5\6\0\0\0\0", 8);
	put32(f, 0xffffffff);
	put32(f, lies->size != 0 ? lies->size : 0xffffffff);
	put32(f, 0xffffffff);
	put16(f, 0);
	buf_release(&z->directory);
}
