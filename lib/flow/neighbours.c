/* SPDX-License-Identifier: Apache-2.0 */
/*
 * neighbours - names of other modules: who is meant, what is known of it, and
 * who uses it.
 *
 * Takes: a dotted name.  Gives: its entry in the world.
 * Runs in: worker child, command.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "flow/names.h"
#include "flow/neighbours.h"
#include "flow/scopes.h"
#include "flow/state.h"
#include "python/modules.h"

/* What is worth asking of all methods of one name. */
#define MARKS_OVERRIDDEN (MARK_SECRET | MARK_PRIVATE | MARK_TOKEN | \
    MARK_ENVIRON | MARK_HUNTED | MARK_SPIED)
#define SMALL_WORLD 200		/* names */
#define USES_MOST 20000		/* names of other modules that one uses */
/* What objects that several modules share tell of what is in them; of many,
 * what is code. */
#define TOLD_MARKS (MARK_SECRET | MARK_SPIED | MARK_ENVIRON | MARK_TOKEN | \
    MARK_HOME | MARK_SEARCHED | MARK_WORKDIR | MARK_PRIVATE | MARK_KEY | \
    MARK_PASSWORD | MARK_TRAFFIC | MARK_CLIENTS | MARK_PASSED | MARK_HUNTED | \
    MARK_UNREAD)
#define TOLD_CODE (MARK_NETWORK | MARK_DECODED | MARK_REQUEST)

const char *
flow_module(const struct flow *f)
{
	return f->file->module != NULL ? f->file->module : "";
}

bool
flow_is_small(const struct flow *f)
{
	return f->file->world != NULL &&
	    f->file->world->nnames <= SMALL_WORLD;
}

bool
flow_names_tell(const struct flow *f)
{
	return flow_is_small(f) && !f->file->again;
}

uint64_t
flow_told_marks(const struct flow *f)
{
	return flow_is_small(f) ? TOLD_MARKS | TOLD_CODE | MARKS_HOST :
	    TOLD_MARKS;
}

uint64_t
flow_passed_marks(const struct flow *f)
{
	return flow_is_small(f) ? MARKS_ALL : TOLD_MARKS | MARKS_HOST;
}

uint64_t
flow_far_marks(const struct flow *f, const struct flow_told *t)
{
	const struct flow_scope *s = &f->scopes[t->scope];
	uint64_t told = 0;

	if (f->file->world == NULL || flow_is_small(f) || t->scope == 0)
		return 0;
	for (uint32_t k = 0; k < s->nparameters && k < WORLD_PARAMETERS; k++)
		if (t->params & (1u << k))
			told |= s->told[k] & ~s->near[k];
	return told & t->passed;
}

/* By its name, or that of what its object is another name for. */
static struct world_name *
world_reach(const struct world *w, const char *name)
{
	struct world_name *n = world_find(w, name);
	const char *dot = strrchr(name, '.'), *alias;
	char whole[2 * FLOW_NAME_MOST], object[FLOW_NAME_MOST + 1];

	if (n != NULL || dot == NULL)
		return n;
	memcpy(object, name, (size_t)(dot - name));
	object[dot - name] = '\0';
	alias = world_alias(w, object);
	if (alias == NULL || snprintf(whole, sizeof(whole), "%s%s", alias,
	    dot) >= (int)sizeof(whole))
		return NULL;
	return world_find(w, whole);
}

/* Does the name begin with that of the package? */
bool
flow_is_ours(const struct flow *f, const char *name)
{
	size_t len;

	if (f->file->module == NULL)
		return false;
	len = strcspn(f->file->module, ".");
	return strncmp(name, f->file->module, len) == 0 && name[len] == '.';
}

/* An object of the package that came through a registry, or a class that is
 * mixed with others: in a small package its methods' names tell whose they
 * are.  A constructor's tells nothing: each class has one. */
static struct world_name *
method_of_somebody(const struct flow *f, const char *method)
{
	return flow_is_small(f) && !str_equal(method, "__init__") ?
	    world_method(f->file->world, method) : NULL;
}

/* raise NotImplementedError, pass: others say what it does. */
static bool
is_abstract(const struct flow *f, uint32_t scope)
{
	uint32_t block = 0;

	if (scope >= f->tree->nscopes || f->scopes[scope].kind !=
	    SCOPE_FUNCTION || f->scopes[f->scopes[scope].parent].kind !=
	    SCOPE_CLASS)
		return false;
	for (uint32_t k = flow_at(f, f->tree->scopes[scope].node)->kid; k != 0;
	    k = flow_at(f, k)->next)
		if (flow_at(f, k)->kind == NODE_BLOCK)
			block = k;
	for (uint32_t k = block != 0 ? flow_at(f, block)->kid : 0; k != 0;
	    k = flow_at(f, k)->next) {
		uint8_t kind = flow_at(f, k)->kind;

		if (kind != NODE_RAISE && kind != NODE_PASS &&
		    kind != NODE_STRING && kind != NODE_CONST)
			return false;
	}
	return block != 0;
}

size_t
flow_methods_outside(const struct flow *f, const char *method,
    struct world_name **out, size_t most)
{
	return flow_is_small(f) ? world_methods(f->file->world, method, out,
	    most) : 0;
}

uint64_t
flow_overridden(struct flow *f, uint32_t scope)
{
	char name[FLOW_NAME_MOST + 1];
	uint64_t marks = 0;
	uint32_t next;

	if (!is_abstract(f, scope))
		return 0;
	for (next = flow_name(f, f->scopes[scope].name)->defined; next != 0;
	    next = f->scopes[next - 1].same_name)
		marks |= f->scopes[next - 1].result.own;
	if (flow_is_small(f))
		marks |= world_marks_of_methods(f->file->world,
		    flow_string(f, f->scopes[scope].name, name));
	return marks & MARKS_OVERRIDDEN;
}

/* Client.make is the method that instances call Client().make. */
static struct world_name *
method_of_class(const struct world *w, const char *name)
{
	const char *dot = strrchr(name, '.');
	char method[FLOW_NAME_MOST + 3] = "()";

	if (dot == NULL || dot == name || dot[-1] == ')')
		return NULL;
	memcpy(method + 2, dot, strlen(dot) + 1);
	return world_find_joined(w, name, (size_t)(dot - name), method);
}

/* What Client binds is what Client() has under that name. */
static struct world_name *
member_of_class(const struct world *w, const char *name)
{
	const char *dot = strrchr(name, '.');
	struct world_name *n;

	if (dot == NULL || dot - name < 2 || dot[-1] != ')' || dot[-2] != '(')
		return NULL;
	n = world_find_joined(w, name, (size_t)(dot - name) - 2, dot);
	return n != NULL && !n->function && n->marks != 0 ? n : NULL;
}

/* Most names begin like no module of the package. */
static bool
is_of_others(struct flow *f, uint32_t name)
{
	return !world_has_root(f->file->world, flow_look_up(f, name)->root) &&
	    (f->file->module == NULL || flow_look_up(f, name)->root !=
	    world_root(f->file->module, strlen(f->file->module)));
}

struct world_name *
flow_outside(struct flow *f, uint32_t name)
{
	struct flow_name *n = flow_name(f, name);
	char text[FLOW_NAME_MOST + 1];

	if (name == 0 || f->file->world == NULL)
		return NULL;
	if (n->asked != f->look) {
		n->asked = f->look;
		n->outside = NULL;
		n->aliased = false;
		if (is_of_others(f, name))
			return NULL;
		n->aliased = world_alias(f->file->world, flow_string(f, name,
		    text)) != NULL;
		if (strchr(flow_string(f, name, text), '.') != NULL)
			n->outside = world_reach(f->file->world, text);
		if (n->outside == NULL && flow_is_ours(f, text))
			n->outside = method_of_class(f->file->world, text);
		if (n->outside == NULL && flow_is_ours(f, text))
			n->outside = world_inherited(f->file->world, text);
		if (n->outside == NULL && flow_is_ours(f, text))
			n->outside = member_of_class(f->file->world, text);
		if (n->outside == NULL && flow_is_ours(f, text) &&
		    strstr(text, "().") != NULL)
			n->outside = method_of_somebody(f,
			    strrchr(text, '.') + 1);
	}
	return n->outside;
}

/* An object of another module that is one of a library's. */
bool
flow_has_alias(struct flow *f, uint32_t name)
{
	(void)flow_outside(f, name);
	return flow_name(f, name)->aliased;
}

uint32_t
flow_mixed_in(struct flow *f, uint32_t name)
{
	char text[FLOW_NAME_MOST + 1];
	const struct world_name *n = f->file->world != NULL ?
	    method_of_somebody(f, flow_string(f, name, text)) : NULL;

	return n != NULL ? words_add(&f->tree->words, (const uint8_t *)n->name,
	    strlen(n->name), true) : 0;
}

static void
note(struct flow_uses *u, uint32_t scope, uint32_t name, uint32_t node,
    uint32_t heir)
{
	if (u->n == USES_MOST)
		return;
	if (u->n == u->room) {
		u->room = u->room == 0 ? 32 : 2 * u->room;
		u->uses = mem_grow(u->uses, u->room, sizeof(*u->uses));
	}
	u->uses[u->n++] = (struct flow_use){ scope, name, node, heir, 0,
	    false };
}

void
flow_note_outside(struct flow *f, uint32_t scope, uint32_t name,
    uint32_t node)
{
	if (f->pass == 0)
		note(&f->outsides, scope, name, node, flow_heir(f));
}

void
flow_note_maybe(struct flow *f, uint32_t scope, uint32_t name)
{
	size_t n = f->outsides.n;

	flow_note_outside(f, scope, name, 0);
	if (f->outsides.n > n)
		f->outsides.uses[n].maybe = true;
}

/* import a, b.c; from d import e */
void
flow_import(struct flow *f, uint32_t node)
{
	const struct node *n = flow_at(f, node);
	uint32_t module = n->kind == NODE_FROM ? modules_absolute(f->fold,
	    n->name) : 0;

	if (f->pass != 0 || f->file->world == NULL)
		return;
	if (module != 0)
		note(&f->imports, f->scope, module, 0, 0);
	for (uint32_t k = n->kid; k != 0; k = flow_at(f, k)->next) {
		uint32_t name = flow_at(f, k)->name;

		if (module != 0)
			name = flow_dotted(f, module, ".", name);
		if (name != 0)
			note(&f->imports, f->scope, name, 0, 0);
	}
}

void
flow_import_named(struct flow *f, uint32_t module)
{
	struct word_text w = tree_word(f->tree, module);

	/* import_module(".part", __name__) */
	if (w.len != 0 && w.text[0] == '.')
		module = modules_absolute(f->fold, module);
	if (f->pass == 0 && f->file->world != NULL && module != 0)
		note(&f->imports, f->scope, module, 0, 0);
}

uint32_t
flow_inherited(struct flow *f, uint32_t scope, uint32_t name)
{
	scope = flow_class_around(f, scope);
	for (uint32_t i = 0; i < f->scopes[scope].nbases; i++) {
		uint32_t whole = flow_dotted(f, f->scopes[scope].bases[i],
		    "().", name);

		if (flow_outside(f, whole) != NULL)
			return whole;
	}
	return 0;
}
