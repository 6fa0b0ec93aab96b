/* SPDX-License-Identifier: Apache-2.0 */
#ifndef UNPACK_TAR_H
#define UNPACK_TAR_H

/* tar - members of a tar file, packed or not, in the order of path_class. */
#include <stddef.h>
#include <stdint.h>

#include "unpack/format.h"

struct place;

void	tar_walk(struct place *, enum format packing, const uint8_t *, size_t);
/* A compressed file that is no tar: its content as one member. */
void	single_walk(struct place *, enum format packing, const uint8_t *,
	    size_t);
/* Whether the first unpacked bytes are a tar header. */
int	tar_inside(enum format packing, const uint8_t *, size_t);

#endif
