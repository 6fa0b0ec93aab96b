/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fold_name - what names stand for: through what binds them, in this source,
 * in other modules of the package, or nowhere but in Python itself.
 * Runs in: worker child, command.
 */
#include <string.h>

#include "python/fold_state.h"
#include "python/modules.h"

#define LOOP_BINDINGS 64	/* of one name in one loop */
#define REBOUND_MOST 4		/* older bindings looked at for a better one */

static struct value
path_of_word(uint32_t word)
{
	return (struct value){ .kind = VALUE_PATH, .word = word };
}

const char *
fold_path(const struct fold *f, const struct value *v, size_t *len)
{
	struct word_text w = tree_word(f->tree, v->word);

	*len = v->kind == VALUE_PATH ? w.len : 0;
	return *len != 0 ? (const char *)w.text : "";
}

/* "a" + "." + "b" */
struct value
path_joined(struct fold *f, uint32_t left, const char *between, uint32_t right)
{
	struct word_text a = tree_word(f->tree, left);
	struct word_text b = tree_word(f->tree, right);
	char path[FOLD_PATH_MAX + 1];
	size_t n = strlen(between), len = a.len + n + b.len;

	if (left == WORD_NONE || len > FOLD_PATH_MAX)
		return value_unknown();
	memcpy(path, a.text, a.len);
	memcpy(path + a.len, between, n);
	if (b.len != 0)
		memcpy(path + a.len + n, b.text, b.len);
	return value_path(f, path, len);
}

/* What `module.name` is: of this package's own modules, or a path. */
static struct value
module_member(struct fold *f, uint32_t module, uint32_t name)
{
	struct value v;

	if (modules_member(f, module, name, true, &v))
		return v;
	v = path_joined(f, module, ".", name);
	(void)path_text(f, &v, &v);
	return v;
}

struct value
fold_module_name(struct fold *f, uint32_t name)
{
	struct word_text w = tree_word(f->tree, name);

	return value_path(f, (const char *)w.text, w.len);
}

static struct value
value_of_alias(struct fold *f, const struct binding *b)
{
	const struct node *alias = fold_at(f, b->value);
	struct word_text name = tree_word(f->tree, alias->name);
	struct word_text bound = tree_word(f->tree, b->name);

	if (b->kind == BINDING_FROM)
		return module_member(f, modules_absolute(f, b->extra),
		    alias->name);
	/* `import a.b` binds a; `import a.b as c` binds a.b */
	if (alias->kid == 0)
		return value_path(f, (const char *)bound.text, bound.len);
	return value_path(f, (const char *)name.text, name.len);
}

static struct value
value_of_part(struct fold *f, const struct binding *b)
{
	struct value whole = fold_in(f, b->value, NULL), *items;
	size_t n;

	if (whole.kind == VALUE_UNKNOWN ||
	    !value_items(f, b->value, whole, &items, &n) || b->extra >= n)
		return value_unknown();
	return items[b->extra];
}

/* x += y, x.append(y): what x was, and more; a loop is gone through. */
static struct value
value_of_augment(struct fold *f, const struct binding *b)
{
	const struct node *n = fold_at(f, b->value);
	struct value left;
	uint32_t right;

	if (b->extra != 0)
		return run_loop_for(f, b->extra, b->name);
	if (n->kind == NODE_INDEX)
		return value_unknown();
	if (n->kind == NODE_CALL) {
		left = fold_in(f, fold_at(f, n->kid)->kid, NULL);
		return value_changed(f, b->value, left, NULL);
	}
	right = fold_at(f, n->kid)->next;
	left = fold_in(f, n->kid, NULL);
	if (n->op == '+' && value_is_text(&left))
		return value_extend(f, b->value, left,
		    fold_in(f, right, NULL));
	return fold_operator(f, b->value, n->op, left,
	    fold_in(f, right, NULL));
}

/* A default is what a parameter is when nobody passes anything. */
static struct value
value_of_parameter(struct fold *f, const struct binding *b)
{
	const struct node *n = fold_at(f, b->value);
	uint32_t kid = n->kid;

	if (!(n->flags & 2))
		return value_unknown();
	if (n->flags & 1)
		kid = fold_at(f, kid)->next;
	return fold_in(f, kid, NULL);
}

struct value
fold_binding_alone(struct fold *f, uint32_t binding)
{
	struct binding b = f->tree->bindings[binding];

	switch (b.kind) {
	case BINDING_VALUE:
		return fold_in(f, b.value, NULL);
	case BINDING_PART:
		return value_of_part(f, &b);
	case BINDING_AUGMENT:
		return value_of_augment(f, &b);
	case BINDING_IMPORT:
	case BINDING_FROM:
		return value_of_alias(f, &b);
	case BINDING_DEF:
		return (struct value){ .kind = VALUE_CODE, .i = b.value };
	case BINDING_PARAM:
		return value_of_parameter(f, &b);
	default:
		return value_unknown();
	}
}

/* `try: import x` / `except: x = None`: the import is what matters. */
static struct value
best_binding(struct fold *f, uint32_t binding)
{
	struct value v = fold_binding_alone(f, binding), older;
	uint32_t b = binding;

	for (int i = 0; i < REBOUND_MOST && f->tree->bindings[b].nested &&
	    (v.kind == VALUE_NONE || v.kind == VALUE_UNKNOWN ||
	    v.kind == VALUE_BOOL); i++) {
		b = f->tree->bindings[b].before;
		if (b == 0 || f->tree->bindings[b].kind == BINDING_GLOBAL)
			break;
		older = fold_binding_alone(f, b);
		if (older.kind == VALUE_PATH)
			return older;
	}
	return v;
}

/* Remembered by binding: all names that go back to it have one value. */
struct value
fold_binding(struct fold *f, uint32_t binding)
{
	uint32_t *memo = &f->bound[binding], deep = f->skipped[SKIP_DEPTH];
	struct value v;

	if (binding >= f->tree->nbindings)
		return value_unknown();
	if (*memo >= MEMO_FIRST)
		return f->values[*memo];
	if (*memo != MEMO_NONE)
		return value_unknown();
	*memo = MEMO_BUSY;
	v = best_binding(f, binding);
	if (v.kind == VALUE_UNKNOWN)
		*memo = deep != f->skipped[SKIP_DEPTH] ? MEMO_NONE :
		    MEMO_UNKNOWN;
	else
		*memo = fold_keep(f, &v);
	return v;
}

static bool
is_builtin(struct word_text w)
{
	static const char names[] = " abs all any ascii bin bool bytearray "
	    "bytes callable chr compile complex delattr dict dir divmod "
	    "enumerate eval exec execfile filter float format frozenset "
	    "getattr globals hasattr hash help hex id input int isinstance "
	    "issubclass iter len list locals map max memoryview min next "
	    "object oct open ord pow print property range raw_input reduce "
	    "repr reversed round set setattr slice sorted staticmethod str "
	    "sum super tuple type unichr unicode vars xrange zip __import__ "
	    "__builtins__ __file__ __name__ __doc__ __path__ "
	    "Exception ";
	char word[32];

	if (w.len + 3 > sizeof(word))
		return false;
	word[0] = word[w.len + 1] = ' ';
	memcpy(word + 1, w.text, w.len);
	word[w.len + 2] = '\0';
	return strstr(names, word) != NULL;
}

/* Nobody binds the name: a builtin, or what `from module import *` brought. */
static struct value
unbound(struct fold *f, uint32_t name)
{
	struct word_text w = tree_word(f->tree, name);
	uint32_t star = tree_binding(f->tree, 0, WORD_STAR);

	if (word_is(w, "__doc__"))
		return fold_docstring(f, 0);
	if (star == 0 || is_builtin(w))
		return path_of_word(name);
	for (int i = 0; star != 0 && i < REBOUND_MOST; i++) {
		const struct binding *b = &f->tree->bindings[star];
		uint32_t module = modules_absolute(f, b->extra);
		struct value v;

		if (modules_member(f, module, name, false, &v))
			return v;
		if (modules_known(tree_word(f->tree, module), w))
			return path_joined(f, module, ".", name);
		star = b->before;
	}
	return path_of_word(name);
}

struct value
fold_own_module(struct fold *f)
{
	return value_path(f, FOLD_OWN_MODULE, strlen(FOLD_OWN_MODULE));
}

struct value
fold_global(struct fold *f, uint32_t name)
{
	uint32_t b = tree_binding(f->tree, 0, name);
	struct value v = b != 0 ? fold_binding(f, b) :
	    value_unknown();

	return b != 0 ? v : unbound(f, name);
}

struct value
fold_name(struct fold *f, uint32_t node)
{
	uint32_t b = tree_lookup(f->tree, node);
	struct value v;

	if (b == 0)
		return unbound(f, fold_at(f, node)->name);
	v = fold_binding(f, b);
	return f->tree->ngrown == 0 || f->tree->bindings[b].scope != 0 ||
	    f->tree->bindings[b].kind != BINDING_VALUE ? v :
	    fold_gathered(f, fold_at(f, node)->name, false, v);
}

/* What a name was before the loop that is gone through. */
struct value
fold_name_before(struct fold *f, uint32_t node, uint32_t at)
{
	uint32_t b = tree_lookup(f->tree, node);

	for (int i = 0; b != 0 && f->tree->bindings[b].at >= at &&
	    i < LOOP_BINDINGS; i++)
		b = f->tree->bindings[b].before;
	if (b == 0)
		return tree_lookup(f->tree, node) != 0 ? value_unknown() :
		    unbound(f, fold_at(f, node)->name);
	return fold_binding(f, b);
}
