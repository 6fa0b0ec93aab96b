/* SPDX-License-Identifier: Apache-2.0 */
/*
 * zip - the members of a zip file, in the order in which they matter.
 * Takes: bytes.  Gives: members, findings.
 * Runs in: worker child, the command.
 */
#include "unpack/zip.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/bytes.h"
#include "base/limits.h"
#include "base/mem.h"
#include "unpack/budget.h"
#include "unpack/path.h"
#include "unpack/walk.h"
#include "unpack/zip_parts.h"

#define EXTRA_ZIP64 0x0001
#define EXTRA_UNICODE_NAME 0x7075
#define HOST_UNIX 3

const uint8_t *
zip_extra_find(const uint8_t *extra, size_t len, uint16_t id, size_t *field_len)
{
	while (len >= 4) {
		size_t n = le16(extra + 2);

		if (n > len - 4)
			return NULL;
		if (le16(extra) == id) {
			*field_len = n;
			return extra + 4;
		}
		extra += 4 + n;
		len -= 4 + n;
	}
	return NULL;
}

/* Takes the next 8 bytes of the field when the 32-bit value says so. */
static void
wide(const uint8_t **p, size_t *len, uint64_t *value)
{
	if (value == NULL || *value != UINT32_MAX || *len < 8)
		return;
	*value = le64(*p);
	*p += 8;
	*len -= 8;
}

void
zip_extra64(const uint8_t *extra, size_t len, uint64_t *size, uint64_t *packed,
    uint64_t *local)
{
	size_t		 n;
	const uint8_t	*p = zip_extra_find(extra, len, EXTRA_ZIP64, &n);

	if (p == NULL)
		return;
	wide(&p, &n, size);
	wide(&p, &n, packed);
	wide(&p, &n, local);
}

struct zip_member *
zip_member_add(struct zip *z)
{
	if (z->n >= UNPACK_INDEX_MAX)
		return NULL;
	if (z->n == z->room) {
		z->room = z->room != 0 ? z->room * 2 : 64;
		z->members = mem_grow(z->members, z->room,
		    sizeof(*z->members));
	}
	z->members[z->n] = (struct zip_member){ 0 };
	return &z->members[z->n++];
}

/* zipfile, and the C library, end a name at its first NUL. */
static size_t
name_length(const struct zip_member *m)
{
	const uint8_t *nul = memchr(m->name, 0, m->name_len);

	return nul != NULL ? (size_t)(nul - m->name) : m->name_len;
}

static enum entry_kind
kind_of(const struct zip_member *m)
{
	size_t len = name_length(m);

	if (len > 0 && m->name[len - 1] == '/')
		return ENTRY_DIRECTORY;
	switch (m->mode & 0170000) {
	case 0120000:
		return ENTRY_SYMLINK;
	case 0010000: case 0020000: case 0060000: case 0140000:
		return ENTRY_OTHER;
	}
	/* Installers write folders only for names that end in "/". */
	return ENTRY_FILE;
}

void
zip_member_note(struct zip *z, const struct zip_member *m)
{
	struct member note = { .kind = kind_of(m),
		.name = (const char *)m->name, .name_len = name_length(m) };

	if (note.name_len != m->name_len)
		place_odd(z->place, ANOMALY_PATH_HIDDEN, note.name,
		    note.name_len, "a NUL in it");
	if ((m->flags & (ZIP_FLAG_ENCRYPTED | ZIP_FLAG_STRONG |
	    ZIP_FLAG_MASKED)) != 0)
		place_odd(z->place, ANOMALY_ZIP_ENCRYPTED, note.name,
		    note.name_len, NULL);
	place_note(z->place, &note);
}

/* Info-ZIP's second name, which some readers prefer. */
static void
second_name(struct zip *z, const struct zip_member *m, const uint8_t *extra,
    size_t len)
{
	size_t		 n;
	const uint8_t	*p = zip_extra_find(extra, len, EXTRA_UNICODE_NAME, &n);

	if (p != NULL && n > 5 && (n - 5 != m->name_len ||
	    memcmp(p + 5, m->name, m->name_len) != 0))
		place_odd(z->place, ANOMALY_ZIP_EXTRA_NAME,
		    (const char *)m->name, m->name_len, "%.*s",
		    n - 5 < 200 ? (int)(n - 5) : 200, (const char *)p + 5);
}

static size_t
at_most(size_t wanted, size_t *left)
{
	size_t n = wanted < *left ? wanted : *left;

	*left -= n;
	return n;
}

/* One record of the directory; its length, or 0 when it is damaged. */
static size_t
central_read(struct zip *z, const uint8_t *p, size_t left)
{
	struct zip_member	*m;
	const uint8_t		*extra;
	size_t			 name, extra_len, comment;

	if (left < ZIP_CENTRAL_SIZE || le32(p) != ZIP_CENTRAL)
		return 0;
	/* zipfile takes what is left of the last record. */
	left -= ZIP_CENTRAL_SIZE;
	name = at_most(le16(p + 28), &left);
	extra_len = at_most(le16(p + 30), &left);
	comment = at_most(le16(p + 32), &left);
	m = zip_member_add(z);
	if (m == NULL)
		return 0;
	m->flags = le16(p + 8);
	m->method = le16(p + 10);
	m->crc = le32(p + 16);
	m->packed = le32(p + 20);
	m->size = le32(p + 24);
	m->local = le32(p + 42);
	m->name = p + ZIP_CENTRAL_SIZE;
	m->name_len = (uint16_t)name;
	if (p[5] == HOST_UNIX)
		m->mode = le16(p + 40);
	extra = m->name + name;
	zip_extra64(extra, extra_len, &m->size, &m->packed, &m->local);
	m->local += z->end.shift;
	m->class = (uint8_t)path_class((const char *)m->name, name_length(m));
	zip_member_note(z, m);
	second_name(z, m, extra, extra_len);
	return ZIP_CENTRAL_SIZE + name + extra_len + comment;
}

static void
directory_read(struct zip *z)
{
	size_t at = 0, size = (size_t)z->end.directory_size, n;

	while (at < size) {
		n = central_read(z, z->data + z->end.directory_at + at,
		    size - at);
		if (n == 0)
			break;
		at += n;
	}
	if (z->n >= UNPACK_INDEX_MAX)
		walk_partial(z->place->walk, "more than %d members in one zip",
		    UNPACK_INDEX_MAX);
	else if (at < size)
		place_broken(z->place, "the zip directory is damaged at byte %"
		    PRIu64, z->end.directory_at + at);
	else if (z->n != z->end.count &&
	    (z->end.zip64 || z->n % 65536 != z->end.count))
		place_odd(z->place, ANOMALY_ZIP_COUNT, NULL, 0, "%zu members, "
		    "%" PRIu64 " said", z->n, z->end.count);
}

/* False when the walk has to end. */
static bool
member_deliver(struct zip *z, const struct zip_member *zm, struct buf *room)
{
	struct zip_content content = { .data = (const uint8_t *)"" };
	struct member	 m = { .kind = kind_of(zm),
		.name = (const char *)zm->name, .name_len = name_length(zm),
		.executable = (zm->mode & 0111) != 0 };
	bool		 more = true;

	if (m.kind != ENTRY_DIRECTORY)
		more = zip_unpack(z, zm, room, &content);
	/* A link for unzip, whose content is the target; pip makes plain files
	 * of links and devices alike. */
	if (m.kind == ENTRY_SYMLINK) {
		m.link = (const char *)content.data;
		m.link_len = content.size;
		place_odd(z->place, ANOMALY_LINK, m.name, m.name_len, NULL);
	}
	if (m.kind != ENTRY_DIRECTORY)
		m.kind = ENTRY_FILE;
	m.data = content.data;
	m.size = content.size;
	m.declared = content.declared;
	m.cut = content.cut;
	return place_deliver(z->place, &m) && more;
}

/* What stands around the members. */
static void
frame_check(struct zip *z)
{
	struct place	*p = z->place;
	size_t		 after = z->end.after;

	if (z->end.disputed)
		place_odd(p, ANOMALY_ZIP64, NULL, 0, NULL);
	if (z->end.comment_len > 0)
		place_odd(p, ANOMALY_ZIP_COMMENT, NULL, 0, "%u bytes",
		    z->end.comment_len);
	if (after < z->size)
		place_odd(p, ANOMALY_TRAILING, NULL, 0, "%zu bytes",
		    z->size - after);
}

static uint64_t
declared_total(const struct zip *z)
{
	uint64_t total = 0;

	for (size_t i = 0; i < z->n; i++)
		total = total > UINT64_MAX - z->members[i].size ? UINT64_MAX :
		    total + z->members[i].size;
	return total;
}

void
zip_walk(struct place *p, const uint8_t *data, size_t size)
{
	struct zip	 z = { .place = p, .data = data, .size = size };
	struct buf	 room = BUF_EMPTY;
	const char	*why;
	bool		 more = true;

	if (zip_end_find(data, size, &z.end, &why) == -1) {
		place_broken(p, "zip: %s", why);
		return;
	}
	directory_read(&z);
	zip_views(&z);
	frame_check(&z);
	place_indexed(p);
	budget_check_ratio(p, declared_total(&z), size);
	for (uint8_t class = 0; class < PATH_CLASSES && more; class++)
		for (size_t i = 0; i < z.n && more; i++)
			if (z.members[i].class == class)
				more = member_deliver(&z, &z.members[i], &room);
	free(z.members);
	buf_release(&room);
}
