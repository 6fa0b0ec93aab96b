/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INSPECT_NATIVE_ABILITIES_H
#define INSPECT_NATIVE_ABILITIES_H

/* abilities - what compiled code can do, by the functions that it imports, asks
 * for by their names, or has Python or .NET call. */
#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "inspect/native/native.h"

struct abilities {
	const struct native *native;
	const struct buf *texts;	/* of the image, a line each; or NULL */
	bool		 extension;	/* a module of Python */
	bool		 together;	/* texts stand without ends: Go's, and
					   what Cython packs */
};

bool	native_starts(const struct abilities *);
bool	native_connects(const struct abilities *);
bool	native_writes(const struct abilities *);
/* A module of Python that takes nothing from it, and of which nobody can call
 * anything. */
bool	native_is_alone(const struct native *);

/* Does the image import one of these, "|" between? */
bool	native_has_group(const struct native *, const char *group);
/* Is one of these a whole line of the texts, if they have ends? */
bool	native_has_line(const struct abilities *, const char *const *, size_t);

#endif
