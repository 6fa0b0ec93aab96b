/* SPDX-License-Identifier: Apache-2.0 */
#ifndef POLL_ADVISORY_H
#define POLL_ADVISORY_H

/*
 * advisory - published advisories about malicious packages, in the Open Source
 * Vulnerability format (OSV schema 1.x, https://ossf.github.io/osv-schema/).
 *
 * Taken are records of ecosystem PyPI that speak of malice: their id or an
 * alias begins with MAL-, or they are of CWE-506.  Others are only counted.
 */
#include <stddef.h>

#include "base/fault.h"

struct advisory_reader {
	/*
	 * Each record that is taken, as pypiwatch.advisory_store() wants it:
	 * {id, published, modified, withdrawn, summary, affected: [{name,
	 * versions}]}; versions null are all.  Both are borrowed.
	 */
	void	(*each)(void *ctx, const char *id, const char *json);
	void	*ctx;
	size_t	 taken, others;		/* counted up */
};

/* One record, an array of them, or {"vulns": [...]}; -1 with the fault set
 * when it is no such thing: nothing of it was given then. */
int	advisories_parse(const char *text, size_t len,
	    struct advisory_reader *, struct fault *)
	    __attribute__((warn_unused_result));

#endif
