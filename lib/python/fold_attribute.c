/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fold_attribute - attributes of modules, classes, functions and values.
 * Runs in: worker child, command.
 */
#include <string.h>

#include "base/str.h"
#include "python/fold_state.h"
#include "python/modules.h"

#define AUGMENTS_MOST 64	/* of one attribute, behind what set it */
#define AROUND_MOST 4		/* scopes looked at for the class of self */

/* Texts of the standard library that codes are made of. */
bool
path_text(const struct fold *f, const struct value *path, struct value *out)
{
#define LOWER "abcdefghijklmnopqrstuvwxyz"
#define UPPER "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define MARKS "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"
	static const struct { const char *path, *text; } known[] = {
		{ "string.ascii_letters", LOWER UPPER },
		{ "string.ascii_lowercase", LOWER },
		{ "string.ascii_uppercase", UPPER },
		{ "string.digits", "0123456789" },
		{ "string.hexdigits", "0123456789abcdefABCDEF" },
		{ "string.letters", LOWER UPPER },
		{ "string.octdigits", "01234567" },
		{ "string.printable", "0123456789" LOWER UPPER MARKS
		    " \t\n\r\v\f" },
		{ "string.punctuation", MARKS },
		{ "string.whitespace", " \t\n\r\v\f" },
	};

	for (size_t i = 0; i < ARRAY_LEN(known); i++)
		if (value_path_is(f, path, known[i].path)) {
			*out = value_text(VALUE_STR, known[i].text,
			    strlen(known[i].text));
			out->flags = 0;
			return true;
		}
	return false;
#undef LOWER
#undef UPPER
#undef MARKS
}

/* The text that a module, function or class begins with. */
struct value
fold_docstring(struct fold *f, uint32_t owner)
{
	uint32_t block = f->tree->top, first;

	for (uint32_t k = owner != 0 ? fold_at(f, owner)->kid : 0; k != 0;
	    k = fold_at(f, k)->next)
		if (fold_at(f, k)->kind == NODE_BLOCK)
			block = k;
	first = fold_at(f, block)->kid;
	return first != 0 && (fold_at(f, first)->kind == NODE_STRING ||
	    fold_at(f, first)->kind == NODE_STRINGS) ?
	    fold_in(f, first, NULL) : value_unknown();
}

static bool
is_decorated(const struct fold *f, uint32_t def, const char *by)
{
	for (uint32_t k = fold_at(f, def)->kid; k != 0;
	    k = fold_at(f, k)->next) {
		const struct node *d = fold_at(f, k);

		if (d->kind == NODE_DECORATOR && d->kid != 0 &&
		    fold_at(f, d->kid)->kind == NODE_NAME && word_is(tree_word(
		    f->tree, fold_at(f, d->kid)->name), by))
			return true;
	}
	return false;
}

struct value
class_binding(struct fold *f, uint32_t b, bool instance)
{
	uint32_t def = f->tree->bindings[b].value;

	if (f->tree->bindings[b].kind != BINDING_DEF)
		return fold_binding(f, b);
	if (fold_at(f, def)->kind != NODE_DEF || is_decorated(f, def,
	    "staticmethod"))
		instance = false;
	else if (is_decorated(f, def, "classmethod"))
		instance = true;
	return (struct value){ .kind = VALUE_CODE,
	    .flags = instance ? VALUE_BOUND : 0, .i = def };
}

static struct value
class_member(struct fold *f, uint32_t scope, uint32_t name, bool instance)
{
	uint32_t b = tree_binding(f->tree, scope, name);

	return b != 0 ? class_binding(f, b, instance) : value_unknown();
}

static uint32_t
scope_of_class(const struct fold *f, uint32_t node)
{
	for (uint32_t k = fold_at(f, node)->kid; k != 0;
	    k = fold_at(f, k)->next)
		if (fold_at(f, k)->kind == NODE_BLOCK)
			return fold_at(f, k)->name;
	return 0;
}

/* rows.ROWS.items(): a method of a table of another module, which becomes the
 * object. */
static bool
is_of_table(struct fold *f, struct word_text w, struct value *object)
{
	static const char *const methods[] = { "items", "values", "keys",
	    "get", "copy" };

	for (size_t i = 0; i < ARRAY_LEN(methods); i++)
		if (word_is(w, methods[i]))
			return modules_table(f, object);
	return false;
}

struct value
fold_attribute(struct fold *f, struct value object, uint32_t name, bool hidden)
{
	struct value v, *self;
	struct word_text w = tree_word(f->tree, name);

	if (name == WORD_NONE)
		return value_unknown();
	if (object.kind == VALUE_PATH && tree_binding(f->tree, 0, name) != 0 &&
	    value_path_is(f, &object, FOLD_OWN_MODULE))
		return fold_global(f, name);
	if (object.kind == VALUE_PATH) {
		v = record_outside(f, object, name);
		if (v.kind != VALUE_UNKNOWN || modules_member(f, object.word,
		    name, !hidden && !(object.flags & VALUE_HIDDEN), &v))
			return v;
	}
	if (object.kind == VALUE_PATH && !is_of_table(f, w, &object)) {
		v = path_joined(f, object.word, ".", name);
		v.flags |= (object.flags & VALUE_HIDDEN) |
		    (hidden ? VALUE_HIDDEN : 0);
		if (value_path_is(f, &object, "string"))
			(void)path_text(f, &v, &v);
		return v;
	}
	if (object.kind == VALUE_UNKNOWN)
		return value_unknown();
	w = tree_word(f->tree, name);	/* which may have moved */
	if (object.kind == VALUE_CODE && word_is(w, "__doc__") &&
	    fold_at(f, (uint32_t)object.i)->kind != NODE_LAMBDA)
		return fold_docstring(f, (uint32_t)object.i);
	if (object.kind == VALUE_CODE &&
	    fold_at(f, (uint32_t)object.i)->kind == NODE_CLASS)
		return object.flags & VALUE_BOUND ? record_attribute(f,
		    object, name) : class_member(f, scope_of_class(f,
		    (uint32_t)object.i), name, false);
	/* of a member of an Enum */
	if (value_is_text(&object) && word_is(w, "value"))
		return object;
	if (word_is(w, "__call__"))
		return object;
	if (w.len > 2 && memcmp(w.text, "__", 2) == 0 && w.text[2] == 'c')
		return value_unknown();	/* __class__ */
	self = fold_items(f, 0, 1);
	if (self == NULL)
		return value_unknown();
	*self = object;
	return (struct value){ .kind = VALUE_METHOD, .word = name, .len = 1,
	    .items = self };
}

/* self.x of the class around the function that self is a parameter of. */
static struct value
own_member(struct fold *f, uint32_t self, uint32_t name)
{
	uint32_t scope = tree_scope_of(f->tree, self);

	for (int i = 0; i < AROUND_MOST && scope != 0; i++) {
		const struct tree_scope *s = &f->tree->scopes[scope];

		if (s->kind == SCOPE_CLASS && tree_binding(f->tree, scope,
		    name) != 0)
			return class_member(f, scope, name, true);
		scope = s->parent;
	}
	return value_unknown();
}

/* self.x += y is no value of its own, nor is x: str of a class: what was set
 * before it, or 0. */
static uint32_t
set_before(const struct fold *f, uint32_t b)
{
	for (int i = 0; b != 0 && i < AUGMENTS_MOST; i++) {
		const struct binding *at = &f->tree->bindings[b];

		if (at->kind != BINDING_FIELD && (at->kind != BINDING_OTHER ||
		    fold_at(f, at->value)->kind != NODE_AUGMENT))
			break;
		b = at->before;
	}
	return b;
}

/* frame.f_builtins, wherever the frame is from; x.__builtins__ */
static bool
is_builtins(struct word_text w)
{
	return w.len > 9 && (word_is(w, "__builtins__") ||
	    word_is(w, "f_builtins"));
}

struct value
fold_builtins(struct fold *f)
{
	static const char path[] = "__builtins__";
	struct value v = value_path(f, path, sizeof(path) - 1);

	v.flags |= VALUE_HIDDEN;
	return v;
}

struct value
fold_member(struct fold *f, uint32_t node, struct env *env)
{
	uint32_t name = fold_at(f, node)->name, base = fold_at(f, node)->kid;
	struct value object, *self;
	uint32_t b;

	/* self.x, whatever set it */
	if (fold_at(f, base)->kind == NODE_NAME &&
	    (fold_at(f, base)->name == WORD_SELF ||
	    fold_at(f, base)->name == WORD_CLS)) {
		self = env != NULL ? env_find(env, fold_at(f, base)->name) :
		    NULL;
		object = self != NULL && self->kind == VALUE_CODE &&
		    self->len != 0 ? record_attribute(f, *self, name) :
		    value_unknown();
		if (object.kind != VALUE_UNKNOWN)
			return object;
		b = set_before(f, tree_attribute(f->tree, name));
		object = b != 0 ? fold_binding_alone(f, b) :
		    own_member(f, base, name);
		return f->tree->ngrown == 0 ? object :
		    fold_gathered(f, name, true, object);
	}
	if (is_builtins(tree_word(f->tree, name)))
		return fold_builtins(f);
	object = fold_in(f, base, env);
	return fold_attribute(f, object, name, false);
}
