/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fold_method - methods of known texts, lists, dicts and numbers.
 * Runs in: worker child, command.
 */
#include <string.h>

#include "base/buf.h"
#include "base/str.h"
#include "python/decode.h"
#include "python/fold_state.h"
#include "python/utf8.h"

#define HIT_BYTES (FOLD_STEP_BYTES / 2)	/* what finding a place is worth */

static bool
text_at(const struct arguments *a, uint32_t i, struct value *out)
{
	if (i >= a->n || !value_is_text(&a->at[i]))
		return false;
	*out = a->at[i];
	return true;
}

static struct value
same(struct fold *f, struct arguments *a)
{
	(void)f;
	return a->self;
}

/* Letters made one by one, put together: the text is what they hid. */
static bool
is_spelled(const struct arguments *a, const struct value *items, size_t n)
{
	if (a->self.len != 0 || n < FOLD_LAYER_LEAST ||
	    a->at[0].kind != VALUE_LIST)
		return false;
	if (a->at[0].word & WORK_TABLE)
		return true;
	for (size_t i = 0; i < n; i++)
		if (!value_is_text(&items[i]) || items[i].len > UTF8_MOST ||
		    !(items[i].flags & VALUE_BUILT))
			return false;
	return true;
}

static struct value
join(struct fold *f, struct arguments *a)
{
	struct value *items, v = value_unknown();
	struct buf b;
	unsigned int flags = 0;
	uint32_t layer = 0;
	size_t n;

	if (a->n != 1 || !value_items(f, a->node, a->at[0], &items, &n) ||
	    !value_begin(f, a->node, &b))
		return v;
	for (size_t i = 0; i < n && !b.full; i++) {
		if (i != 0)
			buf_add(&b, a->self.bytes, a->self.len);
		if (value_is_text(&items[i])) {
			buf_add(&b, items[i].bytes, items[i].len);
			layer = items[i].layer != 0 ? items[i].layer : layer;
			flags |= items[i].flags & VALUE_OPEN;
		} else {
			flags |= VALUE_OPEN;
		}
	}
	if (b.len != 0 || n == 0)
		v = value_end(f, a->node, a->self.kind, &b);
	buf_release(&b);
	v.flags |= (uint8_t)flags;
	v.layer = layer;
	/* A reversed text comes out of "".join(reversed(x)). */
	if (a->at[0].layer != 0 && v.kind != VALUE_UNKNOWN)
		v.layer = a->at[0].layer;
	if (is_spelled(a, items, n) && a->at[0].word != WORK_DONE)
		v = value_layer(f, a->node, value_work(f, &a->at[0],
		    a->at[0].word & WORK_TABLE ? "translate" :
		    "characters"), &a->at[0], v);
	return v;
}

static struct value
replace(struct fold *f, struct arguments *a)
{
	struct buf b;
	struct value from, to, v;
	const uint8_t *at = a->self.bytes, *end = at + a->self.len, *hit;
	int64_t left = INT64_MAX;
	size_t hits = 0;

	if (!text_at(a, 0, &from) || !text_at(a, 1, &to) || from.len == 0 ||
	    !value_begin(f, a->node, &b))
		return value_unknown();
	if (a->n > 2 && (!value_as_int(&a->at[2], &left) || left < 0))
		left = INT64_MAX;
	while (left-- > 0 && !b.full && (hit = memmem(at, (size_t)(end - at),
	    from.bytes, from.len)) != NULL) {
		buf_add(&b, at, (size_t)(hit - at));
		buf_add(&b, to.bytes, to.len);
		at = hit + from.len;
		hits++;
	}
	(void)fold_pay(f, a->node, hits * HIT_BYTES);
	buf_add(&b, at, (size_t)(end - at));
	v = value_end(f, a->node, a->self.kind, &b);
	v.flags |= a->self.flags & VALUE_OPEN;
	v.layer = a->self.layer;
	return v;
}

static bool
is_blank(uint8_t c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static struct value
strip_sides(struct arguments *a, bool left, bool right)
{
	struct value chars = value_text(VALUE_STR, " \t\n\v\f\r", 6);
	struct value v = a->self;
	bool strips[256] = { false };

	if (a->n > 0 && a->at[0].kind != VALUE_NONE && !text_at(a, 0, &chars))
		return value_unknown();
	for (uint32_t i = 0; i < chars.len; i++)
		strips[chars.bytes[i]] = true;
	v.flags &= (uint8_t)~VALUE_GROWS;
	while (left && v.len != 0 && strips[*v.bytes]) {
		v.bytes++;
		v.len--;
	}
	while (right && v.len != 0 && strips[v.bytes[v.len - 1]])
		v.len--;
	return v;
}

static struct value
strip(struct fold *f, struct arguments *a)
{
	(void)f;
	return strip_sides(a, true, true);
}

static struct value
lstrip(struct fold *f, struct arguments *a)
{
	(void)f;
	return strip_sides(a, true, false);
}

static struct value
rstrip(struct fold *f, struct arguments *a)
{
	(void)f;
	return strip_sides(a, false, true);
}

static struct value
change_case(struct fold *f, struct arguments *a, bool (*turn)(size_t, uint8_t))
{
	struct value v = value_copy(f, a->node, a->self.kind, a->self.bytes,
	    a->self.len);
	uint8_t *bytes;

	if (v.kind == VALUE_UNKNOWN)
		return v;
	bytes = fold_room(f, a->node, v.len);
	if (bytes == NULL)
		return value_unknown();
	for (uint32_t i = 0; i < v.len; i++) {
		uint8_t c = v.bytes[i], low = c | 0x20;

		bytes[i] = low >= 'a' && low <= 'z' && turn(i, c) ?
		    c ^ 0x20 : c;
	}
	v.bytes = bytes;
	v.flags |= a->self.flags & VALUE_OPEN;
	v.layer = a->self.layer;
	return v;
}

static bool
is_upper(size_t i, uint8_t c)
{
	(void)i;
	return c < 'a';
}

static bool
is_lower(size_t i, uint8_t c)
{
	return !is_upper(i, c);
}

static bool
any_case(size_t i, uint8_t c)
{
	(void)i;
	(void)c;
	return true;
}

static bool
wrong_in_sentence(size_t i, uint8_t c)
{
	return i == 0 ? is_lower(i, c) : is_upper(i, c);
}

static struct value
lower(struct fold *f, struct arguments *a)
{
	return change_case(f, a, is_upper);
}

static struct value
upper(struct fold *f, struct arguments *a)
{
	return change_case(f, a, is_lower);
}

static struct value
swapcase(struct fold *f, struct arguments *a)
{
	return change_case(f, a, any_case);
}

static struct value
capitalize(struct fold *f, struct arguments *a)
{
	return change_case(f, a, wrong_in_sentence);
}

/* ---- splitting ---------------------------------------------------------- */

static size_t
count_pieces(struct fold *f, uint32_t node, const struct value *v,
    const struct value *by)
{
	const uint8_t *at = v->bytes, *end = at + v->len, *hit;
	size_t n = 1;

	while ((hit = memmem(at, (size_t)(end - at), by->bytes, by->len)) !=
	    NULL) {
		n++;
		at = hit + by->len;
	}
	(void)fold_pay(f, node, n * HIT_BYTES);
	return n;
}

static struct value
piece(const struct value *of, const uint8_t *from, const uint8_t *to)
{
	return value_text(of->kind, from, (size_t)(to - from));
}

static struct value
split_blanks(struct fold *f, struct arguments *a)
{
	const uint8_t *at = a->self.bytes, *end = at + a->self.len;
	struct value *items = fold_items(f, a->node, a->self.len / 2 + 1);
	size_t n = 0;

	while (items != NULL) {
		const uint8_t *from;

		while (at < end && is_blank(*at))
			at++;
		from = at;
		while (at < end && !is_blank(*at))
			at++;
		if (from == at)
			break;
		items[n++] = piece(&a->self, from, at);
	}
	return value_list(items, n, 0);
}

static struct value
split(struct fold *f, struct arguments *a)
{
	const uint8_t *at = a->self.bytes, *end = at + a->self.len, *hit;
	struct value by, *items;
	int64_t left = INT64_MAX;
	size_t n = 0, most;

	if (a->n == 0 || a->at[0].kind == VALUE_NONE)
		return split_blanks(f, a);
	if (!text_at(a, 0, &by) || by.len == 0 || (a->n > 1 &&
	    !value_as_int(&a->at[1], &left)))
		return value_unknown();
	most = count_pieces(f, a->node, &a->self, &by);
	items = most <= FOLD_ITEMS_MAX ? fold_items(f, a->node, most) : NULL;
	if (items == NULL)
		return value_unknown();
	while (left-- != 0 && (hit = memmem(at, (size_t)(end - at), by.bytes,
	    by.len)) != NULL) {
		items[n++] = piece(&a->self, at, hit);
		at = hit + by.len;
	}
	items[n++] = piece(&a->self, at, end);
	return value_list(items, n, 0);
}

/* [before, by, behind] */
static struct value
part(struct fold *f, struct arguments *a, bool last)
{
	const uint8_t *at = a->self.bytes, *end = at + a->self.len, *hit, *next;
	struct value by, *items;

	if (!text_at(a, 0, &by) || by.len == 0 ||
	    (a->self.flags & VALUE_OPEN) ||
	    !fold_pay(f, a->node, a->self.len))
		return value_unknown();
	hit = memmem(at, a->self.len, by.bytes, by.len);
	for (next = hit; last && next != NULL; next = memmem(hit + 1,
	    (size_t)(end - hit - 1), by.bytes, by.len))
		hit = next;
	items = fold_items(f, a->node, 3);
	if (items == NULL)
		return value_unknown();
	items[0] = piece(&a->self, at, hit != NULL ? hit : last ? at : end);
	items[1] = piece(&by, by.bytes, by.bytes + (hit != NULL ? by.len : 0));
	items[2] = piece(&a->self, hit != NULL ? hit + by.len : last ? at : end,
	    end);
	return value_list(items, 3, 0);
}

static struct value
partition(struct fold *f, struct arguments *a)
{
	return part(f, a, false);
}

static struct value
rpartition(struct fold *f, struct arguments *a)
{
	return part(f, a, true);
}

static struct value
splitlines(struct fold *f, struct arguments *a)
{
	struct arguments b = *a;

	b.n = 1;
	b.at[0] = value_text(a->self.kind, "\n", 1);
	return split(f, &b);
}

static struct value
found(struct fold *f, struct arguments *a)
{
	struct value what;
	const uint8_t *hit;

	(void)f;
	if (!text_at(a, 0, &what) || a->n > 1 || a->self.flags & VALUE_OPEN)
		return value_unknown();
	hit = memmem(a->self.bytes, a->self.len, what.bytes, what.len);
	if (hit == NULL)
		return value_int(-1);
	return value_int(a->self.kind == VALUE_STR ? str_length(
	    a->self.bytes, (size_t)(hit - a->self.bytes)) :
	    hit - a->self.bytes);
}

static struct value
count(struct fold *f, struct arguments *a)
{
	struct value what;

	if (!text_at(a, 0, &what) || what.len == 0 ||
	    a->self.flags & VALUE_OPEN)
		return value_unknown();
	return value_int((int64_t)count_pieces(f, a->node, &a->self, &what) -
	    1);
}

static struct value
starts(struct fold *f, struct arguments *a)
{
	struct value what;

	(void)f;
	if (!text_at(a, 0, &what))
		return value_unknown();
	return value_bool(what.len <= a->self.len && memcmp(a->self.bytes,
	    what.bytes, what.len) == 0);
}

static struct value
ends(struct fold *f, struct arguments *a)
{
	struct value what;

	(void)f;
	if (!text_at(a, 0, &what))
		return value_unknown();
	return value_bool(what.len <= a->self.len && memcmp(a->self.bytes +
	    a->self.len - what.len, what.bytes, what.len) == 0);
}

static struct value
zfill(struct fold *f, struct arguments *a)
{
	int64_t width;
	uint8_t *room;

	if (a->n != 1 || !value_as_int(&a->at[0], &width) ||
	    width > FOLD_ITEMS_MAX)
		return value_unknown();
	if (width <= (int64_t)a->self.len)
		return a->self;
	room = fold_room(f, a->node, (size_t)width);
	if (room == NULL)
		return value_unknown();
	memset(room, '0', (size_t)width);
	memcpy(room + width - a->self.len, a->self.bytes, a->self.len);
	return value_text(a->self.kind, room, (size_t)width);
}

/* ---- encodings ---------------------------------------------------------- */

static struct value
encode(struct fold *f, struct arguments *a)
{
	struct value name = value_text(VALUE_STR, "utf-8", 5);

	(void)text_at(a, 0, &name);
	return decode_codec(f, a->node, &name, a->self, false);
}

static struct value
decode(struct fold *f, struct arguments *a)
{
	struct value name = value_text(VALUE_STR, "utf-8", 5);

	(void)text_at(a, 0, &name);
	for (uint32_t i = 0; i < a->nkeywords; i++)
		if (value_is_text(&a->keywords[i]))
			name = i == 0 && a->n == 0 &&
			    !value_is(&a->keywords[i], "ignore") &&
			    !value_is(&a->keywords[i], "replace") ?
			    a->keywords[i] : name;
	return decode_codec(f, a->node, &name, a->self, true);
}

static struct value
hex(struct fold *f, struct arguments *a)
{
	static const char digits[] = "0123456789abcdef";
	uint8_t *room = fold_room(f, a->node, 2 * (size_t)a->self.len);

	if (room == NULL || a->self.kind != VALUE_BYTES ||
	    a->self.flags & VALUE_OPEN)
		return value_unknown();
	for (uint32_t i = 0; i < a->self.len; i++) {
		room[2 * i] = (uint8_t)digits[a->self.bytes[i] >> 4];
		room[2 * i + 1] = (uint8_t)digits[a->self.bytes[i] & 15];
	}
	return value_text(VALUE_STR, room, 2 * (size_t)a->self.len);
}

static const struct { const char *name; builtin *call; } of_texts[] = {
	{ "capitalize", capitalize }, { "count", count }, { "decode", decode },
	{ "encode", encode }, { "endswith", ends }, { "find", found },
	{ "format", format_method }, { "format_map", format_method },
	{ "hex", hex }, { "index", found },
	{ "join", join }, { "lower", lower }, { "casefold", lower },
	{ "lstrip", lstrip },
	{ "maketrans", method_maketrans }, { "partition", partition },
	{ "replace", replace }, { "rpartition", rpartition },
	{ "rstrip", rstrip }, { "split", split }, { "splitlines", splitlines },
	{ "safe_substitute", format_template },
	{ "startswith", starts }, { "strip", strip },
	{ "substitute", format_template },
	{ "swapcase", swapcase }, { "tobytes", same }, { "translate",
	    method_translate }, { "upper", upper }, { "zfill", zfill },
	{ "__str__", same },
};

/* ---- numbers, lists, dicts ---------------------------------------------- */

static struct value
to_bytes(struct fold *f, struct arguments *a)
{
	int64_t size, i;
	bool little = false;
	uint8_t *room;

	for (uint32_t k = 0; k < a->n + a->nkeywords; k++)
		little = little || value_is(k < a->n ? &a->at[k] :
		    &a->keywords[k - a->n], "little");
	if (a->n == 0 || !value_as_int(&a->at[0], &size) || size < 0 ||
	    size > FOLD_ITEMS_MAX)
		return value_unknown();
	room = fold_room(f, a->node, (size_t)size);
	if (room == NULL)
		return value_unknown();
	memset(room, 0, (size_t)size);
	for (int64_t k = 0; k < size; k++) {
		uint8_t byte = 0;

		if (a->self.kind == VALUE_BIG && k < a->self.len)
			byte = a->self.bytes[a->self.len - 1 - k];
		else if (value_as_int(&a->self, &i) && k < 8 && i >= 0)
			byte = (uint8_t)(i >> 8 * k);
		room[little ? k : size - 1 - k] = byte;
	}
	return value_layer(f, a->node, "number", NULL,
	    value_text(VALUE_BYTES, room, (size_t)size));
}

static struct value
bit_length(struct fold *f, struct arguments *a)
{
	int64_t i;

	(void)f;
	if (a->self.kind == VALUE_BIG && a->self.len != 0)
		return value_int((int64_t)a->self.len * 8 -
		    (__builtin_clz(a->self.bytes[0]) - 24));
	if (!value_as_int(&a->self, &i) || i < 0)
		return value_unknown();
	return value_int(i == 0 ? 0 : 64 - __builtin_clzll((uint64_t)i));
}

static struct value
dict_part(struct fold *f, struct arguments *a, bool keys, bool values)
{
	size_t n = a->self.len / 2;
	struct value *items = fold_items(f, a->node, n), *two;

	for (size_t i = 0; items != NULL && i < n; i++) {
		if (!keys || !values) {
			items[i] = a->self.items[2 * i + (keys ? 0 : 1)];
			continue;
		}
		two = fold_items(f, a->node, 2);
		if (two == NULL)
			return value_unknown();
		two[0] = a->self.items[2 * i];
		two[1] = a->self.items[2 * i + 1];
		items[i] = value_list(two, 2, VALUE_TUPLE);
	}
	return value_list(items, n, 0);
}

static struct value
list_index(struct fold *f, struct arguments *a)
{
	for (uint32_t i = 0; a->n > 0 && i < a->self.len && f->steps != 0; i++)
		if (value_matches(f, &a->self.items[i], &a->at[0]))
			return value_int(i);
	return value_unknown();
}

static struct value
item_method(struct fold *f, struct arguments *a, struct word_text w)
{
	bool dict = a->self.kind == VALUE_DICT;
	struct value v;

	if (word_is(w, "__getitem__") && a->n == 1)
		return fold_item(f, a->self, a->at[0]);
	if (dict && (word_is(w, "get") || word_is(w, "pop")) && a->n >= 1) {
		v = fold_item(f, a->self, a->at[0]);
		return v.kind == VALUE_UNKNOWN && a->n > 1 ? a->at[1] : v;
	}
	if (dict && (word_is(w, "keys") || word_is(w, "values") ||
	    word_is(w, "items")))
		return dict_part(f, a, !word_is(w, "values"),
		    !word_is(w, "keys"));
	if (word_is(w, "copy"))
		return a->self;
	if (!dict && word_is(w, "index"))
		return list_index(f, a);
	return value_unknown();
}

struct value
method_call(struct fold *f, struct arguments *a)
{
	struct word_text w = tree_word(f->tree, a->path);

	if (value_is_text(&a->self)) {
		for (size_t i = 0; i < ARRAY_LEN(of_texts); i++)
			if (w.len == strlen(of_texts[i].name) &&
			    memcmp(w.text, of_texts[i].name, w.len) == 0)
				return of_texts[i].call(f, a);
		return word_is(w, "__getitem__") && a->n == 1 ?
		    fold_item(f, a->self, a->at[0]) : value_unknown();
	}
	if (a->self.kind == VALUE_LIST || a->self.kind == VALUE_DICT)
		return item_method(f, a, w);
	if (word_is(w, "to_bytes"))
		return to_bytes(f, a);
	if (word_is(w, "bit_length"))
		return bit_length(f, a);
	if (word_is(w, "__xor__") && a->n == 1)
		return fold_operator(f, a->node, '^', a->self, a->at[0]);
	if (word_is(w, "__add__") && a->n == 1)
		return fold_operator(f, a->node, '+', a->self, a->at[0]);
	return value_unknown();
}
