/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fold - what names and expressions of a tree stand for, without running it.
 *
 * Takes: struct tree.  Gives: values of its nodes, decoded layers.
 * Runs in: worker child, command.
 *
 * Values are remembered by node, so that going upwards through the nodes costs
 * each operand once.  What is asked for out of order (a name bound further
 * down) goes FOLD_DEPTH_MAX deep and no deeper.
 */
#include "python/fold.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/str.h"
#include "python/fold_state.h"
#include "python/modules.h"

enum { MEMO_NONE, MEMO_BUSY, MEMO_UNKNOWN, MEMO_FIRST };
#define LOOP_BINDINGS 64	/* of one name in one loop */
#define REBOUND_MOST 4		/* older bindings looked at for a better one */

struct fold *
fold_new(struct tree *t)
{
	struct fold *f = mem_alloc(sizeof(*f));

	f->tree = t;
	arena_init(&f->arena, FOLD_BYTES_MAX);
	f->memo = mem_array(t->nnodes, sizeof(*f->memo));
	f->bound = mem_array(t->nbindings, sizeof(*f->bound));
	f->values_room = 64;
	f->values = mem_array(f->values_room, sizeof(*f->values));
	f->nvalues = MEMO_FIRST;
	f->loops = mem_array(FOLD_LOOPS, sizeof(*f->loops));
	f->steps = FOLD_STEPS_LEAST + FOLD_STEPS_TIMES * t->source.size;
	if (f->steps > FOLD_STEPS_MAX)
		f->steps = FOLD_STEPS_MAX;
	f->steps += 4 * (uint64_t)t->nnodes;
	return f;
}

void
fold_free(struct fold *f)
{
	if (f == NULL)
		return;
	arena_release(&f->arena);
	free(f->memo);
	free(f->bound);
	free(f->loops);
	free(f->named);
	free(f->values);
	free(f->layers);
	free(f);
}

void
fold_limit(struct fold *f, size_t bytes)
{
	f->arena.most = bytes > f->arena.total ? bytes : f->arena.total;
}

size_t
fold_memory(const struct fold *f)
{
	return sizeof(*f) + f->arena.total +
	    f->tree->nnodes * sizeof(*f->memo) +
	    f->tree->nbindings * sizeof(*f->bound) +
	    f->values_room * sizeof(*f->values) + f->named_room +
	    f->layers_room * sizeof(*f->layers) +
	    FOLD_LOOPS * sizeof(*f->loops);
}

/* The number that a value is remembered by. */
static uint32_t
value_keep(struct fold *f, const struct value *v)
{
	if (f->nvalues == f->values_room) {
		f->values_room *= 2;
		f->values = mem_grow(f->values, f->values_room,
		    sizeof(*f->values));
	}
	f->values[f->nvalues] = *v;
	value_measure(&f->values[f->nvalues]);
	return f->nvalues++;
}

struct value
fold_skip(struct fold *f, enum fold_skip why, uint32_t node)
{
	if (f->skipped[why]++ == 0)
		f->skipped_node[why] = node;
	return value_unknown();
}

const char *
fold_skip_name(enum fold_skip why)
{
	static const char *const names[SKIP_KINDS] = {
		[SKIP_STEPS] = "too many steps",
		[SKIP_BYTES] = "too many bytes",
		[SKIP_DEPTH] = "nested too deep",
		[SKIP_DATA] = "broken data",
	};

	return names[why];
}

static void
charge(struct fold *f, uint64_t cost)
{
	f->steps = f->steps > cost ? f->steps - cost : 0;
}

bool
fold_exhausted(const struct fold *f)
{
	return f->arena.full || (f->steps == 0 &&
	    f->skipped[SKIP_STEPS] != 0);
}

bool
fold_pay(struct fold *f, uint32_t node, uint64_t bytes)
{
	if (f->steps == 0) {
		(void)fold_skip(f, SKIP_STEPS, node);
		return false;
	}
	charge(f, bytes / FOLD_STEP_BYTES);
	return true;
}

bool
fold_step(struct fold *f, uint32_t node)
{
	return fold_pay(f, node, FOLD_STEP_BYTES);
}

void
fold_charge(struct fold *f, const struct value *v)
{
	if (v->kind == VALUE_LIST || v->kind == VALUE_DICT)
		charge(f, v->len / FOLD_STEP_ITEMS);
	else if (value_is_text(v) || v->kind == VALUE_BIG)
		charge(f, v->len / FOLD_STEP_BYTES);
	else if (v->kind == VALUE_OBJECT)
		for (uint32_t i = 0; i < v->len; i++)
			if (v->items[i].kind != VALUE_OBJECT)
				fold_charge(f, &v->items[i]);
}

/* ---- names -------------------------------------------------------------- */

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
static struct value
join_path(struct fold *f, uint32_t left, const char *between, uint32_t right)
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

static bool library_text(const struct fold *, const struct value *,
	    struct value *);

/* What `module.name` is: of this package's own modules, or a path. */
static struct value
module_member(struct fold *f, uint32_t module, uint32_t name)
{
	struct value v;

	if (f->modules != NULL && modules_member(f, module, name, &v))
		return v;
	v = join_path(f, module, ".", name);
	(void)library_text(f, &v, &v);
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

static struct value value_of_binding(struct fold *f, uint32_t binding);

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

static struct value
value_of_binding(struct fold *f, uint32_t binding)
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
	struct value v = value_of_binding(f, binding), older;
	uint32_t b = binding;

	for (int i = 0; i < REBOUND_MOST && f->tree->bindings[b].nested &&
	    (v.kind == VALUE_NONE || v.kind == VALUE_UNKNOWN ||
	    v.kind == VALUE_BOOL); i++) {
		b = f->tree->bindings[b].before;
		if (b == 0 || f->tree->bindings[b].kind == BINDING_GLOBAL)
			break;
		older = value_of_binding(f, b);
		if (older.kind == VALUE_PATH)
			return older;
	}
	return v;
}

/* Remembered by binding: all names that go back to it have one value. */
static struct value
value_of_bindings(struct fold *f, uint32_t binding)
{
	uint32_t *memo = &f->bound[binding], deep = f->skipped[SKIP_DEPTH];
	struct value v;

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
		*memo = value_keep(f, &v);
	return v;
}

struct value
fold_binding(struct fold *f, uint32_t binding)
{
	return binding < f->tree->nbindings ? value_of_bindings(f, binding) :
	    value_unknown();
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
	    "__builtins__ __file__ __name__ __doc__ Exception ";
	char word[32];

	if (w.len + 3 > sizeof(word))
		return false;
	word[0] = word[w.len + 1] = ' ';
	memcpy(word + 1, w.text, w.len);
	word[w.len + 2] = '\0';
	return strstr(names, word) != NULL;
}

static struct value docstring(struct fold *, uint32_t owner);

/* Nobody binds the name: a builtin, or what `from module import *` brought. */
static struct value
unbound(struct fold *f, uint32_t name)
{
	struct word_text w = tree_word(f->tree, name);
	uint32_t star = tree_binding(f->tree, 0, WORD_STAR);

	if (word_is(w, "__doc__"))
		return docstring(f, 0);
	if (star == 0 || is_builtin(w))
		return path_of_word(name);
	for (int i = 0; star != 0 && i < REBOUND_MOST; i++) {
		const struct binding *b = &f->tree->bindings[star];
		uint32_t module = modules_absolute(f, b->extra);
		struct value v;

		if (f->modules != NULL &&
		    modules_member(f, module, name, &v))
			return v;
		if (modules_known(tree_word(f->tree, module), w))
			return join_path(f, module, ".", name);
		star = b->before;
	}
	return path_of_word(name);
}

struct value
fold_global(struct fold *f, uint32_t name)
{
	uint32_t b = tree_binding(f->tree, 0, name);
	struct value v = b != 0 ? value_of_bindings(f, b) :
	    value_unknown();

	return b != 0 ? v : unbound(f, name);
}

static struct value
value_of_name(struct fold *f, uint32_t node)
{
	uint32_t b = tree_lookup(f->tree, node);

	return b != 0 ? value_of_bindings(f, b) :
	    unbound(f, fold_at(f, node)->name);
}

/* ---- attributes and what looks them up by text -------------------------- */

/* Texts of the standard library that codes are made of. */
static bool
library_text(const struct fold *f, const struct value *path, struct value *out)
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
static struct value
docstring(struct fold *f, uint32_t owner)
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

/* A method, or what the class binds; `instance`: through self, or one. */
static struct value
class_member(struct fold *f, uint32_t scope, uint32_t name, bool instance)
{
	uint32_t b = tree_binding(f->tree, scope, name), def;

	if (b == 0)
		return value_unknown();
	def = f->tree->bindings[b].value;
	if (f->tree->bindings[b].kind != BINDING_DEF)
		return value_of_bindings(f, b);
	if (fold_at(f, def)->kind != NODE_DEF || is_decorated(f, def,
	    "staticmethod"))
		instance = false;
	else if (is_decorated(f, def, "classmethod"))
		instance = true;
	return (struct value){ .kind = VALUE_CODE,
	    .flags = instance ? VALUE_BOUND : 0, .i = def };
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

struct value
fold_attribute(struct fold *f, struct value object, uint32_t name, bool hidden)
{
	struct value v, *self;
	struct word_text w = tree_word(f->tree, name);

	if (name == WORD_NONE)
		return value_unknown();
	if (object.kind == VALUE_PATH) {
		if (f->modules != NULL &&
		    modules_member(f, object.word, name, &v))
			return v;
		v = join_path(f, object.word, ".", name);
		v.flags |= (object.flags & VALUE_HIDDEN) |
		    (hidden ? VALUE_HIDDEN : 0);
		if (value_path_is(f, &object, "string"))
			(void)library_text(f, &v, &v);
		return v;
	}
	if (object.kind == VALUE_UNKNOWN)
		return value_unknown();
	if (object.kind == VALUE_CODE && word_is(w, "__doc__") &&
	    fold_at(f, (uint32_t)object.i)->kind != NODE_LAMBDA)
		return docstring(f, (uint32_t)object.i);
	if (object.kind == VALUE_CODE &&
	    fold_at(f, (uint32_t)object.i)->kind == NODE_CLASS)
		return class_member(f, scope_of_class(f, (uint32_t)object.i),
		    name, (object.flags & VALUE_BOUND) != 0);
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

	for (int i = 0; i < REBOUND_MOST && scope != 0; i++) {
		const struct tree_scope *s = &f->tree->scopes[scope];

		if (s->kind == SCOPE_CLASS && tree_binding(f->tree, scope,
		    name) != 0)
			return class_member(f, scope, name, true);
		scope = s->parent;
	}
	return value_unknown();
}

static struct value
value_of_attribute(struct fold *f, uint32_t node, struct env *env)
{
	uint32_t name = fold_at(f, node)->name, base = fold_at(f, node)->kid;
	struct value object;
	uint32_t b;

	/* self.x, whatever set it */
	if (fold_at(f, base)->kind == NODE_NAME &&
	    (fold_at(f, base)->name == WORD_SELF ||
	    fold_at(f, base)->name == WORD_CLS)) {
		b = tree_attribute(f->tree, name);
		return b != 0 ? value_of_binding(f, b) :
		    own_member(f, base, name);
	}
	object = fold_in(f, base, env);
	return fold_attribute(f, object, name, false);
}

/* ---- the rest ----------------------------------------------------------- */

static struct value
value_of_items(struct fold *f, uint32_t node, unsigned int flags,
    struct env *env)
{
	size_t n = 0, i = 0;
	struct value *items;
	bool known = false;

	for (uint32_t k = fold_at(f, node)->kid; k != 0;
	    k = fold_at(f, k)->next)
		n++;
	if (n > FOLD_ITEMS_MAX)
		return fold_skip(f, SKIP_BYTES, node);
	items = fold_items(f, node, n);
	if (items == NULL)
		return value_unknown();
	for (uint32_t k = fold_at(f, node)->kid; k != 0;
	    k = fold_at(f, k)->next) {
		if (fold_at(f, k)->kind == NODE_STAR)
			return value_unknown();
		items[i] = fold_in(f, k, env);
		known = known || items[i].kind != VALUE_UNKNOWN;
		i++;
	}
	return known || n == 0 ? value_list(items, n, flags) :
	    value_unknown();
}

static struct value
value_of_dict(struct fold *f, uint32_t node, struct env *env)
{
	struct value v = value_of_items(f, node, 0, env);

	if (v.kind == VALUE_LIST)
		v.kind = VALUE_DICT;
	return v.len % 2 == 0 ? v : value_unknown();
}

static struct value
value_of_const(const struct node *n)
{
	if (n->name == KW_NONE)
		return (struct value){ .kind = VALUE_NONE };
	if (n->name == KW_TRUE || n->name == KW_FALSE)
		return value_bool(n->name == KW_TRUE);
	return value_unknown();
}

/* Either branch when the condition is known, else the one that is. */
static struct value
value_of_choice(struct fold *f, uint32_t node, struct env *env)
{
	uint32_t test = fold_at(f, node)->kid;
	uint32_t then = fold_at(f, test)->next;
	uint32_t otherwise = then != 0 ? fold_at(f, then)->next : 0;
	struct value v = fold_in(f, test, env);
	int truth = value_truth(&v);

	if (truth == 0)
		return fold_in(f, otherwise, env);
	v = fold_in(f, then, env);
	if (truth < 0 && v.kind == VALUE_UNKNOWN)
		return fold_in(f, otherwise, env);
	return v;
}

static struct value
value_of_bool(struct fold *f, uint32_t node, struct env *env)
{
	const struct node *n = fold_at(f, node);
	uint32_t kid = n->kid, word = n->name;
	struct value left = fold_in(f, kid, env);
	int truth = value_truth(&left);

	if (truth == (word == KW_OR))
		return left;
	if (truth < 0 && word == KW_OR && left.kind != VALUE_UNKNOWN)
		return left;
	return fold_in(f, fold_at(f, kid)->next, env);
}

static struct value
value_of_binary(struct fold *f, uint32_t node, struct env *env)
{
	const struct node *n = fold_at(f, node);
	uint32_t left = n->kid;
	uint8_t op = n->op;
	struct value a = fold_in(f, left, env);
	struct value b = fold_in(f, fold_at(f, left)->next, env);

	return fold_operator(f, node, op, a, b);
}

static struct value
value_of_call(struct fold *f, uint32_t node, struct env *env)
{
	return fold_call(f, node, env);
}

static struct value
evaluate(struct fold *f, uint32_t node, struct env *env)
{
	const struct node *n = fold_at(f, node);

	switch (n->kind) {
	case NODE_NAME:
		return value_of_name(f, node);
	case NODE_NUMBER:
		return literal_number(f, node);
	case NODE_STRING:
		return literal_string(f, node);
	case NODE_STRINGS:
		return literal_strings(f, node, env);
	case NODE_FORMAT:
		return format_string(f, node, env);
	case NODE_CONST:
		return value_of_const(n);
	case NODE_ATTR:
		return value_of_attribute(f, node, env);
	case NODE_CALL:
		return value_of_call(f, node, env);
	case NODE_INDEX:
		return fold_index(f, node, env);
	case NODE_UNARY:
		return fold_unary(f, node, env);
	case NODE_BINARY:
		return value_of_binary(f, node, env);
	case NODE_COMPARE:
		return fold_compare(f, node, env);
	case NODE_BOOL:
		return value_of_bool(f, node, env);
	case NODE_TERNARY:
		return value_of_choice(f, node, env);
	case NODE_LAMBDA:
		return (struct value){ .kind = VALUE_CODE, .i = node };
	case NODE_LIST:
	case NODE_TUPLE:
	case NODE_SET:
		return value_of_items(f, node, n->kind == NODE_TUPLE ?
		    VALUE_TUPLE : n->kind == NODE_SET ? VALUE_SET : 0, env);
	case NODE_DICT:
		return value_of_dict(f, node, env);
	case NODE_LISTCOMP:
	case NODE_SETCOMP:
	case NODE_GENEXP:
	case NODE_DICTCOMP:
		return run_comprehension(f, node, env);
	case NODE_WALRUS:
		return fold_in(f, fold_at(f, n->kid)->next, env);
	case NODE_AWAIT:
	case NODE_AS:
		return fold_in(f, n->kid, env);
	default:
		return value_unknown();
	}
}

bool
fold_remembered(struct fold *f, uint32_t node, struct value *out)
{
	if (f->memo[node] < MEMO_UNKNOWN)
		return false;
	*out = f->memo[node] >= MEMO_FIRST ? f->values[f->memo[node]] :
	    value_unknown();
	return true;
}

void
fold_remember(struct fold *f, uint32_t node, struct value v)
{
	if (v.kind == VALUE_UNKNOWN) {
		f->memo[node] = MEMO_UNKNOWN;
		return;
	}
	f->memo[node] = value_keep(f, &v);
}

/* What is quicker read again than remembered; texts with escapes are not. */
static bool
is_leaf(struct fold *f, const struct node *n, const struct value *v)
{
	const uint8_t *text = f->tree->source.text;

	if (n->kind == NODE_STRING)
		return value_is_text(v) && v->bytes >= text &&
		    v->bytes <= text + f->tree->source.size;
	return n->kind == NODE_CONST || n->kind == NODE_LAMBDA ||
	    n->kind == NODE_NAME || (n->kind == NODE_NUMBER && v->kind == VALUE_INT);
}

/* What a name was before the loop that is gone through. */
static struct value
value_before(struct fold *f, uint32_t node, uint32_t at)
{
	uint32_t b = tree_lookup(f->tree, node);

	for (int i = 0; b != 0 && f->tree->bindings[b].at >= at &&
	    i < LOOP_BINDINGS; i++)
		b = f->tree->bindings[b].before;
	if (b == 0)
		return tree_lookup(f->tree, node) != 0 ? value_unknown() :
		    unbound(f, fold_at(f, node)->name);
	return value_of_bindings(f, b);
}

/* The value of a node; with `env`, where its variables have values. */
struct value
fold_in(struct fold *f, uint32_t node, struct env *env)
{
	struct value v, *var;
	uint32_t deep;

	if (node == 0)
		return value_unknown();
	if (env != NULL && fold_at(f, node)->kind == NODE_NAME) {
		var = env_find(env, fold_at(f, node)->name);
		if (var != NULL)
			return *var;
		if (env->loop)
			return value_before(f, node, env->at);
	}
	if (env == NULL || fold_at(f, node)->kind == NODE_NAME ||
	    fold_at(f, node)->kind == NODE_STRING) {
		env = NULL;
		if (f->memo[node] >= MEMO_FIRST)
			return f->values[f->memo[node]];
		if (f->memo[node] != MEMO_NONE)
			return value_unknown();
	}
	if (!fold_step(f, node))
		return value_unknown();
	if (f->depth == FOLD_DEPTH_MAX)
		return fold_skip(f, SKIP_DEPTH, node);
	f->depth++;
	if (env == NULL)
		f->memo[node] = MEMO_BUSY;
	deep = f->skipped[SKIP_DEPTH];
	v = evaluate(f, node, env);
	f->depth--;
	if (env != NULL)
		return v;
	if (v.kind == VALUE_UNKNOWN && deep != f->skipped[SKIP_DEPTH]) {
		f->memo[node] = MEMO_NONE;	/* less deep from elsewhere */
		return v;
	}
	if (is_leaf(f, fold_at(f, node), &v))
		f->memo[node] = MEMO_NONE;
	else
		fold_remember(f, node, v);
	return v;
}

struct value
fold_node(struct fold *f, uint32_t node)
{
	return node < f->tree->nnodes ? fold_in(f, node, NULL) :
	    value_unknown();
}

void
fold_all(struct fold *f)
{
	for (uint32_t n = 1; n < f->tree->nnodes; n++)
		switch (f->tree->nodes[n].kind) {
		case NODE_CALL:
		case NODE_BINARY:
		case NODE_INDEX:
		case NODE_LISTCOMP:
		case NODE_GENEXP:
			(void)fold_in(f, n, NULL);
			break;
		case NODE_AUGMENT:	/* so that no chain of them is deep */
			(void)fold_in(f, f->tree->nodes[n].kid, NULL);
			break;
		default:
			break;
		}
}

void
fold_chain(const struct fold *f, uint32_t layer, struct buf *out)
{
	const char *names[32];
	size_t n = 0;

	for (; layer != 0 && n < ARRAY_LEN(names);
	    layer = f->layers[layer].from)
		names[n++] = f->layers[layer].how;
	while (n != 0) {
		buf_adds(out, names[--n]);
		if (n != 0)
			buf_adds(out, " > ");
	}
}
