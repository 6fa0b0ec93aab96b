/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DATA_ENTRY_H
#define DATA_ENTRY_H

/*
 * entry - one member of an archive, in memory, on its way from unpack to
 * inspect.  All pointers are borrowed and valid until the next entry.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum entry_kind { ENTRY_FILE, ENTRY_DIRECTORY, ENTRY_SYMLINK, ENTRY_HARDLINK,
	ENTRY_OTHER };

struct entry {
	enum entry_kind	 kind;
	const char	*path;		/* visible UTF-8, as in the archive;
					   nested ones joined with "!/" */
	const char	*inner;		/* path below the archive's own top
					   directory; for a wheel's .data member
					   the path it is installed to */
	const char	*link;		/* target of a link, visible; or NULL */
	const uint8_t	*data;		/* ENTRY_FILE; never NULL */
	size_t		 size;		/* bytes at data */
	uint64_t	 declared;	/* bytes the archive says it has */
	bool		 cut;		/* data stops at a limit */
	bool		 executable;	/* mode has an x bit */
	unsigned int	 depth;		/* 0: member of the uploaded file */
	bool		 installed;	/* ends up on the user's disk */
};

#endif
