/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fold_closure - functions that functions of the source give: what they see of
 * who made them, and what a decorator makes of the one that stands under it.
 *
 * Takes: code, and the variables around it.  Gives: what a call of it gives.
 * Runs in: worker child, command.
 */
#include "python/fold_state.h"

#define CLOSURE_COST (64 * FOLD_STEP_BYTES) /* what keeping one is worth */
#define DECORATORS_MOST 4	/* of one function */

/* A list of names and values, remembered like any value. */
uint32_t
closure_keep(struct fold *f, uint32_t node, const struct env *env)
{
	struct value *items, list;
	uint32_t n = 0, most = 0;

	for (const struct env *e = env; e != NULL; e = e->outer)
		most += e->n;
	if (most == 0 || most > ENV_MOST || !fold_pay(f, node, CLOSURE_COST))
		return 0;
	items = fold_items(f, node, 2 * (size_t)most);
	if (items == NULL)
		return 0;
	for (const struct env *e = env; e != NULL; e = e->outer)
		for (uint32_t i = 0; i < e->n; i++) {
			items[n++] = value_int(e->vars[i].name);
			items[n++] = e->vars[i].value;
		}
	list = value_list(items, n, 0);
	return fold_keep(f, &list);
}

void
closure_open(const struct fold *f, uint32_t closure, struct env *env)
{
	const struct value *list = &f->values[closure];

	for (uint32_t i = 0; i + 1 < list->len && env->n < ENV_MOST; i += 2)
		env->vars[env->n++] = (struct variable){
		    (uint32_t)list->items[i].i, list->items[i + 1] };
}

bool
closure_is_decorated(const struct fold *f, uint32_t def)
{
	for (uint32_t k = fold_at(f, def)->kid; k != 0;
	    k = fold_at(f, k)->next)
		if (fold_at(f, k)->kind == NODE_DECORATOR)
			return true;
	return false;
}

/* @a @b def f: a(b(f)).  Decorators of whom nobody knows more than a name leave
 * it as it is. */
struct value
closure_call_decorated(struct fold *f, uint32_t def, struct arguments *a)
{
	struct value v = { .kind = VALUE_CODE, .flags = VALUE_PLAIN, .i = def };
	uint32_t of[DECORATORS_MOST], n = 0;
	bool any = false;

	for (uint32_t k = fold_at(f, def)->kid; k != 0 && n < DECORATORS_MOST;
	    k = fold_at(f, k)->next)
		if (fold_at(f, k)->kind == NODE_DECORATOR)
			of[n++] = fold_at(f, k)->kid;
	while (n > 0) {
		struct arguments one = { .node = a->node, .n = 1,
		    .whole = true, .at = { v } };
		struct value by = fold_in(f, of[--n], NULL);

		if (by.kind != VALUE_CODE)
			continue;
		v = fold_apply(f, by, &one);
		if (v.kind != VALUE_CODE)
			return value_unknown();
		any = true;
	}
	return any ? fold_apply(f, v, a) : value_unknown();
}
