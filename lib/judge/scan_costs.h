/* SPDX-License-Identifier: Apache-2.0 */
#ifndef JUDGE_SCAN_COSTS_H
#define JUDGE_SCAN_COSTS_H

/* scan_costs - what looking into files took, summed up for a person. */
#include <stddef.h>
#include <stdint.h>

#include "data/finding.h"

struct buf;

struct scan_costs {		/* zeroed at first */
	struct features	 sum;	/* its costs alone */
	size_t		 files;
};

void	scan_costs_add(struct scan_costs *, const struct features *);
/* Appends tables: stages, then the costliest rules. */
void	scan_costs_print(const struct scan_costs *, struct buf *);
void	scan_costs_release(struct scan_costs *);
/* Processor time of all stages, rules not counted beside theirs. */
int64_t	scan_costs_total_ns(const struct features *);

#endif
