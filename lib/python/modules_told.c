/* SPDX-License-Identifier: Apache-2.0 */
/*
 * modules_told - what other modules are told of the classes, objects and tables
 * of one: under "package.settings.TARGET" the texts that TARGET was made with
 * ("host", "#0"), under "package.model.Target" the names of its parameters
 * ("()"), what they are by default ("port="), and its attributes and
 * properties, with the names of parameters where those go; under
 * "package.settings.TABLE" what stands there under "[key]".
 *
 * Takes: a folded source.  Gives: texts.
 * Runs in: worker child, command.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "python/fold_state.h"
#include "python/modules.h"

#define SHORT_TEXT 20		/* of those, only what may be a part of an
				   address, a path or a command */
#define ITEMS_TOLD 64		/* of one table */

struct class_told {
	uint32_t	 node, scope, init; /* init: DEF, or 0 */
	uint32_t	 from, to;	/* of init */
	uint32_t	 symbolic;	/* a record */
	uint32_t	 names;		/* the newest of its names */
};

struct name_told {
	uint32_t	 name, next;
};

struct telling {
	struct modules	*modules;
	struct fold	*fold;
	const char	*module;
	struct class_told *classes;
	uint32_t	 nclasses;
	struct name_told *names;	/* from 1 */
	uint32_t	 nnames, names_room;
	bool		 full;
};

static bool
is_worth(const struct value *v)
{
	/* a key of one byte */
	if (v->kind == VALUE_INT)
		return v->i > 0 && v->i < 256;
	if (!value_is_text(v) || v->len == 0)
		return false;
	if (v->kind == VALUE_BYTES || v->len >= SHORT_TEXT)
		return true;
	if (v->len >= 4 && memcmp(v->bytes, "http", 4) == 0)
		return true;
	for (uint32_t i = 0; i < v->len; i++)
		if (strchr("./:~", v->bytes[i]) != NULL ||
		    v->bytes[i] == RECORD_HOLE)
			return v->bytes[i] != '\0';
	return false;
}

static uint32_t
path_of(struct telling *t, uint32_t name)
{
	struct word_text w = tree_word(t->fold->tree, name);
	char path[FOLD_PATH_MAX + 1];
	size_t len = strlen(t->module);

	if (len + 1 + w.len > FOLD_PATH_MAX || w.len == 0)
		return WORD_NONE;
	memcpy(path, t->module, len);
	path[len] = '.';
	memcpy(path + len + 1, w.text, w.len);
	return words_add(&t->fold->tree->words, (const uint8_t *)path,
	    len + 1 + w.len, true);
}

static void
tell(struct telling *t, uint32_t of, struct word_text name,
    const struct value *v)
{
	if (of != WORD_NONE && !t->full)
		t->full = !modules_tell(t->modules, tree_word(t->fold->tree,
		    of), name, v);
}

static void
tell_named(struct telling *t, uint32_t of, const char *name, size_t len,
    const struct value *v)
{
	tell(t, of, (struct word_text){ (const uint8_t *)name, (uint32_t)len,
	    0 }, v);
}

/* ---- classes ----------------------------------------------------------- */

static struct class_told *
class_of_scope(struct telling *t, uint32_t scope)
{
	for (uint32_t low = 0, high = t->nclasses; low < high;) {
		uint32_t mid = (low + high) / 2;

		if (t->classes[mid].scope == scope)
			return &t->classes[mid];
		if (t->classes[mid].scope < scope)
			low = mid + 1;
		else
			high = mid;
	}
	return NULL;
}

/* Whose __init__ stands there. */
static struct class_told *
class_at(struct telling *t, uint32_t at)
{
	for (uint32_t low = 0, high = t->nclasses; low < high;) {
		uint32_t mid = (low + high) / 2;
		const struct node *n = fold_at(t->fold, t->classes[mid].node);
		const struct node *block = fold_at(t->fold,
		    record_block(t->fold, t->classes[mid].node));

		if (at >= n->at && at < block->end)
			return at >= t->classes[mid].from &&
			    at < t->classes[mid].to ? &t->classes[mid] : NULL;
		if (n->at < at)
			low = mid + 1;
		else
			high = mid;
	}
	return NULL;
}

/* Classes at the top of the module, in the order of the text. */
static void
find_classes(struct telling *t)
{
	const struct tree *tree = t->fold->tree;

	t->classes = mem_array(tree->nscopes, sizeof(*t->classes));
	for (uint32_t s = 1; s < tree->nscopes; s++) {
		struct class_told *c = &t->classes[t->nclasses];
		const struct node *block;

		if (tree->scopes[s].kind != SCOPE_CLASS ||
		    tree->scopes[s].parent != 0)
			continue;
		*c = (struct class_told){ .node = tree->scopes[s].node,
		    .scope = s };
		c->init = record_method(t->fold, c->node, "__init__");
		block = fold_at(t->fold, record_block(t->fold, c->init));
		if (c->init != 0) {
			c->from = block->at;
			c->to = block->end;
		}
		t->nclasses++;
	}
}

static uint32_t
path_of_class(struct telling *t, const struct class_told *c)
{
	return path_of(t, fold_at(t->fold, c->node)->name);
}

static void
add_name(struct telling *t, struct class_told *c, uint32_t name)
{
	if (t->nnames == t->names_room) {
		t->names_room = t->names_room == 0 ? 32 : 2 * t->names_room;
		t->names = mem_grow(t->names, t->names_room,
		    sizeof(*t->names));
	}
	if (t->nnames == 0)
		t->nnames = 1;
	t->names[t->nnames] = (struct name_told){ name, c->names };
	c->names = t->nnames++;
}

static void
tell_known(struct telling *t, struct class_told *c, uint32_t name,
    const struct value *v)
{
	if (!value_is_text(v) && v->kind != VALUE_INT)
		return;
	add_name(t, c, name);
	if (is_worth(v))
		tell(t, path_of_class(t, c), tree_word(t->fold->tree, name), v);
}

/* What an object of the class has under that name, whatever it is made with. */
static void
tell_attribute(struct telling *t, struct class_told *c, uint32_t name)
{
	struct value v;

	if (c->symbolic == 0)
		c->symbolic = record_symbolic(t->fold, c->node);
	if (c->symbolic == 0)
		return;
	v = record_attribute(t->fold, record_object(t->fold, c->symbolic),
	    name);
	tell_known(t, c, name, &v);
}

/* Behind the docstring. */
static uint32_t
first_statement(const struct fold *f, uint32_t block)
{
	uint32_t k = block != 0 ? fold_at(f, block)->kid : 0;

	return k != 0 && (fold_at(f, k)->kind == NODE_STRING ||
	    fold_at(f, k)->kind == NODE_STRINGS) ? fold_at(f, k)->next : k;
}

/* return f"https://{self.host}" */
static bool
only_returns(const struct fold *f, uint32_t def)
{
	uint32_t k = first_statement(f, record_block(f, def));

	return k != 0 && fold_at(f, k)->kind == NODE_RETURN &&
	    fold_at(f, def)->kid != 0 && fold_at(f, fold_at(f, def)->kid)->kind
	    == NODE_DECORATOR;
}

static void
tell_member(struct telling *t, uint32_t binding)
{
	const struct binding *b = &t->fold->tree->bindings[binding];
	struct class_told *c = class_of_scope(t, b->scope);
	uint32_t name = b->name;
	struct value v;

	if (c == NULL || tree_binding(t->fold->tree, b->scope, name) !=
	    binding)
		return;
	if (b->kind == BINDING_DEF) {
		if (fold_at(t->fold, b->value)->kind == NODE_DEF &&
		    only_returns(t->fold, b->value))
			tell_attribute(t, c, name);
		return;
	}
	if (b->kind != BINDING_VALUE)
		return;
	v = record_constant(t->fold, binding);
	tell_known(t, c, name, &v);
}

/* self.url = "https://" + host; what a call gives is another object. */
static void
tell_assigned(struct telling *t, uint32_t binding)
{
	const struct binding *b = &t->fold->tree->bindings[binding];
	struct class_told *c = b->kind == BINDING_VALUE ? class_at(t, b->at) :
	    NULL;

	if (c == NULL)
		return;
	switch (fold_at(t->fold, b->value)->kind) {
	case NODE_NUMBER:
	case NODE_STRING:
	case NODE_STRINGS:
	case NODE_FORMAT:
	case NODE_BINARY:
	case NODE_NAME:
	case NODE_CALL:
	case NODE_BOOL:
		tell_attribute(t, c, b->name);
		break;
	default:
		break;
	}
}

/* What a parameter or field is by default. */
static void
tell_default(struct telling *t, uint32_t class, uint32_t param,
    const struct value *v)
{
	struct word_text w = tree_word(t->fold->tree, param);
	char name[FOLD_PATH_MAX + 1];

	if (!is_worth(v) || w.len >= FOLD_PATH_MAX)
		return;
	memcpy(name, w.text, w.len);
	name[w.len] = '=';
	tell_named(t, class, name, w.len + 1u, v);
}

static struct value
default_of(struct fold *f, uint32_t param)
{
	const struct node *n = fold_at(f, param);
	uint32_t k = n->kid;

	if (!(n->flags & 2))
		return value_unknown();
	return fold_in(f, n->flags & 1 ? fold_at(f, k)->next : k, NULL);
}

static void
add_parameter(struct telling *t, struct buf *b, uint32_t name)
{
	struct word_text w = tree_word(t->fold->tree, name);

	if (b->len != 0)
		buf_addc(b, ' ');
	buf_add(b, w.text, w.len);
}

static void
add_parameters(struct telling *t, struct class_told *c, struct buf *b)
{
	struct fold *f = t->fold;
	struct value v;
	bool self = true;

	for (uint32_t k = fold_at(f, c->init)->kid; k != 0;
	    k = fold_at(f, k)->next)
		for (uint32_t p = fold_at(f, k)->kind == NODE_PARAMS ?
		    fold_at(f, k)->kid : 0; p != 0; p = fold_at(f, p)->next) {
			if (fold_at(f, p)->kind != NODE_PARAM)
				continue;
			v = self ? value_unknown() : default_of(f, p);
			if (!self)
				add_parameter(t, b, fold_at(f, p)->name);
			tell_default(t, path_of_class(t, c),
			    fold_at(f, p)->name, &v);
			self = false;
		}
}

/* x: str */
static void
add_fields(struct telling *t, struct class_told *c, struct buf *b)
{
	struct fold *f = t->fold;
	uint32_t block = record_block(f, c->node), field, binding;
	struct value v;

	for (uint32_t k = block != 0 ? fold_at(f, block)->kid : 0; k != 0;
	    k = fold_at(f, k)->next) {
		field = record_field_of(f, k);
		if (field == 0)
			continue;
		add_parameter(t, b, field);
		tell_attribute(t, c, field);
		binding = tree_binding(f->tree, c->scope, field);
		v = binding != 0 ? record_constant(f, binding) :
		    value_unknown();
		tell_default(t, path_of_class(t, c), field, &v);
	}
}

static void
tell_parameters(struct telling *t, struct class_told *c)
{
	struct value v;
	struct buf b;

	if (!value_begin(t->fold, 0, &b))
		return;
	if (c->init != 0)
		add_parameters(t, c, &b);
	else
		add_fields(t, c, &b);
	v = value_end(t->fold, 0, VALUE_STR, &b);
	if (v.kind == VALUE_STR && v.len != 0)
		tell_named(t, path_of_class(t, c), "()", 2, &v);
}

/* ---- objects and tables ------------------------------------------------ */

/* As of a class, of which nobody but this source knows more. */
static void
tell_tuple(struct telling *t, uint32_t path, uint32_t record)
{
	struct value names = record_names(t->fold, record);
	const uint8_t *at, *end;

	if (names.kind != VALUE_STR)
		return;
	tell_named(t, path, "()", 2, &names);
	if (names.len == 0)
		return;
	for (at = names.bytes, end = at + names.len; at < end;) {
		const uint8_t *blank = memchr(at, ' ', (size_t)(end - at));
		size_t len = (size_t)((blank != NULL ? blank : end) - at);
		uint32_t name = len != 0 ? words_add(&t->fold->tree->words, at,
		    len, true) : WORD_NONE;
		struct value hole = record_hole(t->fold, name);

		if (name != WORD_NONE)
			tell(t, path, tree_word(t->fold->tree, name), &hole);
		at += len + 1;
	}
}

/* What it was made with. */
static void
tell_made(struct telling *t, uint32_t path, uint32_t record)
{
	char name[16];

	for (uint32_t i = 0; i < t->fold->records[record].nkeywords; i++) {
		const struct record *r = &t->fold->records[record];

		tell(t, path, tree_word(t->fold->tree, r->names[i]),
		    &r->at[r->n + i]);
	}
	for (uint32_t i = 0; i < t->fold->records[record].n; i++) {
		int len = snprintf(name, sizeof(name), "#%u", i);

		tell_named(t, path, name, (size_t)len,
		    &t->fold->records[record].at[i]);
	}
}

/* Of a class of this source: its attributes. */
static void
tell_object(struct telling *t, uint32_t path, struct value object)
{
	const struct class_told *c = NULL;
	struct value v;

	for (uint32_t i = 0; i < t->nclasses && c == NULL; i++)
		if (t->classes[i].node == (uint32_t)object.i)
			c = &t->classes[i];
	for (uint32_t i = c != NULL ? c->names : 0; i != 0;
	    i = t->names[i].next) {
		v = record_attribute(t->fold, object, t->names[i].name);
		if (is_worth(&v))
			tell(t, path, tree_word(t->fold->tree,
			    t->names[i].name), &v);
	}
}

static void
tell_items(struct telling *t, uint32_t path, const struct value *table)
{
	char name[FOLD_PATH_MAX];

	for (uint32_t i = 0; i + 1 < table->len && i < 2 * ITEMS_TOLD;
	    i += 2) {
		const struct value *key = &table->items[i];

		if (key->kind != VALUE_STR || key->len + 2 > FOLD_PATH_MAX ||
		    !is_worth(key + 1))
			continue;
		name[0] = '[';
		memcpy(name + 1, key->bytes, key->len);
		name[key->len + 1] = ']';
		tell_named(t, path, name, key->len + 2u, key + 1);
	}
}

bool
modules_is_tuple(const struct fold *f, const struct value *v)
{
	return v->kind == VALUE_PATH && v->len != 0 && (value_path_is(f, v,
	    "collections.namedtuple()") || value_path_is(f, v,
	    "typing.NamedTuple()"));
}

/* def settings(): return Settings() */
static struct value
object_given(struct fold *f, struct value v)
{
	struct arguments a = { .node = (uint32_t)v.i, .whole = true };
	uint32_t block, k;

	if (v.kind != VALUE_CODE || v.len != 0 ||
	    fold_at(f, (uint32_t)v.i)->kind != NODE_DEF)
		return value_unknown();
	block = record_block(f, (uint32_t)v.i);
	k = first_statement(f, block);
	return k != 0 && fold_at(f, k)->kind == NODE_RETURN ? run_function(f,
	    (uint32_t)v.i, &a) : value_unknown();
}

static void
tell_value(struct telling *t, uint32_t name)
{
	struct value v = fold_global(t->fold, name), given =
	    object_given(t->fold, v);
	uint32_t path = v.len != 0 || given.len != 0 ? path_of(t, name) :
	    WORD_NONE;

	if (path == WORD_NONE)
		return;
	if (given.len != 0) {
		path = path_joined(t->fold, path, "()", WORD_NONE).word;
		v = given;
	}
	if (modules_is_tuple(t->fold, &v))
		tell_tuple(t, path, v.len);
	else if (v.kind == VALUE_PATH)
		tell_made(t, path, v.len);
	else if (v.kind == VALUE_CODE && (v.flags & VALUE_BOUND))
		tell_object(t, path, v), tell_made(t, path, v.len);
	else if (v.kind == VALUE_DICT)
		tell_items(t, path, &v);
}

void
modules_tell_objects(struct modules *m, const char *name, struct fold *f)
{
	struct telling t = { .modules = m, .fold = f, .module = name };
	const struct tree *tree = f->tree;

	find_classes(&t);
	f->symbolic = true;
	for (uint32_t i = 0; i < t.nclasses; i++)
		tell_parameters(&t, &t.classes[i]);
	for (uint32_t b = 1; b < tree->nbindings && t.nclasses != 0; b++)
		if (tree_is_attribute(tree, b))
			tell_assigned(&t, b);
		else if (tree->bindings[b].scope != 0)
			tell_member(&t, b);
	f->symbolic = false;
	for (uint32_t b = 1; b < tree->nbindings && !t.full; b++)
		if (tree->bindings[b].scope == 0 && tree_binding(tree, 0,
		    tree->bindings[b].name) == b)
			tell_value(&t, tree->bindings[b].name);
	free(t.classes);
	free(t.names);
}
