/* SPDX-License-Identifier: Apache-2.0 */
/*
 * reading - one Python source as lib/python reads it.
 * Runs in: worker child, command.
 */
#include "inspect/reading.h"

#include <stdlib.h>

#include "base/mem.h"
#include "python/fold.h"
#include "python/modules.h"
#include "python/tree.h"

struct reading *
reading_new(const void *data, size_t size)
{
	struct reading *r = mem_alloc(sizeof(*r));

	r->tree = tree_read(data, size);
	r->fold = fold_new(r->tree);
	return r;
}

void
reading_free(struct reading *r)
{
	if (r == NULL)
		return;
	fold_free(r->fold);
	tree_free(r->tree);
	free(r);
}

void
reading_use(struct reading *r, const struct modules *modules,
    const char *name, bool is_package)
{
	if (r->fold == NULL || r->fold->modules != modules) {
		fold_free(r->fold);
		r->fold = fold_new(r->tree);
	}
	modules_use(modules, name, is_package, r->fold);
}

size_t
reading_rest(struct reading *r)
{
	fold_free(r->fold);
	r->fold = NULL;
	return tree_memory(r->tree);
}
