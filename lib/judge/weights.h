/* SPDX-License-Identifier: Apache-2.0 */
#ifndef JUDGE_WEIGHTS_H
#define JUDGE_WEIGHTS_H

/* weights - what weights.conf says, looked up by name. */
#include <stdbool.h>
#include <stddef.h>

#include "data/finding.h"

struct weights;

struct weight {
	double	 strength;	/* 0 to 0.99 */
	bool	 anywhere;	/* the context does not scale it, a test does */
	bool	 in_tests;	/* nor does a test */
};

/* By rule, else by category; zero when neither is known. */
struct weight weights_of(const struct weights *, const char *rule,
	    const char *category);
/* The most that evidence of such categories alone can reach; 1: no bound. */
double	weights_ceiling(const struct weights *, const char *category);
bool	weights_is_support(const struct weights *, const char *category);
/* What a support category reaches when nothing else was found. */
double	weights_alone(const struct weights *, const char *category);
double	weights_context(const struct weights *, enum context);
double	weights_novelty(const struct weights *);

struct together {
	char	*a, *b;		/* categories */
	double	 strength;
	char	*reason;
};
const struct together *weights_together(const struct weights *, size_t *n);

#endif
