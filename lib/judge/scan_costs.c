/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scan_costs - what looking into files took, summed up for a person.
 * Takes: costs in struct features.  Gives: two tables.
 * Runs in: command, bench_content.
 */
#include "judge/scan_costs.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/str.h"
#include "base/vis.h"

enum { RULES_SHOWN = 12 };

static struct cost *
cost_of(struct features *sum, const struct cost *like)
{
	for (size_t i = 0; i < sum->ncosts; i++)
		if (sum->costs[i].is_rule == like->is_rule &&
		    str_equal(sum->costs[i].name, like->name))
			return &sum->costs[i];
	return NULL;
}

void
scan_costs_add(struct scan_costs *s, const struct features *f)
{
	s->files++;
	s->sum.bytes += f->bytes;
	s->sum.cost_bytes += f->cost_bytes;
	for (size_t i = 0; i < f->ncosts; i++) {
		const struct cost *one = &f->costs[i];
		struct cost *to = cost_of(&s->sum, one);

		if (to != NULL)
			to->ns += one->ns;
		else if (one->name != NULL)
			features_add_cost(&s->sum, one->name, one->is_rule,
			    one->ns);
	}
}

int64_t
scan_costs_total_ns(const struct features *f)
{
	int64_t all = 0;

	for (size_t i = 0; i < f->ncosts; i++)
		all += f->costs[i].is_rule ? 0 : f->costs[i].ns;
	return all;
}

static int
by_cost(const void *a, const void *b)
{
	const struct cost *x = *(const struct cost *const *)a;
	const struct cost *y = *(const struct cost *const *)b;

	return (x->ns < y->ns) - (x->ns > y->ns);
}

static void
stages_print(const struct features *f, double all, struct buf *out)
{
	for (size_t i = 0; i < f->ncosts; i++)
		if (!f->costs[i].is_rule)
			buf_addf(out, "  %-28s %10.2f ms  %5.1f %%\n",
			    vis(f->costs[i].name), (double)f->costs[i].ns / 1e6,
			    all > 0 ? 100 * (double)f->costs[i].ns / all : 0);
}

static void
rules_print(const struct features *f, struct buf *out)
{
	const struct cost **order = mem_array(f->ncosts + 1, sizeof(*order));
	double bytes = f->cost_bytes > 0 ? (double)f->cost_bytes : 1;
	size_t n = 0;

	for (size_t i = 0; i < f->ncosts; i++)
		if (f->costs[i].is_rule)
			order[n++] = &f->costs[i];
	qsort(order, n, sizeof(*order), by_cost);
	if (n > 0)
		buf_addf(out, "Rules, one by one on %.2f MB, beyond the one "
		    "pass that all share:\n", bytes / 1e6);
	for (size_t i = 0; i < n && i < RULES_SHOWN; i++)
		buf_addf(out, "  %-28s %10.2f ms  %5.3f ns a byte\n",
		    vis(order[i]->name), (double)order[i]->ns / 1e6,
		    (double)order[i]->ns / bytes);
	if (n > RULES_SHOWN)
		buf_addf(out, "  and %zu cheaper ones\n", n - RULES_SHOWN);
	free(order);
}

void
scan_costs_print(const struct scan_costs *s, struct buf *out)
{
	double all = (double)scan_costs_total_ns(&s->sum);

	buf_addf(out, "Cost of %zu file%s, %.2f MB unpacked: %.2f ms of "
	    "processor time\n", s->files, s->files == 1 ? "" : "s",
	    (double)s->sum.bytes / 1e6, all / 1e6);
	stages_print(&s->sum, all, out);
	rules_print(&s->sum, out);
}

void
scan_costs_release(struct scan_costs *s)
{
	features_release(&s->sum);
}
