/* SPDX-License-Identifier: Apache-2.0 */
/*
 * archive - a distribution file as a sequence of entries, in memory.
 * Takes: the bytes of one file and its name.  Gives: entries, findings.
 * Runs in: worker child, the command.
 */
#include "unpack/archive.h"

#include <archive.h>
#include <archive_entry.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/str.h"
#include "base/vis.h"

struct walk {
	const struct unpack_limits *limits;
	void		(*each)(void *, const struct entry *);
	void		*ctx;
	struct features	*out;
	bool		 wheel;
};

static void
walk_end(struct walk *w, enum scan_outcome outcome, const char *why)
{
	if (outcome <= w->out->outcome)
		return;
	w->out->outcome = outcome;
	finding_set(&w->out->why, why, strlen(why), FINDING_TEXT_MAX);
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

/* Keeps at most entry_bytes of the data; counts all of it. */
static void
read_data(struct walk *w, struct archive *a, struct buf *data,
    struct entry *e)
{
	const void	*block;
	size_t		 len;
	la_int64_t	 offset;
	int		 rc;

	data->most = (size_t)w->limits->entry_bytes;
	while ((rc = archive_read_data_block(a, &block, &len, &offset)) ==
	    ARCHIVE_OK || rc == ARCHIVE_WARN) {
		buf_add(data, block, len);
		w->out->bytes += (int64_t)len;
		if (w->out->bytes > w->limits->unpacked_bytes) {
			walk_end(w, SCAN_PARTIAL, "unpacked-bytes limit");
			break;
		}
	}
	if (rc != ARCHIVE_EOF && rc != ARCHIVE_OK)
		walk_end(w, SCAN_UNSCANNABLE, archive_error_string(a) != NULL ?
		    archive_error_string(a) : "broken data");
	e->data = (const uint8_t *)buf_text(data);
	e->size = data->len;
	e->cut = data->full;
}

static void
walk_entry(struct walk *w, struct archive *a, struct archive_entry *ae,
    struct buf *data)
{
	const char	*raw = archive_entry_pathname(ae), *link;
	char		*path = vis_dup(raw != NULL ? raw : "",
	    raw != NULL ? strlen(raw) : 0);
	char		*target = NULL;
	const char	*slash = strchr(path, '/');
	struct entry	 e = { .kind = kind_of(ae), .path = path,
		.inner = !w->wheel && slash != NULL ? slash + 1 : path,
		.data = (const uint8_t *)"",
		.declared = (uint64_t)archive_entry_size(ae),
		.executable = (archive_entry_perm(ae) & 0111) != 0,
		.installed = w->wheel };

	link = e.kind == ENTRY_HARDLINK ? archive_entry_hardlink(ae) :
	    archive_entry_symlink(ae);
	if (link != NULL)
		e.link = target = vis_dup(link, strlen(link));
	buf_reset(data);
	if (e.kind == ENTRY_FILE)
		read_data(w, a, data, &e);
	w->out->entries++;
	w->each(w->ctx, &e);
	free(path);
	free(target);
}

static void
walk_all(struct walk *w, struct archive *a)
{
	struct archive_entry *ae;
	struct buf	 data = BUF_EMPTY;
	int		 rc = ARCHIVE_OK;

	while (w->out->outcome == SCAN_SCANNED) {
		rc = archive_read_next_header(a, &ae);
		if (rc != ARCHIVE_OK && rc != ARCHIVE_WARN)
			break;
		if (w->out->entries >= w->limits->entries) {
			walk_end(w, SCAN_PARTIAL, "entries limit");
			break;
		}
		walk_entry(w, a, ae, &data);
	}
	if (rc != ARCHIVE_EOF && rc != ARCHIVE_OK && rc != ARCHIVE_WARN)
		walk_end(w, SCAN_UNSCANNABLE, archive_error_string(a) != NULL ?
		    archive_error_string(a) : "broken archive");
	buf_release(&data);
}

void
archive_walk(const struct unpack_limits *limits, const char *filename,
    enum packagetype type, const uint8_t *data, size_t size,
    void (*each)(void *, const struct entry *), void *ctx,
    struct features *out)
{
	struct walk	 w = { limits, each, ctx, out, type == PACKAGE_WHEEL };
	struct archive	*a = archive_read_new();

	out->outcome = SCAN_SCANNED;
	if (str_ends(filename, ".whl") || str_ends(filename, ".zip") ||
	    str_ends(filename, ".egg")) {
		archive_read_support_format_zip_seekable(a);
	} else if (str_ends(filename, ".tar.gz") ||
	    str_ends(filename, ".tgz")) {
		archive_read_support_format_tar(a);
		archive_read_support_filter_gzip(a);
	} else {
		walk_end(&w, SCAN_UNSCANNABLE, "no archive kind we know");
	}
	if (out->outcome == SCAN_SCANNED) {
		if (archive_read_open_memory(a, data, size) != ARCHIVE_OK)
			walk_end(&w, SCAN_UNSCANNABLE, "not a readable archive");
		else
			walk_all(&w, a);
	}
	archive_read_free(a);
}
