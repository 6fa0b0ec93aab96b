/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NAMES_NAME_H
#define NAMES_NAME_H

/* name - project names: validity, PEP 503 form, PyPI's ultranormalised form. */
#include <stdbool.h>
#include <stddef.h>

#include "base/limits.h"

struct project_name {
	char	 text[PROJECT_NAME_MAX + 1];	/* PEP 503 normalised */
	size_t	 len;
};

/* 0, or -1 with a sentence in *why when it is no valid project name (PEP 508
 * grammar, at most PROJECT_NAME_MAX bytes). */
int	name_normalize(const char *, struct project_name *, const char **why)
	    __attribute__((warn_unused_result));
/* PyPI's collision form: no separators, l/i -> 1, o -> 0, lower case. */
void	name_ultranormalize(const struct project_name *,
	    struct project_name *out);
/* Project and version out of a file name ("foo_bar-1.0-py3-none-any.whl",
 * "foo-bar-1.0.tar.gz"); 0 or -1.  `project` is normalised. */
int	name_from_filename(const char *, struct project_name *project,
	    char *version, size_t room) __attribute__((warn_unused_result));

#endif
