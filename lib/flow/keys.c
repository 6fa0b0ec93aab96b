/* SPDX-License-Identifier: Apache-2.0 */
/*
 * keys - tables by their literal keys: T["a"] holds what was stored under
 * "a" and under keys that nobody knows, not what stands under "b".  The whole
 * of T holds all.  So do records: Settings(key=K, chat=C).chat is C.
 *
 * Takes: a table's row and a key, or an object and a field.  Gives: marks.
 * Runs in: worker child, command.
 */
#include "base/mem.h"
#include "flow/names.h"
#include "flow/neighbours.h"
#include "flow/state.h"
#include "flow/values.h"

#define KEYS_MANY 64		/* keys and values, so that one says little */
#define KEYS_OF_TABLE 64	/* with marks; others count for all */

/* The text of a key that stands there as a literal, or 0. */
static uint32_t
literal_key(const struct flow *f, uint32_t node)
{
	uint8_t kind = node != 0 ? flow_at(f, node)->kind : NODE_NONE;
	uint32_t text = kind == NODE_STRING || kind == NODE_STRINGS ?
	    f->vals[node].text : 0;

	return f->texts[text].open ? 0 : text;
}

static struct flow_key *
find(const struct flow *f, uint32_t row, uint32_t key)
{
	for (uint32_t i = f->keys_of[row]; i != 0; i = f->keys[i].next)
		if (f->keys[i].key == key)
			return &f->keys[i];
	return NULL;
}

static struct flow_key *
make(struct flow *f, uint32_t row, uint32_t key)
{
	uint32_t n = 0;

	for (uint32_t i = f->keys_of[row]; i != 0; i = f->keys[i].next)
		n++;
	if (n == KEYS_OF_TABLE || f->nkeys == FLOW_KEYS_MAX)
		return NULL;
	if (f->nkeys == 0 || (f->nkeys & (f->nkeys - 1)) == 0)
		f->keys = mem_grow(f->keys, f->nkeys == 0 ? 2 : 2 * f->nkeys,
		    sizeof(*f->keys));
	if (f->nkeys == 0)
		f->nkeys = 1;	/* 0 is none */
	f->keys[f->nkeys] = (struct flow_key){ .key = key,
	    .next = f->keys_of[row] };
	f->keys_of[row] = f->nkeys;
	return &f->keys[f->nkeys++];
}

static bool
grows(struct taint *to, const struct taint *v)
{
	const struct taint before = *to;

	taint_add(to, v, MARKS_ALL);
	return taint_grew(to, &before);
}

/* One that comes late may have been asked for. */
static void
keep_first(struct flow *f, uint32_t row, uint32_t *to, uint32_t what)
{
	if (*to != 0 || what == 0)
		return;
	*to = what;
	f->changed = f->changed || f->read[row];
}

void
flow_mark_key(struct flow *f, uint32_t row, uint32_t node,
    const struct taint *v)
{
	flow_mark_under(f, row, literal_key(f, node), v);
}

void
flow_mark_under(struct flow *f, uint32_t row, uint32_t key,
    const struct taint *v)
{
	struct flow_key *k = NULL;

	if (v->marks == 0 && v->params == 0 && v->held == 0 && v->text == 0)
		return;
	if (row != 0 && key != 0)
		k = find(f, row, key);
	if (k == NULL && row != 0 && key != 0)
		k = make(f, row, key);
	if (k == NULL) {
		flow_mark_row(f, row, v, MARKS_ALL);
		return;
	}
	if (grows(&k->value, v) && f->read[row])
		f->changed = true;
	keep_first(f, row, &k->value.text, v->text);
	flow_mark_all(f, row, v, MARKS_ALL);
}

void
flow_keep_key(struct flow *f, uint32_t row, uint32_t key,
    const struct taint *v)
{
	struct flow_key *k = row != 0 ? find(f, row, key) : NULL;
	struct taint kept = { .marks = v->marks, .held = v->held &
	    HELD_PASSED };
	uint64_t before = k != NULL ? k->value.marks : 0;

	if (k == NULL && row != 0)
		k = make(f, row, key);
	if (k == NULL) {
		flow_mark_row(f, row, &kept, MARKS_ALL);
		return;
	}
	if (grows(&k->value, &kept) && f->read[row]) {
		f->changed = true;
		f->outrun = f->outrun || (k->value.marks & ~before &
		    MARKS_OUTRUN);
	}
	keep_first(f, row, &k->value.text, v->text);
	keep_first(f, row, &k->value.name, v->name);
	keep_first(f, row, &k->value.code, v->code);
	flow_mark_all(f, row, &kept, MARKS_ALL);
}

void
flow_mark_pairs(struct flow *f, uint32_t row, uint32_t node)
{
	uint32_t key = flow_at(f, node)->kid, value;

	for (; key != 0; key = flow_at(f, value)->next) {
		value = flow_at(f, key)->next;
		if (value == 0)
			return;
		flow_mark_row(f, row, &f->vals[key], MARKS_ALL);
		flow_mark_key(f, row, key, &f->vals[value]);
	}
}

bool
flow_mark_options(struct flow *f, uint32_t row, uint32_t call)
{
	uint32_t callee = flow_at(f, call)->kind == NODE_CALL ?
	    flow_at(f, call)->kid : 0, first;

	if (callee == 0 || flow_at(f, callee)->kind != NODE_NAME ||
	    !flow_word_is(f, flow_at(f, callee)->name, "dict"))
		return false;
	first = flow_at(f, callee)->next;
	for (uint32_t k = first; k != 0; k = flow_at(f, k)->next)
		if (flow_at(f, k)->kind != NODE_KEYWORD)
			return false;
	for (uint32_t k = first; k != 0; k = flow_at(f, k)->next) {
		size_t len;
		const char *name = flow_spelled(f, flow_at(f, k)->name, &len);

		flow_mark_under(f, row, flow_intern(f, name, len, false),
		    &f->vals[k]);
	}
	return first != 0;
}

/* A parameter holds whatever its callers put under any key, but `**options`,
 * of which they name each. */
static bool
is_whole(const struct flow *f, uint32_t row)
{
	const struct binding *b = &f->tree->bindings[row];
	const struct flow_scope *s = &f->scopes[b->scope];

	return b->kind == BINDING_PARAM && (s->stars == 0 ||
	    s->parameters[s->stars - 1] != row);
}

static uint32_t
row_of_table(const struct flow *f, uint32_t node)
{
	const struct node *n = flow_at(f, node), *of;
	uint32_t row = 0, b;

	if (n->kind == NODE_NAME) {
		b = tree_lookup(f->tree, node);
		row = b != 0 ? f->row_of[b] : 0;
	} else if (n->kind == NODE_ATTR) {
		of = flow_at(f, n->kid);
		if (of->kind == NODE_NAME && (of->name == WORD_SELF ||
		    of->name == WORD_CLS))
			row = flow_row_of_attribute(f, n->name);
	}
	return is_whole(f, row) ? 0 : row;
}

/* All but what is stored under other keys. */
static void
keep_key(struct taint *v, const struct taint *whole, const struct taint *loose,
    const struct taint *key)
{
	v->marks &= ~whole->marks;
	v->own &= ~whole->own;
	v->params &= ~whole->params;
	v->held &= ~(whole->held & HELD_PASSED);
	v->held_own &= ~(whole->held_own & HELD_PASSED);
	taint_add(v, loose, MARKS_ALL);
	taint_add(v, key, MARKS_ALL);
}

/* A table that stands there with many keys: SETTINGS = {...} */
static bool
has_many(const struct flow *f, uint32_t row)
{
	uint32_t node, n = 0;

	while (f->tree->bindings[row].before != 0)
		row = f->tree->bindings[row].before;
	node = f->tree->bindings[row].kind == BINDING_VALUE ?
	    f->tree->bindings[row].value : 0;
	if (node == 0 || flow_at(f, node)->kind != NODE_DICT)
		return false;
	for (uint32_t k = flow_at(f, node)->kid; k != 0 && n < KEYS_MANY;
	    k = flow_at(f, k)->next)
		n++;
	return n == KEYS_MANY;
}

bool
flow_asks_by_key(const struct flow *f, uint32_t row)
{
	return (f->rows[row].held & HELD_ASKED) &&
	    !(f->loose_rows[row].held & HELD_ASKED) && has_many(f, row);
}

struct taint
flow_at_key(struct flow *f, uint32_t table, uint32_t node,
    const struct taint *whole)
{
	static const struct taint nothing = { 0 };
	uint32_t row = row_of_table(f, table), key = literal_key(f, node);
	const struct flow_key *k;
	struct taint v = *whole, all, loose, at;

	if (key != 0 && f->keys_of[row] != 0) {
		k = find(f, row, key);
		keep_key(&v, &f->rows[row], &f->loose_rows[row],
		    k != NULL ? &k->value : &nothing);
		if (f->tree->bindings[row].kind == BINDING_PARAM)
			v.params |= f->rows[row].params;
	} else if ((whole->held & HELD_ASKED) && flow_asks_by_key(f, row)) {
		taint_release(&v, HELD_ASKED);
	}
	if (key != 0 && f->file->world != NULL && v.name != 0 &&
	    flow_key_outside(f, v.name, key, &all, &loose, &at))
		keep_key(&v, &all, &loose, &at);
	return v;
}

/* ---- records ------------------------------------------------------------- */

/* What is worth telling apart. */
#define RECORD_MARKS (MARK_SECRET | MARK_PRIVATE | MARK_TOKEN | MARK_KEY | \
    MARK_PASSWORD)

static struct world_name *
record_name(struct flow *f, uint32_t name, bool make)
{
	char text[FLOW_NAME_MOST + 1];

	if (name == 0 || f->file->world == NULL ||
	    !flow_is_ours(f, flow_string(f, name, text)))
		return NULL;
	return make ? world_make(f->file->world, text) :
	    world_find(f->file->world, text);
}

static void
note_field(struct flow *f, uint32_t name, uint64_t marks)
{
	struct world_name *n = record_name(f, name, true);

	if (n == NULL || n->function)
		return;
	f->file->world->written += !n->field;
	n->field = true;
	world_mark(f->file->world, n, marks, marks, 0);
}

void
flow_note_record(struct flow *f, const struct frame *fr, uint32_t instance)
{
	struct world *w = f->file->world;
	struct world_name *n;

	if ((fr->all.marks & RECORD_MARKS) == 0)
		return;
	n = record_name(f, instance, true);
	if (n == NULL || n->function)
		return;
	world_mark(w, n, fr->all.marks & RECORD_MARKS, 0, 0);
	for (size_t i = 0; i < fr->nargs; i++)
		if (fr->keywords[i] == 0)
			world_mark(w, n, 0, fr->args[i].marks & RECORD_MARKS,
			    0);
		else
			note_field(f, flow_dotted(f, instance, ".",
			    fr->keywords[i]), fr->args[i].marks &
			    RECORD_MARKS);
}

uint64_t
flow_other_fields(struct flow *f, const struct taint *object, uint32_t field)
{
	const struct world_name *whole, *one;
	size_t len = 0;
	const char *name;

	if ((object->marks & RECORD_MARKS) == 0 || object->name == 0)
		return 0;
	name = flow_spelled(f, object->name, &len);
	if (len < 2 || memcmp(name + len - 2, "()", 2) != 0)
		return 0;
	one = record_name(f, field, false);
	if (one == NULL || !one->field)
		return 0;
	whole = record_name(f, object->name, false);
	return whole == NULL ? 0 : whole->marks & ~(whole->loose | one->marks);
}
