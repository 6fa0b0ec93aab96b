/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sample_zip - a zip with a password, member by member.
 * Takes: bytes.  Gives: a zip on a descriptor.
 * Runs in: the command.
 */
#include "evidence/sample_zip.h"

#include <archive.h>
#include <archive_entry.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/vis.h"

/* Archives are compressed already. */
#define OPTIONS "zip:encryption=zipcrypt,zip:compression=store"

struct sample_zip {
	struct archive	*archive;
};

static int
fail(const struct sample_zip *z, char *why, size_t room)
{
	const char *text = archive_error_string(z->archive);

	(void)!snprintf(why, room, "%s", text != NULL ? vis(text) :
	    "the zip cannot be written");
	return -1;
}

struct sample_zip *
sample_zip_new(int fd, char *why, size_t room)
{
	struct sample_zip *z = mem_alloc(sizeof(*z));

	z->archive = archive_write_new();
	if (z->archive == NULL)
		mem_exhausted(0);
	if (archive_write_set_format_zip(z->archive) == ARCHIVE_OK &&
	    archive_write_set_options(z->archive, OPTIONS) == ARCHIVE_OK &&
	    archive_write_set_passphrase(z->archive, SAMPLE_PASSWORD) ==
	    ARCHIVE_OK && archive_write_set_bytes_in_last_block(z->archive,
	    1) == ARCHIVE_OK &&
	    archive_write_open_fd(z->archive, fd) == ARCHIVE_OK)
		return z;
	fail(z, why, room);
	sample_zip_free(z);
	return NULL;
}

int
sample_zip_begin(struct sample_zip *z, const char *name, int64_t size,
    int64_t at_s, char *why, size_t room)
{
	struct archive_entry	*e = archive_entry_new();
	int			 rc;

	if (e == NULL)
		mem_exhausted(0);
	archive_entry_set_pathname(e, name);
	archive_entry_set_size(e, size);
	archive_entry_set_mtime(e, (time_t)at_s, 0);
	archive_entry_set_filetype(e, AE_IFREG);
	archive_entry_set_perm(e, 0400);
	rc = archive_write_header(z->archive, e);
	archive_entry_free(e);
	return rc == ARCHIVE_OK ? 0 : fail(z, why, room);
}

int
sample_zip_add(struct sample_zip *z, const void *bytes, size_t len, char *why,
    size_t room)
{
	const char	*at = bytes;
	la_ssize_t	 n;

	while (len > 0) {
		if ((n = archive_write_data(z->archive, at, len)) <= 0)
			return fail(z, why, room);
		at += n;
		len -= (size_t)n;
	}
	return 0;
}

int
sample_zip_end(struct sample_zip *z, char *why, size_t room)
{
	return archive_write_close(z->archive) == ARCHIVE_OK ? 0 :
	    fail(z, why, room);
}

void
sample_zip_free(struct sample_zip *z)
{
	if (z == NULL)
		return;
	archive_write_free(z->archive);
	free(z);
}
