/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INSPECT_CMAKE_H
#define INSPECT_CMAKE_H

/* cmake - what a CMake file has programs do. */
#include "base/buf.h"
#include "inspect/inspection.h"

/* Adds a command a line, of at most BUILD_COMMANDS_MAX bytes of source. */
void	cmake_commands(const struct view *, struct buf *);

#endif
