/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fold_comprehension - lists, sets, dictionaries and generators that are
 * written as loops, gone through while everything they need is known.
 *
 * Runs in: worker child, command.
 */
#include <stdlib.h>

#include "python/fold_run.h"

#define TABLE_LEAST 24		/* letters; fewer are a word */
#define CLAUSES_MOST 6		/* for ... for ... of one comprehension */

struct comp {
	struct env	 env;
	uint32_t	 node, element, second; /* second: of a dict */
	struct value	 out, from;	/* the text that it goes through, if */
};

static bool
add_element(struct fold *f, struct comp *c)
{
	struct value v = fold_in(f, c->element, &c->env);

	if (v.kind == VALUE_UNKNOWN)
		return false;
	c->out = value_append(f, c->node, c->out, v);
	if (c->second == 0 || c->out.kind == VALUE_UNKNOWN)
		return c->out.kind != VALUE_UNKNOWN;
	v = fold_in(f, c->second, &c->env);
	c->out = value_append(f, c->node, c->out, v);
	return c->out.kind != VALUE_UNKNOWN;
}

/* 1: they hold, 0: they do not, -1: not known. */
static int
conditions_hold(struct fold *f, struct comp *c, uint32_t condition)
{
	for (; condition != 0; condition = fold_at(f, condition)->next) {
		struct value v = fold_in(f, condition, &c->env);
		int truth = value_truth(&v);

		if (truth != 1)
			return truth;
	}
	return 1;
}

static bool
go_through(struct fold *f, struct comp *c, uint32_t clause, unsigned int level)
{
	uint32_t target = fold_at(f, clause)->kid;
	uint32_t source = fold_at(f, target)->next;
	struct value v = fold_in(f, source, &c->env), *items;
	size_t n;

	if (level == CLAUSES_MOST || v.kind == VALUE_UNKNOWN ||
	    v.flags & VALUE_OPEN || !value_items(f, clause, v, &items, &n))
		return false;
	if (c->out.layer == 0)
		c->out.layer = v.layer;
	if (level == 0)
		c->from = v;
	for (size_t i = 0; i < n; i++) {
		int holds;

		if (!fold_step(f, clause) ||
		    !env_set_target(f, target, items[i], &c->env))
			return false;
		holds = conditions_hold(f, c, fold_at(f, source)->next);
		if (holds < 0)
			return false;
		if (holds && !(fold_at(f, clause)->next != 0 ? go_through(f, c,
		    fold_at(f, clause)->next, level + 1) :
		    add_element(f, c)))
			return false;
	}
	return true;
}

/* x ^ 42, chr(ord(x) ^ key) */
static uint32_t
work_of(struct fold *f, const struct comp *c)
{
	uint32_t n = c->element, right;
	struct value key;
	int64_t i;

	if (fold_at(f, n)->kind == NODE_CALL)
		n = fold_at(f, fold_at(f, n)->kid)->next;
	if (n == 0 || fold_at(f, n)->kind != NODE_BINARY ||
	    fold_at(f, n)->op != '^')
		return 0;
	right = fold_at(f, fold_at(f, n)->kid)->next;
	if (fold_at(f, right)->kind != NODE_NUMBER)
		return WORK_XOR;
	key = literal_number(f, right);
	return value_as_int(&key, &i) && i >= 0 && i < 256 ? WORK_XOR |
	    WORK_KEY | (uint32_t)i : WORK_XOR;
}

/* T[x] for x in text: letters of another alphabet, one for one. */
static bool
changes_letters(struct fold *f, const struct value *from,
    const struct value *list)
{
	uint32_t same = 0;

	if (from->kind != VALUE_STR || from->len != list->len ||
	    list->len < TABLE_LEAST)
		return false;
	fold_charge(f, list);
	for (uint32_t i = 0; i < list->len; i++) {
		const struct value *v = &list->items[i];

		if (v->kind != VALUE_STR || v->len != 1)
			return false;
		same += *v->bytes == from->bytes[i];
	}
	return same < list->len / 2;
}

struct value
run_comprehension(struct fold *f, uint32_t node, struct env *env)
{
	struct comp *c = calloc(1, sizeof(*c));
	uint32_t k = fold_at(f, node)->kid;
	struct value v = value_unknown();
	bool dict = fold_at(f, node)->kind == NODE_DICTCOMP;

	if (c == NULL)
		return v;
	c->env.outer = env;
	c->env.loop = env != NULL && env->loop;
	c->env.at = env != NULL ? env->at : 0;
	c->node = node;
	c->element = k;
	k = fold_at(f, k)->next;
	if (dict) {
		c->second = k;
		k = fold_at(f, k)->next;
	}
	c->out.kind = VALUE_LIST;
	c->out.items = fold_items(f, node, 0);
	if (k != 0 && c->out.items != NULL &&
	    fold_at(f, k)->kind == NODE_CLAUSE && go_through(f, c, k, 0)) {
		v = c->out;
		v.kind = dict ? VALUE_DICT : VALUE_LIST;
		v.word = work_of(f, c);
		if (!dict && v.word == 0 && changes_letters(f, &c->from, &v))
			v.word = WORK_TABLE;
	}
	free(c);
	return v;
}
