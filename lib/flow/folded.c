/* SPDX-License-Identifier: Apache-2.0 */
/*
 * folded - what folding says of a node: a name, a text, a function; asked
 * once a source.
 *
 * Takes: a node.  Gives: what its taint has of it.
 * Runs in: worker child, command.
 */
#include <string.h>

#include "base/str.h"
#include "flow/names.h"
#include "flow/neighbours.h"
#include "flow/programs.h"
#include "flow/state.h"
#include "flow/values.h"
#include "python/modules.h"

#define FOLDED_ITEMS 64		/* of a list, that are looked at */
#define FOLDED_DEEP 3		/* lists in lists */
#define PACKED_LITERAL 8	/* a constant worth decoding */

/* "%(data)s" and "{data}" are where somebody else puts the text. */
static bool
is_placeholder(const struct flow_text *t)
{
	char first = t->bytes[0], last = t->bytes[t->len - 1];

	if (first == '%' && t->bytes[1] == '(')
		return strchr(t->bytes, ')') == t->bytes + t->len - 2;
	return first == '{' && last == '}' &&
	    strchr(t->bytes, '}') >= t->bytes + t->len - 2 &&
	    memchr(t->bytes, ':', t->len) == NULL &&
	    memchr(t->bytes, '"', t->len) == NULL;
}

/* A constant that was worth hiding. */
bool
flow_is_literal(const struct flow *f, uint32_t text)
{
	const struct flow_text *t = &f->texts[text];

	return t->len >= PACKED_LITERAL && !is_placeholder(t);
}

/* The scope of a function, by its DEF. */
static uint32_t
scope_of_def(const struct flow *f, uint32_t def)
{
	if (def >= f->tree->nnodes || flow_at(f, def)->kind != NODE_DEF)
		return 0;
	for (uint32_t k = flow_at(f, def)->kid; k != 0;
	    k = flow_at(f, k)->next)
		if (flow_at(f, k)->kind == NODE_BLOCK)
			return flow_at(f, k)->name;
	return 0;
}

/* Letters put together one by one are built; decoders hide; functions and
 * loops say what they do by themselves. */
static uint64_t
marks_of_layer(const struct flow *f, uint32_t layer)
{
	static const char *const built[] = { "numbers", "number", "characters",
	    "reversed", "xor", "translate", "struct" };
	static const char *const plain[] = { "function", "loop", "percent" };
	uint64_t marks = 0;

	for (; layer != 0 && layer < f->fold->nlayers;
	    layer = f->fold->layers[layer].from) {
		const char *how = f->fold->layers[layer].how;

		if (str_index(plain, ARRAY_LEN(plain), how) >= 0)
			continue;
		marks |= str_index(built, ARRAY_LEN(built), how) >= 0 ||
		    str_starts(how, "xor:") ? MARK_BUILT :
		    MARK_DECODED | MARK_PACKED;
	}
	return marks;
}

static struct flow_folded
folded_text(struct flow *f, const struct value *fv)
{
	struct flow_folded k = { .what = KNOWN_TEXT };

	k.of = flow_intern(f, fv->bytes, fv->len,
	    (fv->flags & VALUE_OPEN) != 0);
	if (fv->len > FLOW_TEXT_MOST)
		k.marks |= MARK_PACKED;
	if (fv->layer != 0 && fv->len >= PACKED_LITERAL)
		k.marks |= marks_of_layer(f, fv->layer);
	/* An address is there to be read, whatever its letters are made of. */
	if ((k.marks & MARK_BUILT) && memmem(fv->bytes, fv->len, "://",
	    3) != NULL)
		k.marks |= MARK_DECODED;
	return k;
}

/* [decode(x) for x in NAMES]: what of their texts names secrets, or coins; in
 * lists of pairs and tables, too.  `most` texts are looked at. */
static uint64_t
marks_of_items(struct flow *f, const struct value *list, int deep, int *most)
{
	uint64_t marks = 0;

	for (uint32_t i = 0; i < list->len && i < FOLDED_ITEMS; i++) {
		const struct value *v = &list->items[i];

		if (v->kind == VALUE_STR && --*most >= 0)
			marks |= flow_fact_of_text(f, (const char *)v->bytes,
			    v->len);
		else if ((v->kind == VALUE_LIST || v->kind == VALUE_DICT) &&
		    deep < FOLDED_DEEP && *most > 0)
			marks |= marks_of_items(f, v, deep + 1, most);
	}
	return marks & (MARKS_NAMED | MARK_UNREAD | MARK_AGENT | MARK_COIN);
}

/* PATHS of another module, or of an object there: what its texts say, as if
 * it stood here. */
static uint64_t
marks_of_table(struct flow *f, struct value path)
{
	uint64_t marks = 0;

	if (!modules_table(f->fold, &path))
		return 0;
	for (uint32_t i = 0; i < path.len && i < FOLDED_ITEMS; i++)
		if (path.items[i].kind == VALUE_STR)
			marks |= flow_fact_of_text(f, (const char *)
			    path.items[i].bytes, path.items[i].len);
	return marks;
}

static struct flow_folded
fold_once(struct flow *f, uint32_t node)
{
	struct value fv = fold_node(f->fold, node);
	int most = FOLDED_ITEMS;
	uint32_t scope;

	switch (fv.kind) {
	case VALUE_PATH:
		return (struct flow_folded){ .what = KNOWN_NAME,
		    .of = fv.word, .marks = (fv.flags & VALUE_HIDDEN ?
		    MARK_HIDDEN : 0) | (flow_at(f, node)->kind == NODE_ATTR ?
		    marks_of_table(f, fv) : 0) };
	case VALUE_STR:
		if (!(fv.flags & VALUE_OPEN))
			flow_look_pieces(f, node, (const char *)fv.bytes,
			    fv.len);
		return folded_text(f, &fv);
	case VALUE_BYTES:
		return folded_text(f, &fv);
	case VALUE_CODE:
		scope = scope_of_def(f, (uint32_t)fv.i);
		return (struct flow_folded){ .what = KNOWN_CODE,
		    .of = scope != 0 ? scope + 1 : 0 };
	case VALUE_DICT:	/* what stands under its keys has its own */
		return (struct flow_folded){ .what = KNOWN_NOTHING,
		    .marks = marks_of_items(f, &fv, 0, &most) & MARK_COIN };
	case VALUE_LIST:
		return (struct flow_folded){ .what = KNOWN_NOTHING,
		    .marks = marks_of_items(f, &fv, 0, &most) |
		    (flow_is_put_together(f, node, &fv) ?
		    flow_words_marks(f, &fv) : 0) };
	default:
		return (struct flow_folded){ .what = KNOWN_NOTHING };
	}
}

void
flow_take_folded(struct flow *f, uint32_t node, struct taint *v)
{
	struct flow_folded *k = &f->folded[node];

	if (k->what == KNOWN_NOT_YET)
		*k = fold_once(f, node);
	switch ((enum flow_known)k->what) {
	case KNOWN_NAME:
		v->name = k->of;
		break;
	case KNOWN_TEXT:
		v->text = k->of;
		/* A part of a path is no home. */
		taint_mark(v, flow_text_marks(f, k->of) &
		    (f->texts[k->of].open ? ~(uint64_t)MARK_HOME : MARKS_ALL));
		break;
	case KNOWN_CODE:
		if (v->code == 0)
			v->code = k->of;
		break;
	case KNOWN_NOT_YET:
	case KNOWN_NOTHING:
	case KNOWN_LIST:
		break;
	}
	taint_mark(v, k->marks);
}

/* Folding names a call by who was called, the flow by what it gives: one of
 * the package's objects, or a library's function. */
void
flow_take_given(struct flow *f, uint32_t given, struct taint *v)
{
	char name[FLOW_NAME_MOST + 1];

	if (given == 0 || given == v->name)
		return;
	if (flow_is_ours(f, flow_string(f, given, name)) ||
	    (flow_fact(f, given) != NULL && flow_is_ours(f, flow_string(f,
	    v->name, name))))
		v->name = given;
}
