/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DEPS_DEPS_H
#define DEPS_DEPS_H

/*
 * deps - what a team uses, out of the files in which it says so.
 *
 * Files come from other people's repositories: every size is bounded, and
 * what is wrong is named as FILE:LINE.  Only names and exact versions are
 * taken; nothing is resolved, fetched or run.
 */
#include <stdbool.h>
#include <stddef.h>

#include "names/name.h"

struct buf;

enum deps_format { DEPS_REQUIREMENTS, DEPS_POETRY, DEPS_UV, DEPS_PIPFILE,
	DEPS_PYLOCK, DEPS_CYCLONEDX, DEPS_SPDX, DEPS_FORMATS };
extern const char *const deps_format_names[DEPS_FORMATS];

struct dep {
	struct project_name name;	/* normalised (PEP 503) */
	char	*version;	/* the only one allowed; NULL: several */
};

struct deps {
	struct dep	*list;	/* in order of name and version, each once */
	size_t		 n, room;
	size_t		 left_out;	/* without a name: paths, URLs */

	/* Files that a requirements file includes (-r) are asked for here: 0
	 * with the bytes, or -1 with the reason in *why.  NULL: refused. */
	int		(*open)(void *ctx, const char *path, struct buf *text,
			    struct buf *why);
	void		*ctx;
	unsigned int	 nfiles;	/* included so far */
	size_t		 nbytes;
};

/* By the file's name and, of JSON, its content; -1 when JSON is neither. */
int	deps_format_of(const char *file, const char *text, size_t len);
/* Adds what one file names.  0, or -1 with "FILE:LINE: what is wrong". */
int	deps_read(struct deps *, enum deps_format, const char *file,
	    const char *text, size_t len, struct buf *why)
	    __attribute__((warn_unused_result));
/* Sorts and drops what is there twice; a version beats none. */
void	deps_settle(struct deps *);
void	deps_release(struct deps *);

/* ---- among the readers ---- */
/* One name with a version or NULL; -1 with a sentence when it is no name, or
 * there are too many. */
int	deps_add(struct deps *, const char *name, const char *version,
	    const char **why) __attribute__((warn_unused_result));
/* "FILE:LINE: ..." into *why; gives -1. */
int	deps_wrong(struct buf *why, const char *file, size_t line,
	    const char *, ...) __attribute__((format(printf, 4, 5)));
int	deps_requirements(struct deps *, const char *file, const char *text,
	    size_t len, unsigned int depth, struct buf *why);
int	deps_toml(struct deps *, enum deps_format, const char *file,
	    const char *text, size_t len, struct buf *why);
int	deps_json(struct deps *, enum deps_format, const char *file,
	    const char *text, size_t len, struct buf *why);

#endif
