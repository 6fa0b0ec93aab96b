/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DATA_PROJECT_PAGE_H
#define DATA_PROJECT_PAGE_H

/*
 * project_page - where a person reads about a project on its own index.
 *
 * The addresses come from the config and from here, never from a package or a
 * message, and only names that an index may hold become part of one.
 */
#include <stdbool.h>
#include <stddef.h>

struct buf;
struct config_index;

/* Lower case, and runs of "._-" as one dash, as an index's edge does (PEP
 * 503); checks nothing. */
void	project_add_normalized(struct buf *, const char *name);

/* What an index is called that has no section of its own. */
#define MAIN_INDEX "pypi"
bool	index_is_main(const char *index);	/* also "" and NULL */

/* The section of an index; NULL when there is none. */
const struct config_index *index_section(const struct config_index *, size_t n,
    const char *index);

/* Of a release on PyPI, below `base`, which ends with a slash; of a project
 * when the version is "" or NULL.  Heap, or NULL when something cannot stand
 * in an address. */
char	*project_page(const char *base, const char *project,
	    const char *version);
#define PYPI_PAGES "https://pypi.org/project/"

/* Of a release on whichever index, or NULL: another index has one page a
 * project, that of its Simple API, which browsers get as HTML (PEP 691). */
char	*project_page_on(const struct config_index *, size_t n,
	    const char *index, const char *project, const char *version);

#endif
