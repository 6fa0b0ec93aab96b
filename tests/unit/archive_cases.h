/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_ARCHIVE_CASES_H
#define TESTS_ARCHIVE_CASES_H

/*
 * archive_cases - distribution files, honest and hostile, built in memory.
 *
 * The code in them is inert, and there is none beyond a line.
 */
#include "archive_builder.h"

struct archive_case {
	const char	*name, *filename;
	void		(*build)(struct buf *);
	bool		 large;		/* with room for 256 MiB */
};

extern const struct archive_case archive_cases_tar[], archive_cases_zip[],
    archive_cases_kinds[];
extern const size_t archive_cases_tar_n, archive_cases_zip_n,
    archive_cases_kinds_n;

/* Parts that several cases are built from. */
void	honest_tar(struct buf *);
/* Ends the tar and packs it; releases it. */
void	packed(struct buf *tar, struct buf *out);
void	sdist(struct buf *);
void	plain_tar(struct buf *);
/* By a libarchive filter. */
void	pack_by(const char *filter, struct buf *);
void	wheel(struct buf *);
void	nested(struct buf *);
void	zip_finish(struct zip_builder *, struct buf *out, const char *comment);

#endif
