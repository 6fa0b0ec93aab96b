/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fold_tools - a source and what it folds to, for the tests of fold.
 */
#include "fold_tools.h"

#include <string.h>

#include "python/fold.h"

struct fold *
folded_new(const char *source, size_t len)
{
	struct fold *f = fold_new(tree_read(source, len));

	fold_all(f);
	return f;
}

void
folded_free(struct fold *f)
{
	struct tree *t = f->tree;

	fold_free(f);
	tree_free(t);
}

struct value
folded_name(struct fold *f, const char *name)
{
	uint32_t word = words_find(&f->tree->words, name, strlen(name));

	for (uint32_t n = f->tree->nnodes - 1; n != 0; n--)
		if (f->tree->nodes[n].kind == NODE_NAME &&
		    f->tree->nodes[n].name == word)
			return fold_node(f, n);
	return (struct value){ 0 };
}

void
folded_spell(struct fold *f, const struct value *v, struct buf *out)
{
	size_t len;
	const char *path = fold_path(f, v, &len);

	if (value_is_text(v))
		buf_add(out, v->bytes, v->len);
	else if (len != 0)
		buf_addf(out, "=%.*s", (int)len, path);
	else
		buf_addf(out, "?%d", v->kind);
}
