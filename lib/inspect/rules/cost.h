/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INSPECT_RULES_COST_H
#define INSPECT_RULES_COST_H

/*
 * cost - what rules are and what they cost, for people who write them.
 *
 * Cost is processor time a byte above a rule that looks for one long word, the
 * least that libyara takes for any scan, on text and binary made up for it:
 * the best of several runs.  A rule's own is the difference that switching on
 * it alone makes among its file's.
 */
#include <stddef.h>
#include <stdint.h>

struct buf;
struct features;
struct rules;

struct rule_info {			/* borrowed; NULL where not given */
	const char	*name;		/* in its file */
	const char	*id, *category, *tactic, *text;
	const char	*contexts, *kinds, *needs;
	const char	*origin;	/* "pypiwatch", or the
					   operator's file */
	double		 ns;		/* a byte, its own */
};

/* Every rule with its cost; gives the mean of all together a byte, measured
 * in one scan, or -1. */
double	rules_measure(struct rules *, void (*each)(void *,
	    const struct rule_info *), void *ctx);
/* ---- of a package at hand ---- */
struct rule_costs;

struct rule_costs *rule_costs_new(void);
void	rule_costs_free(struct rule_costs *);
/* Keeps the beginning of a view, up to 256 KiB of all. */
void	rule_costs_add(struct rule_costs *, const uint8_t *, size_t);
/* Measures each rule on them as on the made-up text, for `most_ns` at most; the
 * costliest first. */
void	rule_costs_give(const struct rule_costs *, const struct rules *,
	    uint64_t most_ns, struct features *);

/* One file alone, as one of an operator's: NULL with what is wrong with it. */
struct rules *rules_of_file(const char *path, struct buf *errors);

#endif
