/* SPDX-License-Identifier: Apache-2.0 */
#ifndef POLL_SIMPLE_JSON_H
#define POLL_SIMPLE_JSON_H

/* simple_json - a project's page of the Simple API (PEP 691, 700, 714, 792). */
#include <stdbool.h>
#include <stddef.h>

#include "base/fault.h"
#include "data/upload.h"

#define SIMPLE_ACCEPT "Accept: application/vnd.pypi.simple.v1+json"
#define SIMPLE_TYPE "application/vnd.pypi.simple.v1+json"

struct simple_page {
	char		*status;	/* "active" when the page says none */
	struct release	 release;	/* all files of all versions; no
					   version */
	size_t		 unreadable;
};

enum outcome simple_json_read(const char *, size_t, struct simple_page *out,
    struct fault *);
void	simple_page_release(struct simple_page *);
bool	simple_is_quarantined(const struct simple_page *);

/*
 * The version that a file name states, heap, or NULL.  A sdist's name and
 * version may hold dashes, so the project's name is needed.
 */
char	*filename_version(const char *filename, const char *project);
/* The same version, written otherwise: "1.0" and "v1.0.0". */
bool	version_equal(const char *, const char *);

#endif
