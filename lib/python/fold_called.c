/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fold_called - functions of the source that are called, gone through with what
 * they are given.
 *
 * This is how a decoder that the source brings along gives what it hides.
 * Runs in: worker child, command.
 */
#include <stdlib.h>
#include <string.h>

#include "python/fold_run.h"

static struct value
argument_for(struct fold *f, const struct arguments *a, uint32_t param,
    uint32_t index)
{
	const struct node *n = fold_at(f, param);
	uint32_t kid = n->kid;

	for (uint32_t i = 0; i < a->nkeywords; i++)
		if (a->names[i] == n->name)
			return a->keywords[i];
	if (n->op == '*')
		return value_list((struct value *)(uintptr_t)a->at + index,
		    index < a->n ? a->n - index : 0, VALUE_TUPLE);
	if (n->op != 0)		/* **rest */
		return a->nkeywords == 0 ? (struct value){
		    .kind = VALUE_DICT } : value_unknown();
	if (index < a->n)
		return a->at[index];
	if (!(n->flags & 2))
		return value_unknown();
	if (n->flags & 1)
		kid = fold_at(f, kid)->next;
	return fold_in(f, kid, NULL);
}

static void
pass(struct fold *f, uint32_t params, const struct arguments *a, bool bound,
    struct env *env)
{
	uint32_t index = 0;
	bool symbolic = a->self.kind == VALUE_CODE && a->self.len != 0 &&
	    a->holes;

	for (uint32_t k = params != 0 ? fold_at(f, params)->kid : 0; k != 0;
	    k = fold_at(f, k)->next) {
		struct value v;

		if (fold_at(f, k)->kind != NODE_PARAM)
			continue;
		if (bound) {
			bound = false;
			if (a->self.kind == VALUE_CODE)
				(void)env_set(env, fold_at(f, k)->name,
				    a->self);
			continue;
		}
		v = symbolic ? record_hole(f, fold_at(f, k)->name) :
		    argument_for(f, a, k, index);
		index++;
		if (fold_at(f, k)->op == '*' && v.kind == VALUE_LIST) {
			struct value *copy = fold_items(f, k, v.len);

			if (copy != NULL && v.len != 0)
				memcpy(copy, v.items, v.len * sizeof(*copy));
			v = value_list(copy, v.len, VALUE_TUPLE);
		}
		value_measure(&v);
		/* What does not fit is not known, nor is what follows it. */
		if (!env_set(env, fold_at(f, k)->name, v))
			break;
	}
}

struct value
run_with(struct fold *f, uint32_t def, struct value object, uint32_t node)
{
	struct env *env = calloc(1, sizeof(*env));
	const struct record *r = &f->records[object.len];
	struct arguments a;	/* large: only what counts is set */
	struct value v;

	if (env == NULL)
		return value_unknown();
	a.node = node;
	a.self = object;
	a.holes = r->symbolic;
	record_arguments(r, &a);
	pass(f, fold_kid(f, fold_at(f, def)->kid, NODE_PARAMS), &a, true,
	    env);
	f->running++;
	v = f->running < FOLD_RUNS_MAX ? fold_in(f, node, env) :
	    value_unknown();
	f->running--;
	free(env);
	return v;
}

/* Nothing is passed, or nothing that is known. */
static bool
nothing_known(const struct arguments *a)
{
	for (uint32_t i = 0; i < a->n; i++)
		if (a->at[i].kind != VALUE_UNKNOWN)
			return false;
	for (uint32_t i = 0; i < a->nkeywords; i++)
		if (a->keywords[i].kind != VALUE_UNKNOWN)
			return false;
	return true;
}

static struct value
run_code(struct fold *f, uint32_t code, struct arguments *a)
{
	const struct node *n = fold_at(f, code);
	uint32_t params = fold_kid(f, n->kid, NODE_PARAMS);
	struct env *env = calloc(1, sizeof(*env));
	struct env *around = env != NULL && a->closure != 0 ?
	    calloc(1, sizeof(*around)) : NULL;
	struct run r;

	if (env == NULL)
		return value_unknown();
	if (around != NULL)
		closure_open(f, a->closure, around);
	/* A lambda in a function sees that function's variables. */
	env->outer = around != NULL ? around :
	    n->kind == NODE_LAMBDA ? a->env : NULL;
	env->loop = env->outer != NULL && env->outer->loop;
	env->at = env->outer != NULL ? env->outer->at : 0;
	pass(f, params, a, a->bound, env);
	f->running++;
	r = (struct run){ .f = f, .env = env };
	if (n->kind == NODE_LAMBDA)
		r.result = fold_in(f, params != 0 ?
		    fold_at(f, params)->next : n->kid, env);
	else if (run_block(&r, fold_kid(f, n->kid, NODE_BLOCK)) !=
	    COURSE_RETURN)
		r.result = value_unknown();
	f->running--;
	/* return lambda x: x ^ key */
	if (r.result.kind == VALUE_CODE && r.result.word == 0 &&
	    fold_at(f, (uint32_t)r.result.i)->kind == NODE_LAMBDA)
		r.result.word = closure_keep(f, a->node, env);
	free(around);
	free(env);
	for (uint32_t i = 0; i < a->n; i++)
		run_keep_longest(&r.from, &a->at[i]);
	return run_put_together(f, a->node, "function", &r.from, r.result);
}

/* What an object's method gave when nothing known was passed to it: one of
 * another code (none) is for the caller to fill; NULL: there is no room. */
static struct ran *
ran_before(struct fold *f, uint32_t record, uint32_t code)
{
	struct ran *ran = f->records[record].ran;

	while (ran != NULL && ran->code != code)
		ran = ran->next;
	if (ran != NULL)
		return ran;
	ran = arena_take(&f->arena, sizeof(*ran));
	if (ran == NULL)
		return NULL;
	*ran = (struct ran){ .next = f->records[record].ran };
	f->records[record].ran = ran;
	return ran;
}

static struct value
through_decorators(struct fold *f, uint32_t code, struct arguments *a)
{
	struct arguments copy = *a;	/* the call changes it */

	return closure_call_decorated(f, code, &copy);
}

/*
 * What a call of the source's own function gives.  Calls that pass nothing
 * known all give the same, which is remembered with the DEF.
 */
struct value
run_function(struct fold *f, uint32_t code, struct arguments *a)
{
	uint8_t kind = fold_at(f, code)->kind;
	bool decorated = kind == NODE_DEF && closure_is_decorated(f, code);
	bool same = kind == NODE_DEF && nothing_known(a) && a->closure == 0 &&
	    !(decorated && a->plain);
	struct ran *ran;
	struct value v;

	if (f->running == FOLD_RUNS_MAX)
		return fold_skip(f, SKIP_DEPTH, a->node);
	/* What a class makes has its members; they are looked up there. */
	if (kind == NODE_CLASS)
		return (struct value){ .kind = VALUE_CODE,
		    .flags = VALUE_BOUND, .i = code,
		    .len = record_make(f, code, a) };
	if (!a->whole || (kind != NODE_LAMBDA && kind != NODE_DEF))
		return value_unknown();
	/* An object of which nothing is kept has no record. */
	if (same && a->bound && a->self.kind == VALUE_CODE &&
	    a->self.len != 0) {
		ran = ran_before(f, a->self.len, code);
		if (ran == NULL || ran->code == code)
			return ran != NULL ? ran->value : value_unknown();
		ran->code = code;
		return ran->value = run_code(f, code, a);
	}
	if (same && fold_remembered(f, code, &v))
		return v;
	if (same)
		fold_remember(f, code, value_unknown());
	v = decorated && !a->plain && !a->bound ? through_decorators(f, code,
	    a) : value_unknown();
	if (v.kind == VALUE_UNKNOWN)
		v = run_code(f, code, a);
	if (same)
		fold_remember(f, code, v);
	return v;
}
