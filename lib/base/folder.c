/* SPDX-License-Identifier: Apache-2.0 */
/* folder - a walk over fts(3). */
#include "folder.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

static int
by_name(const FTSENT **a, const FTSENT **b)
{
	return strcmp((*a)->fts_name, (*b)->fts_name);
}

int
folder_walk(const char *path, int (*each)(void *ctx, const FTSENT *),
    void *ctx, int *error)
{
	char		*copy = mem_strdup(path);
	char *const	 paths[] = { copy, NULL };
	FTS		*fts = fts_open(paths, FTS_PHYSICAL | FTS_NOCHDIR |
			    FTS_COMFOLLOW, by_name);
	const FTSENT	*e = NULL;
	int		 rc = 0;

	*error = fts == NULL ? errno : 0;
	while (fts != NULL && rc == 0 && (e = fts_read(fts)) != NULL)
		rc = each(ctx, e);
	/* At the end of the tree fts_read sets errno to 0. */
	if (fts != NULL && rc == 0)
		*error = errno;
	if (fts != NULL)
		fts_close(fts);
	free(copy);
	return rc;
}
