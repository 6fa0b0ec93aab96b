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
#include "inspect/rules/rules.h"

int
inspect_tools_setup(void **state)
{
	struct inspect_tools *t = mem_alloc(sizeof(*t));
	struct buf errors = BUF_EMPTY;
	bool loaded = inspect_tools_load(t, &errors);

	*state = t;
	/* A warning of the rule compiler is a failure too. */
	if (errors.len != 0)
		print_error("%s", errors.data);
	loaded = loaded && errors.len == 0;
	buf_release(&errors);
	return loaded ? 0 : -1;
}

int
inspect_tools_teardown(void **state)
{
	inspect_tools_free(*state);
	free(*state);
	return 0;
}

struct rules *
inspect_tools_rules(void)
{
	char *path = inspect_tools_path("etc/rules");
	struct buf errors = BUF_EMPTY;
	struct rules *r = rules_load(path, NULL, &errors);

	print_message("%s", buf_text(&errors));
	assert_non_null(r);
	assert_int_equal(errors.len, 0);
	buf_release(&errors);
	free(path);
	return r;
}

char *
inspect_tools_read(const char *path)
{
	char *whole = inspect_tools_path(path), piece[4096];
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
