/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INSPECT_CONTEXT_H
#define INSPECT_CONTEXT_H

/* context - when a file's content comes to act, and what kind of
 * bytes it is. */
#include <stddef.h>
#include <stdint.h>

#include "data/entry.h"
#include "data/finding.h"
#include "data/upload.h"
#include "inspect/inspection.h"

enum context context_of(enum packagetype, const struct entry *);
/* Does the file of a source tree lie where its developers keep their tools, by
 * its path in there? */
bool	context_is_tool(const char *inner);
enum view_kind context_kind(const struct entry *);
/* A text under a name as of data that is a script for whoever starts
 * it as one. */
bool	context_may_be_script(const struct entry *);
/* Without a name: a decoded layer. */
enum view_kind context_kind_of_bytes(const uint8_t *, size_t);

#endif
