/* SPDX-License-Identifier: Apache-2.0 */
#ifndef UNPACK_TAR_LINKS_H
#define UNPACK_TAR_LINKS_H

/*
 * tar_links - Python files that are links to other members.
 *
 * What runs under the link's name is the target's content, so that is what the
 * link is delivered with.  One step is followed; a link to a link, or to what
 * the archive does not hold, comes without content.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/limits.h"

struct member;
struct place;
struct tar_shadow;

struct tar_link {
	char	*name, *link;
	bool	 hard, executable;
};

struct tar_links {
	struct tar_link	 items[UNPACK_LINKS_MAX];
	size_t		 n;
};

/* False when there is no room: deliver it as it is. */
bool	tar_links_add(struct tar_links *, const struct member *);
/* Delivers all; `data` holds the whole tar file, or is NULL.  False when the
 * limit of members is reached. */
bool	tar_links_deliver(struct tar_links *, struct place *,
	    const struct tar_shadow *, const uint8_t *data, size_t size);
void	tar_links_release(struct tar_links *);

#endif
