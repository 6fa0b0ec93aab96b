/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_FILE_H
#define BASE_FILE_H

/* file - a whole file, within a bound. */
#include <stddef.h>

struct buf;

/* Appends the file's bytes, at most `most` of them.  0, or -1 with errno: EFBIG
 * when there are more, EISDIR for a folder; what is in the buffer by then says
 * nothing. */
int	file_read(const char *path, size_t most, struct buf *)
	    __attribute__((warn_unused_result));

#endif
