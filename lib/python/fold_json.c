/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fold_json - json.loads() and ast.literal_eval() of a text that is known.
 *
 * Takes: a text.  Gives: the value, or nothing when it is none.
 * Runs in: worker child, command.
 *
 * jansson reads JSON, our own reader what Python writes as literals.  It also
 * reads what json.loads() takes and jansson does not: NaN, Infinity, whole
 * numbers beyond 64 bits, half a surrogate pair, NULs in keys.  There "\/"
 * keeps its backslash, and two halves of a pair stay two.  Texts in UTF-16,
 * hooks (object_hook and the like) and subclasses of a decoder are not known.
 * Of a key that comes twice the last value counts, as in Python.
 */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "python/fold_state.h"

#define JSON_COST 8		/* a byte is read in so much more time than it
				   is gone through otherwise */
#define LITERAL_COST 16

/* What is gone through but for its items, which are to be filled. */
struct todo {
	json_t		*json;		/* one of the two */
	const struct value *value;
	struct value	*items;
	unsigned int	 deep;
};

struct copy {
	struct fold	*fold;
	uint32_t	 node;
	const struct fold *of;		/* literals: whose values they are */
	struct todo	*todo;		/* of no more than FOLD_ITEMS_MAX */
	size_t		 n, room, items;
	bool		 failed;
};

/* A list or table of `n` values, which are filled later. */
static struct value
begin(struct copy *c, struct todo todo, struct value like, size_t n)
{
	c->items += n;
	like.len = (uint32_t)n;
	like.items = c->items <= FOLD_ITEMS_MAX && todo.deep < JSON_DEPTH_MAX ?
	    fold_items(c->fold, c->node, n) : NULL;
	if (like.items == NULL) {
		c->failed = true;
		return value_unknown();
	}
	if (c->n == c->room) {
		c->room = c->room == 0 ? 16 : 2 * c->room;
		c->todo = mem_grow(c->todo, c->room, sizeof(*c->todo));
	}
	todo.items = like.items;
	todo.deep++;
	c->todo[c->n++] = todo;
	return like;
}

/* ---- JSON --------------------------------------------------------------- */

void
fold_warm(void)
{
	json_object_seed(0);
}

static struct value
json_value(struct copy *c, json_t *j, unsigned int deep)
{
	struct todo todo = { .json = j, .deep = deep };

	switch (json_typeof(j)) {
	case JSON_OBJECT:
		return begin(c, todo, (struct value){ .kind = VALUE_DICT },
		    2 * json_object_size(j));
	case JSON_ARRAY:
		return begin(c, todo, (struct value){ .kind = VALUE_LIST },
		    json_array_size(j));
	case JSON_STRING:
		return value_copy(c->fold, c->node, VALUE_STR,
		    json_string_value(j), json_string_length(j));
	case JSON_INTEGER:
		return value_int(json_integer_value(j));
	case JSON_REAL:
		return (struct value){ .kind = VALUE_FLOAT,
		    .f = json_real_value(j) };
	case JSON_TRUE:
	case JSON_FALSE:
		return value_bool(json_is_true(j));
	case JSON_NULL:
	default:
		return (struct value){ .kind = VALUE_NONE };
	}
}

static void
json_items(struct copy *c, struct todo t)
{
	json_t *kid;
	const char *key;
	size_t i;

	json_array_foreach(t.json, i, kid)
		t.items[i] = json_value(c, kid, t.deep);
	json_object_foreach(t.json, key, kid) {
		*t.items++ = value_copy(c->fold, c->node, VALUE_STR, key,
		    strlen(key));
		*t.items++ = json_value(c, kid, t.deep);
	}
}

/* Has it so few brackets that its tree of jansson's is small? */
static bool
json_is_small(const uint8_t *text, size_t len)
{
	size_t n = 0;

	for (size_t i = 0; i < len; i++)
		n += text[i] == '[' || text[i] == '{';
	return len <= JSON_BYTES_MAX && n <= JSON_BRACKETS_MAX;
}

static bool
json_read(struct copy *c, const struct value *text, struct value *out)
{
	json_t *j = json_is_small(text->bytes, text->len) ?
	    json_loadb((const char *)text->bytes, text->len,
	    JSON_ALLOW_NUL | JSON_DECODE_ANY, NULL) : NULL;

	if (j == NULL)
		return false;
	*out = json_value(c, j, 0);
	while (c->n != 0 && !c->failed)
		json_items(c, c->todo[--c->n]);
	json_decref(j);
	return true;
}

/* ---- literals ----------------------------------------------------------- */

/* A container's own bracket ends it: the reader forgives a wrong one. */
static bool
ends_with(const struct tree *t, const struct node *n, uint8_t bracket)
{
	return n->end > n->at && t->source.text[n->end - 1] == bracket;
}

static bool
is_literal(const struct tree *t, const struct node *n, bool names)
{
	switch (n->kind) {
	case NODE_NUMBER:
	case NODE_STRING:
	case NODE_STRINGS:
	case NODE_CONST:
	case NODE_TUPLE:
		return true;
	case NODE_UNARY:
		return t->nodes[n->kid].kind == NODE_NUMBER || (names &&
		    t->nodes[n->kid].kind == NODE_NAME);
	case NODE_LIST:
		return ends_with(t, n, ']');
	case NODE_SET:
	case NODE_DICT:
		return ends_with(t, n, '}');
	case NODE_NAME:
		return names;
	default:
		return false;
	}
}

/* The one expression that the text is, if nothing in it does anything; 0. */
static uint32_t
literal_of(const struct tree *t, bool names)
{
	uint32_t node = t->nodes[t->top].kid;

	if (node == 0 || t->nodes[node].next != 0 || t->cut || t->deep)
		return 0;
	for (uint32_t n = 1; n < t->nnodes; n++)
		if (n != t->top && !is_literal(t, &t->nodes[n], names))
			return 0;
	return node;
}

/* What JSON calls true; of other names nobody knows what they are. */
static struct value
named(struct word_text w)
{
	if (word_is(w, "true") || word_is(w, "false"))
		return value_bool(w.len == 4);
	return (struct value){ .kind = word_is(w, "null") ? VALUE_NONE :
	    VALUE_UNKNOWN };
}

static struct value
literal_value(struct copy *c, const struct value *v, unsigned int deep)
{
	struct todo todo = { .value = v, .deep = deep };
	struct value out = { .kind = v->kind };

	switch (v->kind) {
	case VALUE_LIST:
	case VALUE_DICT:
		out.flags = v->flags & (VALUE_TUPLE | VALUE_SET);
		return begin(c, todo, out, v->len);
	case VALUE_STR:
	case VALUE_BYTES:
	case VALUE_BIG:
		return value_copy(c->fold, c->node, v->kind, v->bytes, v->len);
	case VALUE_NONE:
	case VALUE_BOOL:
	case VALUE_INT:
	case VALUE_FLOAT:
		return *v;
	case VALUE_PATH:
		return named(tree_word(c->of->tree, v->word));
	default:
		return value_unknown();
	}
}

static void
literal_items(struct copy *c, struct todo t)
{
	for (uint32_t i = 0; i < t.value->len; i++)
		t.items[i] = literal_value(c, &t.value->items[i], t.deep);
}

/* As Python writes it, or with the names of JSON. */
static bool
literal_read(struct copy *c, const uint8_t *text, size_t len, bool names,
    struct value *out)
{
	struct tree *t = tree_read(text, len);
	struct fold *of = fold_new(t);
	uint32_t node = literal_of(t, names);
	struct value v = fold_node(of, node);

	c->of = of;
	*out = literal_value(c, &v, 0);
	while (c->n != 0 && !c->failed)
		literal_items(c, c->todo[--c->n]);
	fold_free(of);
	tree_free(t);
	return node != 0;
}

/* ---- the two ------------------------------------------------------------ */

static bool
is_blank(uint8_t c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* Of a text without blanks at its ends. */
static struct value
text_value(struct fold *f, uint32_t node, struct value text, bool json)
{
	struct copy c = { .fold = f, .node = node };
	struct value out = value_unknown();

	while (text.len != 0 && is_blank(*text.bytes)) {
		text.bytes++;
		text.len--;
	}
	while (text.len != 0 && is_blank(text.bytes[text.len - 1]))
		text.len--;
	if (!(json && json_read(&c, &text, &out)) && !c.failed &&
	    text.len <= LITERAL_BYTES_MAX &&
	    fold_pay(f, node, FOLD_UNPACK_COST + LITERAL_COST * text.len))
		(void)literal_read(&c, text.bytes, text.len, json, &out);
	free(c.todo);
	return c.failed ? value_unknown() : out;
}

static bool
is_known(struct fold *f, const struct arguments *a)
{
	return value_is_text(&a->at[0]) && !(a->at[0].flags & VALUE_OPEN) &&
	    fold_pay(f, a->node, JSON_COST * (uint64_t)a->at[0].len);
}

struct value
function_json(struct fold *f, struct arguments *a)
{
	return is_known(f, a) ? text_value(f, a->node, a->at[0], true) :
	    value_unknown();
}

struct value
function_literal(struct fold *f, struct arguments *a)
{
	return is_known(f, a) ? text_value(f, a->node, a->at[0], false) :
	    value_unknown();
}
