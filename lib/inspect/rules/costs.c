/* SPDX-License-Identifier: Apache-2.0 */
/*
 * costs - processor time that one inspection takes, by stage and by rule.
 * Takes: moments from inspect.c.  Gives: costs in struct features.
 * Runs in: worker child, for `pypiwatch scan --profile`; bench_content.
 */
#include "inspect/rules/costs.h"

#include <stdlib.h>
#include <time.h>

#include "base/mem.h"
#include "inspect/inspection.h"
#include "inspect/rules/cost.h"

struct costs {
	const struct rules *rules;
	uint64_t	 stages[INSPECT_STAGES_MAX];
	uint64_t	 charged;	/* in all stages so far */
	uint64_t	 began, entered, inside;
	uint64_t	 budget;	/* to measure rules one by one */
	struct rule_costs *each;
};

/* The thread's clock: a process with RLIMIT_CPU, as the worker's child is, has
 * its own in ticks of 4 ms. */
static uint64_t
cpu_ns(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

struct costs *
costs_new(const struct rules *rules, uint64_t rules_ns)
{
	struct costs *c = mem_alloc(sizeof(*c));

	c->rules = rules;
	c->budget = rules_ns;
	c->each = rule_costs_new();
	c->began = cpu_ns();
	return c;
}

void
costs_free(struct costs *c)
{
	if (c == NULL)
		return;
	rule_costs_free(c->each);
	free(c);
}

uint64_t
costs_now(const struct costs *c)
{
	return c != NULL ? cpu_ns() : 0;
}

void
costs_enter(struct costs *c)
{
	if (c != NULL)
		c->entered = cpu_ns();
}

void
costs_leave(struct costs *c)
{
	if (c != NULL)
		c->inside += cpu_ns() - c->entered;
}

uint64_t
costs_charged(const struct costs *c)
{
	return c != NULL ? c->charged : 0;
}

void
costs_charge(struct costs *c, size_t stage, uint64_t start, uint64_t charged)
{
	uint64_t took;

	if (c == NULL)
		return;
	took = cpu_ns() - start - (costs_charged(c) - charged);
	c->stages[stage] += took;
	c->charged += took;
}

void
costs_rules(struct costs *c, const struct view *v)
{
	if (c != NULL)
		rule_costs_add(c->each, v->code, v->size);
}

void
costs_give(const struct costs *c, struct features *out)
{
	uint64_t all;

	if (c == NULL)
		return;
	all = cpu_ns() - c->began;
	features_add_cost(out, "unpacking", false, (int64_t)(all - c->inside));
	for (size_t i = 0; inspector_stage(i) != NULL; i++)
		features_add_cost(out, inspector_stage(i), false,
		    (int64_t)c->stages[i]);
	/* Made and named, and what is read of all: modules, indicators. */
	features_add_cost(out, "views", false,
	    (int64_t)(c->inside - c->charged));
	all = cpu_ns();
	rule_costs_give(c->each, c->rules, c->budget, out);
	out->measuring_ms = (uint32_t)((cpu_ns() - all) / 1000000);
}
