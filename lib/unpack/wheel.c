/* SPDX-License-Identifier: Apache-2.0 */
/*
 * wheel - what a wheel has to look like: RECORD, dist-info, .data.
 * Takes: members.  Gives: findings, paths after installation.
 * Runs in: worker child, the command.
 */
#include "unpack/wheel.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/digest.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/str.h"
#include "base/vis.h"
#include "unpack/path.h"
#include "unpack/stem.h"
#include "unpack/walk.h"

struct row {			/* of RECORD */
	char	 sha256[SHA256_HEX + 1];	/* "" if it gives none */
	bool	 seen;
};

struct wheel {
	struct index	 paths;		/* value: the row */
	struct row	*rows;
	size_t		 nrows;
	bool		 record, metadata, wheel, incomplete;
};

struct wheel *
wheel_new(void)
{
	return mem_alloc(sizeof(struct wheel));
}

void
wheel_free(struct wheel *w)
{
	if (w == NULL)
		return;
	index_release(&w->paths);
	free(w->rows);
	free(w);
}

/* "NAME-VERSION.data/KEY/rest": the length up to "rest", or 0. */
static size_t
data_prefix(const char *name, size_t len, const char **key, size_t *key_len)
{
	size_t top = path_top(name, len), second;

	if (top == len || !path_ends(name, top, ".data"))
		return 0;
	*key = name + top + 1;
	second = path_top(*key, len - top - 1);
	*key_len = second;
	return top + 1 + second < len ? top + 1 + second + 1 : 0;
}

void
wheel_inner(struct place *p, const char *name, size_t len, struct buf *out)
{
	/* Where each key goes, below the prefix of the installation; modules go
	 * where the rest of the wheel goes. */
	static const struct { const char *key, *place; } keys[] = {
		{ "purelib", "" }, { "platlib", "" }, { "scripts", "bin/" },
		{ "headers", "include/" }, { "data", "" },
	};
	const char	*key, *site;
	size_t		 key_len, at = data_prefix(name, len, &key, &key_len);

	if (at == 0) {
		vis_add(out, name, len, false);
		return;
	}
	for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
		if (!path_equal(key, key_len, keys[i].key))
			continue;
		buf_adds(out, keys[i].place);
		name += at;
		len -= at;
		/* data/lib/python3.11/site-packages/x.pth is x.pth */
		site = memmem(name, len, "site-packages/", 14);
		if (site != NULL && keys[i].key[0] == 'd') {
			len -= (size_t)(site + 14 - name);
			name = site + 14;
		}
		vis_add(out, name, len, false);
		return;
	}
	place_odd(p, ANOMALY_WHEEL_DATA, name, len, NULL);
	vis_add(out, name, len, false);
}

/* One CSV field (RFC 4180); returns what follows its separator. */
static const char *
field_read(const char *s, const char *end, struct buf *out, bool *last)
{
	bool quoted = s < end && *s == '"';

	buf_reset(out);
	if (quoted)
		s++;
	for (; s < end; s++) {
		if (quoted && *s == '"') {
			if (s + 1 < end && s[1] == '"')
				s++;
			else {
				quoted = false;
				continue;
			}
		} else if (!quoted && (*s == ',' || *s == '\n')) {
			*last = *s == '\n';
			return s + 1;
		}
		if (quoted || *s != '\r')
			buf_addc(out, *s);
	}
	*last = true;
	return end;
}

/* "sha256=" and URL-safe base64 without padding, into hex. */
static void
digest_read(const struct buf *field, char hex[SHA256_HEX + 1])
{
	char	 text[48];
	uint8_t	*bytes;
	size_t	 len;

	hex[0] = '\0';
	if (field->len != 7 + 43 || memcmp(field->data, "sha256=", 7) != 0)
		return;
	for (size_t i = 0; i < 43; i++) {
		char c = field->data[7 + i];

		text[i] = c == '-' ? '+' : c == '_' ? '/' : c;
	}
	text[43] = '=';
	text[44] = '\0';
	bytes = base64_decode(text, &len);
	if (bytes != NULL && len == SHA256_BYTES)
		hex_encode(bytes, len, hex);
	free(bytes);
}

static void
row_add(struct wheel *w, const struct buf *path, const struct buf *digest)
{
	if (path->len == 0 || w->paths.full)
		return;
	index_add(&w->paths, path->data, path->len, (uint32_t)w->nrows);
	if ((w->nrows & (w->nrows - 1)) == 0)	/* room doubles */
		w->rows = mem_grow(w->rows, w->nrows != 0 ? w->nrows * 2 : 1,
		    sizeof(*w->rows));
	w->rows[w->nrows].seen = false;
	digest_read(digest, w->rows[w->nrows++].sha256);
}

static void
record_read(struct wheel *w, const struct member *m)
{
	struct buf	 path = BUF_EMPTY, digest = BUF_EMPTY, rest = BUF_EMPTY;
	const char	*s = (const char *)m->data, *end = s + m->size;
	bool		 last;

	w->record = true;
	w->incomplete = m->cut;
	while (s < end && !w->paths.full) {
		last = false;
		s = field_read(s, end, &path, &last);
		if (!last)
			s = field_read(s, end, &digest, &last);
		else
			buf_reset(&digest);
		while (!last)
			s = field_read(s, end, &rest, &last);
		row_add(w, &path, &digest);
	}
	w->incomplete |= w->paths.full;
	index_sort(&w->paths);
	buf_release(&path);
	buf_release(&digest);
	buf_release(&rest);
}

/* RECORD cannot hold its own digest, nor those of its signatures. */
static bool
is_exempt(const char *name, size_t len)
{
	return path_ends(name, len, ".dist-info/RECORD") ||
	    path_ends(name, len, ".dist-info/RECORD.jws") ||
	    path_ends(name, len, ".dist-info/RECORD.p7s");
}

static void
record_compare(struct place *p, const struct member *m)
{
	struct wheel	*w = p->wheel;
	struct index_item *item;
	struct row	*row;
	char		 hex[SHA256_HEX + 1];

	if (!w->record || is_exempt(m->name, m->name_len))
		return;
	item = index_get(&w->paths, m->name, m->name_len);
	if (item == NULL) {
		if (!w->incomplete)
			place_odd(p, ANOMALY_RECORD_EXTRA, m->name,
			    m->name_len, NULL);
		return;
	}
	row = &w->rows[item->value];
	row->seen = true;
	if (row->sha256[0] == '\0' || m->cut)
		return;
	sha256_hex(m->data, m->size, hex);
	if (strcmp(hex, row->sha256) != 0)
		place_odd(p, ANOMALY_RECORD_DIGEST, m->name, m->name_len, NULL);
}

/* The dist-info folder is named like the file. */
static void
name_compare(struct place *p, const char *name, size_t top)
{
	const char	*file = p->filename;
	size_t		 stem = stem_len(file), a = stem_part(file, stem), b;

	b = a < stem ? stem_part(file + a + 1, stem - a - 1) : 0;
	if (!stem_equal(name, top - 10, file, a + 1 + b))
		place_odd(p, ANOMALY_WHEEL_NAME, name, top, NULL);
}

void
wheel_member(struct place *p, const struct member *m)
{
	struct wheel	*w = p->wheel;
	size_t		 top = path_top(m->name, m->name_len);
	const char	*rest = m->name + top;
	size_t		 rest_len = m->name_len - top;

	if (m->kind != ENTRY_FILE)
		return;
	if (path_ends(m->name, top, ".dist-info")) {
		if (path_equal(rest, rest_len, "/RECORD") && !w->record)
			record_read(w, m);
		w->wheel |= path_equal(rest, rest_len, "/WHEEL");
		if (path_equal(rest, rest_len, "/METADATA")) {
			w->metadata = true;
			name_compare(p, m->name, top);
		}
	}
	record_compare(p, m);
}

void
wheel_check(struct place *p)
{
	struct wheel *w = p->wheel;

	if (!w->record || !w->metadata || !w->wheel)
		place_odd(p, ANOMALY_WHEEL_PARTS, NULL, 0, "%s%s%s",
		    w->metadata ? "" : " METADATA", w->wheel ? "" : " WHEEL",
		    w->record ? "" : " RECORD");
	for (size_t i = 0; i < w->paths.n; i++) {
		const struct index_item *item = &w->paths.items[i];
		const char *name = index_name(&w->paths, item);

		if (!w->rows[item->value].seen && !is_exempt(name, item->len))
			place_odd(p, ANOMALY_RECORD_LOST, name, item->len,
			    NULL);
	}
}
