/* SPDX-License-Identifier: Apache-2.0 */
#ifndef POLL_SITE_H
#define POLL_SITE_H

/*
 * site - one index as poll asks it: where it is, who we are there, and how
 * often at most.
 *
 * The main index is PyPI or a mirror of it; it has a changelog, feeds and
 * release JSON.  Any other has the Simple API alone.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "poll/pace.h"

struct buf;
struct release;

struct site {
	char		*name;		/* of its section; NULL: the main one */
	char		*url;		/* no slash at the end */
	char		*files_prefix;	/* of every file's URL, with its
					   slash */
	char		*authorization;	/* value of the header, a
					   secret; NULL */
	bool		 plain;		/* http:// */
	struct bucket	 bucket;	/* of all requests to it */
};

/* Copies the texts. */
void	site_init(struct site *, const char *name, const char *url,
	    const char *files_url, const char *authorization, int64_t rate);
void	site_release(struct site *);
/* "pypi", or the section's name. */
const char *site_name(const struct site *);
/* Only letters, digits and "._-", and not just dots: it becomes part of a
 * path. */
bool	site_is_project(const char *);
/* Pages, heap: of all projects, of one, of a release's legacy JSON (of the
 * newest when version is NULL). */
char	*site_index_url(const struct site *);
char	*site_project_url(const struct site *, const char *project);
char	*site_json_url(const struct site *, const char *project,
	    const char *version);
/* Makes the files' URLs absolute, from the page they stood on.  False with
 * the reason when one does not lie below the file host. */
bool	site_place(const struct site *, const char *page, struct release *,
	    char *why, size_t room);

#endif
