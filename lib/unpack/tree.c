/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tree - a folder of source code as an archive in memory.
 * Takes: a folder.  Gives: a tar (POSIX ustar, GNU long names).
 * Runs in: the command.  It copies bytes and reads none of them.
 */
#include "unpack/tree.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/folder.h"
#include "base/mem.h"
#include "base/str.h"
#include "base/vis.h"
#include "unpack/archive.h"

#define TAR_BLOCK 512
#define TAR_NAME 100
#define TAR_LINK 100

struct tar_header {
	char	name[TAR_NAME], mode[8], uid[8], gid[8], size[12], mtime[12],
		sum[8], type, link[TAR_LINK], magic[6], version[2],
		user[32], group[32], major[8], minor[8], prefix[155], rest[12];
};

struct packing {
	const struct unpack_limits *limits;
	int			 fd;
	int64_t			 bytes;
	struct tree_report	*report;
	size_t			 top;	/* bytes of the folder's own path */
};

#define ENOUGH 1		/* ends the walk, what is packed stands */

bool
tree_is_package(const char *folder)
{
	static const char *const signs[] = { "pyproject.toml", "setup.py",
		"PKG-INFO" };
	glob_t	 g;
	char	*path;
	bool	 found = false;

	for (size_t i = 0; !found && i < ARRAY_LEN(signs); i++) {
		path = mem_printf("%s/%s", folder, signs[i]);
		found = access(path, F_OK) == 0;
		free(path);
	}
	if (found)
		return true;
	/* The folder's own name may hold what glob takes for a pattern. */
	path = mem_array(2 * strlen(folder) + 16, 1);
	for (size_t i = 0, n = 0; i < strlen(folder); i++) {
		if (strchr("*?[]\\", folder[i]) != NULL)
			path[n++] = '\\';
		path[n++] = folder[i];
	}
	memcpy(path + strlen(path), "/*.dist-info", sizeof("/*.dist-info"));
	found = glob(path, GLOB_NOSORT, NULL, &g) == 0;
	if (found)
		globfree(&g);
	free(path);
	return found;
}

static int
put(const struct packing *p, const void *bytes, size_t len)
{
	const char	*at = bytes;
	ssize_t		 n;

	for (; len > 0; at += n, len -= (size_t)n)
		if ((n = write(p->fd, at, len)) <= 0)
			return -1;
	return 0;
}

static int
pad(const struct packing *p, int64_t size)
{
	static const char zeros[TAR_BLOCK];
	size_t over = (size_t)(size % TAR_BLOCK);

	return over == 0 ? 0 : put(p, zeros, TAR_BLOCK - over);
}

static void
leave_out(struct packing *p, const char *path, const char *why)
{
	if (!p->report->partial)
		snprintf(p->report->why, sizeof(p->report->why), "%s: %s",
		    vis(path), why);
	p->report->partial = true;
}

static void
octal(char *field, size_t room, uint64_t value)
{
	field[room - 1] = '\0';
	for (size_t i = room - 1; i-- > 0; value >>= 3)
		field[i] = (char)('0' + (value & 7));
}

/* A name that does not fit goes ahead as an entry of its own, as GNU tar does
 * it; a reader of ours that met only this kind would still know it. */
static int
put_header(const struct packing *p, const char *name, char type,
    const struct stat *st, int64_t size, const char *link)
{
	struct tar_header	 h;
	const unsigned char	*at = (const unsigned char *)&h;
	unsigned int		 sum = 0;
	size_t			 len = strlen(name);
	static const struct stat plain = { .st_mode = 0644 };

	if (len >= TAR_NAME && type != 'L' && (put_header(p, "././@LongLink",
	    'L', &plain, (int64_t)len + 1, NULL) == -1 ||
	    put(p, name, len + 1) == -1 || pad(p, (int64_t)len + 1) == -1))
		return -1;
	memset(&h, 0, sizeof(h));
	memcpy(h.name, name, len < TAR_NAME ? len : TAR_NAME - 1);
	octal(h.mode, sizeof(h.mode), st->st_mode & 07777);
	octal(h.uid, sizeof(h.uid), 0);
	octal(h.gid, sizeof(h.gid), 0);
	octal(h.size, sizeof(h.size), (uint64_t)size);
	octal(h.mtime, sizeof(h.mtime), 0);
	memset(h.sum, ' ', sizeof(h.sum));
	h.type = type;
	if (link != NULL)
		memcpy(h.link, link, strnlen(link, TAR_LINK));
	memcpy(h.magic, "ustar", 6);
	memcpy(h.version, "00", 2);
	for (size_t i = 0; i < sizeof(h); i++)
		sum += at[i];
	octal(h.sum, 7, sum);
	return put(p, &h, sizeof(h));
}

/* Exactly `size` bytes, whatever happens to the file meanwhile. */
static int
put_content(const struct packing *p, int from, int64_t size)
{
	static const char	zeros[TAR_BLOCK];
	char			piece[65536];
	int64_t			left = size;
	ssize_t			n = 1;

	while (left > 0 && n > 0) {
		n = read(from, piece, left < (int64_t)sizeof(piece) ?
		    (size_t)left : sizeof(piece));
		if (n > 0 && put(p, piece, (size_t)n) == -1)
			return -1;
		left -= n > 0 ? n : 0;
	}
	for (; left > 0; left -= n) {
		n = left < TAR_BLOCK ? (ssize_t)left : TAR_BLOCK;
		if (put(p, zeros, (size_t)n) == -1)
			return -1;
	}
	return pad(p, size);
}

static int
pack_file(struct packing *p, const char *path, const char *name)
{
	struct stat	st;
	int64_t		size, room = p->limits->unpacked_bytes - p->bytes;
	int		fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW |
			    O_NONBLOCK | O_NOCTTY), rc = -1;

	if (fd == -1 || fstat(fd, &st) == -1 || !S_ISREG(st.st_mode)) {
		leave_out(p, path, fd == -1 ? strerror(errno) :
		    "it changed while it was read");
		rc = 0;
		goto out;
	}
	size = st.st_size;
	if (size > p->limits->entry_bytes || size > room) {
		leave_out(p, path, "larger than a limit, its end is left out");
		size = p->limits->entry_bytes < room ? p->limits->entry_bytes :
		    room;
	}
	p->bytes += size;
	p->report->files++;
	rc = put_header(p, name, '0', &st, size, NULL) == -1 ||
	    put_content(p, fd, size) == -1 ? -1 : 0;
out:
	if (fd != -1)
		close(fd);
	return rc;
}

static int
pack_link(struct packing *p, const FTSENT *e, const char *name)
{
	char	target[TAR_LINK];
	ssize_t	n = readlink(e->fts_accpath, target, sizeof(target) - 1);

	if (n < 0 || (size_t)n == sizeof(target) - 1) {
		leave_out(p, e->fts_path, "a link that cannot be read whole");
		return 0;
	}
	target[n] = '\0';
	p->report->files++;
	return put_header(p, name, '2', e->fts_statp, 0, target);
}

static int
pack_entry(struct packing *p, const FTSENT *e)
{
	const char *name = e->fts_path + p->top;

	name += strspn(name, "/");
	switch (e->fts_info) {
	case FTS_F:
		return pack_file(p, e->fts_accpath, name);
	case FTS_SL:
	case FTS_SLNONE:
		return pack_link(p, e, name);
	case FTS_DNR:
	case FTS_ERR:
	case FTS_NS:
		if (e->fts_level == 0) {
			errno = e->fts_errno;
			return -1;
		}
		leave_out(p, e->fts_path, strerror(e->fts_errno));
		return 0;
	default:
		return 0;
	}
}

static int
on_entry(void *ctx, const FTSENT *e)
{
	struct packing *p = ctx;

	if ((int64_t)p->report->files < p->limits->entries)
		return pack_entry(p, e);
	leave_out(p, e->fts_path, "the limit of files");
	return ENOUGH;
}

int
tree_pack(const char *folder, const struct unpack_limits *limits, int fd,
    struct tree_report *report)
{
	static const char	 end[2 * TAR_BLOCK];
	struct packing		 p = { .limits = limits, .fd = fd,
				    .report = report, .top = strlen(folder) };
	int			 error;

	memset(report, 0, sizeof(*report));
	if (folder_walk(folder, on_entry, &p, &error) == -1)
		return -1;
	if (error != 0) {
		errno = error;
		return -1;
	}
	return put(&p, end, sizeof(end));
}
