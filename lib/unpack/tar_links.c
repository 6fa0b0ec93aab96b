/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tar_links - Python files that are links to other members.
 * Takes: links, and where the members stand.  Gives: links with content.
 * Runs in: worker child, the command.
 */
#include "unpack/tar_links.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "unpack/path.h"
#include "unpack/tar_shadow.h"
#include "unpack/walk.h"

bool
tar_links_add(struct tar_links *l, const struct member *m)
{
	if (l->n >= UNPACK_LINKS_MAX || m->link == NULL)
		return false;
	l->items[l->n++] = (struct tar_link){
		.name = mem_strndup(m->name, m->name_len),
		.link = mem_strndup(m->link, m->link_len),
		.hard = m->kind == ENTRY_HARDLINK,
		.executable = m->executable };
	return true;
}

static void
parent_drop(struct buf *path)
{
	while (path->len > 0 && path->data[path->len - 1] != '/')
		path->len--;
	path->len -= path->len > 0;
}

/* The target's path in the archive, without "." and "..". */
static void
target_resolve(const struct tar_link *l, struct buf *out)
{
	const char *s = l->link;

	if (!l->hard) {		/* hard links count from the top */
		buf_adds(out, l->name);
		parent_drop(out);
	}
	while (*s != '\0') {
		size_t n = strcspn(s, "/");

		if (path_equal(s, n, ".."))
			parent_drop(out);
		else if (n > 0 && !path_equal(s, n, ".")) {
			if (out->len > 0)
				buf_addc(out, '/');
			buf_add(out, s, n);
		}
		s += n + (s[n] == '/');
	}
}

/* The last file of that name: it is the one that stays. */
static const struct tar_spot *
spot_find(const struct tar_shadow *s, const struct buf *wanted)
{
	for (size_t i = s->n; i-- > 0;) {
		const char	*name = buf_text(&s->names) + s->spots[i].name;
		size_t		 len = s->spots[i].name_len;

		path_trim(&name, &len);
		if (s->spots[i].size > 0 && len == wanted->len &&
		    memcmp(name, buf_text(wanted), len) == 0)
			return &s->spots[i];
	}
	return NULL;
}

static bool
link_deliver(const struct tar_link *l, struct place *p,
    const struct tar_shadow *s, const uint8_t *data, size_t size)
{
	struct buf	 target = BUF_EMPTY;
	size_t		 most = (size_t)p->walk->limits->entry_bytes, left;
	const struct tar_spot *spot;
	struct member	 m = { .kind = l->hard ? ENTRY_HARDLINK :
	    ENTRY_SYMLINK, .name = l->name, .name_len = strlen(l->name),
		.link = l->link, .link_len = strlen(l->link),
		.executable = l->executable };

	target_resolve(l, &target);
	spot = data != NULL ? spot_find(s, &target) : NULL;
	buf_release(&target);
	if (spot != NULL && spot->data < size) {
		left = size - (size_t)spot->data;
		m.kind = ENTRY_FILE;
		m.data = data + spot->data;
		m.size = spot->size < left ? (size_t)spot->size : left;
		m.size = m.size < most ? m.size : most;
		m.declared = spot->size;
		m.cut = m.size < m.declared;
	}
	return place_deliver(p, &m);
}

bool
tar_links_deliver(struct tar_links *l, struct place *p,
    const struct tar_shadow *s, const uint8_t *data, size_t size)
{
	for (size_t i = 0; i < l->n; i++)
		if (!link_deliver(&l->items[i], p, s, data, size))
			return false;
	return true;
}

void
tar_links_release(struct tar_links *l)
{
	for (size_t i = 0; i < l->n; i++) {
		free(l->items[i].name);
		free(l->items[i].link);
	}
	l->n = 0;
}
