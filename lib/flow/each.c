/* SPDX-License-Identifier: Apache-2.0 */
/*
 * each - calls of whatever a loop goes through: for m, f in (("os",
 * "system"),): getattr(__import__(m), f)(x), [f() for f in (getuser, node)].
 *
 * Takes: a call of which nobody knows the name.  Gives: each name that it may
 * have, as far as the tables know them: modules and functions that do not
 * belong together are none.
 * Runs in: worker child, command.
 */
#include <ctype.h>
#include <string.h>

#include "base/str.h"
#include "flow/calls.h"
#include "flow/functions.h"
#include "flow/names.h"
#include "flow/neighbours.h"
#include "flow/programs.h"
#include "flow/state.h"

#define NESTED_MOST 2		/* names of lists, in lists */
#define PREFIX_LEAST 3		/* letters of a name that begins so */
#define NODES_MOST 1024		/* of a list, or of what decodes its items */
#define OWN_MOST 200000		/* of all lists, in one pass */
#define PAIR_MOST 3		/* of a pair that a loop gives */
#define INNER_MOST 8		/* imports and tables, in each other */

struct names {
	uint32_t	 of[FLOW_EACH];
	size_t		 n;
};

static void
add(struct names *to, uint32_t word)
{
	for (size_t i = 0; i < to->n; i++)
		if (to->of[i] == word)
			return;
	if (word != 0 && to->n < FLOW_EACH)
		to->of[to->n++] = word;
}

/* "gethostname", "os.path": what may be a module's or function's name. */
static bool
is_name(const struct value *v)
{
	if (v->kind != VALUE_STR || v->len == 0 || v->len > FLOW_NAME_MOST ||
	    (v->flags & VALUE_OPEN))
		return false;
	for (uint32_t i = 0; i < v->len; i++)
		if (!isalnum(v->bytes[i]) && v->bytes[i] != '_' &&
		    v->bytes[i] != '.')
			return false;
	return true;
}

static bool
add_value(struct flow *f, uint32_t node, struct names *to)
{
	const struct flow_folded *known = &f->folded[node];
	struct value v;

	if (known->what == KNOWN_NAME)
		add(to, known->of);
	if (known->what == KNOWN_NAME || known->what == KNOWN_NOTHING)
		return known->what == KNOWN_NAME;
	v = fold_node(f->fold, node);
	if (v.kind == VALUE_PATH)
		add(to, v.word);
	else if (is_name(&v))
		add(to, words_add(&f->tree->words, v.bytes, v.len, true));
	return v.kind == VALUE_PATH || v.kind == VALUE_STR;
}

/* What stands in a list, in whatever order and depth, or in the list that a
 * name was given. */
static void
gather(struct flow *f, uint32_t root, unsigned int depth, struct names *to)
{
	for (uint32_t n = root; n != 0 && to->n < FLOW_EACH &&
	    root - n < NODES_MOST &&
	    flow_at(f, n)->at >= flow_at(f, root)->at; n--) {
		uint8_t kind = flow_at(f, n)->kind;
		uint32_t b = kind == NODE_NAME ? tree_lookup(f->tree, n) : 0;

		if (kind == NODE_STRING || kind == NODE_ATTR ||
		    kind == NODE_NAME)
			(void)add_value(f, n, to);
		if (b != 0 && f->tree->bindings[b].kind == BINDING_VALUE &&
		    depth < NESTED_MOST)
			gather(f, f->tree->bindings[b].value, depth + 1, to);
	}
}

static bool
is_call_of(struct flow *f, uint32_t node, const char *const *names, size_t n)
{
	uint32_t callee = flow_at(f, node)->kind == NODE_CALL ?
	    flow_at(f, node)->kid : 0;
	struct value v = callee != 0 ? fold_node(f->fold, callee) :
	    (struct value){ 0 };
	char name[FLOW_NAME_MOST + 1];

	return v.kind == VALUE_PATH && str_index(names, n, flow_string(f,
	    v.word, name)) >= 0;
}

/* A name, what a loop gives one, what is imported by one, or stands under one
 * in a table of what was imported. */
static void
candidates(struct flow *f, uint32_t node, struct names *to)
{
	static const char *const imports[] = { "__import__",
	    "importlib.import_module", "builtins.__import__" };

	for (int i = 0; node != 0 && i < INNER_MOST; i++) {
		const struct node *n = flow_at(f, node);
		uint32_t b = n->kind == NODE_NAME ?
		    tree_lookup(f->tree, node) : 0;

		if (b != 0 && f->tree->bindings[b].kind == BINDING_ITEM) {
			gather(f, f->tree->bindings[b].value, 0, to);
			return;
		}
		if (add_value(f, node, to) || (!is_call_of(f, node, imports,
		    ARRAY_LEN(imports)) && !(n->kind == NODE_INDEX &&
		    (f->vals[n->kid].marks & MARK_HIDDEN))))
			return;
		node = flow_at(f, n->kid)->next;
	}
}

static bool
is_known(struct flow *f, uint32_t word)
{
	const struct fact *fact = flow_fact(f, word);

	return fact != NULL && *fact->name != '?' &&
	    fact->deed != DEED_IMPORT && fact->deed != DEED_GETATTR;
}

/* Each of the ones with each of the others. */
static size_t
pair(struct flow *f, const struct names *modules, const struct names *members,
    uint32_t out[FLOW_EACH])
{
	size_t n = 0;

	for (size_t i = 0; i < modules->n; i++)
		for (size_t k = 0; k < members->n && n < FLOW_EACH; k++) {
			uint32_t word = modules->of[i] == members->of[k] ? 0 :
			    flow_word_is(f, modules->of[i],
			    "builtins") || flow_word_is(f, modules->of[i],
			    "__builtins__") ? members->of[k] :
			    flow_dotted(f, modules->of[i], ".",
			    members->of[k]);

			if (word != 0 && is_known(f, word))
				out[n++] = word;
		}
	return n;
}

size_t
flow_each_callee(struct flow *f, const struct frame *fr,
    uint32_t out[FLOW_EACH])
{
	static const char *const getattrs[] = { "getattr",
	    "builtins.getattr" };
	struct names modules = { .n = 0 }, members = { .n = 0 };
	uint32_t callee = flow_at(f, fr->node)->kid, object;
	size_t n = 0;

	if (fr->later || flow_at(f, fr->node)->kind != NODE_CALL)
		return 0;
	if (flow_at(f, callee)->kind == NODE_NAME) {
		uint32_t b = tree_lookup(f->tree, callee);

		if (b == 0 || f->tree->bindings[b].kind != BINDING_ITEM)
			return 0;
		gather(f, f->tree->bindings[b].value, 0, &members);
		for (size_t i = 0; i < members.n; i++)
			if (is_known(f, members.of[i]))
				out[n++] = members.of[i];
		return n;
	}
	object = flow_at(f, callee)->kid;
	if (is_call_of(f, callee, getattrs, ARRAY_LEN(getattrs))) {
		object = flow_at(f, object)->next;
		if (object == 0 || flow_at(f, object)->next == 0)
			return 0;
		candidates(f, object, &modules);
		candidates(f, flow_at(f, object)->next, &members);
	} else if (flow_at(f, callee)->kind == NODE_ATTR) {
		candidates(f, object, &modules);
		add(&members, flow_at(f, callee)->name);
	}
	return pair(f, &modules, &members, out);
}

/* for m in ("pkg.a", "pkg.b"): import_module(m) */
void
flow_import_each(struct flow *f, const struct frame *fr)
{
	struct names modules = { .n = 0 };

	if (fr->nargs != 0 && f->pass == 0)
		candidates(f, fr->nodes[0], &modules);
	for (size_t i = 0; i < modules.n; i++)
		flow_import_named(f, modules.of[i]);
}

/* ---- functions of this source -------------------------------------------- */

/* Of another module: Uplink().put, share.send.  A method's name alone is only
 * somebody's. */
static void
add_outside(struct flow *f, uint32_t node, struct names *to)
{
	uint32_t name = f->vals[node].name;
	const struct world_name *n = f->vals[node].code == 0 && name != 0 &&
	    (flow_traits(f, name) & NAME_DOTTED) ? flow_outside(f, name) :
	    NULL;

	if (n != NULL && n->function)
		add(to, name);
}

/* self.screen, sound: those that stand there, or in a table of that name; words
 * of other modules' go to `outside`. */
static void
gather_own(struct flow *f, uint32_t root, unsigned int depth, struct names *to,
    struct names *outside)
{
	for (uint32_t n = root; n != 0 && to->n < FLOW_EACH &&
	    root - n < NODES_MOST && f->neach < OWN_MOST &&
	    flow_at(f, n)->at >= flow_at(f, root)->at; n--, f->neach++) {
		const struct node *at = flow_at(f, n);
		uint32_t b = at->kind == NODE_NAME ? tree_lookup(f->tree, n) :
		    at->kind == NODE_ATTR ? tree_attribute(f->tree, at->name) :
		    0;

		if (at->kind == NODE_NAME && b != 0 &&
		    f->tree->bindings[b].kind == BINDING_DEF)
			add(to, flow_name(f, at->name)->defined);
		else if (at->kind == NODE_ATTR && f->vals[n].code != 0)
			add(to, f->vals[n].code);
		else if (at->kind == NODE_ATTR && flow_word_is(f,
		    flow_at(f, at->kid)->name, "self"))
			add(to, flow_name(f, at->name)->method);
		if (at->kind == NODE_ATTR || at->kind == NODE_NAME)
			add_outside(f, n, outside);
		if (b != 0 && f->tree->bindings[b].kind == BINDING_VALUE &&
		    depth < NESTED_MOST)
			gather_own(f, f->tree->bindings[b].value, depth + 1,
			    to, outside);
	}
}

/* Lambdas of a table that a loop goes through are told, too. */
static void
call_lambdas(struct flow *f, const struct frame *fr, uint32_t list,
    struct taint *out)
{
	uint32_t k = flow_list_of(f, list);

	for (k = k != 0 ? flow_at(f, k)->kid : 0; k != 0 &&
	    f->neach < OWN_MOST; k = flow_at(f, k)->next, f->neach++)
		if (flow_at(f, k)->kind == NODE_LAMBDA)
			(void)flow_call_lambda_at(f, fr, k, out);
}

static void
call_own(struct flow *f, const struct frame *fr, const struct names *own,
    struct taint *out)
{
	for (size_t i = 0; i < own->n; i++) {
		struct taint v = { 0 };

		if (f->scopes[own->of[i] - 1].kind == SCOPE_FUNCTION)
			v = flow_own_call(f, fr, own->of[i] - 1);
		taint_add(out, &v, MARKS_ALL);
	}
}

static void
call_outside(struct flow *f, const struct frame *fr, uint32_t word,
    struct taint *out)
{
	struct world_name *n = word != 0 ? flow_outside(f, word) : NULL;
	struct taint v;

	if (n == NULL || !n->function)
		return;
	flow_note_outside(f, fr->scope, word, 0);
	v = flow_call_outside(f, fr, n);
	taint_add(out, &v, MARKS_ALL);
}

/* ---- functions that a list has the names of ---------------------------- */

/* globals()[n], getattr(sys.modules[__name__], n), getattr(self, n): n, and
 * whose names they are; 0 for anything else. */
static uint32_t
key_of(struct flow *f, uint32_t callee, uint32_t *object)
{
	static const char *const getattrs[] = { "getattr",
	    "builtins.getattr" };
	const struct node *n = flow_at(f, callee);
	uint32_t first = n->kid;

	if (n->kind == NODE_INDEX && (flow_traits(f, f->vals[first].name) &
	    NAME_NAMESPACE)) {
		*object = 0;
		return flow_at(f, first)->next;
	}
	if (!is_call_of(f, callee, getattrs, ARRAY_LEN(getattrs)))
		return 0;
	*object = flow_at(f, first)->next;
	return *object != 0 ? flow_at(f, *object)->next : 0;
}

static void
add_text(struct flow *f, const struct value *v, struct names *to)
{
	if (is_name(v))
		add(to, words_find(&f->tree->words, (const char *)v->bytes,
		    v->len));
}

/* The texts that a loop gives the key, of pairs both. */
static void
texts_of(struct flow *f, uint32_t key, struct names *to)
{
	uint32_t b = flow_at(f, key)->kind == NODE_NAME ?
	    tree_lookup(f->tree, key) : 0;
	struct value list;

	if (b == 0 || f->tree->bindings[b].kind != BINDING_ITEM)
		return;
	list = fold_node(f->fold, f->tree->bindings[b].value);
	if (list.kind != VALUE_LIST && list.kind != VALUE_DICT) {
		gather(f, f->tree->bindings[b].value, 0, to);
		return;
	}
	for (uint32_t i = 0; i < list.len && f->neach < OWN_MOST;
	    i++, f->neach++) {
		struct value item = list.items[i];

		add_text(f, &item, to);
		for (uint32_t k = 0; item.kind == VALUE_LIST && k < item.len &&
		    k < PAIR_MOST; k++)
			add_text(f, &item.items[k], to);
	}
}

/* Of this source's functions, those of these names; of its methods alone, if
 * it is an object that is asked. */
static void
named_here(struct flow *f, uint32_t node, const struct names *words,
    bool method, struct names *own)
{
	for (size_t i = 0; i < words->n; i++) {
		uint32_t code = flow_name(f, words->of[i])->defined;

		while (method && code != 0 && f->scopes[f->scopes[code -
		    1].parent].kind != SCOPE_CLASS)
			code = f->scopes[code - 1].same_name;
		if (code == 0)
			continue;
		add(own, code);
		flow_refer_scope(f, node, code - 1);
	}
}

/* The key may be any text: functions outside of classes that one names. */
static void
named_by_any(struct flow *f, struct names *words)
{
	for (uint32_t i = 1; i < f->main && f->neach < OWN_MOST;
	    i++, f->neach++) {
		const struct flow_scope *s = &f->scopes[i];
		size_t len;
		const char *name;

		if (s->kind != SCOPE_FUNCTION || s->name == 0 ||
		    f->scopes[s->parent].kind == SCOPE_CLASS)
			continue;
		name = flow_spelled(f, s->name, &len);
		if (flow_has_text(f, name, len))
			add(words, s->name);
	}
}

static void
named_elsewhere(struct flow *f, const struct frame *fr, uint32_t module,
    const struct names *words, struct taint *out)
{
	for (size_t i = 0; i < words->n; i++)
		call_outside(f, fr, flow_dotted(f, module, ".", words->of[i]),
		    out);
}

/* getattr(self, "do_" + x): functions whose names begin so. */
static void
named_by_prefix(struct flow *f, uint32_t key, struct names *words)
{
	const struct flow_text *t = &f->texts[f->vals[key].text];

	if (!t->open || t->len < PREFIX_LEAST || !flow_is_small(f))
		return;
	/* How many there are is known once all modules have come. */
	if (f->file->again) {
		f->shape->waits = true;
		return;
	}
	for (uint32_t i = 1; i < f->main && f->neach < OWN_MOST;
	    i++, f->neach++) {
		const struct flow_scope *s = &f->scopes[i];
		size_t len;
		const char *name = flow_spelled(f, s->name, &len);

		if (s->kind == SCOPE_FUNCTION && len > t->len &&
		    memcmp(name, t->bytes, t->len) == 0)
			add(words, s->name);
	}
}

/* verb = getattr(self, "do_" + x): what is called by that name. */
static uint32_t
bound_call(const struct flow *f, uint32_t callee)
{
	uint32_t b = flow_at(f, callee)->kind == NODE_NAME ?
	    tree_lookup(f->tree, callee) : 0;
	uint32_t value = b != 0 && f->tree->bindings[b].kind ==
	    BINDING_VALUE ? f->tree->bindings[b].value : 0;

	return value != 0 && flow_at(f, value)->kind == NODE_CALL ? value : 0;
}

/* for n in ("read", "send"): x = globals()[n](x) */
static void
call_named(struct flow *f, const struct frame *fr, uint32_t callee,
    struct taint *out)
{
	struct names words = { .n = 0 }, own = { .n = 0 };
	uint32_t object, key = key_of(f, callee, &object);
	bool self, own_module;

	if (key == 0 || f->file->world == NULL)
		return;
	texts_of(f, key, &words);
	if (words.n == 0)
		named_by_prefix(f, key, &words);
	self = object != 0 && flow_at(f, object)->kind == NODE_NAME &&
	    (flow_at(f, object)->name == WORD_SELF ||
	    flow_at(f, object)->name == WORD_CLS);
	own_module = object == 0 || flow_word_is(f, f->vals[object].name,
	    "sys.modules[__name__]");
	if (words.n == 0 && own_module && f->vals[key].text == 0)
		named_by_any(f, &words);
	if (own_module || self)
		named_here(f, callee, &words, self, &own);
	else if (f->vals[object].name != 0)
		named_elsewhere(f, fr, f->vals[object].name, &words, out);
	call_own(f, fr, &own, out);
}

void
flow_call_each(struct flow *f, const struct frame *fr, struct taint *out)
{
	uint32_t callee = flow_at(f, fr->node)->kid, b, value;
	struct names own = { .n = 0 }, others = { .n = 0 };

	if (fr->later || flow_at(f, fr->node)->kind != NODE_CALL)
		return;
	if (flow_at(f, callee)->kind == NODE_INDEX ||
	    flow_at(f, callee)->kind == NODE_CALL)
		call_named(f, fr, callee, out);
	if (flow_at(f, callee)->kind != NODE_NAME)
		return;
	value = bound_call(f, callee);
	if (value != 0)
		call_named(f, fr, value, out);
	b = tree_lookup(f->tree, callee);
	if (b == 0 || f->tree->bindings[b].kind != BINDING_ITEM)
		return;
	value = f->tree->bindings[b].value;
	gather_own(f, value, 0, &own, &others);
	call_own(f, fr, &own, out);
	for (size_t i = 0; i < others.n; i++)
		call_outside(f, fr, others.of[i], out);
	call_lambdas(f, fr, value, out);
	/* for g in [globals()[n] for n in names] */
	if (flow_at(f, value)->kind == NODE_LISTCOMP ||
	    flow_at(f, value)->kind == NODE_GENEXP)
		call_named(f, fr, flow_at(f, value)->kid, out);
}

/* reduce(lambda x, f: f(x), [read, send], path): the first one calls what it is
 * given second. */
void
flow_call_chain(struct flow *f, const struct frame *fr, struct taint *out)
{
	uint32_t k = flow_list_of(f, fr->nodes[1]);
	struct taint v = fr->args[2];
	uint32_t n = 0;

	for (k = k != 0 ? flow_at(f, k)->kid : 0; k != 0 && n < FLOW_EACH;
	    k = flow_at(f, k)->next, n++) {
		struct frame one = { .node = fr->node, .scope = fr->scope,
		    .later = true, .nargs = 1, .nodes = { k },
		    .args = { v }, .all = taint_marks(&v),
		    .callee = f->vals[k] };
		struct taint given = { 0 };

		if (!flow_call_lambda_at(f, &one, k, &given))
			given = flow_call_later(f, &one);
		v = given;
	}
	if (n != 0)
		taint_add(out, &v, MARKS_ALL);
}

/* ---- what is decoded --------------------------------------------------- */

static uint64_t
decoded_as(struct flow *f, uint32_t call, uint32_t name, struct value item)
{
	struct value v = value_is_text(&item) ? fold_with(f->fold, call, name,
	    item) : (struct value){ 0 };
	uint64_t marks = value_is_text(&v) && v.len != 0 ?
	    flow_fact_of_text(f, (const char *)v.bytes, v.len) : 0;

	return marks & (MARK_SECRET | MARK_PRIVATE | MARK_TOKEN | MARK_AGENT |
	    MARK_COMMAND | MARK_PERSIST);
}

/* for p in PATHS: open(b64decode(p)); of pairs, each part is tried. */
uint64_t
flow_each_decoded(struct flow *f, uint32_t call)
{
	uint64_t marks = 0;
	uint32_t n, b = 0;
	struct value list;

	for (n = call; n != 0 && b == 0 && call - n < NODES_MOST &&
	    flow_at(f, n)->at >= flow_at(f, call)->at; n--) {
		b = flow_at(f, n)->kind == NODE_NAME ?
		    tree_lookup(f->tree, n) : 0;
		if (b != 0 && f->tree->bindings[b].kind != BINDING_ITEM)
			b = 0;
	}
	if (b == 0)
		return 0;
	list = fold_node(f->fold, f->tree->bindings[b].value);
	if (list.kind != VALUE_LIST && list.kind != VALUE_DICT)
		return 0;
	for (uint32_t i = 0; i < list.len && i < FLOW_EACH; i++) {
		struct value item = list.items[i];

		marks |= decoded_as(f, call, f->tree->bindings[b].name, item);
		for (uint32_t k = 0; item.kind == VALUE_LIST &&
		    k < item.len && k < PAIR_MOST; k++)
			marks |= decoded_as(f, call,
			    f->tree->bindings[b].name, item.items[k]);
	}
	return marks;
}
