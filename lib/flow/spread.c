/* SPDX-License-Identifier: Apache-2.0 */
/*
 * spread - what *arguments and **options hold by place and by name: a
 * function that passes them on hands each of them to the parameter that it was
 * meant for.
 *
 * Takes: a call.  Gives: the same, as if what it unpacks were written out;
 * which parameters an argument may go to.
 * Runs in: worker child, command.
 */
#include <stdio.h>
#include <string.h>

#include "flow/calls.h"
#include "flow/names.h"
#include "flow/state.h"
#include "flow/values.h"

/* ---- what a function is given beyond its other parameters ---------------- */

/* The key under which `*args` keeps what stands at that place. */
static uint32_t
place_key(struct flow *f, size_t place)
{
	char text[16];
	int n = snprintf(text, sizeof(text), "%zu", place);

	return flow_intern(f, text, (size_t)n, false);
}

static uint32_t
name_key(struct flow *f, uint32_t keyword)
{
	size_t len;
	const char *text = flow_spelled(f, keyword, &len);

	return flow_intern(f, text, len, false);
}

uint32_t
flow_spread_key(struct flow *f, const struct frame *fr, size_t i,
    const struct flow_scope *to, int k)
{
	if (k + 1 == to->stars && fr->keywords[i] != 0)
		return name_key(f, fr->keywords[i]);
	if (k + 1 == to->star && fr->keywords[i] == 0 &&
	    !flow_is_unpacked(f, fr, i))
		return place_key(f, i + 1 - to->star);
	return 0;
}

/* ---- what is unpacked ---------------------------------------------------- */

bool
flow_is_unpacked(const struct flow *f, const struct frame *fr, size_t i)
{
	uint8_t kind = flow_at(f, fr->nodes[i])->kind;

	return fr->keywords[i] == 0 && (kind == NODE_STAR ||
	    kind == NODE_DSTAR);
}

static void
add(struct frame *to, const struct taint *v, uint32_t node, uint32_t keyword)
{
	if (to->nargs == FLOW_ARGUMENTS)
		return;
	to->args[to->nargs] = *v;
	to->nodes[to->nargs] = node;
	to->keywords[to->nargs++] = keyword;
}

/* f(*(a, b)), f(*[a, b]) */
static void
add_items(struct flow *f, struct frame *to, uint32_t list)
{
	for (uint32_t k = flow_at(f, list)->kid; k != 0;
	    k = flow_at(f, k)->next)
		add(to, &f->vals[k], k, 0);
}

/* f(**{"a": x}) */
static void
add_pairs(struct flow *f, struct frame *to, uint32_t dict)
{
	uint32_t value;

	for (uint32_t key = flow_at(f, dict)->kid; key != 0;
	    key = flow_at(f, value)->next) {
		const struct flow_text *t = &f->texts[f->vals[key].text];

		value = flow_at(f, key)->next;
		if (value == 0)
			return;
		add(to, &f->vals[value], value, t->len == 0 || t->open ? 0 :
		    words_add(&f->tree->words, (const uint8_t *)t->bytes,
		    t->len, true));
	}
}

/* What the row holds under its keys, as the function around it knows them. */
static void
add_keyed(struct flow *f, struct frame *to, uint32_t row, uint32_t node,
    const struct flow_key *k, uint32_t keyword)
{
	struct taint v = k->value;

	v.params |= f->tree->bindings[row].kind == BINDING_PARAM ?
	    f->rows[row].params : 0;
	add(to, &v, node, keyword);
}

static void
add_named(struct flow *f, struct frame *to, uint32_t row, uint32_t node)
{
	for (uint32_t i = f->keys_of[row]; i != 0; i = f->keys[i].next) {
		const struct flow_text *t = &f->texts[f->keys[i].key];

		add_keyed(f, to, row, node, &f->keys[i],
		    words_add(&f->tree->words, (const uint8_t *)t->bytes,
		    t->len, true));
	}
}

static void
add_placed(struct flow *f, struct frame *to, uint32_t row, uint32_t node)
{
	for (size_t place = 0; place < FLOW_ARGUMENTS; place++) {
		uint32_t key = place_key(f, place), i = f->keys_of[row];

		while (i != 0 && f->keys[i].key != key)
			i = f->keys[i].next;
		if (i == 0)
			return;
		add_keyed(f, to, row, node, &f->keys[i], 0);
	}
}

/* The row of what is unpacked, if it is known what it holds by name or
 * place. */
static uint32_t
keyed_row(const struct flow *f, uint32_t node)
{
	const struct node *n = flow_at(f, node);
	uint32_t b = n->kind == NODE_NAME ? tree_lookup(f->tree, node) : 0;
	uint32_t row = b != 0 ? f->row_of[b] : n->kind == NODE_ATTR ?
	    flow_row_of_attribute(f, n->name) : 0;

	return row != 0 && f->keys_of[row] != 0 ? row : 0;
}

/* What is left of it goes to whatever takes it. */
static void
add_rest(struct flow *f, struct frame *to, uint32_t row, uint32_t node)
{
	struct taint rest = f->loose_rows[row];

	rest.text = f->rows[row].text;
	if (rest.marks != 0 || rest.held != 0)
		add(to, &rest, node, 0);
}

static void
unpack(struct flow *f, struct frame *to, uint32_t star, const struct taint *v)
{
	uint32_t of = flow_at(f, star)->kid;
	uint8_t kind = flow_at(f, of)->kind;
	bool named = flow_at(f, star)->kind == NODE_DSTAR;
	uint32_t row = keyed_row(f, of);

	if (!named && (kind == NODE_TUPLE || kind == NODE_LIST)) {
		add_items(f, to, of);
	} else if (named && kind == NODE_DICT) {
		add_pairs(f, to, of);
	} else if (row != 0) {
		if (named)
			add_named(f, to, row, star);
		else
			add_placed(f, to, row, star);
		add_rest(f, to, row, star);
	} else {
		add(to, v, star, 0);
	}
}

const struct frame *
flow_spread(struct flow *f, const struct frame *fr, struct frame *wide)
{
	size_t first = 0;

	while (first < fr->nargs && !flow_is_unpacked(f, fr, first))
		first++;
	if (first == fr->nargs)
		return fr;
	*wide = *fr;
	wide->nargs = 0;
	for (size_t i = 0; i < fr->nargs; i++)
		if (flow_is_unpacked(f, fr, i))
			unpack(f, wide, fr->nodes[i], &fr->args[i]);
		else
			add(wide, &fr->args[i], fr->nodes[i],
			    fr->keywords[i]);
	return wide;
}

/* ---- what is unpacked for a library -------------------------------------- */

void
flow_unpack(struct flow *f, const struct frame *fr, uint32_t node,
    struct taint *v)
{
	uint32_t row = keyed_row(f, flow_at(f, node)->kid);

	if (row == 0)
		return;
	v->marks &= ~f->rows[row].marks;
	v->own &= ~f->rows[row].own;
	taint_add(v, &f->loose_rows[row], MARKS_ALL);
	for (uint32_t i = f->keys_of[row]; i != 0; i = f->keys[i].next) {
		const struct flow_text *t = &f->texts[f->keys[i].key];
		struct taint one = f->keys[i].value;

		flow_drop_around(f, fr, words_find(&f->tree->words,
		    (const uint8_t *)t->bytes, t->len), &one);
		taint_add(v, &one, MARKS_ALL);
	}
}

/* ---- where it goes ------------------------------------------------------- */

uint32_t
flow_parameters(const struct flow *f, const struct frame *fr, size_t i,
    uint32_t scope)
{
	uint32_t n = f->scopes[scope].nparameters, taken = 0;
	int k = flow_parameter(f, fr, i, scope);

	if (!flow_is_unpacked(f, fr, i))
		return k < 0 ? 0 : 1u << k;
	for (size_t j = 0; j < fr->nargs; j++) {
		k = j == i || flow_is_unpacked(f, fr, j) ? -1 :
		    flow_parameter(f, fr, j, scope);
		if (k >= 0)
			taken |= 1u << k;
	}
	if (flow_at(f, fr->nodes[i])->kind == NODE_STAR)
		taken |= (1u << (i < n ? i : n)) - 1;
	return ((1u << n) - 1) & ~taken;
}
