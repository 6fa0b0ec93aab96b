/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INSPECT_BUILDS_H
#define INSPECT_BUILDS_H

/* builds - files that tell a build which programs to run. */
#include <stdbool.h>

/* By the name: CMake's, meson's, cargo's. */
bool	builds_is_build(const char *path);
/* Rules of make, which run when something starts make. */
bool	builds_is_make(const char *path);

#endif
