/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fold_sequence - functions of Python's library that make lists and dicts, or
 * go through them.
 * Runs in: worker child, command.
 */
#include <stdlib.h>
#include <string.h>

#include "python/fold_state.h"

struct value
function_list(struct fold *f, struct arguments *a)
{
	struct value *items, *copy;
	size_t n;

	if (a->n == 0)
		return value_list(fold_items(f, a->node, 0), 0, 0);
	if (!value_items(f, a->node, a->at[0], &items, &n))
		return value_unknown();
	copy = fold_items(f, a->node, n);
	if (copy != NULL && n != 0)
		memcpy(copy, items, n * sizeof(*copy));
	return value_list(copy, n, 0);
}

struct value
function_range(struct fold *f, struct arguments *a)
{
	struct value *items = fold_items(f, a->node, 3);
	int64_t i;

	if (items == NULL || a->n == 0 || a->n > 3)
		return value_unknown();
	for (uint32_t k = 0; k < a->n; k++)
		if (!value_as_int(&a->at[k], &i) || i > INT32_MAX ||
		    i < INT32_MIN)
			return value_unknown();
	items[0] = a->n > 1 ? a->at[0] : value_int(0);
	items[1] = a->n > 1 ? a->at[1] : a->at[0];
	items[2] = a->n > 2 ? a->at[2] : value_int(1);
	return (struct value){ .kind = VALUE_RANGE, .len = 3, .items = items };
}

/* Numbers, or texts of one kind: UTF-8 sorts as its characters do. */
static int
by_order(const void *left, const void *right)
{
	const struct value *a = left, *b = right;
	size_t n = a->len < b->len ? a->len : b->len;
	int order;

	if (a->kind == VALUE_INT)
		return (a->i > b->i) - (a->i < b->i);
	order = n != 0 ? memcmp(a->bytes, b->bytes, n) : 0;
	return order != 0 ? order : (a->len > b->len) - (a->len < b->len);
}

struct value
function_sorted(struct fold *f, struct arguments *a)
{
	struct value v = a->nkeywords == 0 && a->n == 1 ?
	    function_list(f, a) : value_unknown();
	uint64_t bytes = 0;

	if (v.kind != VALUE_LIST)
		return value_unknown();
	for (uint32_t i = 0; i < v.len; i++) {
		if (v.items[i].kind != v.items[0].kind ||
		    (v.items[i].kind != VALUE_INT &&
		    !value_is_text(&v.items[i])))
			return value_unknown();
		bytes += FOLD_STEP_BYTES / FOLD_STEP_ITEMS + v.items[i].len;
	}
	/* Each is compared with a few others. */
	for (uint32_t n = v.len; n != 0; n /= 2)
		if (!fold_pay(f, a->node, bytes))
			return value_unknown();
	if (v.len > 1)
		qsort(v.items, v.len, sizeof(*v.items), by_order);
	return v;
}

struct value
function_reversed(struct fold *f, struct arguments *a)
{
	struct value v, from = given(a, 0), *items;
	size_t n;

	v = function_list(f, a);
	if (v.kind != VALUE_LIST)
		return v;
	items = v.items;
	n = v.len;
	for (size_t i = 0; i < n / 2; i++) {
		struct value swap = items[i];

		items[i] = items[n - 1 - i];
		items[n - 1 - i] = swap;
	}
	v.layer = from.layer;
	if (value_is_text(&from) && n > FOLD_LAYER_LEAST) {
		struct arguments whole = { .node = a->node, .n = 1 };

		/* The text itself is what matters, not its letters. */
		whole.self = value_text(from.kind, "", 0);
		whole.at[0] = v;
		whole.path = words_add(&f->tree->words,
		    (const uint8_t *)"join", 4, false);
		if (from.kind == VALUE_STR) {
			whole.self = method_call(f, &whole);
			whole.self = value_layer(f, a->node, "reversed",
			    &from, whole.self);
			v.layer = whole.self.layer;
			v.word = WORK_DONE;
		}
	}
	return v;
}

struct value
function_enumerate(struct fold *f, struct arguments *a)
{
	struct value *items, *out, *two;
	int64_t start = 0;
	size_t n;

	if (a->n == 0 || !value_items(f, a->node, a->at[0], &items, &n))
		return value_unknown();
	if ((a->n > 1 && !value_as_int(&a->at[1], &start)) ||
	    (a->nkeywords != 0 && !value_as_int(&a->keywords[0], &start)) ||
	    start > INT64_MAX - FOLD_VALUE_MAX)	/* there are fewer items */
		return value_unknown();
	out = fold_items(f, a->node, n);
	two = fold_items(f, a->node, 2 * n);
	if (out == NULL || two == NULL)
		return value_unknown();
	for (size_t i = 0; i < n; i++) {
		two[2 * i] = value_int(start + (int64_t)i);
		two[2 * i + 1] = items[i];
		out[i] = value_list(two + 2 * i, 2, VALUE_TUPLE);
	}
	return value_list(out, n, 0);
}

static bool
is_cycle(const struct value *v)
{
	return v->kind == VALUE_LIST && v->word == WORK_CYCLE;
}

struct value
function_zip(struct fold *f, struct arguments *a)
{
	struct value *columns[FOLD_ARGUMENTS], *out, *cells;
	size_t n = SIZE_MAX, lens[FOLD_ARGUMENTS];

	if (a->n == 0)
		return value_unknown();
	for (uint32_t i = 0; i < a->n; i++) {
		if (!value_items(f, a->node, a->at[i], &columns[i], &lens[i]))
			return value_unknown();
		if (!is_cycle(&a->at[i]))
			n = lens[i] < n ? lens[i] : n;
	}
	if (n == SIZE_MAX)	/* cycles only: a beginning */
		n = lens[0];
	out = fold_items(f, a->node, n);
	cells = fold_items(f, a->node, n * a->n);
	if (out == NULL || cells == NULL)
		return value_unknown();
	for (size_t i = 0; i < n; i++) {
		for (uint32_t k = 0; k < a->n; k++)
			cells[i * a->n + k] = columns[k][i % lens[k]];
		out[i] = value_list(cells + i * a->n, a->n, VALUE_TUPLE);
	}
	return value_list(out, n, 0);
}

/* itertools.cycle(key): whole rounds of it, which zip() and map() go through
 * again; others see a beginning. */
struct value
function_cycle(struct fold *f, struct arguments *a)
{
	struct value *items, *out;
	struct value v;
	size_t n, whole;

	if (a->n != 1 || !value_items(f, a->node, a->at[0], &items, &n) ||
	    n == 0)
		return value_unknown();
	whole = n < FOLD_CYCLE ? FOLD_CYCLE - FOLD_CYCLE % n : n;
	out = fold_items(f, a->node, whole);
	for (size_t i = 0; out != NULL && i < whole; i++)
		out[i] = items[i % n];
	v = value_list(out, whole, 0);
	v.word = v.kind == VALUE_LIST ? WORK_CYCLE : 0;
	return v;
}

static struct value
map_items(struct fold *f, struct arguments *a, bool filter)
{
	struct value *items, *out, *second = NULL;
	size_t n, m = 0, kept = 0;

	if (a->n < 2 || !value_items(f, a->node, a->at[1], &items, &n) ||
	    (a->n > 2 && !value_items(f, a->node, a->at[2], &second, &m)))
		return value_unknown();
	if (second != NULL && m < n && !is_cycle(&a->at[2]))
		n = m;
	out = fold_items(f, a->node, n);
	for (size_t i = 0; out != NULL && i < n; i++) {
		struct arguments one = { .node = a->node, .n = 1,
		    .whole = true, .at = { items[i] } };
		struct value v;

		if (second != NULL) {
			one.at[1] = second[i % m];
			one.n = 2;
		}
		if (!fold_step(f, a->node))
			return value_unknown();
		v = a->at[0].kind == VALUE_NONE ? items[i] :
		    fold_apply(f, a->at[0], &one);
		if (v.kind == VALUE_UNKNOWN)
			return v;
		if (!filter)
			out[kept++] = v;
		else if (value_truth(&v) == 1)
			out[kept++] = items[i];
	}
	return value_list(out, kept, 0);
}

struct value
function_map(struct fold *f, struct arguments *a)
{
	return map_items(f, a, false);
}

struct value
function_filter(struct fold *f, struct arguments *a)
{
	return map_items(f, a, true);
}

struct value
function_sum(struct fold *f, struct arguments *a)
{
	struct value *items, v = value_int(0);
	size_t n;

	if (a->n == 0 || !value_items(f, a->node, a->at[0], &items, &n))
		return value_unknown();
	if (a->n > 1)
		v = a->at[1];
	for (size_t i = 0; i < n && fold_step(f, a->node); i++)
		v = fold_operator(f, a->node, '+', v, items[i]);
	return f->steps != 0 ? v : value_unknown();
}

/* dict(a=1, b=2) */
static struct value
dict_of_keywords(struct fold *f, struct arguments *a)
{
	struct value *out = fold_items(f, a->node, 2 * (size_t)a->nkeywords);

	for (uint32_t i = 0; out != NULL && i < a->nkeywords; i++) {
		struct word_text w = tree_word(f->tree, a->names[i]);

		out[2 * i] = value_text(VALUE_STR, w.text, w.len);
		out[2 * i + 1] = a->keywords[i];
	}
	return out == NULL ? value_unknown() : (struct value){
	    .kind = VALUE_DICT, .len = 2 * a->nkeywords, .items = out };
}

struct value
function_dict(struct fold *f, struct arguments *a)
{
	struct value *items, *out, *two;
	size_t n, m;

	if (a->n == 1 && a->at[0].kind == VALUE_DICT)
		return a->at[0];
	if (a->n == 0 && a->whole)
		return dict_of_keywords(f, a);
	if (a->n != 1 || !value_items(f, a->node, a->at[0], &items, &n))
		return value_unknown();
	out = fold_items(f, a->node, 2 * n);
	for (size_t i = 0; out != NULL && i < n; i++) {
		if (items[i].kind != VALUE_LIST || !value_items(f, a->node,
		    items[i], &two, &m) || m != 2)
			return value_unknown();
		out[2 * i] = two[0];
		out[2 * i + 1] = two[1];
	}
	return out == NULL ? value_unknown() : (struct value){
	    .kind = VALUE_DICT, .len = (uint32_t)(2 * n), .items = out };
}
