/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fold_function - functions of Python's library whose results are known.
 * Runs in: worker child, command.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "python/decode.h"
#include "python/fold_state.h"
#include "python/lex.h"
#include "python/modules.h"
#include "python/utf8.h"

/* ---- names -------------------------------------------------------------- */

static uint32_t
word_of(struct fold *f, const struct value *v)
{
	if (v->kind != VALUE_STR || v->len == 0 || v->len > FOLD_PATH_MAX)
		return WORD_NONE;
	return words_add(&f->tree->words, v->bytes, v->len, true);
}

/* __import__("a.b") gives a, but only a.b is worth naming when that is one
 * level; import_module gives a.b. */
static struct value
import_module(struct fold *f, struct arguments *a)
{
	struct value name = given(a, 0), v;

	if (value_path_is(f, &name, "__name__"))
		return fold_own_module(f);
	for (uint32_t i = 0; name.kind == VALUE_UNKNOWN && i < a->nkeywords;
	    i++)
		name = a->keywords[i];
	if (name.kind != VALUE_STR || name.len == 0)
		return value_unknown();
	v = name.bytes[0] == '.' ? fold_module_name(f, modules_absolute(f,
	    word_of(f, &name))) : value_path(f, (const char *)name.bytes,
	    name.len);
	v.flags |= VALUE_HIDDEN;
	return v;
}

static struct value
import_first(struct fold *f, struct arguments *a)
{
	struct value name = given(a, 0), v;
	const uint8_t *dot = name.kind == VALUE_STR ? memchr(name.bytes, '.',
	    name.len) : NULL;

	if (dot == NULL || a->n > 3 || a->nkeywords != 0)
		return import_module(f, a);
	v = value_path(f, (const char *)name.bytes,
	    (size_t)(dot - name.bytes));
	v.flags |= VALUE_HIDDEN;
	return v;
}

/* resolve_name("a:b.c"), locate("a.b.c") */
static struct value
named_object(struct fold *f, struct arguments *a)
{
	struct value name = given(a, 0), v;
	char path[FOLD_PATH_MAX], *colon;

	if (name.kind != VALUE_STR || name.len == 0 ||
	    name.len >= sizeof(path))
		return value_unknown();
	memcpy(path, name.bytes, name.len);
	colon = memchr(path, ':', name.len);
	if (colon != NULL)
		*colon = '.';
	v = value_path(f, path, name.len);
	v.flags |= VALUE_HIDDEN;
	return v;
}

static struct value
get_attribute(struct fold *f, struct arguments *a)
{
	struct value name = given(a, 1);

	return fold_attribute(f, given(a, 0), word_of(f, &name), true);
}

/* x.__getattribute__("y"), globals().get("y"): what stands before the last
 * dot is the object. */
static struct value
own_attribute(struct fold *f, struct arguments *a)
{
	struct word_text w = tree_word(f->tree, a->path);
	size_t len = w.len;
	struct value name = given(a, 0), object;

	while (len > 0 && w.text[len - 1] != '.')
		len--;
	if (len < 2)
		return value_unknown();
	object = value_path(f, (const char *)w.text, len - 1);
	if (str_ends_with(w, ".get") || str_ends_with(w, ".pop") ||
	    str_ends_with(w, ".__getitem__"))
		return fold_item(f, object, name);
	return fold_attribute(f, object, word_of(f, &name), true);
}

static struct value
namespace(struct fold *f, struct arguments *a)
{
	struct value object = given(a, 0);
	struct word_text w = tree_word(f->tree, object.word);
	char path[FOLD_PATH_MAX + 16];

	if (object.kind != VALUE_PATH || w.len + 9 > FOLD_PATH_MAX)
		return value_path(f, "vars()", 6);
	memcpy(path, w.text, w.len);
	memcpy(path + w.len, ".__dict__", 9);
	return value_path(f, path, w.len + 9);
}

static struct value
first_argument(struct fold *f, struct arguments *a)
{
	(void)f;
	return given(a, 0);
}

/* ---- texts and numbers -------------------------------------------------- */

static struct value
chr_function(struct fold *f, struct arguments *a)
{
	uint8_t *room;
	int64_t i;

	if (a->n != 1 || !value_as_int(&a->at[0], &i) || i < 0 || i > 0x10ffff)
		return value_unknown();
	room = fold_room(f, a->node, UTF8_MOST);
	if (room == NULL)
		return value_unknown();
	return value_text(VALUE_STR, room,
	    (size_t)(utf8_put(room, (uint32_t)i) - room));
}

static struct value
ord_function(struct fold *f, struct arguments *a)
{
	struct value v = given(a, 0);

	(void)f;
	if (!value_is_text(&v) || value_length(&v) != 1)
		return value_unknown();
	return value_int(v.kind == VALUE_STR ? utf8_get(v.bytes, v.len) :
	    *v.bytes);
}

static struct value
len_function(struct fold *f, struct arguments *a)
{
	struct value v = given(a, 0), *items;
	size_t n;

	if (v.flags & VALUE_OPEN)
		return value_unknown();
	if (value_is_text(&v) || v.kind == VALUE_LIST || v.kind == VALUE_DICT)
		return value_int(value_length(&v));
	if (v.kind == VALUE_RANGE && value_items(f, a->node, v, &items, &n))
		return value_int((int64_t)n);
	return value_unknown();
}

static struct value
int_function(struct fold *f, struct arguments *a)
{
	struct value v = given(a, 0);
	int64_t base = 10;
	bool minus = false;

	if (a->n == 0)
		return value_int(0);
	if (a->n > 1 && (!value_as_int(&a->at[1], &base) || base < 0 ||
	    base > 16))
		return value_unknown();
	if (v.kind == VALUE_INT || v.kind == VALUE_BOOL || v.kind == VALUE_BIG)
		return v.kind == VALUE_BIG ? v : value_int(v.i);
	if (v.kind == VALUE_FLOAT && v.f > -9e15 && v.f < 9e15)
		return value_int((int64_t)v.f);
	if (!value_is_text(&v))
		return value_unknown();
	while (v.len != 0 && (*v.bytes == ' ' || *v.bytes == '\n')) {
		v.bytes++;
		v.len--;
	}
	while (v.len != 0 && (v.bytes[v.len - 1] == ' ' ||
	    v.bytes[v.len - 1] == '\n'))
		v.len--;
	if (v.len != 0 && (*v.bytes == '-' || *v.bytes == '+')) {
		minus = *v.bytes == '-';
		v.bytes++;
		v.len--;
	}
	v = literal_digits(f, a->node, v.bytes, v.len, (unsigned int)base);
	if (v.kind == VALUE_INT && minus)
		v.i = -v.i;
	return v;
}

static struct value
str_function(struct fold *f, struct arguments *a)
{
	struct value v = given(a, 0);
	char text[64];
	int n;

	if (a->n > 1 && v.kind == VALUE_BYTES)
		return decode_codec(f, a->node, &a->at[1], v, true);
	if (v.kind == VALUE_STR)
		return v;
	n = v.kind == VALUE_BYTES ? -1 : value_spell(&v, text, sizeof(text),
	    false);
	return n < 0 || (size_t)n >= sizeof(text) ? value_unknown() :
	    value_copy(f, a->node, VALUE_STR, text, (size_t)n);
}

static struct value
repr_function(struct fold *f, struct arguments *a)
{
	struct value v = given(a, 0);
	char text[256];
	int n = value_spell(&v, text, sizeof(text), true);

	return n < 0 || (size_t)n >= sizeof(text) ? value_unknown() :
	    value_copy(f, a->node, VALUE_STR, text, (size_t)n);
}

static struct value
spelled(struct fold *f, struct arguments *a, const char *prefix,
    unsigned int bits)
{
	char text[80];
	size_t at = sizeof(text);
	int64_t i;
	uint64_t u;

	if (a->n != 1 || !value_as_int(&a->at[0], &i))
		return value_unknown();
	u = i < 0 ? 0 - (uint64_t)i : (uint64_t)i;
	do {
		text[--at] = "0123456789abcdef"[u & ((1u << bits) - 1)];
		u >>= bits;
	} while (u != 0);
	text[--at] = prefix[1];
	text[--at] = prefix[0];
	if (i < 0)
		text[--at] = '-';
	return value_copy(f, a->node, VALUE_STR, text + at,
	    sizeof(text) - at);
}

static struct value
hex_function(struct fold *f, struct arguments *a)
{
	return spelled(f, a, "0x", 4);
}

static struct value
oct_function(struct fold *f, struct arguments *a)
{
	return spelled(f, a, "0o", 3);
}

static struct value
bin_function(struct fold *f, struct arguments *a)
{
	return spelled(f, a, "0b", 1);
}

/* bytes(items), bytes(n), bytes(text, codec), bytearray(...) */
static struct value
bytes_function(struct fold *f, struct arguments *a)
{
	struct value v = given(a, 0), *items;
	uint8_t *room;
	size_t n;
	int64_t i;

	if (a->n == 0)
		return value_text(VALUE_BYTES, "", 0);
	if (v.kind == VALUE_BYTES)
		return v;
	if (v.kind == VALUE_STR)
		return decode_codec(f, a->node, a->n > 1 ? &a->at[1] :
		    &(struct value){ .kind = VALUE_STR, .len = 5,
		    .bytes = (const uint8_t *)"utf-8" }, v, false);
	if (value_as_int(&v, &i)) {
		room = i >= 0 && i <= FOLD_ITEMS_MAX ? fold_room(f, a->node,
		    (size_t)i) : NULL;
		if (room != NULL)
			memset(room, 0, (size_t)i);
		return room == NULL ? value_unknown() :
		    value_text(VALUE_BYTES, room, (size_t)i);
	}
	if (!value_items(f, a->node, v, &items, &n))
		return value_unknown();
	room = fold_room(f, a->node, n);
	for (size_t k = 0; room != NULL && k < n; k++) {
		if (!value_as_int(&items[k], &i) || i < 0 || i > 255)
			return value_unknown();
		room[k] = (uint8_t)i;
	}
	if (room == NULL)
		return value_unknown();
	v = value_text(VALUE_BYTES, room, n);
	return n < FOLD_LAYER_LEAST ? v : value_layer(f, a->node,
	    value_work(f, &a->at[0], "numbers"), &a->at[0], v);
}

static struct value
abs_function(struct fold *f, struct arguments *a)
{
	int64_t i;

	(void)f;
	if (a->n != 1 || !value_as_int(&a->at[0], &i) || i == INT64_MIN)
		return value_unknown();
	return value_int(i < 0 ? -i : i);
}

/* operator.add(a, b), by the name behind the dot. */
static struct value
operator_function(struct fold *f, struct arguments *a)
{
	static const struct { const char *name; uint8_t op; } all[] = {
		{ "add", '+' }, { "concat", '+' }, { "iadd", '+' },
		{ "sub", '-' }, { "mul", '*' }, { "mod", '%' },
		{ "floordiv", OP_FLOOR }, { "pow", OP_POWER },
		{ "xor", '^' }, { "ixor", '^' }, { "and_", '&' },
		{ "or_", '|' }, { "lshift", OP_LEFT },
		{ "rshift", OP_RIGHT },
	};
	struct word_text w = tree_word(f->tree, a->path);

	if (a->n == 2 && str_ends_with(w, ".getitem"))
		return fold_item(f, a->at[0], a->at[1]);
	for (size_t i = 0; a->n == 2 && i < ARRAY_LEN(all); i++)
		if (w.len == 9 + strlen(all[i].name) &&
		    memcmp(w.text + 9, all[i].name, w.len - 9) == 0)
			return fold_operator(f, a->node, all[i].op, a->at[0],
			    a->at[1]);
	return value_unknown();
}

static struct value
pow_function(struct fold *f, struct arguments *a)
{
	int64_t base, power, mod, v = 1;

	if (a->n == 2)
		return fold_operator(f, a->node, 128, a->at[0], a->at[1]);
	if (a->n != 3 || !value_as_int(&a->at[0], &base) ||
	    !value_as_int(&a->at[1], &power) ||
	    !value_as_int(&a->at[2], &mod) || mod <= 0 || mod > INT32_MAX ||
	    power < 0)
		return value_unknown();
	for (base %= mod; power > 0; power >>= 1) {
		base += base < 0 ? mod : 0;
		if (power & 1)
			v = v * base % mod;
		base = base * base % mod;
	}
	return value_int(v % mod);
}

static struct value
divmod_function(struct fold *f, struct arguments *a)
{
	struct value *items = a->n == 2 ? fold_items(f, a->node, 2) : NULL;

	if (items == NULL)
		return value_unknown();
	items[0] = fold_operator(f, a->node, OP_FLOOR, a->at[0], a->at[1]);
	items[1] = fold_operator(f, a->node, '%', a->at[0], a->at[1]);
	return items[0].kind != VALUE_UNKNOWN && items[1].kind !=
	    VALUE_UNKNOWN ? value_list(items, 2, VALUE_TUPLE) :
	    value_unknown();
}

/* "a" and "/" go before more with one between; "" before it is nothing. */
static bool
lacks_slash(const struct value *v)
{
	return v->len == 0 ? v->flags & VALUE_OPEN :
	    v->bytes[v->len - 1] != '/';
}

static struct value
join_path(struct fold *f, struct arguments *a)
{
	struct value v = value_unknown();

	for (uint32_t i = 0; i < a->n; i++) {
		struct value slash = value_text(VALUE_STR, "/", 1);

		if (a->at[i].kind == VALUE_STR && v.kind == VALUE_STR &&
		    lacks_slash(&v))
			v = fold_operator(f, a->node, '+', v, slash);
		if (v.kind == VALUE_UNKNOWN) {
			v = a->at[i].kind == VALUE_STR ? a->at[i] : v;
			if (i != 0 && v.kind == VALUE_STR)
				v.flags |= VALUE_OPEN;
		} else if (a->at[i].kind == VALUE_STR) {
			v = fold_operator(f, a->node, '+', v, a->at[i]);
		} else {
			v.flags |= VALUE_OPEN;
		}
	}
	return v;
}

/* What all lines that say anything begin with. */
static size_t
margin_of(const uint8_t *at, const uint8_t *end)
{
	size_t least = SIZE_MAX;

	while (at < end) {
		const uint8_t *line = at;
		const uint8_t *stop = memchr(at, '\n', (size_t)(end - at));

		stop = stop != NULL ? stop : end;
		while (at < stop && (*at == ' ' || *at == '\t'))
			at++;
		if (at < stop && (size_t)(at - line) < least)
			least = (size_t)(at - line);
		at = stop < end ? stop + 1 : end;
	}
	return least;
}

static struct value
dedent_function(struct fold *f, struct arguments *a)
{
	const uint8_t *at, *end;
	size_t margin;
	struct value v;
	struct buf b;

	if (a->n != 1 || a->at[0].kind != VALUE_STR)
		return value_unknown();
	/* An empty text has no bytes to point at. */
	if (a->at[0].len == 0)
		return a->at[0];
	if (!value_begin(f, a->node, &b))
		return value_unknown();
	at = a->at[0].bytes;
	end = at + a->at[0].len;
	margin = margin_of(at, end);
	while (at < end && !b.full) {
		const uint8_t *stop = memchr(at, '\n', (size_t)(end - at));
		size_t len = stop != NULL ? (size_t)(stop + 1 - at) :
		    (size_t)(end - at);

		if (len > margin)
			buf_add(&b, at + margin, len - margin);
		else if (stop != NULL)
			buf_add(&b, "\n", 1);
		at += len;
	}
	v = value_end(f, a->node, VALUE_STR, &b);
	v.flags |= a->at[0].flags & VALUE_OPEN;
	v.layer = a->at[0].layer;
	return v;
}

/* ---- the table ---------------------------------------------------------- */

struct row { const char *name; builtin *call; };

/* Sorted. */
static const struct row functions[] = {
	{ "__import__", import_first },
	{ "abs", abs_function },
	{ "bin", bin_function },
	{ "bytearray", bytes_function },
	{ "bytearray.fromhex", function_unhex },
	{ "bytes", bytes_function },
	{ "bytes.fromhex", function_unhex },
	{ "bytes.maketrans", method_maketrans },
	{ "chr", chr_function },
	{ "dict", function_dict },
	{ "divmod", divmod_function },
	{ "enumerate", function_enumerate },
	{ "filter", function_filter },
	{ "frozenset", function_list },
	{ "functools.partial", function_partial },
	{ "functools.reduce", function_reduce },
	{ "getattr", get_attribute },
	{ "hex", hex_function },
	{ "importlib.__import__", import_first },
	{ "importlib.import_module", import_module },
	{ "inspect.getattr_static", get_attribute },
	{ "int", int_function },
	{ "int.from_bytes", function_from_bytes },
	{ "iter", first_argument },
	{ "itertools.cycle", function_cycle },
	{ "len", len_function },
	{ "list", function_list },
	{ "long", int_function },
	{ "map", function_map },
	{ "memoryview", first_argument },
	{ "ntpath.join", join_path },
	{ "object.__getattribute__", get_attribute },
	{ "oct", oct_function },
	{ "operator.add", operator_function },
	{ "operator.and_", operator_function },
	{ "operator.attrgetter", function_object },
	{ "operator.concat", operator_function },
	{ "operator.floordiv", operator_function },
	{ "operator.getitem", operator_function },
	{ "operator.iadd", operator_function },
	{ "operator.itemgetter", function_object },
	{ "operator.ixor", operator_function },
	{ "operator.lshift", operator_function },
	{ "operator.methodcaller", function_object },
	{ "operator.mod", operator_function },
	{ "operator.mul", operator_function },
	{ "operator.or_", operator_function },
	{ "operator.pow", operator_function },
	{ "operator.rshift", operator_function },
	{ "operator.sub", operator_function },
	{ "operator.xor", operator_function },
	{ "ord", ord_function },
	{ "os.fsencode", first_argument },
	{ "os.path.join", join_path },
	{ "pkgutil.resolve_name", named_object },
	{ "posixpath.join", join_path },
	{ "pow", pow_function },
	{ "pydoc.locate", named_object },
	{ "range", function_range },
	{ "reduce", function_reduce },
	{ "repr", repr_function },
	{ "reversed", function_reversed },
	{ "set", function_list },
	{ "sorted", function_sorted },
	{ "str", str_function },
	{ "str.maketrans", method_maketrans },
	{ "string.Template", first_argument },
	{ "string.maketrans", method_maketrans },
	{ "sum", function_sum },
	{ "textwrap.dedent", dedent_function },
	{ "tuple", function_list },
	{ "type.__getattribute__", get_attribute },
	{ "types.FunctionType", first_argument },
	{ "types.ModuleType.__getattribute__", get_attribute },
	{ "unichr", chr_function },
	{ "unicode", str_function },
	{ "vars", namespace },
	{ "xrange", function_range },
	{ "zip", function_zip },
};

bool
str_ends_with(struct word_text w, const char *end)
{
	size_t n = strlen(end);

	return w.len > n && memcmp(w.text + w.len - n, end, n) == 0;
}

static bool
is_lookup(struct word_text w)
{
	return str_ends_with(w, ".__getattribute__") ||
	    str_ends_with(w, ".__getattr__") ||
	    str_ends_with(w, "().get") || str_ends_with(w, "__.get") ||
	    str_ends_with(w, "().pop") || str_ends_with(w, "modules.get") ||
	    str_ends_with(w, "__.pop") || str_ends_with(w, ".__getitem__");
}

/* str.join("", x), bytes.decode(x): methods called through their type. */
static bool
through_type(struct fold *f, struct arguments *a, struct value *out)
{
	struct word_text w = tree_word(f->tree, a->path);
	struct arguments own = *a;
	size_t skip = w.len > 4 && memcmp(w.text, "str.", 4) == 0 ? 4 :
	    w.len > 6 && memcmp(w.text, "bytes.", 6) == 0 ? 6 : 0;

	if (skip == 0 || a->n == 0 || !value_is_text(&a->at[0]))
		return false;
	own.self = a->at[0];
	own.n--;
	memmove(own.at, own.at + 1, own.n * sizeof(*own.at));
	own.path = words_add(&f->tree->words, w.text + skip, w.len - skip,
	    true);
	*out = method_call(f, &own);
	return true;
}

/* A word against a row's name. */
static int
by_name(const void *key, const void *at)
{
	const struct word_text *w = key;
	const char *name = ((const struct row *)at)->name;
	size_t len = strlen(name), n = w->len < len ? w->len : len;
	int order = memcmp(w->text, name, n);

	return order != 0 ? order : w->len < len ? -1 : w->len > len;
}

enum { NAMED_NEW, NAMED_NOT, NAMED_SO };

/* Whether any table has the name: asked once for each word. */
static bool
is_named(struct fold *f, uint32_t word)
{
	struct word_text w = tree_word(f->tree, word);

	if (word >= f->named_room) {
		uint32_t room = f->tree->words.room;

		f->named = mem_resize(f->named, room);
		memset(f->named + f->named_room, NAMED_NEW,
		    room - f->named_room);
		f->named_room = room;
	}
	if (f->named[word] == NAMED_NEW)
		f->named[word] = bsearch(&w, functions, ARRAY_LEN(functions),
		    sizeof(*functions), by_name) != NULL || is_lookup(w) ||
		    function_decodes(w) || (w.len > 4 && memcmp(w.text,
		    "str.", 4) == 0) || (w.len > 6 && memcmp(w.text,
		    "bytes.", 6) == 0) ? NAMED_SO : NAMED_NOT;
	return f->named[word] == NAMED_SO;
}

struct value
function_call(struct fold *f, struct arguments *a, bool *known)
{
	struct word_text w = tree_word(f->tree, a->path);
	const struct row *row;
	struct value v;

	*known = true;
	if (!a->whole || !is_named(f, a->path))
		goto unknown;
	row = bsearch(&w, functions, ARRAY_LEN(functions), sizeof(*functions),
	    by_name);
	if (row != NULL)
		return row->call(f, a);
	if (is_lookup(w) && a->n >= 1 && a->at[0].kind == VALUE_STR)
		return own_attribute(f, a);
	if (through_type(f, a, &v) || function_decode(f, a, &v))
		return v;
unknown:
	*known = false;
	return value_unknown();
}
