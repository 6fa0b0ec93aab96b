/* SPDX-License-Identifier: Apache-2.0 */
#ifndef UNPACK_STREAM_H
#define UNPACK_STREAM_H

/*
 * source, stream - a compressed file, unpacked as often as needed.
 *
 * What unpacks to UNPACK_WHOLE_MAX bytes or less is unpacked once, up to a
 * break if there is one, and kept: reading it again costs nothing.  More than
 * that streams from the start each time.  A good gzip file goes through
 * libdeflate, others and larger ones through zlib, the rest through
 * libarchive's filters.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "unpack/format.h"

struct archive;
struct inflate;

#define STREAM_ERROR_MAX 160

struct source {
	enum format	 format;
	const uint8_t	*data;		/* packed */
	size_t		 size;
	uint8_t		*whole;		/* unpacked, or NULL: stream */
	size_t		 whole_len;
	unsigned int	 members;	/* when whole, of gzip */
	size_t		 used;		/* and its packed bytes */
	char		 error[STREAM_ERROR_MAX];	/* behind the whole;
							   or "" */
};

void	source_init(struct source *, enum format, const uint8_t *, size_t,
	    uint64_t most);
void	source_release(struct source *);

struct stream {
	const struct source *source;
	struct archive	*archive;	/* NULL: whole, or gzip */
	struct inflate	*inflate;
	uint64_t	 given, most;
	bool		 limited;	/* ended because of `most` */
	bool		 ended, twice;	/* compressed more than once */
	size_t		 used;		/* packed bytes, at the end */
	unsigned int	 members;	/* of gzip */
	char		 error[STREAM_ERROR_MAX];
};

/* 0, or -1 with the reason in `error`; stream_close either way. */
int	stream_open(struct stream *, const struct source *, uint64_t most);
/* 1 and a piece (borrowed until the next call), 0 at the end, -1. */
int	stream_next(struct stream *, const uint8_t **, size_t *);
void	stream_close(struct stream *);
/* The libarchive filter of a format; -1 when there is none. */
int	stream_add_filter(struct archive *, enum format);

#endif
