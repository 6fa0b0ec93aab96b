/* SPDX-License-Identifier: Apache-2.0 */
#ifndef UNPACK_STEM_H
#define UNPACK_STEM_H

/*
 * stem - "name-version" as files and folders write it.
 *
 * Compared loosely: case, separators and the spellings that tools normalise
 * ("1.0-1", "1.0.post1", "1.0.0") do not count.  A name that is really another
 * one differs in letters.
 */
#include <stdbool.h>
#include <stddef.h>

/* Without the endings that archives have. */
size_t	stem_len(const char *filename);
bool	stem_equal(const char *a, size_t a_len, const char *b, size_t b_len);
/* Length of `s` up to its first '-'. */
size_t	stem_part(const char *s, size_t len);

#endif
