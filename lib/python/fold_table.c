/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fold_table - str.translate and what makes its tables.
 * Runs in: worker child, command.
 */
#include <stdlib.h>
#include <string.h>

#include "python/fold_state.h"
#include "python/utf8.h"

/* Codes of a dict with the places of what they become, sorted. */
struct table {
	const struct value *map;
	uint64_t	*codes;		/* code << 32 | place; NULL: of bytes */
	size_t		 n;
};

static int
by_code(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

static bool
read_table(struct fold *f, uint32_t node, const struct value *map,
    struct table *t)
{
	int64_t code;

	*t = (struct table){ .map = map };
	if (map->kind != VALUE_DICT)
		return map->kind == VALUE_BYTES;
	/* A step for each: sorting takes that long. */
	t->codes = (uint64_t *)(void *)fold_room(f, node, map->len / 2 *
	    sizeof(*t->codes));
	if (t->codes == NULL ||
	    !fold_pay(f, node, map->len / 2 * (uint64_t)FOLD_STEP_BYTES))
		return false;
	for (uint32_t i = 0; i + 1 < map->len; i += 2)
		if (value_as_int(&map->items[i], &code) && code >= 0 &&
		    code <= UINT32_MAX)
			t->codes[t->n++] = (uint64_t)code << 32 | (i + 1);
	qsort(t->codes, t->n, sizeof(*t->codes), by_code);
	return true;
}

/* What the table makes of one code, the last of it, as in a dict; false: it
 * stays. */
static bool
translated(const struct table *t, uint32_t code, struct value *out)
{
	size_t low = 0, high = t->n, middle;

	if (t->codes == NULL) {
		if (code >= t->map->len)
			return false;
		*out = value_int(t->map->bytes[code]);
		return true;
	}
	while (low < high) {
		middle = low + (high - low) / 2;
		if (t->codes[middle] >> 32 <= code)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == 0 || t->codes[low - 1] >> 32 != code)
		return false;
	*out = t->map->items[(uint32_t)t->codes[low - 1]];
	return true;
}

struct value
method_translate(struct fold *f, struct arguments *a)
{
	bool str = a->self.kind == VALUE_STR;
	struct table table;
	struct buf b;
	struct value v, to;
	uint8_t code[UTF8_MOST];
	int64_t c;

	if (a->n == 0 || !read_table(f, a->node, &a->at[0], &table) ||
	    !value_begin(f, a->node, &b))
		return value_unknown();
	for (uint32_t i = 0; i < a->self.len && !b.full;) {
		size_t len = str ? str_offset(a->self.bytes + i,
		    a->self.len - i, 1) : 1;
		const uint8_t *from = a->self.bytes + i;
		uint32_t one = str ? utf8_get(from, len) : *from;

		i += (uint32_t)len;
		if (!fold_step(f, a->node))
			break;
		if (!translated(&table, one, &to))
			buf_add(&b, from, len);
		else if (value_is_text(&to))
			buf_add(&b, to.bytes, to.len);
		else if (value_as_int(&to, &c) && c >= 0 && str)
			buf_add(&b, code, (size_t)(utf8_put(code,
			    (uint32_t)c) - code));
		else if (value_as_int(&to, &c))
			buf_addc(&b, (char)c);
	}
	v = value_end(f, a->node, a->self.kind, &b);
	return value_layer(f, a->node, "translate", &a->self, v);
}

/* A character's code as a key of a table; what else is one stays. */
static struct value
code_of(struct value v)
{
	return v.kind == VALUE_STR ? value_int(utf8_get(v.bytes, v.len)) : v;
}

static struct value
table_of(struct value *items, size_t n)
{
	return items == NULL ? value_unknown() : (struct value){
	    .kind = VALUE_DICT, .len = (uint32_t)n, .items = items };
}

static struct value
table_of_dict(struct fold *f, uint32_t node, const struct value *dict)
{
	struct value *items = fold_items(f, node, dict->len);

	for (uint32_t i = 0; items != NULL && i < dict->len; i++)
		items[i] = i % 2 == 0 ? code_of(dict->items[i]) :
		    dict->items[i];
	return table_of(items, dict->len);
}

/* str.maketrans(x, y[, z]), bytes.maketrans(x, y), with self as the first. */
struct value
method_maketrans(struct fold *f, struct arguments *a)
{
	struct value *x, *y, *z = NULL, *items;
	size_t n, m, gone = 0;

	if (a->n == 1 && a->at[0].kind == VALUE_DICT)
		return table_of_dict(f, a->node, &a->at[0]);
	if (a->n < 2 || !value_items(f, a->node, a->at[0], &x, &n) ||
	    !value_items(f, a->node, a->at[1], &y, &m) || n != m)
		return value_unknown();
	if (a->n > 2 && !value_items(f, a->node, a->at[2], &z, &gone))
		gone = 0;
	items = fold_items(f, a->node, 2 * (n + gone));
	for (size_t i = 0; items != NULL && i < n; i++) {
		items[2 * i] = code_of(x[i]);
		items[2 * i + 1] = y[i];
	}
	for (size_t i = 0; items != NULL && i < gone; i++) {
		items[2 * (n + i)] = code_of(z[i]);
		items[2 * (n + i) + 1] = (struct value){ .kind = VALUE_NONE };
	}
	return table_of(items, 2 * (n + gone));
}
