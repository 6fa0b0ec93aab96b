/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NAMES_STDLIB_H
#define NAMES_STDLIB_H

/* stdlib - the module names of every Python since 2.7, sorted, normalised. */
#include <stddef.h>

extern const char *const stdlib_names[];
extern const size_t stdlib_count;

#endif
