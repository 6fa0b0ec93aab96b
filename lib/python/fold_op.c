/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fold_op - operators, comparisons, subscripts and slices of known values.
 * Runs in: worker child, command.
 */
#include <string.h>

#include "python/fold_state.h"
#include "python/lex.h"
#include "python/modules.h"

/* ---- numbers ------------------------------------------------------------ */

static struct value
divide(int64_t a, int64_t b, bool rest)
{
	int64_t q, r;

	if (b == 0 || (a == INT64_MIN && b == -1))
		return value_unknown();
	q = a / b;
	r = a % b;
	if (r != 0 && (r < 0) != (b < 0)) {
		q--;
		r += b;
	}
	return value_int(rest ? r : q);
}

static struct value
power(int64_t a, int64_t b)
{
	int64_t v = 1;

	if (b < 0 || b > 63)
		return value_unknown();
	while (b-- > 0)
		if (__builtin_mul_overflow(v, a, &v))
			return value_unknown();
	return value_int(v);
}

static struct value
int_operator(uint8_t op, int64_t a, int64_t b)
{
	struct value rest;
	int64_t v;

	switch (op) {
	case '+':
		return __builtin_add_overflow(a, b, &v) ? value_unknown() :
		    value_int(v);
	case '-':
		return __builtin_sub_overflow(a, b, &v) ? value_unknown() :
		    value_int(v);
	case '*':
		return __builtin_mul_overflow(a, b, &v) ? value_unknown() :
		    value_int(v);
	case '/':
		rest = divide(a, b, true);
		return rest.i == 0 ? divide(a, b, false) : value_unknown();
	case OP_FLOOR:
	case '%':
		return divide(a, b, op == '%');
	case '^':
		return value_int(a ^ b);
	case '&':
		return value_int(a & b);
	case '|':
		return value_int(a | b);
	case OP_LEFT:
		if (b < 0 || b > 62 || a < 0 || a > INT64_MAX >> b)
			return value_unknown();
		return value_int(a << b);
	case OP_RIGHT:
		if (b < 0)
			return value_unknown();
		return value_int(b > 63 ? (a < 0 ? -1 : 0) : a >> b);
	case OP_POWER:
		return power(a, b);
	default:
		return value_unknown();
	}
}

static struct value
float_operator(uint8_t op, double a, double b)
{
	struct value v = { .kind = VALUE_FLOAT };

	switch (op) {
	case '+':
		v.f = a + b;
		break;
	case '-':
		v.f = a - b;
		break;
	case '*':
		v.f = a * b;
		break;
	case '/':
		if (b == 0)
			return value_unknown();
		v.f = a / b;
		break;
	default:
		return value_unknown();
	}
	return v;
}

static bool
as_float(const struct value *v, double *out)
{
	if (v->kind == VALUE_FLOAT)
		*out = v->f;
	else if (v->kind == VALUE_INT || v->kind == VALUE_BOOL)
		*out = (double)v->i;
	else
		return false;
	return true;
}


/* ---- texts and lists ---------------------------------------------------- */

static struct value
join(struct fold *f, uint32_t node, const struct value *a,
    const struct value *b)
{
	uint8_t *room = fold_room(f, node, (size_t)a->len + b->len);
	struct value v;

	if (room == NULL)
		return value_unknown();
	memcpy(room, a->bytes, a->len);
	memcpy(room + a->len, b->bytes, b->len);
	v = value_text(a->kind, room, (size_t)a->len + b->len);
	v.flags |= (a->flags | b->flags) & VALUE_OPEN;
	v.layer = a->layer != 0 ? a->layer : b->layer;
	return v;
}

static struct value
join_lists(struct fold *f, uint32_t node, const struct value *a,
    const struct value *b)
{
	size_t n = (size_t)a->len + b->len;
	struct value *items = n <= FOLD_ITEMS_MAX ? fold_items(f, node, n) :
	    NULL;

	if (items == NULL)
		return value_unknown();
	memcpy(items, a->items, a->len * sizeof(*items));
	memcpy(items + a->len, b->items, b->len * sizeof(*items));
	return value_list(items, n, a->flags & VALUE_TUPLE);
}

static struct value
repeat(struct fold *f, uint32_t node, const struct value *a, int64_t times)
{
	size_t size = value_is_text(a) ? 1 : sizeof(*a);
	uint8_t *room;
	struct value v = *a;

	if (times < 0)
		times = 0;
	if (a->len != 0 && (uint64_t)times > FOLD_REPEAT_MAX / size / a->len)
		return fold_skip(f, SKIP_BYTES, node);
	room = fold_room(f, node, (size_t)times * a->len * size);
	if (room == NULL)
		return value_unknown();
	for (int64_t i = 0; i < times && a->len != 0; i++)
		memcpy(room + (size_t)i * a->len * size, a->bytes,
		    a->len * size);
	v.len = (uint32_t)(a->len * (uint64_t)times);
	v.bytes = room;
	v.flags = (v.flags & (VALUE_TUPLE | VALUE_ASCII)) |
	    (size == 1 ? VALUE_BUILT : 0);
	v.layer = 0;
	return v;
}

/* Known by its name at most. */
static bool
is_hole(const struct value *v)
{
	return v->kind == VALUE_UNKNOWN || v->kind == VALUE_PATH ||
	    v->kind == VALUE_OBJECT || v->kind == VALUE_METHOD;
}

/* A text and what is not known: the text, with a hole. */
static struct value
half_known(struct value a, struct value b)
{
	struct value v = value_is_text(&a) ? a : b;

	if (!value_is_text(&v) || v.len == 0)
		return value_unknown();
	v.flags |= VALUE_OPEN | VALUE_BUILT;
	return v;
}

struct value
fold_operator(struct fold *f, uint32_t node, uint8_t op, struct value a,
    struct value b)
{
	int64_t x, y;
	double p, q;

	if (value_as_int(&a, &x) && value_as_int(&b, &y)) {
		struct value v = int_operator(op, x, y);

		if (v.kind == VALUE_UNKNOWN)
			v = fold_big(f, node, op, &a, &b);
		if (v.kind != VALUE_UNKNOWN || op != '/' || y == 0)
			return v;
	}
	if (as_float(&a, &p) && as_float(&b, &q))
		return float_operator(op, p, q);
	fold_charge(f, &a);
	fold_charge(f, &b);
	if (op == '%' && value_is_text(&a))
		return format_percent(f, node, a, b);
	if (a.kind == VALUE_BIG || b.kind == VALUE_BIG)
		return fold_big(f, node, op, &a, &b);
	if (op == '+' && value_is_text(&a) && a.kind == b.kind)
		return join(f, node, &a, &b);
	if (op == '+' && a.kind == VALUE_LIST && b.kind == VALUE_LIST)
		return join_lists(f, node, &a, &b);
	if (op == '*' && value_as_int(&b, &y) && (value_is_text(&a) ||
	    a.kind == VALUE_LIST))
		return repeat(f, node, &a, y);
	if (op == '*' && value_as_int(&a, &x) && (value_is_text(&b) ||
	    b.kind == VALUE_LIST))
		return repeat(f, node, &b, x);
	if (op == '+' && (is_hole(&a) || is_hole(&b)))
		return half_known(a, b);
	return value_unknown();
}

struct value
fold_unary(struct fold *f, uint32_t node, struct env *env)
{
	const struct node *n = fold_at(f, node);
	uint8_t op = n->op;
	bool not = n->name == KW_NOT;
	struct value v = fold_in(f, n->kid, env);
	int truth = value_truth(&v);
	int64_t i;

	if (not)
		return truth < 0 ? value_unknown() : value_bool(!truth);
	if (v.kind == VALUE_FLOAT && op != '~') {
		v.f = op == '-' ? -v.f : v.f;
		return v;
	}
	if (!value_as_int(&v, &i) || i == INT64_MIN)
		return value_unknown();
	return value_int(op == '-' ? -i : op == '~' ? ~i : i);
}

/* ---- comparisons -------------------------------------------------------- */

static bool
holds(struct fold *f, const struct value *in, const struct value *what,
    bool *known)
{
	*known = true;
	if (value_is_text(in) && in->kind == what->kind)
		return memmem(in->bytes, in->len, what->bytes, what->len) !=
		    NULL;
	if (in->kind == VALUE_LIST || in->kind == VALUE_DICT) {
		for (uint32_t i = 0; i < in->len;
		    i += in->kind == VALUE_DICT ? 2 : 1) {
			*known = *known && in->items[i].kind != VALUE_UNKNOWN;
			if (value_matches(f, &in->items[i], what))
				return true;
			if (f->steps == 0) {
				*known = false;
				return false;
			}
		}
		return false;
	}
	*known = false;
	return false;
}

static struct value
ordered(uint8_t op, const struct value *a, const struct value *b)
{
	int64_t x, y;
	int order;

	if (value_as_int(a, &x) && value_as_int(b, &y)) {
		order = x < y ? -1 : x > y;
	} else if (a->kind == VALUE_BIG && value_as_int(b, &y)) {
		order = 1;
	} else if (value_as_int(a, &x) && b->kind == VALUE_BIG) {
		order = -1;
	} else if (value_is_text(a) && a->kind == b->kind) {
		uint32_t n = a->len < b->len ? a->len : b->len;

		order = memcmp(a->bytes, b->bytes, n);
		if (order == 0)
			order = a->len < b->len ? -1 : a->len > b->len;
	} else {
		return value_unknown();
	}
	switch (op) {
	case '<':
		return value_bool(order < 0);
	case '>':
		return value_bool(order > 0);
	case OP_LE:
		return value_bool(order <= 0);
	default:
		return value_bool(order >= 0);
	}
}

static bool
comparable(const struct value *v)
{
	return v->kind != VALUE_UNKNOWN && v->kind < VALUE_LIST &&
	    !(v->flags & VALUE_OPEN);
}

struct value
fold_compare(struct fold *f, uint32_t node, struct env *env)
{
	const struct node *n = fold_at(f, node);
	uint32_t left = n->kid, word = n->name;
	bool not = n->flags & 1, known, found;
	uint8_t op = n->op;
	struct value a, b;

	if (fold_at(f, left)->kind == NODE_COMPARE)
		return value_unknown();	/* a < b < c */
	a = fold_in(f, left, env);
	b = fold_in(f, fold_at(f, left)->next, env);
	fold_charge(f, &a);
	fold_charge(f, &b);
	if (word == KW_IN) {
		if (a.kind == VALUE_UNKNOWN)
			return value_unknown();
		found = holds(f, &b, &a, &known);
		return known ? value_bool(found != not) : value_unknown();
	}
	if (!comparable(&a) || !comparable(&b))
		return value_unknown();
	if (word == KW_IS || op == OP_EQ || op == OP_NE)
		return value_bool(value_equal(&a, &b) != (not ||
		    op == OP_NE));
	return ordered(op, &a, &b);
}

/* ---- subscripts --------------------------------------------------------- */

static struct value
element(struct fold *f, const struct value *v, int64_t i)
{
	int64_t len = value_length(v);
	size_t at;

	if (v->kind == VALUE_STR && !(v->flags & VALUE_ASCII))
		fold_charge(f, v);
	if (i < 0)
		i += len;
	if (i < 0 || i >= len || v->flags & VALUE_OPEN)
		return value_unknown();
	switch (v->kind) {
	case VALUE_LIST:
		return v->items[i];
	case VALUE_BYTES:
		return value_int(v->bytes[i]);
	case VALUE_STR:
		at = (uint32_t)len == v->len ? (size_t)i :
		    str_offset(v->bytes, v->len, (size_t)i);
		return value_text(VALUE_STR, v->bytes + at,
		    str_offset(v->bytes + at, v->len - at, 1));
	default:
		return value_unknown();
	}
}

static struct value
pair(struct fold *f, const struct value *v, const struct value *key)
{
	/* The last of a key is the one. */
	for (uint32_t i = v->len & ~1u; i != 0 && f->steps != 0; i -= 2)
		if (value_matches(f, &v->items[i - 2], key))
			return v->items[i - 1];
	return value_unknown();
}

/* As CPython's PySlice_AdjustIndices. */
static size_t
adjust(int64_t len, int64_t *from, int64_t *to, int64_t step)
{
	int64_t low = step < 0 ? -1 : 0, high = step < 0 ? len - 1 : len;

	if (*from < 0 && (*from += len) < 0)
		*from = low;
	else if (*from > high)
		*from = high;
	if (*to < 0 && (*to += len) < 0)
		*to = low;
	else if (*to > high)
		*to = high;
	if (step < 0)
		return *to < *from ? (size_t)((*from - *to - 1) / -step + 1) :
		    0;
	return *from < *to ? (size_t)((*to - *from - 1) / step + 1) : 0;
}

/* Characters of more than a byte: through a table of where each begins. */
static struct value
slice_wide(struct fold *f, uint32_t node, const struct value *v, int64_t from,
    int64_t step, size_t n)
{
	uint32_t *at = (uint32_t *)(void *)fold_room(f, node,
	    ((size_t)v->len + 1) * sizeof(*at));
	uint8_t *room = fold_room(f, node, v->len);
	size_t out = 0, length = 0;

	if (at == NULL || room == NULL)
		return value_unknown();
	for (uint32_t i = 0; i < v->len; i++)
		if (i == 0 || (v->bytes[i] & 0xc0) != 0x80)
			at[length++] = i;
	at[length] = v->len;
	for (size_t i = 0; i < n; i++) {
		size_t c = (size_t)(from + (int64_t)i * step);

		if (c >= length)
			break;
		memcpy(room + out, v->bytes + at[c], at[c + 1] - at[c]);
		out += at[c + 1] - at[c];
	}
	return value_text(VALUE_STR, room, out);
}

static struct value
slice_text(struct fold *f, uint32_t node, const struct value *v, int64_t from,
    int64_t step, size_t n)
{
	uint8_t *room;

	if (v->kind == VALUE_STR && str_length(v->bytes, v->len) != v->len)
		return slice_wide(f, node, v, from, step, n);
	room = fold_room(f, node, n);
	if (room == NULL)
		return value_unknown();
	for (size_t i = 0; i < n; i++)
		room[i] = v->bytes[from + (int64_t)i * step];
	return value_text(v->kind, room, n);
}

static struct value
slice(struct fold *f, uint32_t node, const struct value *v,
    const struct value part[3])
{
	int64_t step = 1, from, to, len = value_length(v);
	struct value *items, out;
	size_t n;

	if (part[2].kind != VALUE_NONE && !value_as_int(&part[2], &step))
		return value_unknown();
	if (step == 0 || step < -(int64_t)FOLD_VALUE_MAX ||
	    step > (int64_t)FOLD_VALUE_MAX)
		return value_unknown();
	from = step < 0 ? len - 1 : 0;
	to = step < 0 ? -len - 1 : len;
	if ((part[0].kind != VALUE_NONE && !value_as_int(&part[0], &from)) ||
	    (part[1].kind != VALUE_NONE && !value_as_int(&part[1], &to)))
		return value_unknown();
	n = adjust(len, &from, &to, step);
	if (value_is_text(v)) {
		if (v->flags & VALUE_OPEN && step != 1)
			return value_unknown();
		out = slice_text(f, node, v, from, step, n);
		out.flags |= v->flags & VALUE_OPEN;
		out.layer = v->layer;
		if (step == -1 && out.len > FOLD_LAYER_LEAST)
			out = value_layer(f, node, "reversed", v, out);
		return out;
	}
	items = fold_items(f, node, n);
	for (size_t i = 0; items != NULL && i < n; i++)
		items[i] = v->items[from + (int64_t)i * step];
	return value_list(items, n, v->flags & VALUE_TUPLE);
}

static struct value
slice_node(struct fold *f, uint32_t node, const struct value *v,
    uint32_t subscript, struct env *env)
{
	struct value part[3] = { { .kind = VALUE_NONE }, { .kind = VALUE_NONE },
	    { .kind = VALUE_NONE } };
	size_t i = 0;

	if (!value_is_text(v) && v->kind != VALUE_LIST)
		return value_unknown();
	for (uint32_t k = fold_at(f, subscript)->kid; k != 0 && i < 3;
	    k = fold_at(f, k)->next, i++)
		if (fold_at(f, k)->kind != NODE_NONE)
			part[i] = fold_in(f, k, env);
	return slice(f, node, v, part);
}

/* globals()["x"], vars(os)["x"], os.__dict__["x"], sys.modules["os"] */
static struct value
of_namespace(struct fold *f, const struct value *object,
    const struct value *key)
{
	size_t len;
	const char *path = fold_path(f, object, &len);
	uint32_t name = words_add(&f->tree->words, key->bytes, key->len, true);
	struct value v = value_unknown(), base;

	if (name == WORD_NONE || key->len == 0 || key->len > FOLD_PATH_MAX)
		return v;
	if (value_path_is(f, object, "sys.modules"))
		v = fold_module_name(f, name);
	else if (value_path_is(f, object, "globals()") ||
	    value_path_is(f, object, "locals()") ||
	    value_path_is(f, object, "vars()") ||
	    value_path_is(f, object, "__builtins__") ||
	    value_path_is(f, object, "__builtins__.__dict__") ||
	    value_path_is(f, object, "builtins.__dict__") ||
	    value_path_is(f, object, "__dict__"))
		v = fold_global(f, name);
	else if (len > 9 && memcmp(path + len - 9, ".__dict__", 9) == 0) {
		base = value_path(f, path, len - 9);
		v = fold_attribute(f, base, name, true);
	}
	if (v.kind == VALUE_PATH)
		v.flags |= VALUE_HIDDEN;
	return v;
}

/* object[key], of a class of this source */
static struct value
item_of_object(struct fold *f, struct value object, struct value key)
{
	uint32_t get = (object.flags & VALUE_BOUND) && object.len != 0 ?
	    record_method(f, f->records[object.len].class, "__getitem__") : 0;

	return get != 0 ? record_run(f, object, get, &key) : value_unknown();
}

struct value
fold_item(struct fold *f, struct value object, struct value key)
{
	int64_t i;

	if (object.kind == VALUE_DICT) {
		fold_charge(f, &object);
		return pair(f, &object, &key);
	}
	if (value_path_is(f, &key, "__name__") &&
	    value_path_is(f, &object, "sys.modules"))
		return fold_own_module(f);
	if (object.kind == VALUE_PATH && key.kind == VALUE_STR) {
		struct value v = of_namespace(f, &object, &key);

		return v.kind != VALUE_UNKNOWN ? v : modules_item(f, &object,
		    &key);
	}
	if (object.kind == VALUE_CODE && object.len != 0)
		return item_of_object(f, object, key);
	if (value_as_int(&key, &i))
		return element(f, &object, i);
	return value_unknown();
}

/* f.__globals__["__builtins__"]: by its length first, for most are not. */
static bool
asks_builtins(struct fold *f, uint32_t subscript)
{
	static const char name[] = "__builtins__";
	const struct node *n = fold_at(f, subscript);
	struct value v;

	if (subscript == 0 || n->kind != NODE_STRING ||
	    n->end - n->at != sizeof(name) + 1)
		return false;
	v = fold_node(f, subscript);
	return v.kind == VALUE_STR && v.len == sizeof(name) - 1 &&
	    memcmp(v.bytes, name, v.len) == 0;
}

struct value
fold_index(struct fold *f, uint32_t node, struct env *env)
{
	uint32_t first = fold_at(f, node)->kid;
	uint32_t subscript = fold_at(f, first)->next;
	struct value object = fold_in(f, first, env), key;

	if (subscript != 0 && fold_at(f, subscript)->kind == NODE_SLICE)
		fold_charge(f, &object);
	if (object.kind == VALUE_UNKNOWN || object.kind == VALUE_PATH ||
	    object.kind == VALUE_METHOD)
		if (asks_builtins(f, subscript))
			return fold_builtins(f);
	if (subscript == 0 || object.kind == VALUE_UNKNOWN)
		return value_unknown();
	(void)modules_table(f, &object);
	if (fold_at(f, subscript)->kind == NODE_SLICE)
		return slice_node(f, node, &object, subscript, env);
	key = fold_in(f, subscript, env);
	return fold_item(f, object, key);
}
