/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scope - functions and classes of a source, and which of them its top
 * level reaches.
 * Runs in: worker child, command.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "flow/functions.h"
#include "flow/names.h"
#include "flow/neighbours.h"
#include "flow/scopes.h"
#include "flow/state.h"

#define REACH_ROUNDS 12		/* calls of calls of calls at import */
#define ASK_ROUNDS 4		/* main() calls what parses arguments */
#define METHODS_MOST 64		/* of one name, that are looked through */

/* ---- what there is ------------------------------------------------------ */

/* A lambda is a part of what stands around it. */
uint32_t
flow_scope_of(const struct flow *f, uint32_t scope)
{
	while (scope != 0 && f->tree->scopes[scope].kind == SCOPE_LAMBDA)
		scope = f->tree->scopes[scope].parent;
	return scope == 0 && f->scope == f->main ? f->main : scope;
}

static void
define(struct flow *f, uint32_t scope)
{
	const struct tree_scope *from = &f->tree->scopes[scope];
	struct flow_scope *s = &f->scopes[scope];
	struct flow_name *n;

	s->kind = from->kind;
	s->parent = from->parent;
	while (s->parent != 0 &&
	    f->tree->scopes[s->parent].kind == SCOPE_LAMBDA)
		s->parent = f->tree->scopes[s->parent].parent;
	if (from->kind == SCOPE_LAMBDA || from->node == 0)
		return;
	s->name = flow_at(f, from->node)->name;
	if (s->name == 0)
		return;
	n = flow_name(f, s->name);
	s->same_name = n->defined;
	n->defined = scope + 1;
	f->scopes[s->parent].begins |= flow_word_is(f, s->name, "__init__");
}

/* class Http(Sink): the class that a name in the brackets stands for. */
static void
find_base(struct flow *f, uint32_t scope)
{
	uint32_t node = f->tree->scopes[scope].node, k, first, b;

	if (f->scopes[scope].kind != SCOPE_CLASS || node == 0)
		return;
	for (k = flow_at(f, node)->kid; k != 0; k = flow_at(f, k)->next) {
		first = flow_at(f, k)->kind == NODE_TUPLE ?
		    flow_at(f, k)->kid : 0;
		b = first != 0 && flow_at(f, first)->kind == NODE_NAME ?
		    tree_lookup(f->tree, first) : 0;
		if (b != 0 && f->tree->bindings[b].kind == BINDING_DEF &&
		    f->tree->scopes[f->tree->bindings[b].extra].kind ==
		    SCOPE_CLASS && f->tree->bindings[b].extra != scope)
			f->scopes[scope].base = f->tree->bindings[b].extra + 1;
	}
}

/* All of an expression: operands have lower numbers and stand behind its
 * beginning. */
static void
hush(struct flow *f, uint32_t root)
{
	for (uint32_t n = root; n != 0 && flow_at(f, n)->at >=
	    flow_at(f, root)->at; n--)
		f->hushed[n] = HUSHED;
}

/* __all__ = ["load"] + readers: only calls there use what they name. */
static void
hush_exports(struct flow *f, const struct node *assign)
{
	uint32_t to = assign->kid, value = to != 0 ? flow_at(f, to)->next : 0;
	bool calls = false;

	if (value == 0 || flow_at(f, to)->kind != NODE_NAME ||
	    !flow_word_is(f, flow_at(f, to)->name, "__all__"))
		return;
	(void)flow_before_all(f, value, &calls);
	if (!calls)
		hush(f, value);
}

/* Annotations name classes and functions without using them. */
static void
hush_annotations(struct flow *f)
{
	for (uint32_t n = 1; n < f->tree->nnodes; n++) {
		const struct node *at = flow_at(f, n);

		if (at->kind == NODE_PARAM && (at->flags & 1))
			hush(f, at->kid);
		else if (at->kind == NODE_ANNOTATE)
			hush(f, flow_at(f, at->kid)->next);
		else if (at->kind == NODE_ASSIGN || at->kind == NODE_AUGMENT)
			hush_exports(f, at);
		if (at->kind != NODE_DEF)
			continue;
		for (uint32_t k = at->kid; k != 0; k = flow_at(f, k)->next)
			if (flow_at(f, k)->kind < NODE_PARAMS &&
			    flow_at(f, k)->at > at->at)
				hush(f, k);
	}
}

/* Names that the source uses for more than to say what they stand for. */
void
flow_find_mentioned(struct flow *f)
{
	for (uint32_t n = 1; n < f->tree->nnodes; n++) {
		uint32_t b;

		if (flow_at(f, n)->kind != NODE_NAME)
			continue;
		b = tree_lookup(f->tree, n);
		if (b == 0 || f->tree->bindings[b].at != flow_at(f, n)->at)
			flow_name(f, flow_at(f, n)->name)->mentioned = true;
	}
}

/* old_name = Class: what this source calls so only for others. */
static bool
is_second_name(struct flow *f, uint32_t to, uint32_t value, bool *found)
{
	uint32_t b = flow_at(f, value)->kind == NODE_NAME ?
	    tree_lookup(f->tree, value) : 0;

	if (b == 0 || f->tree->bindings[b].scope != 0 ||
	    (f->tree->bindings[b].kind != BINDING_DEF &&
	    f->tree->bindings[b].kind != BINDING_FROM))
		return false;
	if (!*found)
		flow_find_mentioned(f);
	*found = true;
	return !flow_name(f, flow_at(f, to)->name)->mentioned;
}

/* cleanup = Cleaner.cleanup: the same of a method, where nothing is called by
 * the text of its name, and Python asks for none such. */
static bool
is_second_method(struct flow *f, uint32_t to, uint32_t value, bool *found)
{
	char name[FLOW_NAME_MOST + 1];
	uint32_t of = flow_at(f, value)->kid;
	uint32_t b = flow_at(f, of)->kind == NODE_NAME ?
	    tree_lookup(f->tree, of) : 0;
	int n = 0;

	if (b == 0 || f->tree->bindings[b].kind != BINDING_DEF ||
	    f->scopes[f->tree->bindings[b].extra].kind != SCOPE_CLASS ||
	    !is_second_name(f, to, of, found) || str_starts(flow_string(f,
	    flow_at(f, to)->name, name), "__") || flow_calls_by_name(f))
		return false;
	for (uint32_t s = flow_name(f, flow_at(f, value)->name)->defined;
	    s != 0 && n++ < METHODS_MOST; s = f->scopes[s - 1].same_name)
		if (f->scopes[s - 1].kind == SCOPE_FUNCTION &&
		    f->scopes[s - 1].parent == f->tree->bindings[b].extra)
			return true;
	return false;
}

static enum renamed
renamed_by(struct flow *f, uint32_t to, uint32_t value, bool *found)
{
	if (flow_at(f, value)->kind == NODE_ATTR)
		return is_second_method(f, to, value, found) ?
		    RENAMED_FOR_OTHERS : RENAMED;
	return is_second_name(f, to, value, found) ? RENAMED_FOR_OTHERS :
	    NOT_RENAMED;
}

/* run_main = main.run, at the top: another name for it, and no call. */
static void
find_renamed(struct flow *f)
{
	bool found = false;

	for (uint32_t n = 1; n < f->tree->nnodes; n++) {
		uint32_t to = flow_at(f, n)->kind == NODE_ASSIGN ?
		    flow_at(f, n)->kid : 0, value, b;

		if (to == 0 || flow_at(f, to)->kind != NODE_NAME)
			continue;
		value = flow_at(f, to)->next;
		b = tree_lookup(f->tree, to);
		if (value != 0 && flow_at(f, value)->next == 0 && b != 0 &&
		    f->tree->bindings[b].scope == 0)
			f->renamed[value] = renamed_by(f, to, value, &found);
	}
}

void
flow_scopes_init(struct flow *f)
{
	f->nscopes = f->tree->nscopes + 1;
	f->main = f->tree->nscopes;
	f->scopes = mem_array(f->nscopes, sizeof(*f->scopes));
	for (uint32_t s = 1; s < f->main; s++)
		define(f, s);
	for (uint32_t s = 1; s < f->main; s++)
		find_base(f, s);
	f->scopes[f->main].main = true;
	f->hushed = mem_array(f->tree->nnodes, sizeof(*f->hushed));
	f->tables = mem_array(f->tree->nnodes, sizeof(*f->tables));
	f->renamed = mem_array(f->tree->nnodes, sizeof(*f->renamed));
	f->super = words_add(&f->tree->words, (const uint8_t *)"super", 5,
	    false);
	flow_find_tables(f);
	hush_annotations(f);
	find_renamed(f);
	flow_find_given(f);
}

void
flow_scopes_again(struct flow *f)
{
	for (uint32_t i = 0; i < f->nscopes; i++) {
		const struct flow_scope *s = &f->scopes[i];

		f->scopes[i] = (struct flow_scope){ .kind = s->kind,
		    .main = s->main, .parent = s->parent, .name = s->name,
		    .same_name = s->same_name, .begins = s->begins,
		    .base = s->base, .stores = s->stores, .lazy = s->lazy,
		    .callers = s->callers };
	}
}

/* ---- who reaches whom --------------------------------------------------- */

static bool
is_named(const struct flow *f, const struct flow_scope *s, const char *name)
{
	return flow_word_is(f, s->name, name);
}

static bool
begins(const struct flow *f, const struct flow_scope *s, const char *with)
{
	size_t len, n = strlen(with);
	const char *name = flow_spelled(f, s->name, &len);

	return len >= n && memcmp(name, with, n) == 0;
}

bool
flow_gives_code(const struct flow *f, uint32_t scope)
{
	static const char *const names[] = { "get_source", "get_code",
	    "get_data" };
	const struct flow_scope *s = &f->scopes[scope];
	const struct flow_scope *in = &f->scopes[s->parent];
	char text[FLOW_NAME_MOST + 1];

	if (s->parent == 0 || in->kind != SCOPE_CLASS ||
	    !flow_word_in(f, s->name, names, ARRAY_LEN(names)))
		return false;
	for (uint32_t i = 0; i < in->nbases; i++)
		if (str_ends(flow_string(f, in->bases[i], text), "Loader"))
			return true;
	return false;
}

/* A method runs when its class is used and its own name is, or by itself. */
static bool
is_special(struct flow *f, uint32_t scope)
{
	const struct flow_scope *method = &f->scopes[scope];
	size_t len;
	const char *name = flow_spelled(f, method->name, &len);

	if (f->scopes[method->parent].thread && (is_named(f, method, "run") ||
	    begins(f, method, "do_") || is_named(f, method, "handle") ||
	    is_named(f, method, "ready")))
		return true;
	if (f->scopes[method->parent].below && is_named(f, method, "__init__"))
		return false;
	return (len > 4 && memcmp(name, "__", 2) == 0 &&
	    memcmp(name + len - 2, "__", 2) == 0) ||
	    (flow_traits(f, method->name) & NAME_HOOK) ||
	    flow_gives_code(f, scope);
}

/* What a class statement calls of the classes in its brackets. */
static bool
is_class_hook(const struct flow *f, const struct flow_scope *method)
{
	static const char *const names[] = { "__init_subclass__",
	    "__set_name__", "__prepare__", "__new__", "__init__", "__call__" };

	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (is_named(f, method, names[i]))
			return i < 2 || f->scopes[method->parent].meta;
	return false;
}

uint32_t
flow_heir(const struct flow *f)
{
	if (f->bases_to == 0)
		return 0;
	for (uint32_t k = flow_at(f, f->bases_to)->kid; k != 0;
	    k = flow_at(f, k)->next)
		if (flow_at(f, k)->kind == NODE_BLOCK)
			return flow_at(f, k)->name;
	return 0;
}

static bool
is_class_here(struct flow *f, uint32_t name)
{
	uint32_t next = flow_name(f, name)->defined;

	while (next != 0 && f->scopes[next - 1].kind != SCOPE_CLASS)
		next = f->scopes[next - 1].same_name;
	return next != 0;
}

/* The class statement of a kind of it runs. */
bool
flow_reach_base(struct flow *f, uint32_t name, enum world_reach via)
{
	bool grown = false;

	for (uint32_t i = 1; i < f->nscopes && (i > 1 ||
	    is_class_here(f, name)); i++) {
		struct flow_scope *s = &f->scopes[i];

		if (s->parent == 0 || s->reached ||
		    f->scopes[s->parent].kind != SCOPE_CLASS ||
		    f->scopes[s->parent].name != name ||
		    !is_class_hook(f, s))
			continue;
		s->reached = grown = true;
		s->via = via;
		s->given = GIVEN_ALL;
	}
	return grown;
}

/* Python asks a module for names that it lacks. */
static bool
is_module_hook(const struct flow *f, const struct flow_scope *s)
{
	return s->parent == 0 && s->kind == SCOPE_FUNCTION &&
	    is_named(f, s, "__getattr__");
}

/* `of`: the name in front of an attribute, or 0. */
static bool
may_reach(const struct flow *f, const struct flow_scope *s, bool attribute,
    uint32_t of)
{
	const struct flow_scope *parent = &f->scopes[s->parent];
	bool method = s->parent != 0 && parent->kind == SCOPE_CLASS;

	if (s->asks && f->file->program)
		return false;
	if (s->parent != 0 && !parent->reached)
		return false;
	if (method && parent->asked && of != parent->name)
		return false;
	return method == attribute;
}

/* exec(...), and __class__ by itself. */
static bool
is_hidden_name(const struct flow *f, uint32_t node)
{
	const struct node *n = flow_at(f, node);

	return n->kind == NODE_EXEC || ((n->kind == NODE_NAME ||
	    n->kind == NODE_ATTR) && n->name == WORD_EXEC) ||
	    (n->kind == NODE_NAME && flow_word_is(f, n->name, "__class__"));
}

/* A method may get at its class by other names than its own and its first
 * parameter's. */
static bool
hides_names(struct flow *f)
{
	static const char *const words[] = { "eval", "f_locals",
	    "getargvalues", "locals", "vars" };

	if (f->by_self == 0) {
		f->by_self = 1;
		for (size_t i = 0; i < ARRAY_LEN(words); i++)
			if (words_find(&f->tree->words, words[i],
			    strlen(words[i])) != 0)
				f->by_self = 2;
		for (uint32_t n = 1; n < f->tree->nnodes; n++)
			if (is_hidden_name(f, n))
				f->by_self = 2;
	}
	return f->by_self == 2;
}

/* @classmethod, @staticmethod: others may make one of the class. */
static bool
is_plain_decorator(const struct flow *f, uint32_t decorator)
{
	const struct node *by = flow_at(f, flow_at(f, decorator)->kid);

	return by->kind == NODE_NAME &&
	    (flow_word_is(f, by->name, "classmethod") ||
	    flow_word_is(f, by->name, "staticmethod")) &&
	    tree_lookup(f->tree, flow_at(f, decorator)->kid) == 0;
}

/* Its first parameter is used, whatever it is called, or who decorates it may;
 * true as well when nobody can tell. */
static bool
reads_first(const struct flow *f, uint32_t scope)
{
	uint32_t k = flow_at(f, f->tree->scopes[scope].node)->kid, row;

	for (; k != 0 && flow_at(f, k)->kind != NODE_PARAMS;
	    k = flow_at(f, k)->next)
		if (flow_at(f, k)->kind == NODE_DECORATOR &&
		    !is_plain_decorator(f, k))
			return true;
	k = k != 0 ? flow_at(f, k)->kid : 0;
	if (k == 0)
		return false;
	row = f->row_of[tree_binding(f->tree, scope, flow_at(f, k)->name)];
	return row == 0 || f->read[row];
}

/* Of a class of which there is none yet, what is called on it may make one: by
 * what it is passed first, or by what the class is a kind of. */
static bool
makes_one(struct flow *f, const struct flow_scope *method)
{
	return method->kind != SCOPE_FUNCTION || method->asks_bases ||
	    reads_first(f, (uint32_t)(method - f->scopes)) ||
	    hides_names(f);
}

static bool
reach(struct flow *f, struct flow_scope *s, const struct flow_reference *r,
    enum world_reach via)
{
	struct flow_scope *parent = &f->scopes[s->parent];
	bool asked = r->asked && s->kind == SCOPE_CLASS;

	if (s->reached && s->via >= via && !(s->asked && !asked) && !s->below)
		return false;
	if (!may_reach(f, s, r->attribute, r->of))
		return false;
	s->asked = asked && (s->asked || !s->reached);
	s->reached = true;
	s->below = false;
	s->via = via > s->via ? via : s->via;
	if (s->parent != 0 && parent->kind == SCOPE_CLASS)
		parent->asked = parent->asked && !makes_one(f, s);
	return true;
}

void
flow_note_super(struct flow *f)
{
	uint32_t class = flow_class_around(f, f->scope);

	for (uint32_t s = f->scope; s != 0 && s != class;
	    s = f->scopes[s].parent)
		f->scopes[s].asks_bases = true;
	f->scopes[class].asks_bases = true;
}

/* An heir with an __init__ of its own begins without that of the class, unless
 * it asks for it. */
static bool
reach_below(struct flow *f, const struct flow_scope *heir,
    struct flow_scope *class, const struct flow_reference *made)
{
	bool without = heir->begins && !heir->asks_bases;
	bool below = without && (!class->reached || class->below);

	if (without && class->reached)
		return false;
	if (!reach(f, class, made, heir->via))
		return false;
	class->below = below;
	class->given = heir->given > class->given ? heir->given :
	    class->given;
	return true;
}

/* Who makes one of a kind of it runs what it does when it is made; a class is
 * one of its metaclass, which is asked for attributes that the class lacks. */
static bool
reach_inherited(struct flow *f, const struct flow_reference *r)
{
	const struct flow_scope *heir = &f->scopes[r->heir];
	const struct flow_reference made = { .name = r->name };
	enum world_reach via = f->scopes[r->scope].via;
	bool grown = flow_reach_base(f, r->name, via);

	for (uint32_t next = flow_name(f, r->name)->defined; next != 0;
	    next = f->scopes[next - 1].same_name) {
		struct flow_scope *s = &f->scopes[next - 1];

		if (s->kind == SCOPE_CLASS && heir->reached &&
		    (!heir->asked || s->meta))
			grown |= reach_below(f, heir, s, &made);
		/* class A(make()), class A(metaclass=make) */
		if (s->kind == SCOPE_FUNCTION) {
			grown |= reach(f, s, r, via);
			grown |= flow_give(s, GIVEN_ALL);
		}
	}
	return grown;
}

/* A generator of which nobody takes anything has not begun. */
bool
flow_waits(const struct flow_scope *s, uint8_t calls)
{
	return s->lazy && calls != GIVEN_ALL;
}

/* return inner: it runs when what the function around gives is called. */
static bool
reach_given(struct flow *f, const struct flow_reference *r)
{
	const struct flow_scope *from = &f->scopes[r->scope];
	uint8_t calls = from->given == GIVEN_ALL ? GIVEN_ALL :
	    (uint8_t)(from->given - 1);
	bool grown = false;

	for (uint32_t next = flow_name(f, r->name)->defined; next != 0 &&
	    from->given != 0; next = f->scopes[next - 1].same_name) {
		struct flow_scope *s = &f->scopes[next - 1];

		if (s->parent != r->scope || flow_waits(s, calls))
			continue;
		grown |= reach(f, s, r, from->via);
		grown |= flow_give(s, calls);
	}
	return grown;
}

static bool
reach_reference(struct flow *f, const struct flow_reference *r)
{
	const struct flow_scope *from = &f->scopes[r->scope];
	/* What an installer's command calls runs with it. */
	bool command = from->command && f->file->reach == REACH_INSTALL;
	bool grown = false;
	uint8_t calls;

	if (!from->reached && !command && from->kind != SCOPE_CLASS)
		return false;
	if (r->table != 0 && flow_name(f, r->table)->used != f->look)
		return false;
	if ((flow_name(f, r->name)->table || flow_name(f, r->name)->bound) &&
	    flow_name(f, r->name)->used != f->look &&
	    !flow_is_given(f, r->node)) {
		flow_name(f, r->name)->used = f->look;
		grown = true;
	}
	if (r->local)
		return grown;
	if (r->heir != 0)
		return reach_inherited(f, r);
	if (flow_is_given(f, r->node) && !command)
		return reach_given(f, r);
	calls = flow_calls_given(f, r->node);
	for (uint32_t next = flow_name(f, r->name)->defined; next != 0;
	    next = f->scopes[next - 1].same_name) {
		if (flow_waits(&f->scopes[next - 1], calls))
			continue;
		grown |= reach(f, &f->scopes[next - 1], r,
		    command ? REACH_INSTALL : from->via);
		grown |= flow_give(&f->scopes[next - 1], calls);
	}
	return grown;
}

/* Python runs it as somebody uses an instance. */
static bool
is_of_instance(const struct flow *f, const struct flow_scope *s)
{
	static const char *const names[] = { "__call__", "__getattr__",
	    "__getattribute__", "__getitem__", "__enter__", "__aenter__",
	    "__iter__", "__next__", "__str__", "__repr__", "__format__" };
	size_t i = 0;

	while (i < ARRAY_LEN(names) && !is_named(f, s, names[i]))
		i++;
	return i < ARRAY_LEN(names);
}

static bool
reach_specials(struct flow *f)
{
	bool grown = false;

	for (uint32_t i = 1; i < f->main; i++) {
		struct flow_scope *s = &f->scopes[i];
		const struct flow_scope *parent = &f->scopes[s->parent];
		bool called;

		if (s->kind == SCOPE_LAMBDA || s->kind == SCOPE_CLASS)
			continue;
		if (!is_module_hook(f, s) && !(s->parent != 0 &&
		    parent->kind == SCOPE_CLASS && !parent->asked &&
		    is_special(f, i)))
			continue;
		/* Of an instance that nobody calls, or uses at all. */
		called = s->parent != 0 && is_named(f, s, "__call__");
		if (s->parent != 0 && parent->given == 0 && !parent->meta &&
		    is_of_instance(f, s))
			continue;
		grown |= reach(f, s, &(struct flow_reference){
		    .attribute = s->parent != 0 }, parent->via);
		grown |= flow_give(s, called && parent->given != GIVEN_ALL &&
		    parent->given != 0 ? (uint8_t)(parent->given - 1) :
		    GIVEN_ALL);
	}
	return grown;
}

void
flow_ask(struct flow *f, uint32_t scope)
{
	scope = flow_runs_with(f, scope);
	if (f->pass == 0 && (f->scopes[scope].kind == SCOPE_FUNCTION ||
	    (scope == 0 && f->file->program)))
		f->scopes[scope].asks = true;
}

/* Who calls what asks has asked; but a program's top level does more than call
 * what reads its arguments. */
static void
spread_asking(struct flow *f)
{
	bool grown = f->file->program;

	for (int round = 0; grown && round < ASK_ROUNDS; round++) {
		grown = false;
		for (size_t i = 0; i < f->nreferences; i++) {
			const struct flow_reference *r = &f->references[i];
			uint32_t to = flow_name(f, r->name)->defined;
			struct flow_scope *from = &f->scopes[r->scope];

			if (to == 0 || !f->scopes[to - 1].asks ||
			    from->asks || r->scope == 0)
				continue;
			flow_ask(f, r->scope);
			grown = grown || from->asks;
		}
	}
}

/* What the file's top level reaches through the names it mentions. */
void
flow_reach(struct flow *f)
{
	bool grown = true;

	/* A program that reads its arguments was started by somebody. */
	f->scopes[0].reached = !f->scopes[0].asks;
	f->scopes[0].via = f->file->reach;
	if (f->file->world != NULL)
		flow_take_told(f);
	f->scopes[f->main].reached = f->file->main_runs;
	f->scopes[f->main].via = f->file->reach;
	spread_asking(f);
	for (int round = 0; grown && round < REACH_ROUNDS; round++) {
		grown = false;
		for (size_t i = 0; i < f->nreferences; i++)
			grown |= reach_reference(f, &f->references[i]);
		grown |= reach_specials(f);
	}
}

/* ---- when it runs ------------------------------------------------------- */

/* What stands in a class itself runs with the class statement. */
uint32_t
flow_runs_with(const struct flow *f, uint32_t scope)
{
	while (scope != 0 && f->scopes[scope].kind == SCOPE_CLASS &&
	    !f->scopes[scope].main)
		scope = f->scopes[scope].parent;
	return scope;
}

enum flow_place
flow_place(const struct flow *f, uint32_t scope)
{
	if (f->scopes[scope].command)
		return FLOW_COMMAND;
	return f->scopes[flow_runs_with(f, scope)].reached ? FLOW_TOP :
	    FLOW_LATER;
}

/* Only blanks, and at most the end of a line. */
static bool
is_gap(const struct flow *f, size_t from, size_t to)
{
	const uint8_t *text = f->tree->source.text;

	for (size_t i = from; i < to; i++)
		if (text[i] != ' ' && text[i] != '\n' && text[i] != '\r' &&
		    text[i] != '\t')
			return false;
	return true;
}

static void
note_later(struct flow *f, size_t from, size_t to)
{
	struct flow_shape *s = f->shape;

	if (s->nlater > 0 && from < s->later[s->nlater - 1].to)
		return;		/* within one that is there */
	if (s->nlater > 0 && is_gap(f, s->later[s->nlater - 1].to, from))
		s->later[s->nlater - 1].to = to;
	else if (s->nlater < FLOW_SPANS)
		s->later[s->nlater++] = (struct flow_span){ from, to };
}

/* Code that only somebody's call reaches, as spans of the source. */
void
flow_later(struct flow *f)
{
	if (f->tree->source.converted)
		return;		/* offsets are not those of the file */
	for (uint32_t i = 1; i < f->main; i++) {
		const struct flow_scope *s = &f->scopes[i];

		if (s->to > s->from && s->kind != SCOPE_CLASS &&
		    s->kind != SCOPE_LAMBDA && flow_place(f, i) == FLOW_LATER)
			note_later(f, flow_at(f,
			    f->tree->scopes[i].node)->at, s->to);
	}
	if (f->scopes[f->main].to != 0 && !f->file->main_runs)
		note_later(f, f->scopes[f->main].from, f->scopes[f->main].to);
}
