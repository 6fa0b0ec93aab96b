/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INSPECT_CMAKE_H
#define INSPECT_CMAKE_H

/* cmake - what a CMake file has programs do. */
#include <stdbool.h>

#include "base/buf.h"
#include "inspect/inspection.h"

/* Adds a command a line, of at most BUILD_COMMANDS_MAX bytes of source. */
void	cmake_commands(const struct view *, struct buf *);

/* Is it such a file, by its name? */
bool	cmake_is(const char *path);
/* A copy in which blanks stand for lines that are comments, for free(). */
uint8_t	*cmake_blank(const uint8_t *, size_t);

#endif
