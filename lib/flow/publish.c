/* SPDX-License-Identifier: Apache-2.0 */
/*
 * publish - what a source tells the other modules of its package: what its
 * names stand for, what its functions do, and what of others they run.
 *
 * Takes: a source after its passes.  Gives: entries of the world.
 * Runs in: worker child, command.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "flow/after.h"
#include "flow/calls.h"
#include "flow/functions.h"
#include "flow/names.h"
#include "flow/neighbours.h"
#include "flow/scopes.h"
#include "flow/state.h"
#include "flow/values.h"

/* ---- names -------------------------------------------------------------- */

bool
flow_whole_name(const struct flow *f, uint32_t name,
    char whole[FLOW_WHOLE_MOST])
{
	size_t len = f->file->module != NULL ? strlen(f->file->module) : 0;
	const char *own;
	size_t n;

	own = flow_spelled(f, name, &n);
	n = n > FLOW_NAME_MOST ? 0 : n;
	if (name == 0 || f->file->module == NULL ||
	    len + 1 + n >= FLOW_WHOLE_MOST)
		return false;
	memcpy(whole, f->file->module, len);
	whole[len] = '.';
	memcpy(whole + len + 1, own, n);
	whole[len + 1 + n] = '\0';
	return true;
}

struct world_name *
flow_published(struct flow *f, uint32_t name, bool make)
{
	char whole[FLOW_WHOLE_MOST];

	if (!flow_whole_name(f, name, whole))
		return NULL;
	return make ? world_make(f->file->world, whole) :
	    world_find(f->file->world, whole);
}

/* "Client().send", of a method of a class at the top; else the name. */
uint32_t
flow_public_name(struct flow *f, const struct flow_scope *s)
{
	const struct flow_scope *parent = &f->scopes[s->parent];

	if (s->parent == 0 || s->kind != SCOPE_FUNCTION)
		return s->parent == 0 ? s->name : 0;
	/* What a function makes and gives: send = maker(url). */
	if (parent->kind == SCOPE_FUNCTION && parent->parent == 0 &&
	    parent->name != 0 && parent->result.code != 0 &&
	    s == &f->scopes[parent->result.code - 1])
		return flow_dotted(f, parent->name, "()", 0);
	return parent->kind == SCOPE_CLASS && parent->parent == 0 &&
	    parent->name != 0 ? flow_dotted(f, parent->name, "().", s->name) :
	    0;
}

uint32_t
flow_instance(struct flow *f, uint32_t scope)
{
	const struct flow_scope *s = &f->scopes[scope];
	uint32_t module;

	if (f->file->module == NULL || s->parent != 0 || s->name == 0)
		return 0;
	module = words_add(&f->tree->words, (const uint8_t *)f->file->module,
	    strlen(f->file->module), false);
	return flow_dotted(f, flow_dotted(f, module, ".", s->name), "()", 0);
}

/* ---- values and functions ----------------------------------------------- */

static void
publish_text(struct flow *f, struct world_name *n, uint32_t text)
{
	const struct flow_text *t = &f->texts[text];

	if (text == 0 || n->text != NULL || t->open)
		return;
	n->text = mem_alloc((size_t)t->len + 1);
	memcpy(n->text, t->bytes, t->len);
	n->text_len = t->len;
}

void
flow_publish_marks(struct flow *f, uint32_t class, uint32_t name,
    uint64_t marks)
{
	struct world_name *n = flow_published(f, flow_dotted(f, class, ".",
	    name), true);

	if (n != NULL && !n->function)
		n->marks = marks_join(n->marks, marks);
	n = flow_published(f, class, true);
	if (n != NULL)
		n->members |= marks & ~(uint64_t)MARK_UNREAD;
}

void
flow_publish_base(struct flow *f, uint32_t name, const struct taint *v)
{
	char text[FLOW_NAME_MOST + 1];
	struct world_name *n = name != 0 && flow_is_ours(f, flow_string(f,
	    name, text)) ? world_make(f->file->world, text) : NULL;

	if (n == NULL || n->function)
		return;
	n->marks = marks_join(n->marks, v->own & MARKS_ADDRESS);
	publish_text(f, n, v->text);
}

void
flow_tell_value(struct flow *f, uint32_t name, const struct taint *v)
{
	char text[FLOW_NAME_MOST + 1];
	struct world_name *n;
	uint64_t marks, held = v->held & HELD_ALL;

	if (name == 0 || f->file->world == NULL)
		return;
	marks = v->marks & flow_told_marks(f);
	if ((marks == 0 && (held & ~(uint64_t)HELD_OBJECT) == 0) ||
	    !flow_is_ours(f, flow_string(f, name, text)))
		return;
	n = world_make(f->file->world, text);
	if (n != NULL && !n->function)
		world_mark(f->file->world, n, marks, marks, held);
}

static void
publish_parameters(struct flow *f, struct world_name *n,
    const struct flow_scope *s)
{
	char name[FLOW_NAME_MOST + 1];

	for (uint32_t k = 0; k < s->nparameters && k < WORLD_PARAMETERS; k++)
		n->keywords[k] = world_hash(flow_string(f,
		    f->tree->bindings[s->parameters[k]].name, name));
	n->nparameters = (uint8_t)s->nparameters;
	n->star = s->star;
	n->needs = s->needs;
	n->stars = s->stars;
}

/* def load(): return Settings(...), def windows(): return Gtk.Builder(), if it
 * gives nothing else; def collect(self): return self */
static void
publish_object(struct flow *f, struct world_name *n,
    const struct flow_scope *s)
{
	uint32_t name = s->result.name == WORD_SELF ? flow_instance(f,
	    s->parent) : s->result.name;
	char text[FLOW_NAME_MOST + 1];

	if (n->gives == NULL && name != 0 &&
	    str_ends(flow_string(f, name, text), "()") &&
	    (flow_is_ours(f, text) || (!s->several && (flow_traits(f, name) &
	    NAME_DOTTED))))
		n->gives = mem_strdup(text);
}

/* def make(): return partial(post, URL): a library's function, and where it is
 * bound to. */
static void
publish_library(struct flow *f, struct world_name *n, const struct taint *v)
{
	char name[FLOW_NAME_MOST + 1];
	const struct fact *fact = v->name != 0 ? flow_fact(f, v->name) : NULL;

	if (fact == NULL || *fact->name == '?' ||
	    !(DEED(fact->deed) & (DEEDS_NET | DEEDS_RUN | DEEDS_EXEC)))
		return;
	if (n->gives == NULL)
		n->gives = mem_strdup(flow_string(f, v->name, name));
	if (v->where != 0 && n->where == NULL && !f->texts[v->where].open)
		n->where = mem_strdup(f->texts[v->where].bytes);
	/* What its address is made of, another look may know. */
	f->news.unsure = f->news.unsure || (f->partials && n->where == NULL);
}

/* def on(f): HOOKS.append(f) */
static void
publish_stores(struct flow *f, struct world_name *n,
    const struct flow_scope *s)
{
	char whole[FLOW_WHOLE_MOST];

	if (n->stores == NULL && s->stores != 0 &&
	    flow_whole_name(f, s->stores, whole))
		n->stores = mem_strdup(whole);
}

/* class Http(Sink), class Http(net.Sink) */
static void
publish_base(struct flow *f, struct world_name *n, const struct flow_scope *s)
{
	char name[FLOW_NAME_MOST + 1];

	if (n->base != NULL)
		return;
	if (s->base != 0)
		n->base = mem_printf("%s.%s", f->file->module,
		    flow_string(f, f->scopes[s->base - 1].name, name));
	else if (s->nbases != 0 && flow_is_ours(f, flow_string(f, s->bases[0],
	    name)))
		n->base = mem_strdup(name);
}

static void
publish_function(struct flow *f, uint32_t name, const struct flow_scope *s)
{
	struct world_name *n = flow_published(f, name, true);

	if (n == NULL)
		return;
	n->function = true;
	f->file->world->answers = f->file->world->answers ||
	    (s->parent != 0 && flow_word_is(f, s->name, "__getattr__"));
	n->type = s->kind == SCOPE_CLASS;
	n->property = s->property;
	if (!n->type || s->begins)
		publish_parameters(f, n, s);
	else
		flow_publish_fields(f, n, (uint32_t)(s - f->scopes));
	if (n->type)
		publish_base(f, n, s);
	n->acts = n->acts || s->acts;
	n->marks = marks_join(n->marks, s->result.own);
	n->held |= s->result.held_own;
	n->flows |= s->result.params;
	n->reports |= s->reports;
	n->fills |= s->fills;
	n->puts |= s->puts;
	n->put |= s->put;
	n->put_own |= s->put_own;
	n->programs = n->programs || s->programs;
	publish_object(f, n, s);
	publish_library(f, n, &s->result);
	publish_stores(f, n, s);
	n->sender.params |= s->sender.params;
	if (n->sender.to == 0)
		n->sender.to = s->sender.to;
	if (s->result.params == 0)
		publish_text(f, n, s->result.text);
}

static struct world_name *
world_key(const struct flow *f, const struct world_name *table, uint32_t key,
    bool make)
{
	char whole[FLOW_WHOLE_MOST];

	if (snprintf(whole, sizeof(whole), "%s[%s]", table->name,
	    f->texts[key].bytes) >= (int)sizeof(whole))
		return NULL;
	return make ? world_make(f->file->world, whole) :
	    world_find(f->file->world, whole);
}

static void
publish_keys(const struct flow *f, struct world_name *n, uint32_t row,
    uint64_t mask)
{
	n->loose = marks_join(n->loose, f->loose_rows[row].marks & mask);
	for (uint32_t i = f->keys_of[row]; i != 0; i = f->keys[i].next) {
		const struct flow_key *k = &f->keys[i];
		uint64_t asked = k->value.held & HELD_ASKED;
		struct world_name *at = (k->value.marks & mask) | asked ?
		    world_key(f, n, k->key, true) : NULL;

		n->asks = n->asks || asked != 0;
		if (at != NULL)
			at->held |= asked;
		if (at != NULL)
			at->marks = marks_join(at->marks,
			    k->value.marks & mask);
		else
			n->loose = marks_join(n->loose,
			    k->value.marks & mask);
	}
}

bool
flow_key_outside(struct flow *f, uint32_t table, uint32_t key,
    struct taint *whole, struct taint *loose, struct taint *at)
{
	const struct world_name *n = (flow_traits(f, table) & NAME_DOTTED) ?
	    flow_outside(f, table) : NULL, *k;

	if (n == NULL || n->function || (n->loose == n->marks && !n->asks))
		return false;
	k = world_key(f, n, key, false);
	*whole = *loose = *at = (struct taint){ 0 };
	taint_mark(whole, n->marks);
	taint_mark(loose, n->loose);
	taint_mark(at, k != NULL ? k->marks : 0);
	taint_hold(at, k != NULL ? k->held & HELD_ASKED : 0);
	return true;
}

/* send = partial(post, "https://x"), whether folding knows all of it or not */
static bool
is_partial(struct flow *f, uint32_t name)
{
	uint32_t b = tree_binding(f->tree, 0, name);
	uint32_t value = b != 0 && f->tree->bindings[b].kind ==
	    BINDING_VALUE ? f->tree->bindings[b].value : 0;

	return value != 0 && flow_at(f, value)->kind == NODE_CALL &&
	    (flow_traits(f, f->vals[flow_at(f, value)->kid].name) &
	    NAME_PARTIAL);
}

/* client = Client(base_url="https://x"), send = partial(post, "https://x") */
static void
publish_bound(struct flow *f, struct world_name *n, uint32_t name,
    const struct taint *v)
{
	const struct flow_text *where = &f->texts[v->where];
	char from[FLOW_NAME_MOST + 1];
	struct value fv;

	if (n->where != NULL || v->where == 0 || where->open)
		return;
	n->where = mem_strdup(where->bytes);
	fv = fold_binding(f->fold, tree_binding(f->tree, 0, name));
	if (n->calls == NULL && v->name != 0 && (fv.kind == VALUE_OBJECT ||
	    is_partial(f, name)))
		n->calls = mem_strdup(flow_string(f, v->name, from));
}

/* "net.unfold()" of a function that is known, and of no class: what it gave is
 * a value, and no object that has the function's name. */
static bool
is_result(const struct flow *f, const char *from)
{
	const struct world_name *n = str_ends(from, "()") ?
	    world_find_joined(f->file->world, from, strlen(from) - 2, "") :
	    NULL;

	return n != NULL && n->function && !n->type;
}

/* What it was taken for before that function was known. */
static void
forget_alias(const struct flow *f, struct world_name *n,
    const struct taint *v)
{
	if (n->alias == NULL || (v->marks == 0 && v->text == 0) ||
	    !is_result(f, n->alias))
		return;
	free(n->alias);
	n->alias = NULL;
}

/* send = partial(post, "https://x") of a function of the
 * package. */
static void
publish_made(struct flow *f, struct world_name *n, const struct binding *b,
    uint32_t where)
{
	const struct flow_text *t = &f->texts[where];
	uint32_t k;

	if (!is_partial(f, b->name))
		return;
	n->made_with = 0;
	k = flow_at(f, flow_at(f, b->value)->kid)->next;
	for (k = k != 0 ? flow_at(f, k)->next : 0; k != 0 &&
	    flow_at(f, k)->kind != NODE_KEYWORD &&
	    n->made_with < FLOW_ARGUMENTS; k = flow_at(f, k)->next)
		n->made_with++;
	if (n->where == NULL && where != 0 && !t->open)
		n->where = mem_strdup(t->bytes);
	f->file->world->partials = f->file->world->partials ||
	    n->made_with != 0;
}

static void
publish_value(struct flow *f, uint32_t name, uint32_t row,
    const struct taint *v)
{
	uint64_t mask = ~(uint64_t)(v->text != 0 ? MARK_HIDDEN :
	    MARK_HIDDEN | MARK_NETWORK | MARK_SOCKET | MARK_OUTPUT |
	    MARK_FILE | MARK_BUILT);
	char from[FLOW_NAME_MOST + 1];
	struct world_name *n;
	bool object;

	(void)flow_string(f, v->name, from);
	if (v->marks == 0 && v->held == 0 && v->where == 0 &&
	    strchr(from, '.') == NULL && !flow_name(f, name)->table &&
	    !flow_name(f, name)->bound)
		return;
	n = flow_published(f, name, true);
	if (n == NULL)
		return;
	forget_alias(f, n, v);
	/* An object is not all that went through it. */
	n->marks = marks_join(n->marks, v->marks & mask);
	n->held |= v->held;
	n->keyed = flow_is_keyed(f, name);
	publish_keys(f, n, row, mask);
	publish_text(f, n, v->text);
	if (flow_is_ours(f, from) && is_partial(f, name)) {
		if (n->alias == NULL && strcmp(n->name, from) != 0)
			n->alias = mem_strdup(from);
		publish_made(f, n, &f->tree->bindings[tree_binding(f->tree, 0,
		    name)], v->where);
		return;
	}
	publish_bound(f, n, name, v);
	/* An alias is followed before anybody asks what it is bound to, which a
	 * later look may know. */
	if (n->calls != NULL)
		return;
	if (is_partial(f, name)) {
		f->news.unsure = n->where == NULL;
		return;
	}
	object = flow_is_ours(f, from) && str_ends(from, "()") &&
	    !is_result(f, from);
	if ((v->marks == 0 || object) && v->text == 0 && n->alias == NULL &&
	    !(v->held & (HELD_ACTS | HELD_BUFFER | HELD_FURTHER)) &&
	    *from != '\0' &&
	    !n->function && strcmp(n->name, from) != 0)
		n->alias = mem_strdup(from);
}

/* A second name stands for the function or method: it runs when that
 * is called. */
static void
publish_code(struct flow *f, const struct binding *b,
    const struct flow_scope *s, uint32_t where)
{
	char name[FLOW_NAME_MOST + 1];
	struct world_name *n;
	uint32_t public = b->kind != BINDING_DEF && s->name != 0 ?
	    flow_public_name(f, s) : 0;

	if (public == 0 || public == b->name) {
		publish_function(f, b->name, s);
		return;
	}
	n = flow_published(f, b->name, true);
	if (n != NULL && n->alias == NULL && !n->function)
		n->alias = mem_printf("%s.%s", f->file->module,
		    flow_string(f, public, name));
	if (n != NULL && !n->function)
		publish_made(f, n, b, where);
}

/* Step = namedtuple("Step", ...): a class that keeps what it is given. */
static bool
publish_plain(struct flow *f, uint32_t name)
{
	struct world_name *n = flow_published(f, name, true);

	if (n == NULL || n->alias != NULL)
		return false;
	n->function = n->type = true;
	return true;
}

static void
publish_binding(struct flow *f, uint32_t binding)
{
	const struct binding *b = &f->tree->bindings[binding];
	struct taint v = f->rows[f->row_of[binding]];
	struct world_name *n;
	struct value fv;

	if (flow_asks_by_key(f, f->row_of[binding]))
		taint_release(&v, HELD_ASKED);
	if (b->kind == BINDING_VALUE && flow_is_plain_object(f, v.name) &&
	    publish_plain(f, b->name))
		return;
	if (b->kind == BINDING_DEF)
		v.code = b->extra + 1;
	if (v.code != 0) {
		publish_code(f, b, &f->scopes[v.code - 1], v.where);
		n = flow_published(f, b->name, false);
		if (n != NULL)
			n->told = flow_is_library_object(f, binding);
		return;
	}
	if (b->kind == BINDING_IMPORT || b->kind == BINDING_FROM) {
		fv = fold_binding(f->fold, binding);
		if (fv.kind == VALUE_PATH)
			v.name = fv.word;
	}
	publish_value(f, b->name, f->row_of[binding], &v);
}

/* ---- what runs ---------------------------------------------------------- */

/* What runs by another name runs. */
static void
raise_reach(const struct world *w, struct world_name *n, enum world_reach via,
    uint8_t given)
{
	struct world_name *to = n->alias != NULL ? world_find(w, n->alias) :
	    NULL;

	if (via > n->reach)
		n->reach = via;
	if (to != NULL && via > to->reach)
		to->reach = via;
	n->given = given > n->given ? given : n->given;
	if (to != NULL)
		to->given = given > to->given ? given : to->given;
}

/* Client.instances: of a class that has no such method, none is made. */
static bool
makes_none(struct flow *f, const struct flow_use *u,
    const struct world_name *n)
{
	uint32_t method = u->attribute == 0 || !n->type ? 0 : flow_dotted(f,
	    flow_dotted(f, u->name, "()", 0), ".", u->attribute);
	const struct world_name *m = method != 0 ? flow_outside(f, method) :
	    NULL;

	return method != 0 && (m == NULL || !m->function);
}

/* In a table from which nothing that runs takes anything. */
static bool
is_kept(struct flow *f, uint32_t node)
{
	uint32_t table = node != 0 ? f->tables[node] : 0;

	return table != 0 && !(table & FLOW_DEFAULT_OF) &&
	    flow_name(f, table)->used != f->look;
}

static void
reach_others(struct flow *f)
{
	char name[FLOW_NAME_MOST + 1];

	for (size_t i = 0; i < f->imports.n; i++) {
		const struct flow_use *u = &f->imports.uses[i];

		if (f->scopes[u->scope].reached ||
		    flow_place(f, u->scope) != FLOW_LATER)
			world_import(f->file->world,
			    flow_string(f, u->name, name));
	}
	for (size_t i = 0; i < f->outsides.n; i++) {
		const struct flow_use *u = &f->outsides.uses[i];
		struct world_name *n = flow_outside(f, u->name);
		uint32_t scope = flow_runs_with(f, u->scope);
		enum world_reach via = f->scopes[scope].via;
		/* What an installer's command calls runs with it. */
		bool command = f->scopes[u->scope].command &&
		    f->file->reach == REACH_INSTALL;

		if (u->maybe)
			continue;
		/* What a library's object keeps may run with it. */
		if (n == NULL)
			n = world_own(f->file->world, flow_string(f, u->name,
			    name));
		if (n == NULL || (!f->scopes[scope].reached && !command) ||
		    is_kept(f, u->node) || makes_none(f, u, n))
			continue;
		/* Of a base, only hooks run before one of a kind is made. */
		if (n->type && u->heir != 0 && (f->scopes[u->heir].asked ||
		    !f->scopes[u->heir].reached)) {
			n->inherited = via > n->inherited ? via : n->inherited;
			continue;
		}
		if (f->scopes[u->scope].command)
			via = REACH_INSTALL;
		raise_reach(f->file->world, n, via,
		    flow_calls_given(f, u->node));
	}
}

/* ---- the whole ---------------------------------------------------------- */

void
flow_publish(struct flow *f)
{
	for (uint32_t b = 1; b < f->tree->nbindings; b++)
		if (f->tree->bindings[b].scope == 0 && tree_binding(f->tree, 0,
		    f->tree->bindings[b].name) == b)
			publish_binding(f, b);
		else if (f->tree->bindings[b].scope != 0 &&
		    f->tree->bindings[b].scope < f->main &&
		    !tree_is_attribute(f->tree, b))
			flow_publish_member(f, b);
	for (uint32_t i = 1; i < f->main; i++)
		if (f->scopes[i].parent != 0 && f->scopes[i].name != 0 &&
		    f->scopes[i].kind == SCOPE_FUNCTION)
			publish_function(f, flow_public_name(f, &f->scopes[i]),
			    &f->scopes[i]);
	flow_publish_lambdas(f);
	if (f->file->reach == REACH_INSTALL && flow_steers_build(f))
		f->file->world->steers = true;
	reach_others(f);
	flow_publish_silent(f);
}
