/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fold_across - functions and values of other modules of the package.
 *
 * A decoder often stands in a module of its own.  What is passed to it is
 * copied into the fold of that module, which is gone through as if it were
 * called there, and what comes of it is copied back: two folds share nothing.
 * Runs in: worker child, command.
 */
#include "python/fold_state.h"
#include "python/modules.h"
#include "python/pieces.h"

#define DEEP_MOST 4		/* lists within lists */
#define ITEMS_MOST 4096		/* of all lists of one value */
#define CHAIN_MOST 12		/* layers of what comes back */

struct copying {
	struct fold	*to;
	const struct fold *from;
	uint32_t	 node;		/* of `to`: who asks */
	uint32_t	 items;		/* so far */
};

static struct value copy(struct copying *, const struct value *,
	    unsigned int deep);

static struct value
copy_text(struct copying *c, const struct value *v)
{
	struct value out = value_copy(c->to, c->node, v->kind, v->bytes,
	    v->len);

	out.flags = v->flags & (VALUE_BUILT | VALUE_OPEN | VALUE_ASCII);
	return out.kind != VALUE_UNKNOWN ? out : value_unknown();
}

static struct value
copy_items(struct copying *c, const struct value *v, unsigned int deep)
{
	struct value out = *v, *items;

	c->items += v->len;
	if (deep == DEEP_MOST || c->items > ITEMS_MOST)
		return value_unknown();
	items = fold_items(c->to, c->node, v->len);
	if (items == NULL)
		return value_unknown();
	for (uint32_t i = 0; i < v->len; i++)
		items[i] = copy(c, &v->items[i], deep + 1);
	out.items = items;
	out.layer = 0;
	out.flags &= (uint8_t)~VALUE_GROWS;
	return out;
}

/* Layers stay behind: their numbers are of the other fold. */
static struct value
copy(struct copying *c, const struct value *v, unsigned int deep)
{
	struct word_text w;

	switch ((enum value_kind)v->kind) {
	case VALUE_NONE:
	case VALUE_BOOL:
	case VALUE_INT:
	case VALUE_FLOAT:
		return (struct value){ .kind = v->kind, .i = v->i };
	case VALUE_BIG:
	case VALUE_STR:
	case VALUE_BYTES:
		return copy_text(c, v);
	case VALUE_LIST:
	case VALUE_DICT:
	case VALUE_RANGE:
		return copy_items(c, v, deep);
	case VALUE_PATH:
		w = tree_word(c->from->tree, v->word);
		return value_path(c->to, (const char *)w.text, w.len);
	case VALUE_UNKNOWN:
	case VALUE_CODE:
	case VALUE_METHOD:
	case VALUE_OBJECT:
		break;
	}
	return value_unknown();
}

static uint32_t
layer_passed(const struct arguments *a)
{
	for (uint32_t i = 0; i < a->n; i++)
		if (a->at[i].layer != 0)
			return a->at[i].layer;
	return 0;
}

/* How the text came about there, on top of what was passed. */
static struct value
with_layers(struct copying *c, uint32_t layer, uint32_t passed,
    struct value out)
{
	uint32_t chain[CHAIN_MOST];
	struct value below = { .layer = passed };
	size_t n = 0;

	for (; layer != 0 && n < CHAIN_MOST; layer =
	    c->from->layers[layer].from)
		chain[n++] = layer;
	out.layer = passed;
	while (n > 0) {
		const char *how = c->from->layers[chain[--n]].how;

		below = n > 0 ? value_layer(c->to, c->node, how, &below,
		    value_text(VALUE_BYTES, "", 0)) :
		    value_layer(c->to, c->node, how, &below, out);
		out.layer = below.layer;
	}
	return out;
}

/* ---- who is meant ------------------------------------------------------- */

/* "a.b.c" to after "a.b", given "a": where the next name ends. */
static size_t
next_end(struct word_text w, size_t at)
{
	const uint8_t *dot = at < w.len ? memchr(w.text + at, '.',
	    w.len - at) : NULL;

	return dot != NULL ? (size_t)(dot - w.text) : w.len;
}

/* The module of the package that the path begins with, the longest one; and
 * where the names in it begin. */
static struct fold *
module_of_path(const struct lender *l, struct word_text w, size_t *rest)
{
	struct fold *found = NULL;

	for (size_t end = next_end(w, 0); end < w.len;
	    end = next_end(w, end + 1)) {
		struct fold *f = l->open(l->ctx, (const char *)w.text, end);

		if (f != NULL) {
			found = f;
			*rest = end + 1;
		}
	}
	return found;
}

static bool
is_class(const struct fold *f, const struct value *v)
{
	return v->kind == VALUE_CODE &&
	    fold_at(f, (uint32_t)v->i)->kind == NODE_CLASS;
}

/* "Codec().decode", "un", "CIPHER.decrypt": what stands there; an object of
 * what it was made with, if that is known. */
static struct value
value_of_names(struct fold *f, struct word_text w, size_t at,
    const struct arguments *made)
{
	struct value v = value_unknown();
	bool first = true;

	for (; at < w.len; at = next_end(w, at) + 1, first = false) {
		size_t len = next_end(w, at) - at;
		bool called = len > 2 && memcmp(w.text + at + len - 2, "()",
		    2) == 0;
		uint32_t name = words_add(&f->tree->words, w.text + at,
		    len - (called ? 2 : 0), true);

		v = first ? fold_global(f, name) :
		    fold_attribute(f, v, name, false);
		if (called && !is_class(f, &v))
			return value_unknown();
		if (called)
			v.flags |= VALUE_BOUND;
		if (called && made != NULL)
			v.len = record_make(f, (uint32_t)v.i, made);
	}
	return v;
}

static bool
is_callable(const struct value *v)
{
	return v->kind == VALUE_CODE || v->kind == VALUE_METHOD ||
	    v->kind == VALUE_OBJECT;
}

static bool
passes_known(const struct arguments *a)
{
	bool known = false;

	for (uint32_t i = 0; i < a->n; i++)
		known = known || a->at[i].kind != VALUE_UNKNOWN;
	for (uint32_t i = 0; i < a->nkeywords; i++)
		known = known || a->keywords[i].kind != VALUE_UNKNOWN;
	return known && a->whole;
}

/* A text as encoders write them, or a table: else nobody asks what comes of it
 * once more. */
static bool
may_hide(const struct value *v)
{
	if (v->kind == VALUE_LIST || v->kind == VALUE_DICT)
		return v->len >= FOLD_LAYER_LEAST;
	return value_is_text(v) && v->len >= FOLD_LAYER_LEAST &&
	    memchr(v->bytes, ' ', v->len) == NULL;
}

static bool
passes_hidden(const struct arguments *a)
{
	bool hidden = false;

	for (uint32_t i = 0; i < a->n; i++)
		hidden = hidden || may_hide(&a->at[i]);
	for (uint32_t i = 0; i < a->nkeywords; i++)
		hidden = hidden || may_hide(&a->keywords[i]);
	return hidden && a->whole;
}

/* joined("ex", "ec") */
static bool
passes_pieces(const struct arguments *a)
{
	char word[PIECES_MOST + 1];
	size_t len = 0;

	if (a->n < 2 || !a->whole)
		return false;
	for (uint32_t i = 0; i < a->n; i++) {
		if (a->at[i].kind != VALUE_STR ||
		    a->at[i].len > PIECES_MOST - len)
			return false;
		memcpy(word + len, a->at[i].bytes, a->at[i].len);
		len += a->at[i].len;
	}
	return pieces_name(word, len) >= 0;
}

/* ---- calls -------------------------------------------------------------- */

/* Of a path: its names are of the fold that looks for them. */
static void
pass_across(struct copying *c, const struct arguments *a,
    struct arguments *out)
{
	*out = (struct arguments){ .n = a->n, .nkeywords = a->nkeywords,
	    .whole = true };
	for (uint32_t i = 0; i < a->n; i++)
		out->at[i] = copy(c, &a->at[i], 0);
	for (uint32_t i = 0; i < a->nkeywords; i++) {
		struct word_text w = tree_word(c->from->tree, a->names[i]);

		out->names[i] = words_add(&c->to->tree->words, w.text, w.len,
		    true);
		out->keywords[i] = copy(c, &a->keywords[i], 0);
	}
}

/* What it gives, unless that is no more than a name for what it gives. */
static struct value
take_back(struct copying *c, const struct value *v, uint32_t passed)
{
	struct value out = copy(c, v, 0);
	struct word_text w;

	if (v->kind == VALUE_PATH) {
		w = tree_word(c->from->tree, v->word);
		return w.len > 2 && w.text[w.len - 1] != ')' ? out :
		    value_unknown();
	}
	return value_is_text(&out) ? with_layers(c, v->layer, passed, out) :
	    out;
}

static struct value
call_there(struct fold *f, struct fold *there, struct value callee,
    const struct arguments *a)
{
	struct copying to = { .to = there, .from = f };
	struct copying back = { .to = f, .from = there, .node = a->node };
	struct arguments passed;
	uint64_t before = there->steps;
	struct value v;

	pass_across(&to, a, &passed);
	v = fold_apply(there, callee, &passed);
	if (there->steps == 0)
		return fold_skip(f, SKIP_STEPS, a->node);
	(void)fold_pay(f, a->node, (before - there->steps) * FOLD_STEP_BYTES);
	return take_back(&back, &v, layer_passed(a));
}

/* codec.un(text), of "codec = Codec(57)": the arguments that made the object,
 * as the other module's fold has them. */
static bool
made_with(struct fold *f, struct fold *there, const struct arguments *a,
    struct arguments *out)
{
	struct copying to = { .to = there, .from = f };
	const struct node *call = fold_at(f, a->node), *callee;
	struct arguments with;	/* large: only what counts is set */
	const struct record *r;
	struct value object;

	callee = call->kind == NODE_CALL ? fold_at(f, call->kid) : call;
	if (callee->kind != NODE_ATTR)
		return false;
	object = fold_in(f, callee->kid, NULL);
	if (object.kind != VALUE_PATH || object.len == 0)
		return false;
	r = &f->records[object.len];
	if (r->elsewhere != 0 || r->of != 0 || r->n + r->nkeywords == 0)
		return false;
	record_arguments(r, &with);
	pass_across(&to, &with, out);
	return true;
}

/* The module of the package that the path begins with, while it may be asked;
 * or NULL.  The lender counts it as asked until across_end(). */
static struct fold *
across_begin(struct fold *f, struct word_text path, size_t *rest)
{
	struct lender *l = modules_lender(f->modules);
	struct fold *there = NULL;

	if (l != NULL && l->depth < ACROSS_DEPTH_MAX)
		there = module_of_path(l, path, rest);
	if (there == NULL || there->tree == f->tree || there->steps == 0)
		return NULL;
	l->depth++;
	return there;
}

static void
across_end(struct fold *f)
{
	modules_lender(f->modules)->depth--;
}

bool
across_call(struct fold *f, const struct arguments *a, struct value *out)
{
	struct word_text w = tree_word(f->tree, a->path);
	struct arguments made;
	struct value callee;
	struct fold *there;
	size_t rest;

	if (f->modules == NULL && (passes_hidden(a) || passes_pieces(a)))
		modules_ask_call(f, w);
	there = passes_known(a) ? across_begin(f, w, &rest) : NULL;
	if (there == NULL)
		return false;
	callee = value_of_names(there, w, rest, made_with(f, there, a, &made) ?
	    &made : NULL);
	if (is_callable(&callee) && !is_class(there, &callee))
		*out = call_there(f, there, callee, a);
	across_end(f);
	return out->kind != VALUE_UNKNOWN;
}

bool
across_value(struct fold *f, struct word_text path, struct value *out)
{
	struct copying back = { .to = f };
	struct fold *there;
	struct value v;
	size_t rest;

	there = across_begin(f, path, &rest);
	if (there == NULL)
		return false;
	v = value_of_names(there, path, rest, NULL);
	across_end(f);
	back.from = there;
	v = take_back(&back, &v, 0);
	if (v.kind == VALUE_UNKNOWN)
		return false;
	*out = v;
	return true;
}
