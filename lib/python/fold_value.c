/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fold_value - makers and readers of values.
 * Runs in: worker child, command.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/vis.h"
#include "python/fold_state.h"
#include "python/modules.h"

struct value
value_int(int64_t i)
{
	return (struct value){ .kind = VALUE_INT, .i = i };
}

struct value
value_bool(bool b)
{
	return (struct value){ .kind = VALUE_BOOL, .i = b };
}

struct value
value_big(const uint8_t *bytes, size_t len)
{
	int64_t i = 0;

	while (len != 0 && *bytes == 0) {
		bytes++;
		len--;
	}
	if (len > 8 || (len == 8 && *bytes >= 0x80))
		return (struct value){ .kind = VALUE_BIG, .len = (uint32_t)len,
		    .bytes = bytes };
	for (size_t k = 0; k < len; k++)
		i = i << 8 | bytes[k];
	return value_int(i);
}

struct value
value_path(struct fold *f, const char *path, size_t len)
{
	static const char *const prefixes[] = { "builtins.", "__builtin__.",
	    "__builtins__." };
	struct value v = { .kind = VALUE_PATH };

	for (size_t i = 0; i < 3; i++) {
		size_t n = strlen(prefixes[i]);

		if (len > n && memcmp(path, prefixes[i], n) == 0) {
			path += n;
			len -= n;
		}
	}
	if (len > FOLD_PATH_MAX)
		return value_unknown();
	v.word = words_add(&f->tree->words, (const uint8_t *)path, len, true);
	return v.word == WORD_NONE ? value_unknown() : v;
}

uint8_t *
fold_room(struct fold *f, uint32_t node, size_t len)
{
	uint8_t *p = NULL;

	if (!fold_pay(f, node, len))
		return NULL;
	if (len <= FOLD_VALUE_MAX)
		p = arena_take(&f->arena, len + 1);
	if (p == NULL)
		(void)fold_skip(f, SKIP_BYTES, node);
	else
		p[len] = '\0';
	return p;
}

struct value *
fold_items(struct fold *f, uint32_t node, size_t n)
{
	struct value *v = NULL;

	if (!fold_pay(f, node, n * (FOLD_STEP_BYTES / FOLD_STEP_ITEMS)))
		return NULL;
	if (n <= FOLD_VALUE_MAX / sizeof(*v))
		v = arena_take(&f->arena, (n != 0 ? n : 1) * sizeof(*v));
	if (v == NULL)
		(void)fold_skip(f, SKIP_BYTES, node);
	else
		memset(v, 0, n * sizeof(*v));
	return v;
}

struct value
value_text(enum value_kind kind, const void *bytes, size_t len)
{
	return (struct value){ .kind = (uint8_t)kind, .flags = VALUE_BUILT,
	    .len = (uint32_t)len, .bytes = bytes };
}

struct value
value_copy(struct fold *f, uint32_t node, enum value_kind kind,
    const void *bytes, size_t len)
{
	uint8_t *room = fold_room(f, node, len);

	if (room == NULL)
		return value_unknown();
	if (len != 0)
		memcpy(room, bytes, len);
	return value_text(kind, room, len);
}

bool
value_begin(struct fold *f, uint32_t node, struct buf *b)
{
	size_t left = f->arena.most - f->arena.total;

	*b = (struct buf){ .most = FOLD_VALUE_MAX };
	if (!fold_pay(f, node, 0))
		return false;
	if (left < FOLD_LEFT_LEAST) {
		(void)fold_skip(f, SKIP_BYTES, node);
		return false;
	}
	left -= FOLD_LEFT_LEAST / 2;
	if (left < b->most)
		b->most = left;
	return true;
}

struct value
value_end(struct fold *f, uint32_t node, enum value_kind kind, struct buf *b)
{
	struct value v;

	if (b->full) {
		(void)fold_pay(f, node, b->len);
		v = fold_skip(f, SKIP_BYTES, node);
	} else {
		v = value_copy(f, node, kind, b->data, b->len);
	}
	buf_release(b);
	return v;
}

struct value
value_list(struct value *items, size_t n, unsigned int flags)
{
	if (items == NULL)
		return value_unknown();
	return (struct value){ .kind = VALUE_LIST, .flags = (uint8_t)flags,
	    .len = (uint32_t)n, .items = items };
}

bool
value_is(const struct value *v, const char *text)
{
	return value_is_text(v) && v->len == strlen(text) &&
	    memcmp(v->bytes, text, v->len) == 0;
}

bool
value_path_is(const struct fold *f, const struct value *v, const char *text)
{
	struct word_text w = tree_word(f->tree, v->word);

	return v->kind == VALUE_PATH && w.len == strlen(text) &&
	    memcmp(w.text, text, w.len) == 0;
}

bool
value_equal(const struct value *a, const struct value *b)
{
	if (a->kind == VALUE_BOOL || a->kind == VALUE_INT)
		return (b->kind == VALUE_BOOL || b->kind == VALUE_INT) &&
		    a->i == b->i;
	if (a->kind != b->kind)
		return false;
	if (a->kind == VALUE_PATH)
		return a->word == b->word;
	if (value_is_text(a) || a->kind == VALUE_BIG)
		return a->len == b->len &&
		    memcmp(a->bytes, b->bytes, a->len) == 0;
	if (a->kind == VALUE_FLOAT)	/* an infinite one is itself, too */
		return a->f >= b->f && a->f <= b->f;
	return a->kind == VALUE_NONE;
}

bool
value_matches(struct fold *f, const struct value *a, const struct value *b)
{
	if (a->kind == b->kind && a->len == b->len)
		fold_charge(f, a);
	return value_equal(a, b);
}

int
value_truth(const struct value *v)
{
	switch (v->kind) {
	case VALUE_NONE:
		return 0;
	case VALUE_BOOL:
	case VALUE_INT:
		return v->i != 0;
	case VALUE_STR:
	case VALUE_BYTES:
	case VALUE_LIST:
	case VALUE_DICT:
		return v->len != 0;
	case VALUE_CODE:
	case VALUE_METHOD:
	case VALUE_BIG:
		return 1;
	default:
		return -1;
	}
}

bool
value_as_int(const struct value *v, int64_t *out)
{
	if (v->kind != VALUE_INT && v->kind != VALUE_BOOL)
		return false;
	*out = v->i;
	return true;
}

/* ---- texts -------------------------------------------------------------- */

uint32_t
str_length(const uint8_t *s, size_t len)
{
	uint32_t n = 0;

	for (size_t i = 0; i < len; i++)
		n += (s[i] & 0xc0) != 0x80;
	return n;
}

size_t
str_offset(const uint8_t *s, size_t len, size_t characters)
{
	size_t i = 0;

	while (i < len && characters != 0) {
		i++;
		while (i < len && (s[i] & 0xc0) == 0x80)
			i++;
		characters--;
	}
	return i;
}

void
value_measure(struct value *v)
{
	if (v->kind == VALUE_STR && str_length(v->bytes, v->len) == v->len)
		v->flags |= VALUE_ASCII;
}

uint32_t
value_length(const struct value *v)
{
	if (v->kind == VALUE_STR && !(v->flags & VALUE_ASCII))
		return str_length(v->bytes, v->len);
	return v->kind == VALUE_DICT ? v->len / 2 : v->len;
}

static bool
text_items(struct fold *f, uint32_t node, const struct value *v,
    struct value **items, size_t *n)
{
	bool str = v->kind == VALUE_STR;
	size_t at = 0, length = value_length(v);

	*items = fold_items(f, node, length);
	if (*items == NULL)
		return false;
	*n = length;
	for (size_t i = 0; i < length; i++) {
		size_t len = str ? str_offset(v->bytes + at, v->len - at, 1) :
		    1;

		(*items)[i] = str ? value_text(VALUE_STR, v->bytes + at, len) :
		    value_int(v->bytes[at]);
		at += len;
	}
	return true;
}

static bool
key_items(struct fold *f, uint32_t node, const struct value *v,
    struct value **items, size_t *n)
{
	*items = fold_items(f, node, v->len / 2);
	if (*items == NULL)
		return false;
	*n = v->len / 2;
	for (size_t i = 0; i < *n; i++)
		(*items)[i] = v->items[2 * i];
	return true;
}

static bool
range_items(struct fold *f, uint32_t node, const struct value *v,
    struct value **items, size_t *n)
{
	int64_t from = v->items[0].i, to = v->items[1].i;
	int64_t step = v->items[2].i;
	uint64_t span = step > 0 ? (from < to ? (uint64_t)to - (uint64_t)from :
	    0) : (from > to ? (uint64_t)from - (uint64_t)to : 0);
	uint64_t stride = step > 0 ? (uint64_t)step : -(uint64_t)step;
	uint64_t count = stride == 0 ? 0 : span / stride + (span % stride != 0);

	if (count > FOLD_ITEMS_MAX) {
		(void)fold_skip(f, SKIP_BYTES, node);
		return false;
	}
	*items = fold_items(f, node, (size_t)count);
	if (*items == NULL)
		return false;
	*n = (size_t)count;
	for (size_t i = 0; i < *n; i++)
		(*items)[i] = value_int(from + (int64_t)i * step);
	return true;
}

bool
value_items(struct fold *f, uint32_t node, struct value v,
    struct value **items, size_t *n)
{
	if (v.kind == VALUE_PATH)
		(void)modules_table(f, &v);
	switch (v.kind) {
	case VALUE_LIST:
		*items = v.items;
		*n = v.len;
		return true;
	case VALUE_STR:
	case VALUE_BYTES:
		return text_items(f, node, &v, items, n);
	case VALUE_RANGE:
		return range_items(f, node, &v, items, n);
	case VALUE_DICT:
		return key_items(f, node, &v, items, n);
	default:
		return false;
	}
}

static int
spell_text(const struct value *v, char *out, size_t room, bool repr)
{
	int len = repr ? (int)v->len + 2 + (v->kind == VALUE_BYTES) :
	    (int)v->len;

	if (v->len + 4 > room)
		return -1;
	if (!repr) {
		memcpy(out, v->bytes, v->len);
		return len;
	}
	for (uint32_t i = 0; i < v->len; i++)
		if (v->bytes[i] < ' ' || v->bytes[i] == '\'' ||
		    v->bytes[i] == '\\' || (v->bytes[i] >= 0x7f &&
		    v->kind == VALUE_BYTES))
			return -1;	/* needs escapes: nobody folds that */
	(void)snprintf(out, room, "%s'", v->kind == VALUE_BYTES ? "b" : "");
	memcpy(out + len - 1 - v->len, v->bytes, v->len);
	out[len - 1] = '\'';
	return len;
}

int
value_spell(const struct value *v, char *out, size_t room, bool repr)
{
	switch (v->kind) {
	case VALUE_NONE:
		return snprintf(out, room, "None");
	case VALUE_BOOL:
		return snprintf(out, room, v->i ? "True" : "False");
	case VALUE_INT:
		return snprintf(out, room, "%" PRId64, v->i);
	case VALUE_FLOAT:
		if (v->f != v->f || v->f > 1e15 || v->f < -1e15 ||
		    (double)(int64_t)v->f != v->f)
			return -1;
		return snprintf(out, room, "%.1f", v->f);
	case VALUE_STR:
	case VALUE_BYTES:
		return spell_text(v, out, room, repr ||
		    v->kind == VALUE_BYTES);
	default:
		return -1;
	}
}

/* ---- layers ------------------------------------------------------------- */

struct value
value_layer(struct fold *f, uint32_t node, const char *how,
    const struct value *from, struct value v)
{
	uint32_t below = from != NULL ? from->layer : 0;

	if (!value_is_text(&v) || (f->symbolic && record_has_hole(&v)))
		return v;
	if (f->nlayers == f->layers_room) {
		if (f->nlayers >= FOLD_LAYERS_MAX) {
			(void)fold_skip(f, SKIP_BYTES, node);
			return v;
		}
		f->layers_room = f->layers_room == 0 ? 16 : 2 * f->layers_room;
		f->layers = mem_grow(f->layers, f->layers_room,
		    sizeof(*f->layers));
	}
	if (f->nlayers == 0)
		f->layers[f->nlayers++] = (struct fold_layer){ 0 };
	if (below != 0)
		f->layers[below].used = true;
	f->layers[f->nlayers] = (struct fold_layer){ .how = how,
	    .from = below, .node = node, .bytes = v.bytes, .len = v.len,
	    .text = v.kind == VALUE_STR };
	v.layer = f->nlayers++;
	return v;
}

struct value
value_decoded(struct fold *f, uint32_t node, const char *how,
    const struct value *from, enum value_kind kind, struct buf *b, bool ok)
{
	struct value v = value_unknown();

	if (b->full)
		(void)fold_skip(f, SKIP_BYTES, node);
	else if (!ok)
		(void)fold_skip(f, SKIP_DATA, node);
	if (b->len != 0)
		v = value_copy(f, node, kind, b->data, b->len);
	buf_release(b);
	return value_layer(f, node, how, from, v);
}

const char *
value_work(struct fold *f, const struct value *list, const char *otherwise)
{
	char *how;

	if (list->kind != VALUE_LIST || !(list->word & WORK_XOR))
		return otherwise;
	if (!(list->word & WORK_KEY))
		return "xor";
	how = arena_take(&f->arena, sizeof("xor:0x00"));
	if (how == NULL)
		return "xor";
	(void)snprintf(how, sizeof("xor:0x00"), "xor:0x%02x",
	    list->word & 0xff);
	return how;
}
