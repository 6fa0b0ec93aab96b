/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FLOW_CALLERS_H
#define FLOW_CALLERS_H

/*
 * callers - the marks that each caller of a function passes it, apart.
 *
 * A parameter has the marks of all its callers; a rule that asks for several
 * marks at once means one value.  Sets of marks are kept that are part of no
 * other one; of more than there is room for, two that are most alike are one.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CALLERS_MOST 12		/* different ones; most functions have one */

/* No mark of a value: that caller passes a whole address. */
#define CALLER_NAMES_HOST (UINT64_C(1) << 63)

struct callers {
	uint64_t	 of[CALLERS_MOST];
	size_t		 n;
};

void	callers_add(struct callers *, uint64_t marks);
/* All that any of them passes. */
uint64_t callers_marks(const struct callers *);
/* Does one of them pass, beside the marks `own`, all of `all` and, unless that
 * is 0, one of `any`? */
bool	callers_pass(const struct callers *, uint64_t own, uint64_t all,
	    uint64_t any);

#endif
