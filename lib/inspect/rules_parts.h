/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INSPECT_RULES_PARTS_H
#define INSPECT_RULES_PARTS_H

/* rules_parts - what rules.c and rules_cost.c share; needs yara.h before. */
#include "inspect/rules.h"

YR_RULES *rules_compiled(const struct rules *);
void	rule_read_meta(YR_RULE *, struct rule_match *);

#endif
