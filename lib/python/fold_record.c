/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fold_record - objects: what they were made with, and what their attributes,
 * properties and methods are by that.
 *
 * Of an object whose class stands in another module there is only what
 * modules_told.c told of it: the names of parameters, and attributes as texts
 * with holes for them.
 * Runs in: worker child, command.
 */
#include <ctype.h>
#include <stdio.h>

#include "base/mem.h"
#include "python/fold_state.h"
#include "python/modules.h"

#define BASES_MOST 4		/* a class of a class ... */

/* ---- making ------------------------------------------------------------- */

static uint32_t
record_new(struct fold *f)
{
	if (f->nrecords == FOLD_RECORDS_MAX)
		return 0;
	if (f->nrecords == f->records_room) {
		f->records_room = f->records_room == 0 ? 16 :
		    2 * f->records_room;
		f->records = mem_grow(f->records, f->records_room,
		    sizeof(*f->records));
	}
	if (f->nrecords == 0)
		f->records[f->nrecords++] = (struct record){ 0 };
	f->records[f->nrecords] = (struct record){ 0 };
	return f->nrecords++;
}

uint32_t
record_make(struct fold *f, uint32_t class, const struct arguments *a)
{
	uint32_t n = a->whole ? a->n : 0, i;
	struct record r = { .class = class, .n = n,
	    .nkeywords = a->nkeywords };

	r.at = arena_take(&f->arena, (n + r.nkeywords + 1) * sizeof(*r.at));
	r.names = arena_copy(&f->arena, a->names,
	    r.nkeywords * sizeof(*r.names));
	i = r.at != NULL && (r.names != NULL || r.nkeywords == 0) ?
	    record_new(f) : 0;
	if (i == 0)
		return 0;
	memcpy(r.at, a->at, n * sizeof(*r.at));
	memcpy(r.at + n, a->keywords, r.nkeywords * sizeof(*r.at));
	f->records[i] = r;
	return i;
}

uint32_t
record_elsewhere(struct fold *f, const char *module, size_t len,
    struct word_text name)
{
	char path[2 * FOLD_PATH_MAX + 2];
	uint32_t i = record_new(f);

	if (i == 0 || len + 1 + name.len > FOLD_PATH_MAX)
		return 0;
	memcpy(path, module, len);
	path[len] = '.';
	memcpy(path + len + 1, name.text, name.len);
	f->records[i].elsewhere = words_add(&f->tree->words,
	    (const uint8_t *)path, len + 1 + name.len, true);
	return i;
}

uint32_t
record_symbolic(struct fold *f, uint32_t class)
{
	uint32_t i = record_new(f);

	f->records[i].class = class;
	f->records[i].symbolic = true;
	return i;
}

bool
record_is_ours(const struct fold *f, uint32_t path)
{
	struct word_text w = tree_word(f->tree, path);
	struct word_text own = tree_word(f->tree, f->module);
	size_t root = 0;

	while (root < own.len && own.text[root] != '.')
		root++;
	return root != 0 && w.len > root && w.text[root] == '.' &&
	    memcmp(w.text, own.text, root) == 0;
}

/* A class of the package, by the look of its name, or of Python's own for such
 * objects. */
static bool
makes_record(const struct fold *f, const struct value *callee)
{
	struct word_text w = tree_word(f->tree, callee->word);
	size_t at = w.len;

	while (at > 0 && w.text[at - 1] != '.')
		at--;
	if (at == w.len || !isupper(w.text[at + (w.text[at] == '_' &&
	    at + 1 < w.len)]))
		return callee->len != 0 || value_path_is(f, callee,
		    "collections.namedtuple");
	return record_is_ours(f, callee->word) || value_path_is(f, callee,
	    "types.SimpleNamespace") || value_path_is(f, callee,
	    "argparse.Namespace") || value_path_is(f, callee,
	    "typing.NamedTuple");
}

uint32_t
record_of_call(struct fold *f, const struct value *callee,
    const struct arguments *a)
{
	uint32_t i = makes_record(f, callee) ? record_make(f, 0, a) : 0;

	if (i != 0)
		f->records[i].of = callee->len;
	return i;
}

void
record_arguments(const struct record *r, struct arguments *a)
{
	a->n = r->n;
	a->nkeywords = r->nkeywords;
	for (uint32_t i = 0; i < r->n; i++)
		a->at[i] = r->at[i];
	for (uint32_t i = 0; i < r->nkeywords; i++) {
		a->names[i] = r->names[i];
		a->keywords[i] = r->at[r->n + i];
	}
}

struct value
record_object(const struct fold *f, uint32_t record)
{
	return (struct value){ .kind = VALUE_CODE, .flags = VALUE_BOUND,
	    .i = f->records[record].class, .len = record };
}

/* ---- what it was made with ---------------------------------------------- */

/* What a call gave is known better by where it is kept. */
static struct value
worth(const struct fold *f, struct value v)
{
	struct word_text w = tree_word(f->tree, v.kind == VALUE_PATH ? v.word :
	    WORD_NONE);

	return w.len != 0 && w.text[w.len - 1] == ')' ? value_unknown() : v;
}

static struct value
keyword(const struct fold *f, uint32_t record, uint32_t name)
{
	const struct record *r = &f->records[record];

	for (uint32_t i = 0; i < r->nkeywords; i++)
		if (r->names[i] == name)
			return worth(f, r->at[r->n + i]);
	return value_unknown();
}

static struct value
place(const struct fold *f, uint32_t record, int at)
{
	const struct record *r = &f->records[record];

	return at >= 0 && (uint32_t)at < r->n ? worth(f, r->at[at]) :
	    value_unknown();
}

struct value
record_hole(struct fold *f, uint32_t name)
{
	struct word_text w = tree_word(f->tree, name);
	uint8_t *room = arena_take(&f->arena, w.len + 3u);

	if (room == NULL)
		return value_unknown();
	room[0] = RECORD_HOLE;
	memcpy(room + 1, w.text, w.len);
	room[w.len + 1] = RECORD_HOLE_END;
	room[w.len + 2] = '\0';
	return value_text(VALUE_STR, room, w.len + 2u);
}

bool
record_has_hole(const struct value *v)
{
	return value_is_text(v) && v->len != 0 &&
	    memchr(v->bytes, RECORD_HOLE, v->len) != NULL;
}

/* ---- classes of this source ---------------------------------------------- */

uint32_t
record_block(const struct fold *f, uint32_t def)
{
	for (uint32_t k = fold_at(f, def)->kid; k != 0;
	    k = fold_at(f, k)->next)
		if (fold_at(f, k)->kind == NODE_BLOCK)
			return k;
	return 0;
}

static uint32_t
base_of(struct fold *f, uint32_t class)
{
	for (uint32_t k = fold_at(f, class)->kid; k != 0;
	    k = fold_at(f, k)->next) {
		uint32_t first = fold_at(f, k)->kind == NODE_TUPLE ?
		    fold_at(f, k)->kid : 0;
		struct value v = first != 0 && fold_at(f, first)->kind ==
		    NODE_NAME ? fold_in(f, first, NULL) : value_unknown();

		if (v.kind == VALUE_CODE && !(v.flags & VALUE_BOUND) &&
		    fold_at(f, (uint32_t)v.i)->kind == NODE_CLASS)
			return (uint32_t)v.i;
	}
	return 0;
}

static uint32_t
binding_of(const struct fold *f, uint32_t class, uint32_t name)
{
	uint32_t block = record_block(f, class);

	return block != 0 && name != WORD_NONE ? tree_binding(f->tree,
	    fold_at(f, block)->name, name) : 0;
}

/* What the class, or one that it is a kind of, binds; 0 for nothing. */
static uint32_t
inherited(struct fold *f, uint32_t class, uint32_t name)
{
	for (int i = 0; i < BASES_MOST && class != 0; i++) {
		uint32_t b = binding_of(f, class, name);

		if (b != 0)
			return b;
		class = base_of(f, class);
	}
	return 0;
}

/* The DEF of a method of that name, or 0. */
uint32_t
record_method(struct fold *f, uint32_t class, const char *name)
{
	uint32_t word = words_find(&f->tree->words, name, strlen(name));
	uint32_t b = inherited(f, class, word);

	return b != 0 && f->tree->bindings[b].kind == BINDING_DEF &&
	    fold_at(f, f->tree->bindings[b].value)->kind == NODE_DEF ?
	    f->tree->bindings[b].value : 0;
}

/* attr.ib(), field(): a call in the body of a class that makes a field. */
static bool
makes_field(struct fold *f, uint32_t node)
{
	static const char *const makers[] = { "attr.ib()", "attr.attrib()",
	    "attrs.field()", "attr.field()", "dataclasses.field()",
	    "pydantic.Field()", "pydantic.fields.Field()" };
	struct value v = fold_at(f, node)->kind == NODE_CALL ? fold_in(f,
	    node, NULL) : value_unknown();

	for (size_t i = 0; v.kind == VALUE_PATH &&
	    i < sizeof(makers) / sizeof(*makers); i++)
		if (value_path_is(f, &v, makers[i]))
			return true;
	return false;
}

/* The name of the field that a statement of a class makes, or 0. */
uint32_t
record_field_of(struct fold *f, uint32_t statement)
{
	const struct node *n = fold_at(f, statement);
	uint32_t target = n->kid;

	if (target == 0 || fold_at(f, target)->kind != NODE_NAME)
		return 0;
	if (n->kind == NODE_ANNOTATE || (n->kind == NODE_ASSIGN &&
	    makes_field(f, fold_at(f, target)->next)))
		return fold_at(f, target)->name;
	return 0;
}

static int
place_of_field(struct fold *f, uint32_t class, uint32_t name)
{
	uint32_t block = record_block(f, class), field;
	int at = 0;

	for (uint32_t k = block != 0 ? fold_at(f, block)->kid : 0; k != 0;
	    k = fold_at(f, k)->next) {
		field = record_field_of(f, k);
		if (field == name)
			return at;
		at += field != 0;
	}
	return -1;
}

/* x: str = field(default="..."), Field("...") */
static struct value
value_of_default(struct fold *f, uint32_t call)
{
	uint32_t k = fold_at(f, fold_at(f, call)->kid)->next;
	struct word_text w;

	if (k != 0 && fold_at(f, k)->kind != NODE_KEYWORD)
		return fold_in(f, k, NULL);
	for (; k != 0; k = fold_at(f, k)->next) {
		w = tree_word(f->tree, fold_at(f, k)->name);
		if (w.len == 7 && memcmp(w.text, "default", 7) == 0)
			return fold_in(f, fold_at(f, k)->kid, NULL);
	}
	return value_unknown();
}

struct value
record_constant(struct fold *f, uint32_t binding)
{
	const struct binding *b = &f->tree->bindings[binding];

	return b->kind == BINDING_VALUE && makes_field(f, b->value) ?
	    value_of_default(f, b->value) : fold_binding(f, binding);
}

/* ---- attributes -------------------------------------------------------- */

static bool
begin_asking(struct fold *f, uint32_t record, uint32_t name)
{
	struct record *r = &f->records[record];

	for (uint32_t i = 0; i < r->nasked; i++)
		if (r->asked[i] == name)
			return false;
	if (r->nasked == RECORD_DEEP)
		return false;
	r->asked[r->nasked++] = name;
	return true;
}

/* self.x = ... in what makes the object, with what it was made with. */
static struct value
assigned(struct fold *f, struct value object, uint32_t init, uint32_t name)
{
	uint32_t block = record_block(f, init);
	uint32_t b = tree_attribute(f->tree, name);
	const struct node *body = fold_at(f, block);

	while (b != 0 && (f->tree->bindings[b].at < body->at ||
	    f->tree->bindings[b].at >= body->end))
		b = f->tree->bindings[b].before;
	if (b == 0 || f->tree->bindings[b].kind != BINDING_VALUE)
		return value_unknown();
	return worth(f, run_with(f, init, object, f->tree->bindings[b].value));
}

/* A dataclass, a named tuple: its fields are what it was made with. */
static struct value
given_field(struct fold *f, const struct value *object, uint32_t name)
{
	struct value v = keyword(f, object->len, name);
	int at;

	if (v.kind != VALUE_UNKNOWN)
		return v;
	at = place_of_field(f, (uint32_t)object->i, name);
	if (at >= 0 && f->records[object->len].symbolic)
		return record_hole(f, name);
	return place(f, object->len, at);
}

/* What __get__ of a class's member gives. */
static struct value
described(struct fold *f, struct value v)
{
	uint32_t get = v.kind == VALUE_CODE && v.len != 0 &&
	    (v.flags & VALUE_BOUND) ? record_method(f,
	    f->records[v.len].class, "__get__") : 0;

	return get != 0 ? record_run(f, v, get, NULL) : v;
}

static bool
is_read(const struct fold *f, uint32_t def)
{
	for (uint32_t k = fold_at(f, def)->kid; k != 0;
	    k = fold_at(f, k)->next) {
		uint32_t by = fold_at(f, k)->kind == NODE_DECORATOR ?
		    fold_at(f, k)->kid : 0;
		struct word_text w = tree_word(f->tree, by != 0 &&
		    (fold_at(f, by)->kind == NODE_NAME ||
		    fold_at(f, by)->kind == NODE_ATTR) ?
		    fold_at(f, by)->name : WORD_NONE);

		if ((w.len == 8 && memcmp(w.text, "property", 8) == 0) ||
		    (w.len == 15 && memcmp(w.text, "cached_property", 15) ==
		    0))
			return true;
	}
	return false;
}

/* What the class says of it: a constant, a property, a method. */
static struct value
by_class(struct fold *f, struct value object, uint32_t name)
{
	uint32_t b = inherited(f, (uint32_t)object.i, name), def;
	struct value v;

	if (b == 0)
		return value_unknown();
	def = f->tree->bindings[b].value;
	if (f->tree->bindings[b].kind != BINDING_DEF)
		return described(f, record_constant(f, b));
	if (fold_at(f, def)->kind == NODE_DEF && is_read(f, def)) {
		v = record_run(f, object, def, NULL);
		if (v.kind != VALUE_UNKNOWN)
			return v;
	}
	v = class_binding(f, b, true);
	if (v.kind == VALUE_CODE && (v.flags & VALUE_BOUND))
		v.len = object.len;
	return v;
}

struct value
record_attribute(struct fold *f, struct value object, uint32_t name)
{
	uint32_t init;
	struct value v = value_unknown();

	if (object.len == 0)
		return by_class(f, object, name);
	if (!begin_asking(f, object.len, name))
		return v;
	init = record_method(f, (uint32_t)object.i, "__init__");
	v = init != 0 ? assigned(f, object, init, name) :
	    given_field(f, &object, name);
	if (v.kind == VALUE_UNKNOWN)
		v = by_class(f, object, name);
	f->records[object.len].nasked--;
	return v;
}

struct value
record_run(struct fold *f, struct value object, uint32_t def,
    const struct value *with)
{
	struct arguments a = { .node = def, .whole = true, .bound = true,
	    .self = object };

	if (with != NULL)
		a.at[a.n++] = *with;
	return run_function(f, def, &a);
}

bool
record_call(struct fold *f, struct value object, const char *method,
    struct arguments *a, struct value *out)
{
	uint32_t def = object.len != 0 && (object.flags & VALUE_BOUND) ?
	    record_method(f, f->records[object.len].class, method) : 0;

	if (def == 0)
		return false;
	a->bound = true;
	a->self = object;
	*out = run_function(f, def, a);
	return true;
}

/* ---- classes of other modules ------------------------------------------ */

static uint32_t
word_of(struct fold *f, const char *text, size_t len)
{
	return words_add(&f->tree->words, (const uint8_t *)text, len, true);
}

/* "pkg.net.Client()" is one of "pkg.net.Client". */
static uint32_t
class_of(struct fold *f, uint32_t object)
{
	struct word_text w = tree_word(f->tree, object);

	return w.len > 2 && w.text[w.len - 1] == ')' && w.text[w.len - 2] ==
	    '(' ? word_of(f, (const char *)w.text, w.len - 2) : WORD_NONE;
}

static bool
told(struct fold *f, uint32_t of, const char *name, size_t len,
    struct value *out)
{
	return of != WORD_NONE && modules_member(f, of, word_of(f, name, len),
	    false, out);
}

/* "host path timeout": which place has the parameter; -1 for none. */
static int
place_of_name(const struct value *names, struct word_text name)
{
	const uint8_t *at = names->bytes, *end = at + names->len;

	for (int i = 0; at < end; at++) {
		const uint8_t *blank = memchr(at, ' ', (size_t)(end - at));
		size_t len = (size_t)((blank != NULL ? blank : end) - at);

		if (len == name.len && memcmp(at, name.text, len) == 0)
			return i;
		i += len != 0;
		at += len;
	}
	return -1;
}

/* namedtuple("Target", "host, path"), or of a list: "host path" */
struct value
record_names(struct fold *f, uint32_t record)
{
	const struct record *r = &f->records[record];
	struct value spec = r->n > 1 ? r->at[1] : value_unknown();
	bool list = spec.kind == VALUE_LIST;
	struct buf b;

	if ((!list && spec.kind != VALUE_STR) || !value_begin(f, 0, &b))
		return value_unknown();
	for (uint32_t i = 0; list && i < spec.len; i++)
		if (spec.items[i].kind == VALUE_STR) {
			buf_addc(&b, ' ');
			buf_add(&b, spec.items[i].bytes, spec.items[i].len);
		}
	for (uint32_t i = 0; !list && i < spec.len; i++)
		buf_addc(&b, spec.bytes[i] == ',' ? ' ' :
		    (char)spec.bytes[i]);
	return value_end(f, 0, VALUE_STR, &b);
}

static struct value
by_place(struct fold *f, uint32_t record, int at)
{
	char name[16];
	struct value v;
	int n;

	if (at < 0 || f->records[record].elsewhere == 0)
		return place(f, record, at);
	n = snprintf(name, sizeof(name), "#%d", at);
	return told(f, f->records[record].elsewhere, name, (size_t)n, &v) ?
	    v : value_unknown();
}

/* By its keyword, or as a field of a named tuple of this source. */
static struct value
given_outside(struct fold *f, uint32_t record, uint32_t name)
{
	struct value v = keyword(f, record, name), names;
	uint32_t of = f->records[record].of;

	if (v.kind == VALUE_UNKNOWN && f->records[record].elsewhere != 0)
		(void)modules_member(f, f->records[record].elsewhere, name,
		    false, &v);
	if (v.kind != VALUE_UNKNOWN || of == 0)
		return v;
	names = record_names(f, of);
	return names.kind == VALUE_STR ? place(f, record, place_of_name(&names,
	    tree_word(f->tree, name))) : v;
}

static struct value
parameter(struct fold *f, uint32_t record, uint32_t class, uint32_t name)
{
	struct word_text w = tree_word(f->tree, name);
	struct value v = given_outside(f, record, name), names;
	char text[FOLD_PATH_MAX + 1];

	if (v.kind == VALUE_UNKNOWN && told(f, class, "()", 2, &names))
		v = by_place(f, record, place_of_name(&names, w));
	if (v.kind == VALUE_UNKNOWN && w.len < FOLD_PATH_MAX) {
		memcpy(text, w.text, w.len);
		text[w.len] = '=';
		(void)told(f, class, text, w.len + 1u, &v);
	}
	return v;
}

/* An attribute with holes for what the object was made with. */
static struct value
filled(struct fold *f, uint32_t record, uint32_t class, struct value text)
{
	const uint8_t *at = text.bytes, *end = at + text.len, *stop;
	unsigned int open = 0;
	struct buf b;
	struct value v;

	if (!value_begin(f, 0, &b))
		return value_unknown();
	while (at < end && !b.full) {
		if (*at != RECORD_HOLE) {
			buf_addc(&b, (char)*at++);
			continue;
		}
		stop = memchr(at, RECORD_HOLE_END, (size_t)(end - at));
		if (stop == NULL)
			break;
		v = parameter(f, record, class, word_of(f,
		    (const char *)at + 1, (size_t)(stop - at) - 1));
		if (value_is_text(&v))
			buf_add(&b, v.bytes, v.len);
		open |= value_is_text(&v) ? v.flags & VALUE_OPEN : VALUE_OPEN;
		at = stop + 1;
	}
	v = value_end(f, 0, VALUE_STR, &b);
	v.flags |= (uint8_t)(open | VALUE_BUILT);
	return at == end && v.len != 0 ? v : value_unknown();
}

struct value
record_outside(struct fold *f, struct value object, uint32_t name)
{
	uint32_t record = object.len, class;
	struct value v;

	if (record == 0 || f->records[record].class != 0 ||
	    f->records[record].nasked == RECORD_DEEP)
		return value_unknown();
	f->records[record].nasked++;
	v = given_outside(f, record, name);
	class = class_of(f, object.word);
	if (v.kind == VALUE_UNKNOWN && class != WORD_NONE &&
	    modules_member(f, class, name, false, &v) && record_has_hole(&v))
		v = filled(f, record, class, v);
	f->records[record].nasked--;
	return v;
}
