/* SPDX-License-Identifier: Apache-2.0 */
/* inspect_load - the shipped rules and weights. */
#include "inspect_load.h"

#include <stdlib.h>

#include "base/mem.h"

char *
inspect_tools_path(const char *path)
{
	const char *top = getenv("top_srcdir");

	return mem_printf("%s/%s", top != NULL ? top : ".", path);
}

bool
inspect_tools_load(struct inspect_tools *t, struct buf *errors)
{
	char *rules = inspect_tools_path("etc/rules"),
	    *weights = inspect_tools_path("etc/weights.conf");
	struct inspector_settings set = { .rules = rules };

	t->inspector = inspector_new(&set, errors);
	t->weights = weights_load(weights, errors);
	t->judge = (struct judge_settings){ .weights = t->weights,
		.prior = 0.5, .alert_score = 60 };
	free(rules);
	free(weights);
	return t->inspector != NULL && t->weights != NULL;
}

void
inspect_tools_free(struct inspect_tools *t)
{
	inspector_free(t->inspector);
	weights_free(t->weights);
}
