/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SIMINDEX_ORDINARY_H
#define SIMINDEX_ORDINARY_H

/*
 * ordinary - releases with nothing wrong: invented names, plausible content,
 * the same for the same seed and number.
 */
#include "package.h"

struct package	*ordinary_new(uint64_t seed, size_t number);
/* Plain metadata and an honest module, to hide something in. */
void	ordinary_dress(struct package *, struct chance *);
void	ordinary_module(struct package *, const char *module,
	    const char *file, struct chance *);

#endif
