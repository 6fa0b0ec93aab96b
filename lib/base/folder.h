/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_FOLDER_H
#define BASE_FOLDER_H

/* folder - all that a folder holds, in the same order every time. */
#include <sys/types.h>
#include <sys/stat.h>
#include <fts.h>

/*
 * Calls `each` for `path` and whatever is below it, sorted by name, a folder
 * before and after what it holds.  `path` may be a symbolic link, those below
 * are not followed.  What one entry lacks is its fts_info (FTS_DNR, FTS_ERR,
 * FTS_NS) and fts_errno.  An answer that is not 0 ends the walk and is
 * returned.  *error is the errno of a walk that broke off by itself, else 0.
 */
int	folder_walk(const char *path, int (*each)(void *ctx, const FTSENT *),
	    void *ctx, int *error);
/* The entry could not be looked at or into. */
#define FOLDER_UNREADABLE(e) ((e)->fts_info == FTS_DNR || \
	(e)->fts_info == FTS_ERR || (e)->fts_info == FTS_NS)

#endif
