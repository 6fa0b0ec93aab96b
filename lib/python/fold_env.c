/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fold_env - variables while something is gone through step by step.
 *
 * Runs in: worker child, command.
 */
#include <string.h>

#include "python/fold_run.h"

struct value *
env_find(struct env *env, uint32_t name)
{
	for (; env != NULL; env = env->outer)
		for (uint32_t i = 0; i < env->n; i++)
			if (env->vars[i].name == name)
				return &env->vars[i].value;
	return NULL;
}

bool
env_set(struct env *env, uint32_t name, struct value v)
{
	for (uint32_t i = 0; i < env->n; i++)
		if (env->vars[i].name == name) {
			env->vars[i].value = v;
			return true;
		}
	if (env->n == ENV_MOST)
		return false;
	env->vars[env->n++] = (struct variable){ name, v };
	return true;
}

static bool
set_item(struct fold *f, uint32_t target, struct value v, struct env *env)
{
	uint32_t name = fold_at(f, target)->kid;
	uint32_t key = fold_at(f, name)->next;
	struct value *var, index, one;
	int64_t i, byte;
	uint8_t *bytes;

	if (fold_at(f, name)->kind != NODE_NAME || key == 0)
		return false;
	index = fold_in(f, key, env);
	var = env_find(env, fold_at(f, name)->name);
	if (var == NULL && env_set(env, fold_at(f, name)->name,
	    fold_in(f, name, env)))
		var = env_find(env, fold_at(f, name)->name);
	if (var == NULL || !value_as_int(&index, &i))
		return false;
	i += i < 0 ? var->len : 0;
	if (i < 0 || i >= var->len)
		return false;
	/* A copy of its own, the first time: the header comes with it. */
	if (var->kind == VALUE_LIST && !(var->flags & VALUE_GROWS)) {
		one = value_append(f, target, *var, v);
		if (one.kind != VALUE_LIST)
			return false;
		one.len--;
		*var = one;
	} else if (var->kind == VALUE_BYTES && !(var->flags & VALUE_GROWS)) {
		*var = value_extend(f, target, *var, value_text(VALUE_BYTES,
		    "", 0));
	}
	if (var->kind == VALUE_LIST) {
		var->items[i] = v;
		return true;
	}
	if (var->kind != VALUE_BYTES || !value_as_int(&v, &byte))
		return false;
	bytes = (uint8_t *)(uintptr_t)var->bytes;
	bytes[i] = (uint8_t)byte;
	return true;
}

/* A name, an item of a list, some of them in brackets, and brackets of names in
 * those; an attribute is taken, and forgotten. */
bool
env_set_target(struct fold *f, uint32_t target, struct value v, struct env *env)
{
	const struct node *n = fold_at(f, target);
	struct value *items;
	size_t count, i = 0;

	if (n->kind == NODE_NAME)
		return env_set(env, n->name, v);
	if (n->kind == NODE_INDEX)
		return set_item(f, target, v, env);
	if (n->kind != NODE_TUPLE && n->kind != NODE_LIST)
		return n->kind == NODE_ATTR;
	if (!value_items(f, target, v, &items, &count))
		return false;
	for (uint32_t k = n->kid; k != 0; k = fold_at(f, k)->next, i++) {
		if (i >= count)
			return false;
		if (fold_at(f, k)->kind == NODE_TUPLE ?
		    f->depth == FOLD_DEPTH_MAX : fold_at(f, k)->kind !=
		    NODE_NAME && fold_at(f, k)->kind != NODE_INDEX)
			return false;
		f->depth++;
		if (!env_set_target(f, k, items[i], env)) {
			f->depth--;
			return false;
		}
		f->depth--;
	}
	return i == count;
}
