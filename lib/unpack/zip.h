/* SPDX-License-Identifier: Apache-2.0 */
#ifndef UNPACK_ZIP_H
#define UNPACK_ZIP_H

/*
 * zip - both views of a zip file.
 *
 * pip reads the directory at the end; streaming installers read the headers
 * before each member.  libarchive mixes the two (names from the local header,
 * members from the directory), so the container is read here, as Python's
 * zipfile does, and only the decompression is a library's.  Members of the
 * directory are delivered under their directory name; what only a streaming
 * reader sees is a finding, and delivered too.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct place;

void	zip_walk(struct place *, const uint8_t *, size_t);
/* Whether a directory that makes sense ends at, or close to, the last byte;
 * zip_at_end only looks for one without a comment. */
bool	zip_inside(const uint8_t *, size_t);
bool	zip_at_end(const uint8_t *, size_t);

#endif
