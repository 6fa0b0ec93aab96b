/* SPDX-License-Identifier: Apache-2.0 */
#ifndef UNPACK_TREE_H
#define UNPACK_TREE_H

/*
 * tree - a folder of source code as an archive in memory, so that what looks
 * into packages looks into it the same way.
 */
#include <stdbool.h>
#include <stddef.h>

struct unpack_limits;

struct tree_report {
	size_t	files;
	bool	partial;	/* something was left out; why says what */
	char	why[256];
};

/* Whether a folder looks like one unpacked package. */
bool	tree_is_package(const char *folder);
/*
 * Writes the folder as an uncompressed tar into `fd`.  Links are not followed
 * and files are not executed.  0 (perhaps partial), or -1 with errno when the
 * folder cannot be read or the memory not be written.
 */
int	tree_pack(const char *folder, const struct unpack_limits *, int fd,
	    struct tree_report *) __attribute__((warn_unused_result));

#endif
