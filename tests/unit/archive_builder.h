/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_ARCHIVE_BUILDER_H
#define TESTS_ARCHIVE_BUILDER_H

/*
 * archive_builder - tar, gzip and zip files that may lie.
 *
 * Shares nothing with lib/unpack: a field is written as it is given.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

/* ---- tar ------------------------------------------------------------------ */
struct tar_spec {
	const char	*name, *link;
	size_t		 name_len;	/* 0: strlen */
	char		 type;		/* 0: '0' */
	const char	*data;
	size_t		 len;		/* 0: strlen of data */
	uint64_t	 size;		/* said, when `lies` */
	bool		 lies, bad_sum, executable;
};
void	tar_add(struct buf *, const struct tar_spec *);
void	tar_file(struct buf *, const char *name, const char *data);
/* A pax record, with its header; the value may hold any byte. */
void	tar_pax(struct buf *, const char *key, const void *value, size_t len);
void	tar_end(struct buf *);

void	gzip_add(struct buf *, const void *, size_t);
/* By the name of a libarchive filter: "bzip2", "xz", "lzma", "zstd". */
void	filter_add(struct buf *, const char *filter, const void *, size_t);

/* ---- zip ------------------------------------------------------------------ */
struct zip_spec {
	const char	*name, *local_name;	/* local: NULL the same */
	size_t		 name_len;		/* 0: strlen */
	const char	*data;
	size_t		 len;			/* 0: strlen of data */
	uint16_t	 method;		/* said; 8 is deflated for you */
	uint16_t	 flags;			/* 8 writes a descriptor */
	uint32_t	 mode;
	const char	*extra;			/* of the directory */
	size_t		 extra_len;
	int64_t		 size_lie, crc_lie;	/* added in both views */
	int64_t		 local_size_lie;	/* added in the local one */
	const char	*slack;			/* after the packed data */
	const struct buf *packed;		/* instead of packing */
	bool		 unlisted, lost;	/* no directory record; no data */
};
struct zip_builder {
	struct buf	 file, directory;
	unsigned int	 n;
	size_t		 base;			/* offsets count from here */
};
void	zip_add(struct zip_builder *, const struct zip_spec *);
void	zip_file(struct zip_builder *, const char *name, const char *data);
/* Directory and end record; the comment may be NULL. */
void	zip_end(struct zip_builder *, const char *comment);
struct zip64_lies { int64_t locator; uint32_t size; };	/* 0: no lie */
void	zip_end64(struct zip_builder *, const struct zip64_lies *);

#endif
