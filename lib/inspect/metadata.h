/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INSPECT_METADATA_H
#define INSPECT_METADATA_H

/* metadata - the header lines of PKG-INFO and METADATA. */
#include <stddef.h>
#include <stdint.h>

#include "data/finding.h"

/* Fills *out, which is empty; lists stop at METADATA_LIST_MAX. */
void	metadata_parse(const uint8_t *, size_t, struct metadata *out);
void	metadata_release(struct metadata *);

#endif
