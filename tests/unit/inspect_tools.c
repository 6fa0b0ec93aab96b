/* SPDX-License-Identifier: Apache-2.0 */
/* inspect_tools - the real rules and weights, for tests of inspect and judge. */
#include "inspect_tools.h"

#include <stdarg.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/mem.h"

static char *
path_of(const char *path)
{
	const char *top = getenv("top_srcdir");

	return mem_printf("%s/%s", top != NULL ? top : ".", path);
}

int
inspect_tools_setup(void **state)
{
	struct inspect_tools *t = mem_alloc(sizeof(*t));
	char *rules = path_of("etc/rules"), *weights =
	    path_of("etc/weights.conf");
	struct inspector_settings s = { .rules = rules };
	struct buf errors = BUF_EMPTY;

	t->inspector = inspector_new(&s, &errors);
	t->weights = weights_load(weights, &errors);
	t->judge = (struct judge_settings){ t->weights, 0.5, 60 };
	if (errors.len != 0)
		print_error("%s", errors.data);
	*state = t;
	free(rules);
	free(weights);
	/* A warning of the rule compiler is a failure too. */
	return t->inspector == NULL || t->weights == NULL || errors.len != 0;
}

int
inspect_tools_teardown(void **state)
{
	struct inspect_tools *t = *state;

	inspector_free(t->inspector);
	weights_free(t->weights);
	free(t);
	return 0;
}

char *
inspect_tools_read(const char *path)
{
	char *whole = path_of(path), piece[4096];
	FILE *in = fopen(whole, "re");
	struct buf text = BUF_EMPTY;
	size_t n;

	assert_non_null(in);
	while ((n = fread(piece, 1, sizeof(piece), in)) != 0)
		buf_add(&text, piece, n);
	(void)fclose(in);
	free(whole);
	return buf_steal(&text);
}

void
inspect_tools_print(const struct features *f)
{
	for (size_t i = 0; i < f->nfindings; i++)
		print_message("    %.2f %s %s %s:%u\n",
		    f->findings[i].weight, f->findings[i].rule,
		    context_name(f->findings[i].context),
		    f->findings[i].path != NULL ? f->findings[i].path : "-",
		    f->findings[i].line);
}
