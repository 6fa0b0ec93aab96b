/* SPDX-License-Identifier: Apache-2.0 */
#ifndef UNPACK_TAR_SHADOW_H
#define UNPACK_TAR_SHADOW_H

/*
 * tar_shadow - where Python's tarfile, which pip uses, finds members.
 *
 * Tar readers disagree about sizes (extended headers, links and folders that
 * claim data), and a file can be made to show each another content.  libarchive
 * delivers the members; the shadow sees the same bytes go by and notes where
 * each one stands.  Lists that differ are a finding, and what only the shadow
 * saw is delivered as well.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

struct tar_spot {
	uint64_t	 start;		/* of its first header */
	uint64_t	 data, size;	/* size 0: not a file */
	uint32_t	 name, name_len;	/* in names */
	bool		 sparse;
};

struct tar_shadow {
	uint64_t	 at;		/* bytes seen */
	uint64_t	 skip;		/* data bytes still to pass over */
	uint64_t	 ext;		/* of an extended header, still
					   to keep */
	uint64_t	 pad;		/* after it */
	uint8_t		 block[512];
	size_t		 have;		/* bytes in block */
	struct buf	 keep;		/* the extended header */
	char		 keep_type;
	struct buf	 name;		/* from it, for the member that
					   follows */
	uint64_t	 group;		/* where the member's headers start */
	bool		 in_group;
	bool		 has_size;
	uint64_t	 size;		/* from the extended header */
	bool		 ended;		/* end mark or damage */
	bool		 trailing;	/* bytes other than zero after
					   the end */
	uint64_t	 trailing_at;
	bool		 overrides;	/* a size that readers disagree about */
	bool		 nul_path;	/* an extended path with a NUL in it */
	struct tar_spot	*spots;		/* at most UNPACK_HEADERS_MAX */
	size_t		 n, room;
	struct buf	 names;
};

void	tar_shadow_feed(struct tar_shadow *, const uint8_t *, size_t);
void	tar_shadow_release(struct tar_shadow *);

#endif
