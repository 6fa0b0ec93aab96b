/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scan_source - what the arguments of `pypiwatch scan` mean.
 * Takes: FILE, DIR, -, NAME[==VERSION].  Gives: items with sealed memfds.
 * Runs in: the command.  Copies bytes, looks into none.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "command.h"
#include "scan.h"

#include "base/folder.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/memfd.h"
#include "base/str.h"
#include "base/vis.h"
#include "names/name.h"
#include "unpack/archive.h"
#include "unpack/tree.h"

void
scan_item_free(struct scan_item *i)
{
	if (i->fd != -1)
		close(i->fd);
	free(i->label);
	free(i->filename);
	free(i->project);
	free(i->version);
	free(i->partial);
	free(i->why);
	free(i);
}

static const char *
base_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash != NULL && slash[1] != '\0' ? slash + 1 : path;
}

struct scan_item *
scan_item_new(const char *label, const char *filename)
{
	struct scan_item	*i = mem_alloc(sizeof(*i));
	struct project_name	 name;
	char			 version[VERSION_MAX + 1];

	i->fd = -1;
	i->label = vis_dup(label, strlen(label));
	i->filename = vis_dup(base_of(filename), strlen(base_of(filename)));
	i->packagetype = packagetype_from_filename(i->filename);
	if (name_from_filename(i->filename, &name, version,
	    sizeof(version)) == 0) {
		i->project = mem_strdup(name.text);
		i->version = mem_strdup(version);
	}
	return i;
}

struct scan_item *
scan_item_missing(const char *label, const char *fmt, ...)
{
	struct scan_item	*i = scan_item_new(label, label);
	struct buf		 b = BUF_EMPTY;
	va_list			 ap;

	va_start(ap, fmt);
	buf_addv(&b, fmt, ap);
	va_end(ap);
	i->why = buf_steal(&b);
	return i;
}

/* Everything from `from` into a sealed memfd; -1 with errno. */
static int
copy_in(int from, int64_t most)
{
	char	 piece[65536];
	int	 fd = memfd_new("artefact"), saved;
	int64_t	 total = 0;
	ssize_t	 n = 0, done;

	while (fd != -1 && (n = read(from, piece, sizeof(piece))) > 0) {
		if ((total += n) > most) {
			errno = EFBIG;
			n = -1;
			break;
		}
		for (ssize_t at = 0; at < n; at += done)
			if ((done = write(fd, piece + at,
			    (size_t)(n - at))) <= 0)
				goto fail;
	}
	if (fd != -1 && n == 0 && memfd_seal(fd) == 0)
		return fd;
fail:
	saved = errno;
	if (fd != -1)
		close(fd);
	errno = saved;
	return -1;
}

static const char *
why_not(int error)
{
	if (error == EFBIG)
		return "it is larger than limits.artefact-bytes";
	return strerror(error);
}

static struct scan_item *
from_fd(const struct scan_sources *s, int from, const char *label,
    const char *filename)
{
	struct scan_item *i = scan_item_new(label, filename);

	i->fd = copy_in(from, s->env->config->limits.artefact_bytes);
	if (i->fd == -1)
		i->why = mem_printf("cannot be read: %s", why_not(errno));
	return i;
}

static int
walk_file(struct scan_sources *s, const char *path)
{
	struct scan_item *i;
	struct stat	  st;
	int		  fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY |
			      O_NONBLOCK);

	if (fd == -1)
		i = scan_item_missing(path, "cannot be opened: %s",
		    strerror(errno));
	else if (fstat(fd, &st) == -1 || !S_ISREG(st.st_mode))
		i = scan_item_missing(path, "is not a regular file; give a"
		    " file, a folder, or - for standard input");
	else
		i = from_fd(s, fd, path, path);
	if (fd != -1)
		close(fd);
	return s->each(s->ctx, i);
}

static int
walk_stdin(struct scan_sources *s)
{
	const char *name = s->stdin_name != NULL ? s->stdin_name : "-";

	return s->each(s->ctx, from_fd(s, STDIN_FILENO, name, name));
}

/* ---- folders ------------------------------------------------------------- */

static int
walk_tree(struct scan_sources *s, const char *path)
{
	const struct config	*c = s->env->config;
	const struct unpack_limits limits = { c->limits.unpacked_bytes,
		    c->limits.entry_bytes, c->limits.entries,
		    c->limits.nesting };
	struct tree_report	 report;
	char			*real = realpath(path, NULL);
	char			*name = mem_printf("%s.tar", base_of(
				    real != NULL ? real : path));
	struct scan_item	*i = scan_item_new(path, name);

	i->packagetype = PACKAGE_TREE;
	i->fd = memfd_new("tree");
	if (i->fd == -1 || tree_pack(path, &limits, i->fd, &report) == -1 ||
	    memfd_seal(i->fd) == -1) {
		i->why = mem_printf("cannot be read: %s", strerror(errno));
		if (i->fd != -1)
			close(i->fd);
		i->fd = -1;
	} else if (report.partial) {
		i->partial = mem_strdup(report.why);
	}
	free(name);
	free(real);
	return s->each(s->ctx, i);
}

struct folder_scan { struct scan_sources *s; size_t found; };

static int
unreadable(struct scan_sources *s, const char *path, int error)
{
	return s->each(s->ctx, scan_item_missing(path, "cannot be read: %s",
	    strerror(error)));
}

static int
on_entry(void *ctx, const FTSENT *e)
{
	struct folder_scan *f = ctx;

	if (FOLDER_UNREADABLE(e))
		return unreadable(f->s, e->fts_path, e->fts_errno);
	if (e->fts_info == FTS_D || e->fts_info == FTS_DP ||
	    packagetype_from_filename(e->fts_name) == PACKAGE_OTHER)
		return 0;
	f->found++;
	if (e->fts_info == FTS_SL || e->fts_info == FTS_SLNONE)
		return f->s->each(f->s->ctx, scan_item_missing(e->fts_path,
		    "is a symbolic link, which is not followed in a folder"));
	return walk_file(f->s, e->fts_path);
}

static int
walk_folder(struct scan_sources *s, const char *path)
{
	struct folder_scan	f = { .s = s };
	int			error, rc = folder_walk(path, on_entry, &f,
				    &error);

	if (rc == 0 && error != 0)
		return unreadable(s, path, error);
	if (rc == 0 && f.found == 0)
		rc = s->each(s->ctx, scan_item_missing(path, "holds neither a"
		    " source tree (pyproject.toml, setup.py, PKG-INFO or"
		    " *.dist-info) nor archives"));
	return rc;
}

int
scan_sources_walk(struct scan_sources *s, const char *argument)
{
	struct stat	st;
	bool		exists = stat(argument, &st) == 0;

	if (str_equal(argument, "-"))
		return walk_stdin(s);
	if (!exists && strchr(argument, '/') == NULL && errno == ENOENT)
		return scan_index_walk(s, argument);
	if (!exists)
		return s->each(s->ctx, scan_item_missing(argument,
		    "cannot be opened: %s", strerror(errno)));
	if (!S_ISDIR(st.st_mode))
		return walk_file(s, argument);
	return tree_is_package(argument) ? walk_tree(s, argument) :
	    walk_folder(s, argument);
}
