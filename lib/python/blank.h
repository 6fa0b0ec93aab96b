/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PYTHON_BLANK_H
#define PYTHON_BLANK_H

/* blank - source without what does not run. */
#include <stddef.h>
#include <stdint.h>

/*
 * A copy in which comments and texts that stand alone (docstrings) are blanks;
 * lines and offsets stay.  Docstrings stay when the source reads __doc__.
 * Heap; the size is that of the source.
 */
uint8_t	*blank_copy(const uint8_t *, size_t);

#endif
