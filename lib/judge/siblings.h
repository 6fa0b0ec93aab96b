/* SPDX-License-Identifier: Apache-2.0 */
#ifndef JUDGE_SIBLINGS_H
#define JUDGE_SIBLINGS_H

/*
 * siblings - one file of a release against the others: what is installed and
 * stands in no source archive was put there by somebody.  Pure.
 */
#include <stddef.h>

#include "data/finding.h"
#include "data/upload.h"

struct sibling {			/* borrowed */
	const char	*filename;
	enum packagetype packagetype;
	const char	*modules;	/* as in features */
};

/* Marks the modules of *f in which something was found, for the comparison
 * that another file of the release will make. */
void	siblings_mark(struct features *f);
/*
 * Marks, and adds findings of category "release-difference" to *f, before
 * judge_file.  A source archive is compared with one wheel and the other way
 * round; wheels with one another only where there is no source archive.  Files
 * whose modules are not known are left out.
 */
void	siblings_compare(struct features *f, enum packagetype,
	    const struct sibling *, size_t n);

#endif
