/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NAMES_INDEX_H
#define NAMES_INDEX_H

/*
 * index - how the bytes of a target index are laid out; only lib/names looks
 * inside.  All integers are the host's: the bytes never leave it.
 */
#include "names/targets.h"

#define INDEX_MAGIC 0x31584e50u		/* "PNX1" */
#define INDEX_OWNED 1u

struct index_entry {
	uint32_t	 name;		/* offset into the text */
	uint32_t	 rank;
	uint8_t		 len;
	uint8_t		 kind;		/* enum target_kind */
	uint8_t		 flags;
	uint8_t		 pad;
};

struct index_header {
	uint32_t	 magic, size;
	uint32_t	 n;		/* entries */
	uint32_t	 entries;	/* offsets of the parts */
	uint32_t	 slots, nslots;	/* hash of names: entry + 1, or 0 */
	uint32_t	 text, ntext;	/* names, each NUL-terminated */
};

struct targets {
	const struct index_header *head;
	const struct index_entry *entries;
	const uint32_t	*slots;
	const char	*text;
};

uint32_t index_hash(const char *, size_t);
/* The entry of that exact normalised name, or NULL. */
const struct index_entry *index_find(const struct targets *, const char *,
	    size_t);

#endif
