/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tar - members of a tar file, in the order in which they matter.
 *
 * A tar file has no directory, so it is read once for each path_class that
 * occurs: first members that run by themselves, then Python, then the rest.
 * A member is delivered in exactly one of these passes.  The first one also
 * notes every name, and lets the shadow see the bytes.
 *
 * Takes: packed bytes.  Gives: members.  Runs in: worker child, the command.
 */
#include "unpack/tar.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/vis.h"
#include "unpack/budget.h"
#include "unpack/path.h"
#include "unpack/stream.h"
#include "unpack/tar_links.h"
#include "unpack/tar_shadow.h"
#include "unpack/walk.h"

/* What libarchive saw, to be held against the shadow. */
struct seen { uint64_t start, size; };

struct tar {
	struct place	*place;
	struct source	 source;
	struct stream	 stream;
	struct tar_shadow shadow;
	bool		 first;		/* pass: notes, checks, shadow */
	bool		 has[PATH_CLASSES];
	struct seen	*seen;		/* at most UNPACK_HEADERS_MAX */
	size_t		 nseen, room;
	uint64_t	 nmembers;
	struct tar_links links;
	size_t		 nlinks;	/* passed in a later pass */
	struct buf	 data;		/* of members in more than one block */
	char		 damage[STREAM_ERROR_MAX];
};

static la_ssize_t
read_piece(struct archive *a, void *ctx, const void **out)
{
	struct tar	*t = ctx;
	const uint8_t	*piece = NULL;
	size_t		 len = 0;

	switch (stream_next(&t->stream, &piece, &len)) {
	case 0:
		return 0;
	case -1:
		archive_set_error(a, EIO, "%s", t->stream.error);
		return -1;
	}
	if (t->first)
		tar_shadow_feed(&t->shadow, piece, len);
	*out = piece;
	return (la_ssize_t)len;
}

static enum entry_kind
kind_of(struct archive_entry *ae)
{
	if (archive_entry_hardlink(ae) != NULL)
		return ENTRY_HARDLINK;
	switch (archive_entry_filetype(ae)) {
	case AE_IFREG:
		return ENTRY_FILE;
	case AE_IFDIR:
		return ENTRY_DIRECTORY;
	case AE_IFLNK:
		return ENTRY_SYMLINK;
	default:
		return ENTRY_OTHER;
	}
}

static struct member
member_of(struct archive_entry *ae)
{
	const char	*name = archive_entry_pathname(ae), *link;
	struct member	 m = { .kind = kind_of(ae), .data = (const uint8_t *)"",
		.executable = (archive_entry_perm(ae) & 0111) != 0 };

	if (name == NULL)	/* not in this character set */
		name = archive_entry_pathname_utf8(ae);
	m.name = name != NULL ? name : "";
	m.name_len = strlen(m.name);
	link = m.kind == ENTRY_HARDLINK ? archive_entry_hardlink(ae) :
	    archive_entry_symlink(ae);
	if (m.kind != ENTRY_FILE && link != NULL) {
		m.link = link;
		m.link_len = strlen(link);
	}
	if (archive_entry_size(ae) > 0)
		m.declared = (uint64_t)archive_entry_size(ae);
	return m;
}

/* Holes count as the zeros that a reader would write. */
static void
data_pad(struct buf *data, uint64_t to)
{
	static const char zeros[4096];

	while (data->len < to && data->len < data->most) {
		uint64_t gap = to - data->len;

		buf_add(data, zeros, gap < sizeof(zeros) ? (size_t)gap :
		    sizeof(zeros));
	}
}

/* The member's bytes: in place when they come in one block. */
static void
data_read(struct tar *t, struct archive *a, struct member *m)
{
	uint64_t	 most = (uint64_t)t->place->walk->limits->entry_bytes;
	const void	*block;
	size_t		 len;
	la_int64_t	 offset;
	int		 rc;

	buf_reset(&t->data);
	t->data.full = false;
	t->data.most = (size_t)most;
	while ((rc = archive_read_data_block(a, &block, &len, &offset)) ==
	    ARCHIVE_OK || rc == ARCHIVE_WARN) {
		if (t->data.len == 0 && offset == 0 && len == m->declared &&
		    len <= most) {
			m->data = block;
			m->size = len;
			return;
		}
		data_pad(&t->data, (uint64_t)offset);
		buf_add(&t->data, block, len);
		if (t->data.full)
			break;	/* the rest is skipped, and counted */
	}
	if (t->data.len < m->declared && rc == ARCHIVE_EOF)
		data_pad(&t->data, m->declared);
	m->data = (const uint8_t *)buf_text(&t->data);
	m->size = t->data.len;
	m->cut = m->size < m->declared;
	if (rc != ARCHIVE_EOF && rc < ARCHIVE_WARN)
		vis_copy(t->damage, sizeof(t->damage),
		    archive_error_string(a) != NULL ?
		    archive_error_string(a) : "broken data");
}

static void
seen_add(struct tar *t, uint64_t start, uint64_t size)
{
	if (t->nseen >= UNPACK_HEADERS_MAX)
		return;
	if (t->nseen == t->room) {
		t->room = t->room != 0 ? t->room * 2 : 64;
		t->seen = mem_grow(t->seen, t->room, sizeof(*t->seen));
	}
	t->seen[t->nseen++] = (struct seen){ start, size };
}

/* What only the first pass looks at. */
static void
member_note(struct tar *t, struct archive *a, struct archive_entry *ae,
    const struct member *m, int rc)
{
	struct place	*p = t->place;

	if (rc == ARCHIVE_WARN)
		place_odd(p, ANOMALY_TAR_WARNING, m->name, m->name_len, "%s",
		    archive_error_string(a) != NULL ?
		    archive_error_string(a) : "");
	if (archive_entry_sparse_count(ae) > 0)	/* told in a pax header */
		place_odd(p, ANOMALY_SPARSE, m->name, m->name_len, NULL);
	seen_add(t, (uint64_t)archive_read_header_position(a),
	    m->kind == ENTRY_FILE ? m->declared : 0);
	t->nmembers++;
	place_note(p, m);
}

static enum path_class
tar_class(const struct member *m)
{
	enum path_class class = path_class(m->name, m->name_len);

	return class == PATH_RECORD ? PATH_REST : class;
}

/* Links that run are delivered with their target's content, all of them at the
 * end of the first pass. */
static bool
link_is_kept(struct tar *t, const struct member *m, enum path_class class)
{
	if (m->link == NULL || class > PATH_PYTHON)
		return false;
	if (t->first)
		return tar_links_add(&t->links, m);
	return t->nlinks++ < t->links.n;
}

/* False: there is no room for more. */
static bool
pass_members(struct tar *t, struct archive *a, enum path_class wanted)
{
	struct archive_entry	*ae;
	struct member		 m;
	enum path_class		 class;
	int			 rc;

	while ((rc = archive_read_next_header(a, &ae)) == ARCHIVE_OK ||
	    rc == ARCHIVE_WARN) {
		m = member_of(ae);
		class = tar_class(&m);
		if (t->first) {
			member_note(t, a, ae, &m, rc);
			t->has[class] = true;
		}
		if (link_is_kept(t, &m, class) || class != wanted)
			continue;
		if (m.kind == ENTRY_FILE)
			data_read(t, a, &m);
		if (!place_deliver(t->place, &m))
			return false;
		if (t->damage[0] != '\0')
			return true;
	}
	if (rc != ARCHIVE_EOF)
		vis_copy(t->damage, sizeof(t->damage),
		    archive_error_string(a) != NULL ?
		    archive_error_string(a) : "damaged");
	return true;
}

static bool
tar_pass(struct tar *t, enum path_class wanted, uint64_t most)
{
	struct archive	*a = archive_read_new();
	const uint8_t	*piece;
	size_t		 len;
	bool		 more = true;
	int		 rc;

	if (a == NULL)
		mem_exhausted(0);
	t->damage[0] = '\0';
	archive_read_support_format_tar(a);
	archive_read_set_read_callback(a, read_piece);
	archive_read_set_callback_data(a, t);
	if (stream_open(&t->stream, &t->source, most) == -1)
		memcpy(t->damage, t->stream.error, sizeof(t->damage));
	else if (archive_read_open1(a) != ARCHIVE_OK)
		vis_copy(t->damage, sizeof(t->damage), "not a tar archive");
	else
		more = pass_members(t, a, wanted);
	if (t->first && more && t->damage[0] == '\0') {
		while ((rc = stream_next(&t->stream, &piece, &len)) == 1)
			tar_shadow_feed(&t->shadow, piece, len);
		if (rc == -1)
			place_odd(t->place, ANOMALY_CUT, NULL, 0, "%s",
			    t->stream.error);
	}
	archive_read_free(a);
	return more;
}

static bool
spot_was_seen(const struct tar_spot *s, const struct tar *t, size_t *i)
{
	while (*i < t->nseen && t->seen[*i].start < s->start)
		++*i;
	return *i < t->nseen && t->seen[*i].start == s->start &&
	    (t->seen[*i].size == s->size || s->sparse);
}

/* Members as pip finds them, which libarchive does not show so. */
static bool
unseen_deliver(struct tar *t, const uint8_t *data, size_t size)
{
	const struct tar_shadow	*s = &t->shadow;
	size_t			 most = (size_t)
	    t->place->walk->limits->entry_bytes, next = 0, left;
	bool			 more = true;

	for (size_t i = 0; i < s->n && more; i++) {
		const struct tar_spot *spot = &s->spots[i];
		struct member m = { .kind = ENTRY_FILE,
			.name = buf_text(&s->names) + spot->name,
			.name_len = spot->name_len, .declared = spot->size };

		if (spot->sparse)
			place_odd(t->place, ANOMALY_SPARSE, m.name, m.name_len,
			    NULL);
		if (spot_was_seen(spot, t, &next))
			continue;
		place_odd(t->place, ANOMALY_TAR_VIEWS, m.name, m.name_len,
		    "at byte %" PRIu64, spot->start);
		left = spot->data < size ? size - (size_t)spot->data : 0;
		m.size = spot->size < left ? (size_t)spot->size : left;
		if (data == NULL)
			continue;
		m.size = m.size < most ? m.size : most;
		m.data = data + (size - left);
		m.cut = m.size < m.declared;
		more = place_deliver(t->place, &m);
	}
	return more;
}

/* After the first pass: what the bytes between and behind members say. */
static void
tar_check(struct tar *t, size_t size)
{
	struct place		*p = t->place;
	const struct tar_shadow	*s = &t->shadow;
	const uint8_t		*rest = t->source.data + t->stream.used;
	bool			 whole = !t->stream.limited &&
	    t->damage[0] == '\0';

	if (s->overrides)
		place_odd(p, ANOMALY_TAR_SIZE, NULL, 0, NULL);
	if (s->nul_path)
		place_odd(p, ANOMALY_PATH_HIDDEN, NULL, 0,
		    "a NUL in an extended header");
	if (whole && s->trailing)
		place_odd(p, ANOMALY_TAR_TRAILING, NULL, 0,
		    "after byte %" PRIu64, s->trailing_at);
	if (t->stream.members > 1)
		place_odd(p, ANOMALY_GZIP_MEMBERS, NULL, 0, "%u streams",
		    t->stream.members);
	if (whole && t->stream.ended && t->stream.used < size &&
	    !all_zero(rest, size - t->stream.used))
		place_odd(p, ANOMALY_TRAILING, NULL, 0, "%zu bytes",
		    size - t->stream.used);
	if (t->stream.twice)
		place_odd(p, ANOMALY_GZIP_NESTED, NULL, 0, NULL);
}

static void
gzip_check(struct place *p, enum format packing, const uint8_t *data,
    size_t size)
{
	/* FEXTRA, FCOMMENT and reserved bits: RFC 1952, 2.3.1 */
	if (packing == FORMAT_GZIP && size > 3 && data[0] == 0x1f &&
	    (data[3] & 0xf4) != 0)
		place_odd(p, ANOMALY_GZIP_HEADER, NULL, 0, "flags 0x%02x",
		    data[3]);
}

/* After the first pass: links, what libarchive did not see, the other
 * classes. */
static bool
rest_deliver(struct tar *t, size_t total, uint64_t left)
{
	const uint8_t	*tar = t->source.whole != NULL ? t->source.whole :
	    t->source.format == FORMAT_TAR ? t->source.data : NULL;
	bool		 more = tar_links_deliver(&t->links, t->place,
	    &t->shadow, tar, total);

	if (more && !t->stream.limited)
		more = unseen_deliver(t, tar, total);
	for (int c = PATH_PYTHON; more && c < PATH_CLASSES; c++)
		if (t->has[c]) {
			t->nlinks = 0;
			more = tar_pass(t, (enum path_class)c, left);
			stream_close(&t->stream);
		}
	return more;
}

void
tar_walk(struct place *p, enum format packing, const uint8_t *data, size_t size)
{
	struct tar	 t = { .place = p, .first = true };
	uint64_t	 left = budget_left(p->walk), total;
	char		 damage[STREAM_ERROR_MAX];
	bool		 more;

	gzip_check(p, packing, data, size);
	source_init(&t.source, packing, data, size, left);
	more = tar_pass(&t, PATH_STARTUP, left < UINT64_MAX /
	    UNPACK_STARTUP_REACH ? left * UNPACK_STARTUP_REACH : left);
	total = t.stream.given;
	/* An end forced by a limit looks like damage to libarchive. */
	memcpy(damage, t.damage, sizeof(damage));
	if (t.stream.limited)
		damage[0] = '\0';
	tar_check(&t, size);
	stream_close(&t.stream);	/* what it counted stays */
	place_indexed(p);
	budget_check_ratio(p, total, size);
	p->walk->out->bytes += (int64_t)(total < left ? total : left);
	t.first = false;
	if (more)
		more = rest_deliver(&t, (size_t)total, left);
	if (total > left)
		budget_spend(p->walk, 1);
	if (damage[0] != '\0')
		place_broken(p, "%s after %" PRIu64 " unpacked bytes, member %"
		    PRIu64, damage, total, t.nmembers + 1);
	source_release(&t.source);
	tar_shadow_release(&t.shadow);
	tar_links_release(&t.links);
	buf_release(&t.data);
	free(t.seen);
}

int
tar_inside(enum format packing, const uint8_t *data, size_t size)
{
	struct source	 source;
	struct stream	 s;
	const uint8_t	*piece;
	uint8_t		 head[512];
	size_t		 have = 0, len;

	if (packing == FORMAT_TAR)
		return 1;
	source = (struct source){ .format = packing, .data = data,
		.size = size };
	if (stream_open(&s, &source, sizeof(head)) == 0)
		while (have < sizeof(head) &&
		    stream_next(&s, &piece, &len) == 1) {
			memcpy(head + have, piece, len);
			have += len;
		}
	stream_close(&s);
	return format_from_bytes(head, have) == FORMAT_TAR;
}

void
single_walk(struct place *p, enum format packing, const uint8_t *data,
    size_t size)
{
	uint64_t	 left = budget_left(p->walk);
	size_t		 most = (size_t)p->walk->limits->entry_bytes;
	struct source	 source;
	struct stream	 s;
	struct buf	 content = { .most = most };
	const uint8_t	*piece;
	size_t		 len, name_len = strlen(p->filename);
	int		 rc;
	struct member	 m = { .kind = ENTRY_FILE, .name = p->filename };

	source_init(&source, packing, data, size, left < most ? left : most);
	rc = stream_open(&s, &source, left);
	if (rc == 0)
		while ((rc = stream_next(&s, &piece, &len)) == 1)
			buf_add(&content, piece, len);
	if (rc == -1)
		place_broken(p, "%s after %" PRIu64 " unpacked bytes", s.error,
		    s.given);
	budget_check_ratio(p, s.given, size);
	budget_spend(p->walk, s.given + (s.limited ? 1 : 0));
	m.name_len = path_ends(p->filename, name_len, ".gz") ? name_len - 3 :
	    name_len;
	m.data = (const uint8_t *)buf_text(&content);
	m.size = content.len;
	m.declared = s.given;
	m.cut = content.full || s.limited;
	if (m.size > 0)
		place_deliver(p, &m);
	stream_close(&s);
	source_release(&source);
	buf_release(&content);
}
