/* SPDX-License-Identifier: Apache-2.0 */
#ifndef JUDGE_TOLD_H
#define JUDGE_TOLD_H

/* told - what people hear of a verdict besides its score. */
#include <jansson.h>

#include "data/finding.h"
#include "data/verdict.h"

/* Its reasons, largest share first, made visible once more. */
json_t	*told_reasons(const struct verdict *);
/* The number of the suppression that its first finding that does not count
 * falls under; null when all of them count. */
json_t	*told_suppressed(const struct features *);
/* Best first, as everybody expects names whose scores were changed. */
void	told_names_sort(struct features *);
/* The first one, borrowed; NULL when it is not worth a word. */
const char *told_name(const struct features *);

#endif
