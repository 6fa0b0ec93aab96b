/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fold_grow - lists and texts that grow at their end.
 *
 * A header before the first item says how many are used and how many there is
 * room for.  Who holds the value with exactly that many may add one in place;
 * anybody else gets a copy, so that no two values share what they differ in.
 * Runs in: worker child, command.
 */
#include <string.h>

#include "python/fold_state.h"

struct header {
	_Alignas(16) uint32_t used;
	uint32_t	 room;
};

static struct header *
header_of(const struct value *v)
{
	return (struct header *)(void *)((uintptr_t)v->bytes -
	    sizeof(struct header));
}

/* Room for `more` units of `size` behind the `len` of v. */
static bool
make_room(struct fold *f, uint32_t node, struct value *v, size_t more,
    size_t size)
{
	struct header *h = v->flags & VALUE_GROWS ? header_of(v) : NULL;
	size_t room = 2 * ((size_t)v->len + more) + 16;
	uint8_t *bytes;

	if (h != NULL && h->used == v->len && v->len + more <= h->room)
		return true;
	if (!fold_pay(f, node, v->len * (size == 1 ? (uint64_t)1 :
	    FOLD_STEP_BYTES / FOLD_STEP_ITEMS)))
		return false;
	if (room > FOLD_VALUE_MAX / size)
		room = (size_t)v->len + more;
	if (room > FOLD_VALUE_MAX / size)
		bytes = NULL;
	else
		bytes = arena_take(&f->arena, sizeof(*h) + room * size);
	if (bytes == NULL) {
		(void)fold_skip(f, SKIP_BYTES, node);
		return false;
	}
	h = (struct header *)(void *)bytes;
	*h = (struct header){ .used = v->len, .room = (uint32_t)room };
	bytes += sizeof(*h);
	if (v->len != 0)
		memcpy(bytes, v->bytes, v->len * size);
	v->bytes = bytes;
	v->flags |= VALUE_GROWS;
	return true;
}

struct value
value_append(struct fold *f, uint32_t node, struct value list,
    struct value item)
{
	if (list.len >= FOLD_ITEMS_MAX || !make_room(f, node, &list, 1,
	    sizeof(item)))
		return value_unknown();
	list.items[list.len++] = item;
	header_of(&list)->used = list.len;
	return list;
}

struct value
value_extend(struct fold *f, uint32_t node, struct value text,
    struct value more)
{
	if (!value_is_text(&text) || text.kind != more.kind ||
	    (text.flags | more.flags) & VALUE_OPEN)
		return fold_operator(f, node, '+', text, more);
	if (!make_room(f, node, &text, more.len, 1))
		return value_unknown();
	/* `more` is a text of its own: the room was not used before. */
	memcpy((uint8_t *)(uintptr_t)text.bytes + text.len, more.bytes,
	    more.len);
	if (!(more.flags & VALUE_ASCII))
		value_measure(&more);
	if (!(more.flags & VALUE_ASCII))
		text.flags &= (uint8_t)~VALUE_ASCII;
	if (text.len == 0)
		text.flags |= more.flags & VALUE_ASCII;
	text.len += more.len;
	header_of(&text)->used = text.len;
	text.flags |= VALUE_BUILT;
	if (text.layer == 0)
		text.layer = more.layer;
	return text;
}

struct value
value_changed(struct fold *f, uint32_t call, struct value v, struct env *env)
{
	uint32_t function = fold_at(f, call)->kid;
	uint32_t argument = fold_at(f, function)->next;
	struct word_text w = tree_word(f->tree,
	    fold_at(f, function)->name);
	struct value what = fold_in(f, argument, env), *items;
	int64_t byte;
	uint8_t one;
	size_t n;

	if (w.len == 7 || argument == 0 || fold_at(f, argument)->next != 0)
		return value_unknown();	/* reverse, and insert(at, x) */
	if (v.kind == VALUE_BYTES && w.text[0] == 'a' &&
	    value_as_int(&what, &byte)) {
		one = (uint8_t)byte;
		return value_extend(f, call, v, value_text(VALUE_BYTES, &one,
		    1));
	}
	if (v.kind == VALUE_BYTES && what.kind == VALUE_BYTES)
		return value_extend(f, call, v, what);
	if (v.kind != VALUE_LIST || v.flags & (VALUE_TUPLE | VALUE_SET))
		return value_unknown();
	if (w.text[0] == 'a')
		return value_append(f, call, v, what);
	if (what.kind == VALUE_UNKNOWN ||
	    !value_items(f, call, what, &items, &n))
		return value_unknown();
	for (size_t i = 0; i < n && v.kind == VALUE_LIST; i++)
		v = value_append(f, call, v, items[i]);
	return v;
}
