/* SPDX-License-Identifier: Apache-2.0 */
#ifndef UNPACK_BUDGET_H
#define UNPACK_BUDGET_H

/*
 * budget - how much of a file may still be unpacked.
 *
 * One budget serves the whole file with everything nested in it.  Spending
 * more than there is makes the outcome partial, with the limit named.
 */
#include <stdbool.h>
#include <stdint.h>

struct place;
struct walk;

uint64_t budget_left(const struct walk *);	/* unpacked bytes */
/* False when it did not suffice (the rest is spent all the same). */
bool	budget_spend(struct walk *, uint64_t bytes);
/* One more member; false when there are too many. */
bool	budget_entry(struct walk *);
/* Says so when the place's bytes are out of proportion. */
void	budget_check_ratio(struct place *, uint64_t unpacked, uint64_t packed);

#endif
