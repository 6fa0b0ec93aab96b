/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INSPECT_RULES_PARTS_H
#define INSPECT_RULES_PARTS_H

/* parts - what the files of rules share; needs yara.h before. */
#include "inspect/rules/rules.h"

struct sieve;

/* What a rule is for, by its own fields. */
struct rule_aim {
	const char	*contexts, *kinds;	/* NULL: all */
	bool		 needs_deed;
};

struct rules {
	YR_RULES	*compiled;
	struct rule_aim	*aims;		/* of each rule */
	struct sieve	*sieve;		/* of the first ones; NULL: all may
					   match */
	char		 id[32];
	size_t		 count;
};

YR_RULES *rules_compiled(const struct rules *);
void	rule_read_meta(YR_RULE *, struct rule_match *);
/* Look for those rules, of all in their order; NULL: for all. */
void	rules_allow(const struct rules *, const bool *may);

/*
 * Scan once, for the rules that are allowed: 0, or -1 when they did not end
 * within RULE_SCAN_SECONDS_MAX; then nothing was told.
 */
int	scan_whole(const struct rules *, const uint8_t *, size_t,
	    void (*each)(void *, const struct rule_match *), void *ctx);
/*
 * The same for bytes on which the rules did not end: piece by piece, for as
 * long as a whole scan may take.  Each rule is told once, and is taken out of
 * `may`.
 */
void	scan_pieces(const struct rules *, bool *may, const uint8_t *, size_t,
	    void (*each)(void *, const struct rule_match *), void *ctx);

#endif
