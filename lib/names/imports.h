/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NAMES_IMPORTS_H
#define NAMES_IMPORTS_H

/* imports - well-known import names that are no project's name. */
#include <stddef.h>

struct import_name {
	const char	*name, *project;	/* normalised */
};

extern const struct import_name import_names[];
extern const size_t import_count;

#endif
