/* SPDX-License-Identifier: Apache-2.0 */
#ifndef UNPACK_PATH_H
#define UNPACK_PATH_H

/*
 * path - what a member's path says about it.
 *
 * Everything here takes the bytes as they stand in the archive.
 */
#include <stdbool.h>
#include <stddef.h>

/*
 * The order in which members are looked at: RECORD, which later ones are
 * checked against; what runs by itself when the package is installed, when
 * Python starts or when the package is imported; other Python; the rest.
 */
enum path_class { PATH_RECORD, PATH_STARTUP, PATH_PYTHON, PATH_REST,
	PATH_CLASSES };

enum path_class path_class(const char *, size_t len);
bool	path_climbs(const char *, size_t len);		/* has a ".." */
bool	path_absolute(const char *, size_t len);	/* "/x", "\x", "C:x" */
bool	path_hidden(const char *, size_t len);	/* controls, bidi */
/* Whether a link at `name` (length 0: at the top) to `link` leaves the tree. */
bool	path_climbs_above(const char *name, size_t len, const char *link,
	    size_t link_len);
size_t	path_depth(const char *, size_t len);		/* separators */
/* Without "./" in front and "/" behind. */
void	path_trim(const char **, size_t *len);
/* Length of the first component. */
size_t	path_top(const char *, size_t len);
/* Where the last component starts. */
size_t	path_base(const char *, size_t len);
bool	path_ends(const char *, size_t len, const char *suffix);
bool	path_equal(const char *, size_t len, const char *);

#endif
