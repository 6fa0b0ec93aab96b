/* SPDX-License-Identifier: Apache-2.0 */
#ifndef JUDGE_SCAN_READ_H
#define JUDGE_SCAN_READ_H

/* scan_read - a stored scan object, as what it was made of. */
#include <jansson.h>

#include "data/finding.h"
#include "data/verdict.h"

/*
 * `reasons` are those of the object's verdict (or NULL): what was known about
 * the project stands there.  What they hold borrows the object's strings, so it
 * is given back by scan_read_release and not by features_release.
 */
void	scan_read(const json_t *object, const json_t *reasons,
	    struct features *, struct history *);
void	scan_read_release(struct features *, struct history *);

#endif
