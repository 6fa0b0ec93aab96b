/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NAMES_EDIT_H
#define NAMES_EDIT_H

/* edit - how two names that are one edit apart differ. */
#include <stdbool.h>
#include <stddef.h>

#include "names/technique.h"

struct edit {
	enum technique	 technique;
	size_t		 at;		/* first letter that differs */
	bool		 slip;		/* a finger makes it easily */
};

/* From target `b` to name `a`; false when they are not one edit apart. */
bool	edit_explain(const char *a, size_t la, const char *b, size_t lb,
	    struct edit *);

#endif
