/* SPDX-License-Identifier: Apache-2.0 */
#ifndef UNPACK_INFLATE_H
#define UNPACK_INFLATE_H

/*
 * inflate - deflate and gzip in pieces, by zlib.
 *
 * libarchive's filter drops up to 64 KiB before a break, and Python's gzip
 * does not: a file cut within its last bytes still installs, so what stands
 * before the break has to be seen.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <zlib.h>

#define INFLATE_PIECE 65536

struct inflate {
	z_stream	 z;
	const uint8_t	*data;
	size_t		 len;
	bool		 gzip;		/* members in a row; else one raw one */
	bool		 ended;
	unsigned int	 members;	/* begun */
	size_t		 used;		/* packed bytes, at the end */
	const char	*error;		/* NULL: none */
	uint8_t		 piece[INFLATE_PIECE];
};

struct inflate *inflate_new(bool gzip, const uint8_t *, size_t);
void	inflate_free(struct inflate *);
/* 1 and a piece (borrowed until the next call), 0 at the end, -1. */
int	inflate_next(struct inflate *, const uint8_t **, size_t *);

#endif
