/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INSPECT_NATIVE_PARTS_H
#define INSPECT_NATIVE_PARTS_H

/* parts - what the readers of the three formats share. */
#include "inspect/native/native.h"

/* The bytes of one file; reads beyond its end give 0 and set `broken`. */
struct image {
	const uint8_t	*data;
	size_t		 size;
	bool		 big;		/* big-endian */
	struct native	*out;
};

uint64_t image_number(struct image *, uint64_t at, unsigned int width);
/* One name into one of the lists of `out`. */
void	image_add(struct image *, struct buf *list, uint64_t at);

void	native_elf(struct image *);
void	native_pe(struct image *);
void	native_macho(struct image *);

#endif
