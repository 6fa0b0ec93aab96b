/* SPDX-License-Identifier: Apache-2.0 */
#ifndef POLL_NAME_LIST_H
#define POLL_NAME_LIST_H

/* name_list - the projects that an index listed, to see which are gone. */
#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

struct name_list {
	struct buf	 text;		/* normalised names, a NUL after each */
	size_t		 n;
	bool		 full;		/* SIMPLE_NAMES_MAX: it tells nothing */
};

void	name_list_release(struct name_list *);		/* and init */
void	name_list_add(struct name_list *, const char *name);
/* Calls for each name of `before` that is not in `now`; for none when either
 * is full. */
void	name_list_gone(const struct name_list *before,
	    const struct name_list *now, void (*gone)(void *, const char *),
	    void *ctx);

#endif
