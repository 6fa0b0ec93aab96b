/* SPDX-License-Identifier: Apache-2.0 */
/*
 * index - the names of an archive's members.
 * Runs in: worker child, the command.
 */
#include "unpack/index.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/mem.h"

void
index_add(struct index *x, const void *name, size_t len, uint32_t value)
{
	if (x->n >= UNPACK_INDEX_MAX ||
	    len > UNPACK_NAMES_MAX - x->names.len) {
		x->full = true;
		return;
	}
	if (x->n == x->room) {
		x->room = x->room != 0 ? x->room * 2 : 64;
		x->items = mem_grow(x->items, x->room, sizeof(*x->items));
	}
	x->items[x->n++] = (struct index_item){ (uint32_t)x->names.len,
		(uint32_t)len, value };
	buf_add(&x->names, name, len);
	x->sorted = false;
}

const char *
index_name(const struct index *x, const struct index_item *item)
{
	return buf_text(&x->names) + item->at;
}

static int
name_compare(const char *a, size_t a_len, const char *b, size_t b_len)
{
	int order = memcmp(a, b, a_len < b_len ? a_len : b_len);

	return order != 0 ? order : (a_len > b_len) - (a_len < b_len);
}

static int
item_compare(const void *a, const void *b, void *names)
{
	const struct index_item *x = a, *y = b;
	const char	*base = names;
	int		 order = name_compare(base + x->at, x->len,
	    base + y->at, y->len);

	return order != 0 ? order : (x->value > y->value) -
	    (x->value < y->value);
}

void
index_sort(struct index *x)
{
	if (x->sorted || x->n == 0)
		return;
	qsort_r(x->items, x->n, sizeof(*x->items), item_compare,
	    x->names.data);
	x->sorted = true;
}

struct index_item *
index_get(const struct index *x, const void *name, size_t len)
{
	size_t	low = 0, high = x->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct index_item *item = &x->items[middle];

		if (name_compare(index_name(x, item), item->len, name, len) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == x->n || x->items[low].len != len ||
	    memcmp(index_name(x, &x->items[low]), name, len) != 0)
		return NULL;
	return &x->items[low];
}

bool
index_same(const struct index *x, const struct index_item *a,
    const struct index_item *b)
{
	return a->len == b->len &&
	    memcmp(index_name(x, a), index_name(x, b), a->len) == 0;
}

void
index_release(struct index *x)
{
	buf_release(&x->names);
	free(x->items);
	*x = (struct index){ 0 };
}
