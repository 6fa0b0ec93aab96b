/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INSPECT_RULES_COSTS_H
#define INSPECT_RULES_COSTS_H

/*
 * costs - processor time that one inspection takes, by stage and by rule.
 *
 * A stage that looks at layers is not charged for what others do with them.
 * libyara runs all rules in one pass, so what one rule takes is measured after
 * it: the difference that switching on it alone makes, on what was seen, until
 * a budget of time is spent.  That is charged to no stage.
 */
#include <stddef.h>
#include <stdint.h>

#include "inspect/inspect.h"

struct costs;
struct features;
struct rules;
struct view;

/* The clock starts; rules are measured for `rules_ns` at most. */
struct costs *costs_new(const struct rules *, uint64_t rules_ns);
void	costs_free(struct costs *);
/* All below do nothing without costs. */
uint64_t costs_now(const struct costs *);
/* Between them somebody inspects; beyond them somebody unpacks. */
void	costs_enter(struct costs *);
void	costs_leave(struct costs *);
/* What a stage took since `start`, when `charged` had been charged. */
uint64_t costs_charged(const struct costs *);
void	costs_charge(struct costs *, size_t stage, uint64_t start,
	    uint64_t charged);
void	costs_rules(struct costs *, const struct view *);
/* The sums so far, as costs of a file. */
void	costs_give(const struct costs *, struct features *);

#endif
