/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SIMINDEX_PACK_H
#define SIMINDEX_PACK_H

/*
 * pack - tar.gz and zip written by hand, so that they can be written wrong.
 * No clock and no owner gets in: the same members give the same bytes.
 */
#include <stddef.h>

#include "text.h"

/* Appends one member; link not NULL makes a symbolic link. */
void	tar_put(struct text *, const char *path, const void *, size_t,
	    unsigned int mode, const char *link);
void	tar_end(struct text *);
void	gzip_text(const void *, size_t, struct text *out);

struct zip { struct text local, central; unsigned int entries; };

/*
 * `streamed` is the name in the local header, `listed` the one in the central
 * directory; NULL leaves the entry out of the latter.
 */
void	zip_put(struct zip *, const char *streamed, const char *listed,
	    const void *, size_t);
/* The whole archive; releases the parts. */
void	zip_end(struct zip *, struct text *out);

#endif
