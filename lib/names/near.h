/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NAMES_NEAR_H
#define NAMES_NEAR_H

/*
 * near - which targets are at most so many edits away (optimal string
 * alignment: omission, insertion, replacement, swap of neighbours; no part is
 * edited twice), in letters without separators.
 *
 * A signature of which letters occur once and twice passes few targets; those
 * are measured by bit-parallel dynamic programming (Hyyro 2003).
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "names/targets.h"

#define NEAR_MOST 2		/* edits */

typedef void near_found(void *ctx, uint32_t entry, unsigned int distance);

/* Calls for every imitated target within `most` edits. */
void	near_find(const struct targets *, const char *letters, size_t n,
	    unsigned int most, near_found *, void *ctx);
/* The distance, or most + 1 when it is more; any lengths. */
unsigned int near_distance(const char *, size_t, const char *, size_t,
	    unsigned int most);
/* The letters of an entry, and how many there are. */
const char *near_letters(const struct targets *, uint32_t entry, size_t *n);
/* Whether that entry is looked for: popular, protected, or a brand. */
bool	near_is_imitated(const struct targets *, uint32_t entry);

#endif
