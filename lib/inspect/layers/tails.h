/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INSPECT_LAYERS_TAILS_H
#define INSPECT_LAYERS_TAILS_H

/* tails - what stands behind the end of a picture, sound or archive. */
#include <stddef.h>
#include <stdint.h>

/*
 * Where the format that the bytes begin with says that it ends, and a name for
 * what follows ("png-tail"); the size when nothing follows, the data is cut
 * short, or the format is none of those that are known.
 */
size_t	tails_find(const uint8_t *, size_t, const char **name);

#endif
