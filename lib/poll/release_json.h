/* SPDX-License-Identifier: Apache-2.0 */
#ifndef POLL_RELEASE_JSON_H
#define POLL_RELEASE_JSON_H

/* release_json - PyPI's legacy JSON of one project or one release. */
#include <stddef.h>

#include "base/fault.h"

struct release;
struct upload;

/*
 * TASK_DONE and *out filled (release it with wire_release), or TASK_LATER
 * when the text is no such document.  A file without name, URL or digest is
 * left out and counted in *unreadable.
 */
enum outcome release_json_read(const char *, size_t, struct release *out,
    size_t *unreadable, struct fault *);

#endif
