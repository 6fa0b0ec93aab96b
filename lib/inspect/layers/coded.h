/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INSPECT_LAYERS_CODED_H
#define INSPECT_LAYERS_CODED_H

/* coded - programs written so that nobody reads them. */
#include "inspect/inspection.h"

/* A layer that is a program and was encoded: a finding, whether or not it is
 * seen to run. */
void	coded_program(struct inspection *, const struct view *);
/* A literal that no alphabet explains: backwards, ROT13, under a key. */
void	coded_literal(struct inspection *, const struct view *,
	    const uint8_t *, size_t, uint32_t line);
/* The same for a literal list of numbers, a node. */
void	coded_numbers(struct inspection *, const struct view *, uint32_t node);
/* Bytes in which a key hides a program. */
void	coded_key(struct inspection *, const struct view *, const uint8_t *,
	    size_t, uint32_t line);

#endif
