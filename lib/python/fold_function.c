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
#include "python/modules.h"
#include "python/utf8.h"

static struct value
given(const struct arguments *a, uint32_t i)
{
	return i < a->n ? a->at[i] : value_unknown();
}

/* ---- names ------------------------------------------------------------------- */

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

	for (uint32_t i = 0; name.kind == VALUE_UNKNOWN && i < a->nkeywords;
	    i++)
		name = a->keywords[i];
	if (name.kind != VALUE_STR || name.len == 0)
		return value_unknown();
	v = value_path(f, (const char *)name.bytes, name.len);
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

/* ---- texts and numbers --------------------------------------------------------- */

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

/* ---- sequences ------------------------------------------------------------------- */

static struct value
list_function(struct fold *f, struct arguments *a)
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

static struct value
range_function(struct fold *f, struct arguments *a)
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

static struct value
sorted_function(struct fold *f, struct arguments *a)
{
	struct value v = a->nkeywords == 0 && a->n == 1 ?
	    list_function(f, a) : value_unknown();
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

static struct value
reversed_function(struct fold *f, struct arguments *a)
{
	struct value v, from = given(a, 0), *items;
	size_t n;

	v = list_function(f, a);
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

static struct value
enumerate_function(struct fold *f, struct arguments *a)
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

static struct value
zip_function(struct fold *f, struct arguments *a)
{
	struct value *columns[FOLD_ARGUMENTS], *out, *cells;
	size_t n = SIZE_MAX, len;

	if (a->n == 0)
		return value_unknown();
	for (uint32_t i = 0; i < a->n; i++) {
		if (!value_items(f, a->node, a->at[i], &columns[i], &len))
			return value_unknown();
		n = len < n ? len : n;
	}
	out = fold_items(f, a->node, n);
	cells = fold_items(f, a->node, n * a->n);
	if (out == NULL || cells == NULL)
		return value_unknown();
	for (size_t i = 0; i < n; i++) {
		for (uint32_t k = 0; k < a->n; k++)
			cells[i * a->n + k] = columns[k][i];
		out[i] = value_list(cells + i * a->n, a->n, VALUE_TUPLE);
	}
	return value_list(out, n, 0);
}

/* itertools.cycle(key), a beginning of it: what it decodes behind that is not
 * seen. */
static struct value
cycle_function(struct fold *f, struct arguments *a)
{
	struct value *items, *out;
	size_t n;

	if (a->n != 1 || !value_items(f, a->node, a->at[0], &items, &n) ||
	    n == 0)
		return value_unknown();
	out = fold_items(f, a->node, FOLD_CYCLE);
	for (size_t i = 0; out != NULL && i < FOLD_CYCLE; i++)
		out[i] = items[i % n];
	return value_list(out, FOLD_CYCLE, 0);
}

static struct value
map_items(struct fold *f, struct arguments *a, bool filter)
{
	struct value *items, *out, *second = NULL;
	size_t n, m = 0, kept = 0;

	if (a->n < 2 || !value_items(f, a->node, a->at[1], &items, &n) ||
	    (a->n > 2 && !value_items(f, a->node, a->at[2], &second, &m)))
		return value_unknown();
	if (second != NULL && m < n)
		n = m;
	out = fold_items(f, a->node, n);
	for (size_t i = 0; out != NULL && i < n; i++) {
		struct arguments one = { .node = a->node, .n = 1,
		    .whole = true, .at = { items[i] } };
		struct value v;

		if (second != NULL) {
			one.at[1] = second[i];
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

static struct value
map_function(struct fold *f, struct arguments *a)
{
	return map_items(f, a, false);
}

static struct value
filter_function(struct fold *f, struct arguments *a)
{
	return map_items(f, a, true);
}

static struct value
sum_function(struct fold *f, struct arguments *a)
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

static struct value
dict_function(struct fold *f, struct arguments *a)
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

static struct value
abs_function(struct fold *f, struct arguments *a)
{
	int64_t i;

	(void)f;
	if (a->n != 1 || !value_as_int(&a->at[0], &i) || i == INT64_MIN)
		return value_unknown();
	return value_int(i < 0 ? -i : i);
}

static struct value
xor_function(struct fold *f, struct arguments *a)
{
	return fold_operator(f, a->node, '^', given(a, 0), given(a, 1));
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
join_path(struct fold *f, struct arguments *a)
{
	struct value v = value_unknown();

	for (uint32_t i = 0; i < a->n; i++) {
		struct value slash = value_text(VALUE_STR, "/", 1);

		if (a->at[i].kind == VALUE_STR && v.kind == VALUE_STR)
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

/* ---- the table ---------------------------------------------------------------------- */

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
	{ "dict", dict_function },
	{ "enumerate", enumerate_function },
	{ "filter", filter_function },
	{ "frozenset", list_function },
	{ "functools.partial", function_partial },
	{ "functools.reduce", function_reduce },
	{ "getattr", get_attribute },
	{ "hex", hex_function },
	{ "importlib.__import__", import_first },
	{ "importlib.import_module", import_module },
	{ "int", int_function },
	{ "int.from_bytes", function_from_bytes },
	{ "iter", first_argument },
	{ "itertools.cycle", cycle_function },
	{ "len", len_function },
	{ "list", list_function },
	{ "long", int_function },
	{ "map", map_function },
	{ "memoryview", first_argument },
	{ "ntpath.join", join_path },
	{ "oct", oct_function },
	{ "operator.attrgetter", function_object },
	{ "operator.itemgetter", function_object },
	{ "operator.methodcaller", function_object },
	{ "operator.xor", xor_function },
	{ "ord", ord_function },
	{ "os.fsencode", first_argument },
	{ "os.path.join", join_path },
	{ "posixpath.join", join_path },
	{ "pow", pow_function },
	{ "range", range_function },
	{ "reduce", function_reduce },
	{ "repr", repr_function },
	{ "reversed", reversed_function },
	{ "set", list_function },
	{ "sorted", sorted_function },
	{ "str", str_function },
	{ "str.maketrans", method_maketrans },
	{ "string.maketrans", method_maketrans },
	{ "sum", sum_function },
	{ "tuple", list_function },
	{ "types.FunctionType", first_argument },
	{ "unichr", chr_function },
	{ "unicode", str_function },
	{ "vars", namespace },
	{ "xrange", range_function },
	{ "zip", zip_function },
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
