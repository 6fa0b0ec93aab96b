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

#endif
